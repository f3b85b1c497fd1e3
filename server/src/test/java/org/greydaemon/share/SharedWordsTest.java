package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Whom operators allow is the same on all hosts, however wrong the clock of one of them is.
final class SharedWordsTest {
    private static final long NOW = 1_800_000_000;
    private static final long DAY = 86_400;

    // The engine's time, in seconds.
    private long now = NOW;

    /// A host and what it remembers of its operators' words.
    private final class Mx implements SharedAllowed {
        private AllowedLines lines = AllowedLines.NONE;

        // By how much its clock is ahead, in seconds.
        private long ahead;

        // What it believes of that.
        private long corrected;
        private final SharedWords words;

        Mx(long ahead) {
            this.ahead = ahead;
            corrected = ahead;
            words =
                    new SharedWords(
                            this,
                            () -> 1000 * (now + this.ahead - corrected),
                            () -> -1000 * corrected,
                            () -> Math.abs(corrected) > 2 ? -corrected : 0,
                            (_, _) -> {});
        }

        long wall() {
            return now + ahead;
        }

        /// Its clock is set right, which it notices.
        void setClock() {
            ahead = 0;
            corrected = 0;
        }

        @Override
        public AllowedLines allowed() {
            return lines;
        }

        @Override
        public Taken take(Collection<AllowedWord> words) throws IOException {
            AllowedLines before = lines;
            lines = before.merged(words, wall());
            return new Taken(before, lines);
        }

        void allow(String whom, long seconds) throws IOException, MistakeException {
            AllowedWord word = AllowedWord.of(whom, true, wall() + seconds, "root", 0);
            lines = lines.with(List.of(word.whom()), wall());
        }

        void disallow(String whom) throws MistakeException {
            AllowedWord word = AllowedWord.of(whom, false, Exemption.FOREVER, "", 0);
            lines = lines.without(word.whom(), wall());
        }

        /// The lines that it sends.
        List<String> sends() {
            Outbox outbox = new Outbox();
            words.take();
            words.send(outbox);
            List<String> all = new ArrayList<>();
            for (Change change : outbox.first(SharedWords.SHARD, _ -> true, false).named()) {
                all.add(change.toString());
                engine.remove(change.proof());
                engine.merge(change.name(), change.seconds(), Math::max);
            }
            return all;
        }

        void hears(List<String> lines) {
            lines.forEach(line -> assertThat(words.hear(line)).as(line).isTrue());
            words.take();
        }

        /// Connects anew.
        ///
        /// @return what it sends
        List<String> compares() {
            Map<Object, AllowedWord> theirs = new HashMap<>();
            List<String> over = new ArrayList<>();
            List<Timed> all = new ArrayList<>();
            engine.forEach((member, made) -> all.add(new Timed(member, made)));
            words.read(all, theirs, over);
            over.forEach(engine::remove);
            words.compare(theirs);
            return sends();
        }
    }

    // Members by when they were said, in milliseconds.
    private final Map<String, Long> engine = new HashMap<>();

    private final Mx right = new Mx(0);
    private final Mx ahead = new Mx(40 * DAY);

    @Test
    void aClockThatIsAheadEndsNothingElsewhere() throws Exception {
        right.allow("client 192.0.2.1", 30 * DAY);
        right.sends();
        assertThat(ahead.compares()).isEmpty();
        assertThat(ahead.lines.size()).as("it passes there too").isOne();
        ahead.allow("client 192.0.2.2", 60);
        assertThat(ahead.sends())
                .containsExactly("A %d000 %d client 192.0.2.2\troot".formatted(NOW, NOW + 60));
        assertThat(ahead.compares()).isEmpty();
        assertThat(right.compares()).isEmpty();
        assertThat(right.lines.size()).isEqualTo(2);
    }

    @Test
    void whatHasComeToItsEndHereIsNotDisallowedElsewhere() throws Exception {
        right.allow("client 192.0.2.1", 600);
        right.sends();
        ahead.corrected = 0; // Nobody has compared it yet.
        ahead.compares();
        ahead.allow("client 192.0.2.2", 600);
        assertThat(ahead.sends()).noneMatch(line -> line.startsWith("D"));
        assertThat(ahead.compares()).noneMatch(line -> line.startsWith("D"));
        right.compares();
        assertThat(right.lines.words()).extracting(AllowedWord::passes).doesNotContain(false);
        assertThat(right.lines.size()).isEqualTo(2);
    }

    @Test
    void whatIsOverStaysSoOnAllAndAnOlderWordDoesNotHoldAgain() throws Exception {
        Mx away = new Mx(0);
        away.allow("client 192.0.2.1", 90 * DAY);
        away.sends();
        right.compares();
        now++;
        right.allow("client 192.0.2.1", 60);
        right.sends();
        now += 60;
        right.allow("client 192.0.2.2", 60);
        right.sends();
        assertThat(right.lines.size()).isOne();
        assertThat(away.compares()).isEmpty();
        assertThat(right.compares()).isEmpty();
        assertThat(away.lines.size()).isOne();
    }

    @Test
    void aClockThatWasAheadKeepsNobodyFromBeingDisallowed() throws Exception {
        right.allow("client 192.0.2.1", 30 * DAY);
        right.allow("client 192.0.2.2", 30 * DAY);
        right.sends();
        ahead.compares();
        ahead.allow("client 192.0.2.3", 30 * DAY);
        ahead.sends();
        ahead.setClock();
        now += 60;
        right.disallow("client 192.0.2.1");
        ahead.hears(right.sends());
        assertThat(ahead.lines.size()).isEqualTo(2);
        ahead.compares();
        right.compares();
        assertThat(right.lines.size()).as("the disallow stands").isEqualTo(2);
        now = NOW + 30 * DAY;
        assertThat(right.lines.merged(List.of(), now).words())
                .extracting(AllowedWord::until)
                .containsOnly(NOW + 30 * DAY, Exemption.FOREVER);
        assertThat(ahead.lines.merged(List.of(), now).words())
                .extracting(AllowedWord::until)
                .containsOnly(NOW + 30 * DAY, Exemption.FOREVER);
    }

    @Test
    void nobodyIsToldOfATimeToCome() throws Exception {
        ahead.allow("client 192.0.2.1", 60);
        ahead.setClock();
        assertThat(ahead.compares())
                .containsExactly(
                        "A %d000 %d client 192.0.2.1\troot".formatted(NOW, NOW + 40 * DAY + 60));
        now += 60;
        right.compares();
        right.disallow("client 192.0.2.1");
        right.sends();
        now += 60;
        assertThat(right.compares()).isEmpty();
        assertThat(right.lines.size()).isZero();
        assertThat(ahead.compares()).isEmpty();
        assertThat(ahead.lines.size()).isZero();
    }

    @Test
    void whatIsSaidAfterTheClockWasSetHoldsThoughThereIsALaterTime() throws Exception {
        ahead.allow("client 192.0.2.1", 60);
        ahead.sends();
        ahead.setClock();
        now += 60;
        ahead.allow("client 192.0.2.1", 7 * DAY);
        ahead.sends();
        right.compares();
        assertThat(ahead.compares()).isEmpty();
        assertThat(ahead.lines.words())
                .extracting(AllowedWord::made, AllowedWord::until)
                .containsExactly(tuple(1000 * now, now + 7 * DAY));
        assertThat(right.lines.words())
                .extracting(AllowedWord::made, AllowedWord::until)
                .containsExactly(tuple(1000 * now, now + 7 * DAY));
    }

    @Test
    void clocksThatDriftTellNobodyAnotherEnd() throws Exception {
        right.allow("client 192.0.2.1", 600);
        right.sends();
        Mx late = new Mx(-2);
        assertThat(late.compares()).isEmpty();
        late.ahead = -3; // Now ends are corrected.
        late.corrected = -3;
        assertThat(late.compares()).isEmpty();
        assertThat(engine).containsOnlyKeys("A %d client 192.0.2.1\troot".formatted(NOW + 600));
    }

    /// Whoever may write to the engine may say as much as he likes.
    @Test
    void nobodyReadsMoreThanThereIsRoomFor() throws Exception {
        String word = "A 0 client 192.0.2.1\t" + "x".repeat(10_000);
        String page = "*2\r\n" + TinyEngine.text(TinyEngine.COUNTED) + "*200\r\n";
        page += (TinyEngine.text(word) + TinyEngine.text("1")).repeat(100);
        try (TinyEngine tiny = TinyEngine.start(Map.of("ZSCAN", page));
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            new Mx(0).words.compare(engine);
            assertThat(tiny.asked().get("ZSCAN")).isLessThan(50);
        }
    }
}
