package org.greydaemon.share;

import java.util.function.LongSupplier;

/// The engine's time, which all hosts of a site go by, as clocks of ours that nobody sets and the
/// difference found when they were last compared: who sets our wall clock must not have others lose
/// what they wait for meanwhile. Confined to `share`.
final class EngineClock {
    /// By how much clocks may differ without anybody minding, in seconds.
    static final long SKEW_SECONDS = 2;

    /// How often it is asked for the time at most.
    private static final int QUESTIONS = 5;

    /// An answer within so many milliseconds is exact enough.
    private static final long QUICK_MILLIS = 5;

    /// So far apart the wall clock and the time that we go by are only where it was just set, or is
    /// impossible (docs/adr/0017): a drift is followed from 2 s on.
    private static final long APART_MILLIS = 5_000;

    /// Says what time it is.
    @FunctionalInterface
    interface Asked {
        /// In milliseconds since 1970.
        long millis() throws EngineException;
    }

    private final Host host;
    private final EngineHealth health;
    private boolean saidSkew;

    // What was found when they were compared.
    private boolean isCompared;
    private long skewMillis;
    private long toEngine;

    // What was to be added to the steady clock to get the engine's time then.
    private long aheadMillis;

    // By how much our wall clock was ahead of the store's then.
    private long offset;

    EngineClock(Host host, EngineHealth health) {
        this.host = host;
        this.health = health;
    }

    /// The engine's time in seconds since 1970.
    long seconds() {
        return host.now().getAsLong() + aheadOfStore();
    }

    /// What to add to a time of the store's to get the engine's, in seconds.
    long aheadOfStore() {
        return host.wallOffsetSeconds().getAsLong() + toEngine();
    }

    /// The engine's time in milliseconds since 1970.
    long millis() {
        return millis(host.steadyMillis().getAsLong());
    }

    /// The engine's time in milliseconds since 1970.
    ///
    /// @param steady when, by the clock that nobody sets
    long millis(long steady) {
        long ahead = isCompared ? aheadMillis : ours() - host.steadyMillis().getAsLong();
        return steady + ahead;
    }

    /// What to add to our wall clock to get the engine's, in milliseconds.
    long skewMillis() {
        return skewMillis - 1000 * setSince();
    }

    /// What to add to an entry's time by our wall clock to get the engine's, in seconds: 0 where
    /// the difference is too small for anybody to mind.
    long toEngine() {
        return toEngine - setSince();
    }

    /// By how many seconds our wall clock was set since they were compared: the engine's was not.
    private long setSince() {
        return isCompared ? host.wallOffsetSeconds().getAsLong() - offset : 0;
    }

    /// The wall clock that we go by, in milliseconds: the one that the files have.
    private long ours() {
        long wall = host.wallMillis().getAsLong();
        long followed = 1000 * (host.now().getAsLong() + host.wallOffsetSeconds().getAsLong());
        return Math.abs(wall - followed) <= APART_MILLIS ? wall : followed;
    }

    /// How long changes are kept in the streams, in seconds: as long as a retry could pass.
    long window() {
        return host.lifetimes().get().tripletWindow() + 2 * ShareProgress.AGAIN_SECONDS;
    }

    /// What is older than this, in milliseconds of the engine's time, goes from the streams.
    long trimMillis() {
        return Math.max(1, millis() - 1000 * window());
    }

    /// Whether our wall clock was set since it was compared, so that the difference is another one.
    boolean isSet() {
        return Math.abs(setSince()) > SKEW_SECONDS;
    }

    /// Compares both clocks, and says so if they differ.
    void compare(Engine engine) throws EngineException {
        long offsetNow = host.wallOffsetSeconds().getAsLong();
        long oursAhead = ours() - host.steadyMillis().getAsLong();
        long skew = difference(this::ours, engine::millis);
        long seconds = Math.round(skew / 1000.0);
        boolean differs = Math.abs(seconds) > SKEW_SECONDS;
        long known = toEngine();
        toEngine = Math.abs(seconds - known) <= SKEW_SECONDS ? known : differs ? seconds : 0;
        skewMillis = skew;
        aheadMillis = oursAhead + skew;
        offset = offsetNow;
        isCompared = true;
        if (differs && !saidSkew) {
            health.tell(
                    "its clock differs from ours by "
                            + seconds
                            + " s, which is corrected; see that NTP runs on both");
        }
        saidSkew = differs;
    }

    /// By how much somebody's clock is ahead of ours, in milliseconds; 0 if it may be none. Nobody
    /// knows when in between the question was answered: of some questions the one counts that took
    /// least, and what is less than half of that is no difference (Cristian, 1989). On a busy
    /// machine the first one takes half a second, and an operator's word would seem to be older
    /// than that of another host before it.
    static long difference(LongSupplier ours, Asked theirs) throws EngineException {
        long least = Long.MAX_VALUE;
        long difference = 0;
        for (int i = 0; i < QUESTIONS && least > QUICK_MILLIS; i++) {
            long before = ours.getAsLong();
            long answer = theirs.millis();
            long took = ours.getAsLong() - before;
            if (took >= 0 && took < least) { // Else our clock was set meanwhile.
                least = took;
                difference = answer - before - took / 2;
            }
        }
        return Math.abs(difference) <= least / 2 + 1 ? 0 : difference;
    }
}
