package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Suspects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/// Mail that nobody came back with is counted once, through saves, stops and kills, against a model
/// that knows what each sender does. `-Dseed=` runs a failure again; `-Dsoak=true` goes on for
/// longer.
final class NeverCameBackTest {
    private static final long SEED = Long.getLong("seed", 20_261_128L);
    private static final int MAILS = Boolean.getBoolean("soak") ? 20_000 : 600;
    private static final int DELAY = 240;
    private static final int WINDOW = 3_600;

    private final ModernRules rules =
            new ModernRules(
                    new RetryWindow(DELAY, WINDOW),
                    new Retention(86_400),
                    new Identification(24, 48, null, false, (char) 0, false),
                    Suspects.NONE);
    private final Decision decision = new Decision(5);

    @TempDir private Path folder;
    private Site site = new Site(Path.of("unused"));
    private MemoryStore store;
    private long now = Site.START;

    @BeforeEach
    void open() throws IOException {
        site = new Site(folder);
        site.lifetimes = rules.lifetimes();
        store = site.open(now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Reason ask(String client, String sender, int recipients) {
        Attempt attempt = new Attempt(10 * Key.ADDRESS_MAX, 5);
        attempt.start(new Source(Source.Protocol.UDP));
        byte[] octets = client.getBytes(US_ASCII);
        attempt.client(octets, 0, octets.length);
        octets = sender.getBytes(US_ASCII);
        attempt.sender(octets, 0, octets.length);
        for (int i = 0; i < recipients; i++) {
            octets = ("r" + i + "@example.net").getBytes(US_ASCII);
            attempt.recipient(octets, 0, octets.length);
        }
        decision.start();
        rules.judge(attempt, store, now, decision);
        store.commit();
        return decision.reason();
    }

    private void pass(int seconds) {
        now += seconds;
        assertThat(store.save(now)).isTrue();
    }

    private long recipients() {
        return store.neverCameBack(Key.Kind.TRIPLET, false)
                + store.neverCameBack(Key.Kind.NETWORK_TRIPLET, false);
    }

    private long messages() {
        return store.messagesNeverCameBack(Key.Kind.TRIPLET, false)
                + store.messagesNeverCameBack(Key.Kind.NETWORK_TRIPLET, false);
    }

    /// A sender that tries again, or does not.
    ///
    /// @param at when it tries next
    /// @param tries how often it has tried
    private record Mail(int number, int recipients, int kind, long at, int tries) {
        String client() {
            // Its own network; the other host of it where the retry comes from another one.
            return "10."
                    + number / 250
                    + "."
                    + number % 250
                    + "."
                    + (kind == 4 && tries > 0 ? 9 : 7);
        }

        /// When it tries again; 0 for never.
        int waits(Random random) {
            return switch (kind) {
                case 0 -> 100; // Too early, and never again.
                case 1, 4 -> DELAY + random.nextInt(1_000); // In time.
                case 2 -> WINDOW + 60; // Late: the next wait is one that nobody ends either.
                default -> 0;
            };
        }

        /// Whether nobody comes back in time after a try.
        boolean isLeft(boolean isFirst) {
            return kind == 2 || (kind > 2 && kind != 4 && isFirst);
        }

        Mail again(long time) {
            return new Mail(number, recipients, kind, time, tries + 1);
        }
    }

    /// A process.
    private record Life(long start, List<Long> saves) {}

    /// A wait that nobody ends in time.
    ///
    /// @param until when a late retry begins another one
    private record Wait(long end, long until, int recipients) {
        /// Whether a daemon that runs at its end saves after that. What is over while none runs, or
        /// between the last save and a kill, is not counted.
        boolean isOverIn(List<Life> lives) {
            return lives.stream()
                    .filter(life -> life.start() < end)
                    .anyMatch(
                            life -> life.saves().stream().anyMatch(at -> end <= at && at < until));
        }
    }

    @Test
    void eachMailIsCountedOnce() throws IOException {
        Random random = new Random(SEED);
        PriorityQueue<Mail> mails = new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
        for (int i = 0; i < MAILS; i++) {
            long at = now + random.nextInt(6 * WINDOW);
            mails.add(new Mail(i, 1 + random.nextInt(3), random.nextInt(6), at, 0));
        }
        List<Wait> waits = new ArrayList<>();
        List<Life> lives = new ArrayList<>(List.of(new Life(now, new ArrayList<>())));
        long[] before = new long[2];
        while (!mails.isEmpty()) {
            Mail mail = mails.remove();
            now = mail.at();
            Reason reason =
                    ask(mail.client(), "s" + mail.number() + "@example.org", mail.recipients());
            boolean isFirst = mail.tries() == 0;
            if (isFirst) {
                assertThat(reason).isEqualTo(Reason.NEW);
                int wait = mail.waits(random);
                if (wait > 0) {
                    mails.add(mail.again(now + wait));
                }
            }
            if (mail.isLeft(isFirst)) {
                long until = mail.kind() == 2 && isFirst ? now + WINDOW + 60 : Long.MAX_VALUE;
                waits.add(new Wait(now + WINDOW, until, mail.recipients()));
            }
            if (random.nextInt(20) == 0) {
                pass(0);
                lives.getLast().saves().add(now);
            }
            if (random.nextInt(60) == 0) { // All files are as a kill leaves them.
                before[0] += recipients();
                before[1] += messages();
                store.close();
                store = site.open(now);
                lives.add(new Life(now, new ArrayList<>()));
            }
        }
        pass(2 * WINDOW);
        pass(2 * WINDOW);
        lives.getLast().saves().add(now);
        List<Wait> seen = waits.stream().filter(wait -> wait.isOverIn(lives)).toList();
        assertThat(before[1] + messages()).as("seed %d", SEED).isEqualTo(seen.size());
        assertThat(before[0] + recipients())
                .as("seed %d", SEED)
                .isEqualTo(seen.stream().mapToLong(Wait::recipients).sum());
        assertThat(seen).hasSizeGreaterThan(waits.size() / 2);
        assertThat(store.neverCameBack(Key.Kind.TRIPLET, false)).isZero();
    }

    @Test
    void aMessageIsOneWhateverTheNumberOfRecipients() {
        ask("192.0.2.1", "a@example.org", 3);
        pass(WINDOW - 1);
        assertThat(recipients()).isZero();
        pass(1);
        assertThat(store.neverCameBack(Key.Kind.NETWORK_TRIPLET, false)).isEqualTo(3);
        assertThat(store.messagesNeverCameBack(Key.Kind.NETWORK_TRIPLET, false)).isEqualTo(1);
        pass(0);
        pass(WINDOW);
        pass(WINDOW);
        assertThat(recipients()).isEqualTo(3);
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void aQuestionThatIsRepeatedAtOnceIsNoRetry() {
        ask("192.0.2.1", "a@example.org", 1);
        now += 2;
        ask("192.0.2.1", "a@example.org", 1);
        pass(WINDOW);
        assertThat(recipients()).isEqualTo(1);
    }

    @Test
    void aRetryThatIsKnownByThenIsNotMissed() {
        ask("192.0.2.1", "a@example.org", 1);
        ask("192.0.2.1", "b@example.org", 1);
        now += DELAY;
        assertThat(ask("192.0.2.1", "a@example.org", 1)).isEqualTo(Reason.PASSED);
        assertThat(ask("192.0.2.1", "b@example.org", 1)).isEqualTo(Reason.KNOWN);
        pass(WINDOW);
        assertThat(recipients()).isZero();
    }

    @Test
    void whatWasForgottenOrEvictedIsNotCounted() throws IOException {
        ask("192.0.2.1", "a@example.org", 1);
        store.visit((key, _) -> {
            store.step(key, (_, _) -> Memory.NEVER, now);
        });
        store.close();
        site.entriesMax = 200;
        store = site.open(now);
        for (int i = 0; i < 400; i++) {
            ask("10.0." + i % 250 + "." + i / 250, "s" + i + "@example.org", 1);
        }
        long left = store.entries(Key.Kind.NETWORK_TRIPLET);
        assertThat(store.evicted()).isPositive();
        pass(WINDOW);
        assertThat(recipients()).isEqualTo(left);
    }

    @Test
    void aSuspectsMailIsCountedBySuspicion() {
        // Without a name of its host it waits longer, and its triplets say so.
        suspect("192.0.2.1ab", Entry.FIRST | Entry.MESSAGE | Entry.SUSPECT);
        suspect("192.0.2.1ac", Entry.FIRST | Entry.SUSPECT);
        pass(WINDOW);
        assertThat(store.neverCameBack(Key.Kind.TRIPLET, true)).isEqualTo(2);
        assertThat(store.messagesNeverCameBack(Key.Kind.TRIPLET, true)).isEqualTo(1);
        assertThat(recipients()).isZero();
    }

    private void suspect(String text, int mark) {
        Key key = new Key();
        byte[] octets = text.getBytes(US_ASCII);
        key.named(Key.Kind.CLIENT, octets, 0, 9);
        key.triplet(octets, 9, 10, 10, 11);
        store.step(key, (_, _) -> Entry.of(now, mark), now);
    }
}
