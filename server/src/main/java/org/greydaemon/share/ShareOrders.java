package org.greydaemon.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.function.LongSupplier;

/// What others want of the thread `share`: that it ends, or takes what was fed until now. That
/// thread asks, and rests only as long as nobody wants anything. Safe for use by several threads.
final class ShareOrders {
    private static final long SETTLE_MILLIS = 5_000;

    private final LongSupplier nanos;

    @GuardedBy("this")
    private boolean isStopping;

    @GuardedBy("this")
    private boolean isHurried;

    // Nobody takes what is fed any more.
    @GuardedBy("this")
    private boolean hasEnded;

    // How often somebody has begun to wait until what was fed is taken, and up to which of them it
    // is.
    @GuardedBy("this")
    private long settleAsked;

    @GuardedBy("this")
    private long settleDone;

    /// @param nanos a clock that nobody sets
    ShareOrders(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// It is to end, while mail is still answered.
    synchronized void endSoon() {
        isStopping = true;
        isHurried = true;
        notifyAll();
    }

    /// It is to end.
    ///
    /// @return whether {@link #endSoon} has said so before
    synchronized boolean end() {
        isStopping = true;
        notifyAll();
        return isHurried;
    }

    synchronized boolean isStopping() {
        return isStopping;
    }

    /// Nobody takes what is fed any more, and nobody waits for that.
    synchronized void hasEnded() {
        hasEnded = true;
        notifyAll();
    }

    /// Waits, or returns as soon as somebody wants something. To return early does no harm.
    synchronized void rest(long millis) {
        try {
            for (long left = millis;
                    left > 0 && !isStopping && settleAsked == settleDone;
                    left = 0) {
                wait(left);
            }
        } catch (InterruptedException e) {
            isStopping = true;
        }
    }

    /// Returns when what was changed before would be told even if the process died now; after some
    /// seconds at the latest, or when this has ended.
    ///
    /// @return whether it would
    synchronized boolean settle() {
        long asked = ++settleAsked;
        notifyAll();
        long end = nanos.getAsLong() + 1_000_000 * SETTLE_MILLIS;
        try {
            for (long left = SETTLE_MILLIS; settleDone < asked && !hasEnded && left > 0; ) {
                wait(left);
                left = (end - nanos.getAsLong()) / 1_000_000;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return settleDone >= asked;
    }

    /// Who waits until what was fed is taken.
    ///
    /// @param number up to whom
    /// @param isWanted whether somebody does, or it ends
    record Settling(long number, boolean isWanted) {}

    /// Who waits now. What is taken after this is called is all that they wait for.
    synchronized Settling settling() {
        return new Settling(settleAsked, settleAsked != settleDone || isStopping);
    }

    /// What was fed before {@link #settling} is taken.
    synchronized void settled(Settling whose) {
        settleDone = whose.number();
        notifyAll();
    }
}
