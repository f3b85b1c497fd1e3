package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/// What waits is sent in its order, once, and takes no more room than it may.
final class OutboxTest {
    private final Outbox outbox = new Outbox();

    private static Change change(String line, String name, String proof, Change.Meaning kind) {
        return new Change(3, 17, (line + "\n").getBytes(ISO_8859_1), name, proof, 1_800, kind);
    }

    private static Change plain(String line) {
        return change(line, "", "", Change.Meaning.NEW);
    }

    private Outbox.Batch first() {
        return outbox.first(3, _ -> true, false);
    }

    private static String text(Outbox.Batch batch) {
        StringBuilder all = new StringBuilder();
        batch.lines().forEach(lines -> all.append(new String(lines, ISO_8859_1)));
        return all.toString();
    }

    @Test
    void aChangeMayBeLongerThanThePartThatIsLeftEmpty() {
        for (int length = 10; length < 100_000; length = 3 * length) {
            String line = "N " + "x".repeat(length);
            assertThat(outbox.add(plain(line))).isTrue();
            Outbox.Batch batch = first();
            assertThat(text(batch)).isEqualTo(line + "\n");
            outbox.sent(3, batch);
            assertThat(outbox.count()).isZero();
            assertThat(first().taken()).isZero();
        }
    }

    @Test
    void whatChangesMoreThanTheStreamComesBackAsItWas() {
        assertThat(outbox.add(plain("N one"))).isTrue();
        assertThat(
                        outbox.add(
                                change(
                                        "F two",
                                        "F I \u00e4",
                                        "I 0 \u00e4",
                                        Change.Meaning.FORGOTTEN)))
                .isTrue();
        Outbox.Batch batch = first();
        assertThat(text(batch)).isEqualTo("N one\nF two\n");
        assertThat(batch.named()).hasSize(1);
        Change named = batch.named().getFirst();
        assertThat(named.toString()).isEqualTo("F two");
        assertThat(named.name()).isEqualTo("F I \u00e4");
        assertThat(named.proof()).isEqualTo("I 0 \u00e4");
        assertThat(named.kind()).isEqualTo(Change.Meaning.FORGOTTEN);
        assertThat(named.made()).isEqualTo(17);
        assertThat(named.seconds()).isEqualTo(1_800);
    }

    /// Else an engine that takes only a part would be filled by the same again and again.
    @Test
    void whatTheStreamHasIsNotForItAgain() {
        assertThat(outbox.add(change("F one", "F I a", "I 0 a", Change.Meaning.FORGOTTEN)))
                .isTrue();
        Outbox.Batch batch = first();
        outbox.added(3, batch);
        assertThat(outbox.add(plain("N two"))).isTrue();
        outbox.sent(3, Outbox.Batch.NONE); // While others are heard.
        Outbox.Batch again = first();
        assertThat(again.lines()).isEmpty();
        assertThat(again.named()).extracting(Change::toString).containsExactly("F one");
        assertThat(again.taken()).isOne();
        outbox.sent(3, again);
        assertThat(text(first())).isEqualTo("N two\n");
    }

    @Test
    void whatIsNotSentIsThereAgain() {
        assertThat(outbox.add(plain("N one"))).isTrue();
        Outbox.Batch lost = first();
        assertThat(outbox.add(plain("N two"))).isTrue();
        assertThat(text(first())).isEqualTo("N one\nN two\n");
        outbox.sent(3, lost);
        assertThat(text(first())).isEqualTo("N two\n");
        assertThat(outbox.count()).isEqualTo(1);
    }

    @Test
    void whatIsForgottenMeanwhileStaysBehind() {
        assertThat(outbox.add(plain("N one"))).isTrue();
        assertThat(outbox.add(plain("N two"))).isTrue();
        Outbox.Batch batch = outbox.first(3, change -> !change.toString().equals("N one"), true);
        assertThat(text(batch)).isEqualTo("N two\n");
        assertThat(batch.alive()).isEqualTo(1);
        outbox.sent(3, batch);
        assertThat(outbox.count()).isZero();
    }

    @Test
    void theOrderStaysWhateverComesAndGoes() {
        Random random = new Random(20_261_128);
        Deque<String> waiting = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            String line = i + "x".repeat(random.nextInt(random.nextInt(100) == 0 ? 9_000 : 100));
            assertThat(outbox.add(plain(line))).isTrue();
            waiting.add(line + "\n");
            if (random.nextInt(500) == 0) {
                sendAll(waiting, random.nextInt(3));
            }
        }
        sendAll(waiting, Integer.MAX_VALUE);
        assertThat(waiting).isEmpty();
        assertThat(outbox.count()).isZero();
    }

    private void sendAll(Deque<String> waiting, int rounds) {
        for (int i = 0; i < rounds && outbox.count() > 0; i++) {
            Outbox.Batch batch = first();
            List<String> expected = new ArrayList<>();
            for (int n = 0; n < batch.taken(); n++) {
                expected.add(waiting.remove());
            }
            assertThat(text(batch)).isEqualTo(String.join("", expected));
            outbox.sent(3, batch);
        }
    }

    @Test
    void itIsBoundedAndHasRoomAgainOnceAllIsSent() {
        Change change = plain("N " + "x".repeat(1_000));
        int fit = 0;
        while (outbox.add(change)) {
            fit++;
        }
        assertThat(fit).isBetween(28_000, 33_000);
        assertThat(outbox.isFull()).isTrue();
        while (outbox.count() > 0) {
            outbox.sent(3, first());
        }
        assertThat(outbox.isHalfFull()).isFalse();
        for (int i = 0; i < fit; i++) {
            assertThat(outbox.add(change)).isTrue();
        }
    }
}
