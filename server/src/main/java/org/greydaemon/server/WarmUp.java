package org.greydaemon.server;

import java.util.function.LongSupplier;

/// Does something once the JVM has compiled what answers: until then its compilers are what answers
/// wait for, from then on they are in the way. Confined to one thread.
public final class WarmUp {
    /// So many answers are enough, see {@link org.greydaemon.Rehearsal}, and some more for what is
    /// seldom.
    static final long ANSWERS = 100_000;

    private final LongSupplier answers;
    private final Runnable warm;
    private boolean isWarm;

    /// @param answers how many were given since the start
    /// @param warm what is done then, once
    public WarmUp(LongSupplier answers, Runnable warm) {
        this.answers = answers;
        this.warm = warm;
    }

    /// Looks whether it is time; to be called about once a second.
    public void everySecond() {
        if (!isWarm && answers.getAsLong() >= ANSWERS) {
            isWarm = true;
            warm.run();
        }
    }
}
