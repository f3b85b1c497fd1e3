package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;

/// Threads that have lines written at the same moment.
final class LinesByThreadTest {
    /// More than there are writers, so that some share one.
    private static final int THREADS = 12;

    private static final int LINES = 500;

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Lines log =
            (octets, length) -> lines.add(new String(octets, 0, length, ISO_8859_1));

    private interface Each {
        void decide(int thread);
    }

    private static void atOnce(Each each) throws Exception {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<FutureTask<Integer>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            FutureTask<Integer> task =
                    new FutureTask<>(() -> {
                        int place = start.await();
                        each.decide(thread);
                        return place;
                    });
            all.add(task);
            Thread.ofPlatform().start(task);
        }
        for (FutureTask<Integer> task : all) {
            assertThat(task.get()).isNotNegative();
        }
    }

    /// Two recipients, and a different sender for each thread, in lines of different lengths.
    private static Attempt attempt(int thread) {
        Attempt attempt = new Attempt(1000, 2);
        attempt.start(new Source(Source.Protocol.POLICY));
        byte[] text = ("192.0.2.1" + sender(thread) + "bob@example.net").getBytes(ISO_8859_1);
        int senderTo = 9 + sender(thread).length();
        attempt.client(text, 0, 9);
        attempt.sender(text, 9, senderTo);
        attempt.recipient(text, senderTo, text.length);
        attempt.recipient(text, senderTo + 1, text.length);
        return attempt;
    }

    private static String sender(int thread) {
        return "s".repeat(3 * thread + 1) + "@" + (char) ('a' + thread) + ".example";
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void linesHoldNothingOfOthersAndThoseOfAnAttemptStayTogether(LogFormat format)
            throws Exception {
        Map<List<String>, Integer> left = new HashMap<>();
        for (int thread = 0; thread < THREADS; thread++) {
            List<String> its = new ArrayList<>();
            Attempt attempt = attempt(thread);
            format.decisions((octets, length) -> its.add(new String(octets, 0, length, ISO_8859_1)))
                    .decided(attempt, deferred(attempt), 1000);
            left.put(its, LINES);
        }
        assertThat(left).hasSize(THREADS);
        DecisionLog decisions = format.decisions(log);
        atOnce(thread -> {
            Attempt attempt = attempt(thread);
            Decision decision = deferred(attempt);
            for (int i = 0; i < LINES; i++) {
                decisions.decided(attempt, decision, 1000);
            }
        });
        int each = left.keySet().iterator().next().size();
        List<String> all = List.copyOf(lines);
        assertThat(all).hasSize(THREADS * LINES * each);
        for (int i = 0; i < all.size(); i += each) {
            left.merge(all.subList(i, i + each), -1, Integer::sum);
        }
        assertThat(left).hasSize(THREADS).values().containsOnly(0);
    }

    private static Decision deferred(Attempt attempt) {
        Decision decision = new Decision(2);
        decision.start();
        new ModernRules(new RetryWindow(300, 43_200), new Retention(1000))
                .judge(attempt, (_, _, _) -> Memory.NEVER, 1000, decision);
        return decision;
    }

    @ParameterizedTest
    @EnumSource(LogFormat.class)
    void malformedRequestsOfAllThreadsTogetherGetOneBurstOfLines(LogFormat format)
            throws Exception {
        DecisionLog decisions = format.decisions(log);
        atOnce(thread -> {
            Attempt attempt = attempt(thread);
            attempt.fault(Attempt.Fault.NO_RECIPIENT);
            Decision decision = new Decision(1);
            decision.start();
            for (int i = 0; i < LINES; i++) {
                decisions.decided(attempt, decision, 1000);
            }
        });
        assertThat(lines).hasSize(OriginalLines.MALFORMED_BURST);
    }
}
