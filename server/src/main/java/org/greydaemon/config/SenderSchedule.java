package org.greydaemon.config;

import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.RetryWindow;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/// When a sender retries a message that is deferred.
///
/// @param name the mail service or mail server
/// @param kind how that is known: `webmail-measured-2015/16`, `mta-default`; or `attacker`
/// @param addresses how many addresses one message was seen from; empty if nobody knows
/// @param attempts how many attempts were seen
/// @param offsets its retries, in seconds after the first attempt, ascending
public record SenderSchedule(
        String name, String kind, OptionalInt addresses, int attempts, List<Long> offsets) {
    /// When messages pass, in seconds after the first attempt; empty if they never do.
    ///
    /// @param median half of the messages have passed by then
    /// @param most 95 of 100 have
    public record Passes(OptionalLong median, OptionalLong most) {}

    /// Messages that are played; another number of thousands moves the figures by less than the
    /// steps between retries.
    private static final int MESSAGES = 2000;

    private static final long SEED = 20_261_123;
    private static final double MEDIAN = 0.5;
    private static final double MOST = 0.95;

    /// Says how many addresses there are at least, where others were counted.
    private static final String STATEMENT = "provider-statement";

    private static final String ATTACKER = "attacker";

    /// Whether it is better kept out.
    public boolean isAttacker() {
        return kind.equals(ATTACKER);
    }

    /// How many of its retries come before a time, in seconds after the first attempt.
    long retriesBefore(long seconds) {
        return offsets.stream().filter(offset -> offset < seconds).count();
    }

    /// When messages pass if each address is a client of its own. Each attempt comes from one of a
    /// pool by chance; how large that may be {@link PoolSizes} says.
    public Passes passesByAddress(RetryWindow window) {
        if (addresses.orElse(0) == 1) {
            return passesByNetwork(window);
        }
        return passes(
                window, PoolSizes.seen(addresses, kind.equals(STATEMENT), attempts), MESSAGES);
    }

    /// When messages pass if all addresses lie in one network, which is the client.
    public Passes passesByNetwork(RetryWindow window) {
        return passes(window, PoolSizes.of(1), 1);
    }

    private Passes passes(RetryWindow window, PoolSizes sizes, int messages) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] times = new long[messages];
        for (int i = 0; i < messages; i++) {
            times[i] = play(window, sizes.draw(random), random);
        }
        Arrays.sort(times);
        return new Passes(time(times, MEDIAN), time(times, MOST));
    }

    private static OptionalLong time(long[] times, double share) {
        long time = times[(int) (share * times.length)];
        return time == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(time);
    }

    /// One message; the greatest number if it never passes.
    private long play(RetryWindow window, int pool, SplittableRandom random) {
        long[] firstSeen = new long[pool];
        Arrays.fill(firstSeen, Memory.NEVER);
        firstSeen[0] = 0;
        for (long now : offsets) {
            int client = random.nextInt(pool);
            Reason reason = window.judge(firstSeen[client], now);
            if (reason.accepts()) {
                return now;
            }
            if (reason.startsClock()) {
                firstSeen[client] = now;
            }
        }
        return Long.MAX_VALUE;
    }
}
