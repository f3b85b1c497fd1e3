package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;

/// A question that came twice (qmail's clients ask again after a second) and is judged by two
/// threads at the same moment, entry by entry in any order: each entry is looked at and changed in
/// one step, and that is enough.
@Timeout(120)
final class DuplicateQuestionTest {
    private static final long SEED = Long.getLong("seed", 20_261_130L);
    private static final int ROUNDS = 200;
    private static final long NOW = 1_000_000;
    private static final long LATER = NOW + 2_000;
    private static final String[] RECIPIENTS = {"a@c.test", "b@c.test", "c@c.test", "d@c.test"};

    /// What is remembered of the message when it is asked about.
    enum Before {
        NOTHING(0, 0),
        EARLY(10, 4),
        MATURED(2_400, 4),
        SOME_MATURED(2_400, 2),
        LATE(90_000, 4),
        SOME_LATE(90_000, 2);

        private final long ago;
        private final int recipients;

        Before(long ago, int recipients) {
            this.ago = ago;
            this.recipients = recipients;
        }

        MapMemory memory(Rules rules, boolean suspect) {
            MapMemory memory = new MapMemory();
            if (recipients > 0) {
                String[] known = List.of(RECIPIENTS).subList(0, recipients).toArray(String[]::new);
                rules.judge(question(suspect, known), memory, NOW - ago, new Decision(4));
            }
            return memory;
        }
    }

    private static Attempt question(boolean suspect, String... recipients) {
        Attempt attempt = Attempts.attempt("192.0.2.7", "alice@b.test", recipients);
        attempt.evidence().hosts(suspect ? List.of() : List.of("mx.b.test"));
        attempt.evidence().spf(suspect ? Evidence.Spf.NONE : Evidence.Spf.PASS);
        return attempt;
    }

    /// One of the threads: it stops before each look at the memory until it is its turn.
    private static final class Asker implements Memory {
        private final MapMemory memory;
        private final Semaphore turn = new Semaphore(0);
        private final Semaphore waits = new Semaphore(0);
        private final Decision decision = new Decision(4);
        private volatile boolean isDone;

        Asker(MapMemory memory) {
            this.memory = memory;
        }

        void ask(Rules rules, Attempt attempt, long now) {
            Thread.ofVirtual()
                    .start(() -> {
                        rules.judge(attempt, this, now, decision);
                        isDone = true;
                        waits.release();
                    });
            waits.acquireUninterruptibly();
        }

        @Override
        public boolean mayHold(Key.Kind kind) {
            return memory.mayHold(kind);
        }

        @Override
        public long step(Key key, Rule rule, long now) {
            waits.release();
            turn.acquireUninterruptibly();
            return memory.step(key, rule, now);
        }

        void goOn() {
            turn.release();
            waits.acquireUninterruptibly();
        }
    }

    /// @param skew how many seconds older the second one's time is: it read the clock first
    private static List<Decision> both(
            Rules rules, MapMemory memory, boolean suspect, long skew, Random random) {
        Asker one = new Asker(memory);
        Asker other = new Asker(memory);
        one.ask(rules, question(suspect, RECIPIENTS), NOW);
        other.ask(rules, question(suspect, RECIPIENTS), NOW - skew);
        while (!one.isDone || !other.isDone) {
            Asker next = other.isDone || (!one.isDone && random.nextBoolean()) ? one : other;
            next.goOn();
        }
        return List.of(one.decision, other.decision);
    }

    private static void check(Rules rules, Before before, boolean suspect, boolean isOrdered) {
        MapMemory ordered = before.memory(rules, suspect);
        Decision alone = new Decision(4);
        rules.judge(question(suspect, RECIPIENTS), ordered, NOW, alone);
        Decision second = new Decision(4);
        rules.judge(question(suspect, RECIPIENTS), ordered, NOW, second);
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            MapMemory memory = before.memory(rules, suspect);
            List<Decision> both = both(rules, memory, suspect, round % 2, random);
            String which = "seed %d, round %d".formatted(SEED, round);
            if (isOrdered) {
                assertThat(both).as(which).allMatch(its -> its.accepts() == alone.accepts());
                assertThat(second.accepts()).isEqualTo(alone.accepts());
            }
            assertThat(memory.times()).as(which).hasSameSizeAs(ordered.times());
            for (Map.Entry<String, Long> entry : memory.times().entrySet()) {
                assertThat(ordered.times()).as(which).containsKey(entry.getKey());
                long its = ordered.times().getOrDefault(entry.getKey(), 0L);
                assertThat(Entry.time(entry.getValue()))
                        .as("%s, %s", which, entry.getKey())
                        .isBetween(Entry.time(its) - 1, Entry.time(its));
            }
            Decision retry = new Decision(4);
            rules.judge(question(suspect, RECIPIENTS), memory, LATER, retry);
            assertThat(retry.accepts()).as(which + ", its retry").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothAnswersSayTheSameAndEntriesAreThoseOfOne(Before before) {
        check(AllIdentities.after(300), before, false, true);
        check(AllIdentities.after(240), before, true, true);
    }

    /// By the original's rules a message proves its client even where it has to wait for another
    /// recipient, so one that is asked about twice may pass the second time, in whatever order.
    @ParameterizedTest
    @EnumSource
    void theOriginalsAnswersMayDifferOnlyWhereTheyDoOneAfterTheOther(Before before) {
        Rules rules = new OriginalRules(new RetryWindow(300, 43_200), new Retention(604_800));
        check(rules, before, false, before != Before.SOME_MATURED);
    }
}
