package org.greydaemon.system;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// Memory outside the Java heap in pieces, cut from large blocks. Safe for use by several threads.
///
/// An arena of the JDK for each piece would do, but: it writes zeros to all of it at once; to close
/// it stops every thread for a moment; and pieces that lie here and there are backed by pages of 4
/// KiB, while of blocks the system makes pages of 2 MiB. On a virtual machine whose page tables are
/// shadowed, the first touch of a small page is dear, and a look at a random place waits for its
/// translation too (docs/adr/0026).
public final class PagePool {
    /// An eighth: of what is in use, so much is kept ready; of what is more, so much goes at a
    /// time.
    private static final int SHARE = 8;

    /// Where blocks come from.
    @FunctionalInterface
    public interface BlockSource {
        /// Memory that is zero, aligned to a page.
        ///
        /// @param arena gives it back when it is closed
        /// @param size in octets
        /// @throws OutOfMemoryError if there is none
        MemorySegment zero(Arena arena, long size);
    }

    private final BlockSource source;
    private final ReentrantLock lock = new ReentrantLock();
    private final Arena arena = Arena.ofShared();

    @GuardedBy("lock")
    private final List<PageBlock> blocks = new ArrayList<>();

    /// The least that was idle since the last trim, in octets.
    @GuardedBy("lock")
    private long leastIdle = Long.MAX_VALUE;

    /// Takes blocks from the system.
    public PagePool() {
        this(Pages::zero);
    }

    /// @param source where blocks come from
    public PagePool(BlockSource source) {
        this.source = source;
    }

    /// Takes a piece that is zero. What is taken first lies at the beginning of the first block,
    /// which is in small pages: a small store does not take 2 MiB.
    ///
    /// @param size in octets
    /// @return aligned to a long
    /// @throws OutOfMemoryError if the system has none
    public MemorySegment take(long size) {
        if (size < PageBlock.UNIT) {
            return Arena.ofAuto().allocate(size, Long.BYTES);
        }
        lock.lock();
        try {
            MemorySegment piece = cut(size);
            leastIdle = Math.min(leastIdle, idle());
            return piece;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private MemorySegment cut(long size) {
        for (PageBlock block : blocks) {
            MemorySegment piece = block.take(size);
            if (piece != null) {
                return piece;
            }
        }
        PageBlock block = new PageBlock(source, arena, size, blocks.isEmpty());
        blocks.add(block);
        MemorySegment piece = block.take(size);
        if (piece == null) {
            throw new IllegalStateException("no room for " + size + " octets in a new block");
        }
        return piece;
    }

    /// Gives a piece back; nobody may touch it any more. The system has its pages only when they
    /// are still in no use after a while ({@link #trim}).
    ///
    /// @param piece of {@link #take}
    public void give(MemorySegment piece) {
        if (piece.byteSize() < PageBlock.UNIT) {
            return;
        }
        lock.lock();
        try {
            for (PageBlock block : blocks) {
                if (block.has(piece)) {
                    block.give(piece);
                    return;
                }
            }
            throw new IllegalStateException("a piece at " + piece.address() + " of another pool");
        } finally {
            lock.unlock();
        }
    }

    /// Gives pages back to the system that nobody has needed since the last call, a few each time:
    /// what comes and goes would only be fetched again, at the price of a first touch. The last
    /// ones first, since the first ones are taken first. The lock is held for one large page at a
    /// time, since an answer may wait for it.
    public void trim() {
        long surplus = surplus();
        if (surplus <= 0) {
            return;
        }
        long rest = Math.max(PageBlock.HUGE, surplus / SHARE);
        for (PageBlock block : copyOfBlocks().reversed()) {
            for (int i = block.hugePages() - 1; i >= 0 && rest > 0; i--) {
                rest -= giveBack(block, i);
            }
        }
    }

    /// The octets that nobody has needed since the last call, but for what may well be needed next.
    private long surplus() {
        lock.lock();
        try {
            long least = Math.min(leastIdle, idle());
            leastIdle = Long.MAX_VALUE;
            return least - Math.max(PageBlock.HUGE, taken() / SHARE);
        } finally {
            lock.unlock();
        }
    }

    private long giveBack(PageBlock block, int hugePage) {
        lock.lock();
        try {
            return block.giveBack(hugePage);
        } finally {
            lock.unlock();
        }
    }

    private List<PageBlock> copyOfBlocks() {
        lock.lock();
        try {
            return List.copyOf(blocks);
        } finally {
            lock.unlock();
        }
    }

    /// The octets of all pieces that are in use.
    public long taken() {
        lock.lock();
        try {
            return blocks.stream().mapToLong(PageBlock::taken).sum();
        } finally {
            lock.unlock();
        }
    }

    /// The octets that are in no use and have not been given back to the system.
    public long idle() {
        lock.lock();
        try {
            return blocks.stream().mapToLong(PageBlock::idle).sum();
        } finally {
            lock.unlock();
        }
    }

    /// Gives everything back; no piece may be touched any more.
    public void close() {
        arena.close();
    }
}
