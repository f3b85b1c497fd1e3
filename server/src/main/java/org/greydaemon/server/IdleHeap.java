package org.greydaemon.server;

import java.util.function.LongSupplier;

/// Gives back the heap that a crowd of connections needed for a while. The collector that is right
/// for so small a heap returns memory in a full collection only, and has no reason for one: so one
/// is asked for when nobody has allocated much for some seconds and there is something to find. It
/// stops every thread for about 10 ms, never twice for the same memory. Confined to one thread.
public final class IdleHeap {
    /// How many looks in a row must find that nothing was collected.
    static final int QUIET_LOOKS = 5;

    /// What is worth a collection, in octets, beyond as much as was left by the last one.
    static final long WORTH = 1 << 20;

    private final LongSupplier used;
    private final Runnable collect;
    private long usedBefore;
    private long left;
    private int quietLooks;

    /// Of this JVM.
    public IdleHeap() {
        this(IdleHeap::usedOctets, System::gc);
    }

    /// @param used octets of the heap, with what nobody refers to any more
    /// @param collect a full collection
    IdleHeap(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
    }

    private static long usedOctets() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// Looks whether now is the time; to be called about once a second.
    public void everySecond() {
        long now = used.getAsLong();
        // Only a collection makes it less: somebody is at work.
        quietLooks = now < usedBefore ? 0 : quietLooks + 1;
        usedBefore = now;
        if (quietLooks >= QUIET_LOOKS && now > left + left / 4 + WORTH) {
            collect.run();
            left = used.getAsLong();
            usedBefore = left;
            quietLooks = 0;
        }
    }
}
