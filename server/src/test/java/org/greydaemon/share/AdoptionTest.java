package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What comes from the engine is taken if it makes sense, merged with what is remembered, and what
/// an operator has forgotten stays so.
final class AdoptionTest {
    private static final long NOW = 1_800_000_000;
    private static final Lifetimes LIFETIMES = new Lifetimes(86_400, 172_800, 3_024_000, 900);

    // What the engine's time is ahead of the store's, in seconds.
    private long ahead;

    private final Remembered store = new Remembered();
    private final Tombstones tombstones = new Tombstones();
    private final List<Change> told = new ArrayList<>();
    private final Adoption adoption =
            new Adoption(
                    store,
                    () -> LIFETIMES,
                    () -> NOW,
                    () -> NOW * 1000,
                    () -> ahead,
                    tombstones,
                    _ -> false,
                    told::add);

    private void hear(String... lines) {
        lines(String.join("\n", lines) + "\n", false, true);
    }

    private void lines(String text, boolean isOurs, boolean isNew) {
        adoption.lines(text.getBytes(ISO_8859_1), isOurs, isNew);
    }

    private static String at(long seconds, String line) {
        return line.replace("MILLIS", (NOW + seconds) * 1000 + "")
                .replace("TIME", NOW + seconds + "");
    }

    @Test
    void entriesOfAllKindsAreTakenAndMerged() {
        hear(
                at(-100, "N MILLIS G TIME 192.0.2.1 a@example.org b@example.net"),
                at(-300, "N MILLIS G TIME 192.0.2.1 a@example.org b@example.net"),
                at(-50, "R MILLIS I TIME 192.0.2.2"),
                at(-90, "N MILLIS I TIME 192.0.2.2"),
                at(-10, "N MILLIS N TIME 00112233445566778899aabbccddeeff 192.0.2.0"),
                at(-10, "N MILLIS P TIME example.com example.org -"));
        assertThat(adoption.strange()).isZero();
        assertThat(store.entries)
                .hasSize(4)
                .containsEntry("192.0.2.1a@example.orgb@example.net", Entry.of(NOW - 300, 0))
                .containsEntry("192.0.2.2", Entry.of(NOW - 50, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "999.0.2.55",
                "0.0.0.0",
                "::",
                "0.0.0.0/0",
                "192.0.2.0/24",
                "2001:db8::/32",
                "2001:db8::1/64",
                "2001:DB8::/64",
                "192.0.2.1%",
                "mail.example.org",
                ""
            })
    void whatIsNoClientOnAnotherHostIsNotTaken(String client) {
        hear(
                at(-9, "N MILLIS I TIME " + client),
                at(-9, "R MILLIS U TIME " + client),
                at(-9, "N MILLIS G TIME " + client + " a@example.org b@example.net"),
                at(-9, "F MILLIS F I " + client));
        adoption.proven(new Timed("I 0 " + client, NOW - 10));
        adoption.forgotten(new Timed("F I " + client, NOW - 10), true);
        assertThat(adoption.strange()).isEqualTo(6);
        assertThat(store.entries).isEmpty();
    }

    @Test
    void networksOfPoolsDomainsAndHomesAreTaken() {
        hear(
                at(-9, "N MILLIS I TIME 2001:db8::/64"),
                at(-9, "N MILLIS M TIME 192.0.2.0/24 192.0.2.0 3"),
                at(-9, "N MILLIS L TIME 192.0.2.0/24 198.51.100.0/24 192.0.2.0 3"),
                at(-9, "N MILLIS S TIME example.com 192.0.2.0"));
        assertThat(adoption.strange()).isZero();
        hear(
                at(-9, "N MILLIS M TIME 0.0.0.0/0 192.0.2.0 3"),
                at(-9, "N MILLIS M TIME 192.0.2.1/24 192.0.2.0 3"),
                at(-9, "N MILLIS L TIME 192.0.2.0/24 *" + " 192.0.2.0 3"),
                at(-9, "N MILLIS S TIME * 192.0.2.0"),
                at(-9, "N MILLIS O TIME com 192.0.2.0"));
        assertThat(adoption.strange()).isEqualTo(5);
    }

    @Test
    void aPoolOfTwoNumbersIsOneForTheNetworksThatTheOtherHostDoesNotKnow() {
        hear(
                at(-90, "N MILLIS M TIME 192.0.2.0/24 192.0.2.0 7"),
                at(-90, "N MILLIS M TIME 198.51.100.0/24 198.51.100.0 7"));
        hear(at(-50, "N MILLIS M TIME 192.0.2.0/24 192.0.2.0 3"));
        assertThat(store.entries)
                .containsEntry("192.0.2.0/24", Entry.of(NOW - 50, 3))
                .containsEntry("198.51.100.0/24", Entry.of(NOW - 90, 7))
                .containsEntry("100:0:7::/48", Entry.of(NOW - 50, 3));
        hear(at(-40, "N MILLIS M TIME 198.51.100.0/24 198.51.100.0 2"));
        assertThat(store.entries)
                .containsEntry("100:0:7::/48", Entry.of(NOW - 40, 2))
                .containsEntry("100:0:3::/48", Entry.of(NOW - 40, 2));
    }

    @Test
    void mailThatWasFirstElsewhereIsCountedThere() {
        int first = Entry.FIRST | Entry.MESSAGE;
        int back = Entry.CAME_BACK | Entry.SUSPECT;
        hear(
                at(-10, "N MILLIS G TIME 192.0.2.1 a@example.org b@example.net " + (first | back)),
                at(-10, "N MILLIS O TIME example.com - " + first));
        assertThat(store.entries)
                .containsEntry("192.0.2.1a@example.orgb@example.net", Entry.of(NOW - 10, back))
                .containsEntry("example.com", Entry.of(NOW - 10, first));
    }

    @Test
    void whatIsForgottenStaysSoUntilItIsNewAgain() {
        hear(at(-90, "N MILLIS I TIME 192.0.2.2"), at(-50, "F MILLIS F I 192.0.2.2"));
        assertThat(store.entries).isEmpty();
        hear(at(-20, "R MILLIS I TIME 192.0.2.2"), at(-60, "N MILLIS I TIME 192.0.2.2"));
        adoption.proven(new Timed("I 0 192.0.2.2", NOW - 10));
        assertThat(store.entries).isEmpty();
        hear(at(-5, "N MILLIS I TIME 192.0.2.2"), at(-3, "R MILLIS I TIME 192.0.2.2"));
        assertThat(store.entries).containsEntry("192.0.2.2", Entry.of(NOW - 3, 0));
    }

    /// The host that has proven it anew was started since it was forgotten, and said only that it
    /// is new.
    @Test
    void whatIsProvenAnewIsToldWhoKeepsItAsForgotten() {
        ahead = 3_600;
        hear(at(3_600 - 95, "N MILLIS I TIME 192.0.2.2"), at(3_600 - 90, "F MILLIS F I 192.0.2.2"));
        hear(at(3_600 - 80, "R MILLIS I TIME 192.0.2.2"));
        assertThat(told).isEmpty();
        hear(
                at(3_600 - 50, "N MILLIS I TIME 192.0.2.2"),
                at(3_600 - 9, "R MILLIS I TIME 192.0.2.2"));
        assertThat(told).hasSize(1);
        Change revived = told.getFirst();
        assertThat(revived.kind()).isEqualTo(Change.Meaning.REVIVED);
        assertThat(revived.name()).isEqualTo("F I 192.0.2.2");
        assertThat(revived.proof()).isEqualTo("I 0 192.0.2.2");
        assertThat(revived.seconds()).isEqualTo(NOW + 3_600 - 50);
        assertThat(revived.toString()).isEqualTo(at(3_600 - 50, "N MILLIS I TIME 192.0.2.2"));
        assertThat(store.entries).containsEntry("192.0.2.2", Entry.of(NOW - 9, 0));
    }

    @Test
    void whatTheEngineStillHasAsForgottenIsNotWhereSomethingLaterWasHeard() {
        hear(at(-90, "F MILLIS F I 192.0.2.2"), at(-50, "N MILLIS I TIME 192.0.2.2"));
        adoption.forgotten(new Timed("F I 192.0.2.2", NOW - 90), true);
        adoption.proven(new Timed("I 0 192.0.2.2", NOW - 10));
        assertThat(store.entries).containsEntry("192.0.2.2", Entry.of(NOW - 10, 0));
        adoption.forgotten(new Timed("F I 192.0.2.2", NOW - 50), true);
        assertThat(store.entries).isEmpty();
    }

    @Test
    void whatIsForgottenAndToldMuchLaterBeatsOnlyWhatIsOlder() {
        hear(at(-90, "N MILLIS I TIME 192.0.2.2"), at(-90, "N MILLIS I TIME 192.0.2.3"));
        double told = new Timed("", NOW - 5, 45).score();
        adoption.forgotten(Timed.of("F I 192.0.2.2", told), true);
        adoption.forgotten(Timed.of("F I 192.0.2.3", told), true);
        hear(at(-49, "N MILLIS I TIME 192.0.2.2"), at(-50, "N MILLIS I TIME 192.0.2.3"));
        assertThat(store.entries).containsOnlyKeys("192.0.2.2");
    }

    @Test
    void whenItWasForgottenIsKeptToTheSecondAndTheEngineSortsByWhenItWasTold() {
        for (long seconds : new long[] {NOW, (1L << 31) - 1}) {
            for (long late : new long[] {0, 1, 59, 86_400, 35 * 86_400, (1 << 22) - 2}) {
                double score = new Timed("F", seconds, late).score();
                assertThat(score).isBetween((double) seconds, Math.nextDown(seconds + 1.0));
                assertThat(Timed.of("F", score)).isEqualTo(new Timed("F", seconds, late));
            }
            assertThat(new Timed("F", seconds, 1L << 40).score()).isLessThan((double) seconds + 1);
            assertThat(new Timed("F", seconds, -3).score()).isEqualTo((double) seconds);
        }
    }

    @Test
    void whatCameBackHereBeforeOurOwnWordIsForgottenAgain() {
        lines(at(-90, "F MILLIS F I 192.0.2.2") + "\n", true, true);
        hear(at(-80, "N MILLIS I TIME 192.0.2.2"));
        assertThat(store.entries).hasSize(1);
        lines(at(-70, "F MILLIS F I 192.0.2.2") + "\n", true, true);
        assertThat(store.entries).isEmpty();
    }

    @Test
    void whatWasHeardBeforeIsNotForgottenTwice() {
        hear(at(-90, "N MILLIS I TIME 192.0.2.2"));
        lines(at(-95, "F MILLIS F I 192.0.2.2") + "\n", false, false);
        assertThat(store.entries).hasSize(1);
    }

    private static Change forgotten(long seconds, String name) {
        ChangeLine line = new ChangeLine();
        assertThat(line.readName(name)).isTrue();
        return line.change(Change.Meaning.FORGOTTEN, (NOW + seconds) * 1000, 0);
    }

    /// Who tells it had no connection, or tells once more what it had told just before that went.
    @Test
    void whatIsForgottenIsNotToldBehindALaterProof() {
        String triplet = " 192.0.2.1 a@example.org b@example.net";
        hear(at(-90, "F MILLIS F I 192.0.2.2"), at(-50, "N MILLIS I TIME 192.0.2.2"));
        hear(at(-90, "F MILLIS F G" + triplet), at(-50, "N MILLIS G TIME" + triplet));
        Outbox outbox = new Outbox();
        Change late = forgotten(-90, "F I 192.0.2.2");
        assertThat(outbox.add(late)).isTrue();
        Outbox.Batch batch = outbox.first(late.shard(), adoption::isAlive, !tombstones.isEmpty());
        assertThat(batch.alive()).isZero();
        assertThat(batch.named()).isEmpty();
        assertThat(batch.taken()).isOne();
        assertThat(adoption.isAlive(forgotten(-40, "F I 192.0.2.2"))).isTrue();
        assertThat(adoption.isAlive(forgotten(-90, "F I 192.0.2.3"))).isTrue();
        assertThat(adoption.isAlive(forgotten(-90, "F G" + triplet)))
                .as("others may remember the first attempt")
                .isTrue();
    }

    @Test
    void timesInTheFutureAreRefusedOrAreNow() {
        hear(at(30, "N MILLIS I TIME 192.0.2.2"), at(61, "N MILLIS I TIME 192.0.2.3"));
        assertThat(store.entries).hasSize(1).containsEntry("192.0.2.2", Entry.of(NOW, 0));
        assertThat(adoption.strange()).isEqualTo(1);
    }

    @Test
    void timesOfAnotherClockAreCorrected() {
        ahead = 3_600;
        hear(at(3_600 - 20, "N MILLIS I TIME 192.0.2.2"));
        assertThat(store.entries).containsEntry("192.0.2.2", Entry.of(NOW - 20, 0));
    }

    @Test
    void whateverComesIsCountedAndDoesNoHarm() {
        Random random = new Random(20_261_128);
        String good = at(-50, "N MILLIS G TIME 192.0.2.1 a@example.org b@example.net") + "\n";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(good);
            for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.insert(at, (char) random.nextInt(256));
                    default -> text.delete(at, at + 1 + random.nextInt(text.length() - at));
                }
                if (text.isEmpty()) {
                    text.append('\n');
                }
            }
            lines(text.toString(), random.nextBoolean(), random.nextBoolean());
            adoption.proven(new Timed(text.toString(), random.nextLong() >>> 8));
            adoption.forgotten(new Timed(text.toString(), random.nextLong() >>> 20), true);
        }
        assertThat(adoption.strange()).isPositive();
        long before = adoption.strange();
        lines("x".repeat(2 << 20), false, true);
        assertThat(adoption.strange()).isEqualTo(before + 1);
    }

    @Test
    void aChangeIsReadAsItWasWrittenWhateverTheTextHolds() {
        ChangeLine line = new ChangeLine();
        Key key = new Key();
        byte[] client = "192.0.2.9".getBytes(ISO_8859_1);
        byte[] sender = "a\nN 1 I 5 b\0\u00ff @x".getBytes(ISO_8859_1);
        key.client(client, 0, client.length);
        key.triplet(sender, 0, sender.length - 1, sender.length - 1, sender.length);
        line.entry(key, Entry.of(NOW, 7));
        Change change = line.change(Change.Meaning.NEW, NOW * 1000, 5);
        assertThat(change.toString()).doesNotContain("\n").startsWith("N " + NOW + "000 G ");
        assertThat(change.proof()).isEmpty();
        byte[] octets = change.toString().getBytes(ISO_8859_1);
        ChangeLine other = new ChangeLine();
        assertThat(other.read(octets, 0, octets.length)).isTrue();
        assertThat(other.entry()).isEqualTo(Entry.of(NOW + 5, 7));
        assertThat(other.name()).isEqualTo(line.name());
        assertThat(other.key().senderLength()).isEqualTo(sender.length - 1);
    }
}
