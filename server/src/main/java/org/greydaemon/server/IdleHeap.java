package org.greydaemon.server;

import java.lang.ref.WeakReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Gives back the heap that a crowd of connections needed for a while. The collector that is right
/// for so small a heap returns memory in a full collection only, and has no reason for one: so one
/// is asked for when the heap is far larger than a daemon's needs to be and nobody has allocated
/// much for some seconds. It stops every thread for 10 to 20 ms: a daemon that answers without a
/// crowd never sees one, and one that needs much gets one every ten minutes at most, while nothing
/// happens. Confined to one thread.
public final class IdleHeap {
    /// How many looks in a row must find that nothing was collected.
    static final int QUIET_LOOKS = 5;

    /// After how many looks it is tried again even if little was found the last time.
    static final int LONG_LOOKS = 600;

    /// A heap up to this size is left alone, in octets; that of a daemon that answers is about half
    /// as large.
    static final long SMALL = 20 << 20;

    private final BooleanSupplier wasCollected;
    private final LongSupplier size;
    private final Runnable collect;
    private long sizeLeft;
    private int quietLooks;

    /// Of this JVM.
    public IdleHeap() {
        this(collected(), () -> Runtime.getRuntime().totalMemory(), System::gc);
    }

    /// @param wasCollected whether anything was collected since it was last asked
    /// @param size octets that the heap takes
    /// @param collect a full collection
    IdleHeap(BooleanSupplier wasCollected, LongSupplier size, Runnable collect) {
        this.wasCollected = wasCollected;
        this.size = size;
        this.collect = collect;
    }

    /// Whether this JVM has collected anything since the last question.
    static BooleanSupplier collected() {
        return new Canary()::isDead;
    }

    /// What the next collection takes, however small it is.
    private static final class Canary {
        private WeakReference<Object> last = new WeakReference<>(new Object());

        boolean isDead() {
            boolean isDead = last.refersTo(null);
            if (isDead) {
                last = new WeakReference<>(new Object());
            }
            return isDead;
        }
    }

    /// Looks whether now is the time; to be called about once a second.
    public void everySecond() {
        // Somebody is at work, or a list is being read again.
        quietLooks = wasCollected.getAsBoolean() ? 0 : quietLooks + 1;
        // What was in use when it was last collected may have gone since.
        long expected = quietLooks < LONG_LOOKS ? sizeLeft / 4 * 5 : 0;
        if (quietLooks >= QUIET_LOOKS && size.getAsLong() > Math.max(SMALL, expected)) {
            collect.run();
            sizeLeft = size.getAsLong();
            quietLooks = 0;
        }
    }
}
