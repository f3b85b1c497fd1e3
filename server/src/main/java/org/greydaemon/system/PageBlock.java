package org.greydaemon.system;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// A block of memory from which pieces are cut, the first that fits. Guarded by the lock of its
/// pool.
final class PageBlock {
    /// What pieces are cut in, in octets.
    static final int UNIT = 8 << 10;

    /// A large page of the system's, in octets.
    static final int HUGE = 2 << 20;

    /// 64 MiB: a hundred million entries make a list of 150 blocks.
    private static final long SIZE = 64L << 20;

    private final MemorySegment memory;
    private final int units;
    private final BitSet taken = new BitSet();

    /// Which units may hold something else than zeros, and pages of the system's.
    private final BitSet touched = new BitSet();

    // How many bits are set in each: they are asked for whenever a piece is taken.
    private int takenUnits;
    private int touchedUnits;

    /// @param source where the memory comes from
    /// @param arena gives the memory back when it is closed
    /// @param size of a piece that must fit, in octets
    /// @param isFirst whether it begins with small pages
    /// @throws OutOfMemoryError if the system has none
    PageBlock(PagePool.BlockSource source, Arena arena, long size, boolean isFirst) {
        long rounded = Math.max(SIZE, (size + HUGE - 1) & -HUGE);
        MemorySegment room = source.zero(arena, rounded + HUGE);
        memory = room.asSlice(-room.address() & (HUGE - 1), rounded);
        units = (int) (rounded / UNIT);
        Pages.preferHuge(isFirst ? memory.asSlice(HUGE) : memory);
    }

    /// Takes a piece that is zero.
    ///
    /// @return nothing if there is no room
    @Nullable MemorySegment take(long size) {
        int count = unitsOf(size);
        int from = free(count);
        if (from < 0) {
            return null;
        }
        MemorySegment piece = memory.asSlice((long) from * UNIT, size);
        for (int i = touched.nextSetBit(from); i >= 0 && i < from + count; ) {
            int end = Math.min(touched.nextClearBit(i), from + count);
            units(i, end).fill((byte) 0);
            touchedUnits -= end - i;
            i = touched.nextSetBit(end);
        }
        taken.set(from, from + count);
        touched.set(from, from + count);
        takenUnits += count;
        touchedUnits += count;
        return piece;
    }

    /// @return where so many units are free, or -1
    private int free(int count) {
        for (int from = taken.nextClearBit(0); from + count <= units; ) {
            int end = taken.nextSetBit(from);
            if (end < 0 || end - from >= count) {
                return from;
            }
            from = taken.nextClearBit(end);
        }
        return -1;
    }

    boolean has(MemorySegment piece) {
        long offset = piece.address() - memory.address();
        return 0 <= offset && offset < memory.byteSize();
    }

    void give(MemorySegment piece) {
        int from = (int) ((piece.address() - memory.address()) / UNIT);
        int count = unitsOf(piece.byteSize());
        taken.clear(from, from + count);
        takenUnits -= count;
    }

    /// How many large pages the block has.
    int hugePages() {
        return units / (HUGE / UNIT);
    }

    /// Gives back to the system what is in no use of one large page.
    ///
    /// @param index which one, from 0
    /// @return how many octets
    long giveBack(int index) {
        int begin = index * (HUGE / UNIT);
        BitSet idle = touched.get(begin, begin + HUGE / UNIT);
        idle.andNot(taken.get(begin, begin + HUGE / UNIT));
        long given = 0;
        for (int i = idle.nextSetBit(0); i >= 0; ) {
            int end = idle.nextClearBit(i);
            given += giveBack(begin + i, begin + end);
            i = idle.nextSetBit(end);
        }
        return given;
    }

    private long giveBack(int begin, int end) {
        // Of a page that is larger than a unit, somebody may have the rest.
        int page = Math.max(1, Pages.SIZE / UNIT);
        int from = (begin + page - 1) / page * page;
        int to = end / page * page;
        if (from >= to || !Pages.giveBack(units(from, to))) {
            return 0;
        }
        touched.clear(from, to);
        touchedUnits -= to - from;
        return (long) (to - from) * UNIT;
    }

    private MemorySegment units(int from, int end) {
        return memory.asSlice((long) from * UNIT, (long) (end - from) * UNIT);
    }

    private static int unitsOf(long size) {
        return (int) ((size + UNIT - 1) / UNIT);
    }

    /// The octets of the units in use.
    long taken() {
        return (long) takenUnits * UNIT;
    }

    /// The octets of units in no use that have not been given back.
    long idle() {
        return (long) (touchedUnits - takenUnits) * UNIT;
    }
}
