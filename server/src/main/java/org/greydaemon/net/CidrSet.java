package org.greydaemon.net;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;

/// An immutable set of blocks that finds the most specific block of an address, without allocating.
///
/// Blocks may overlap and repeat; of equal blocks the first in the list is found.
public final class CidrSet {
    /*
     * Blocks lie within each other or apart, so they cut the 2^128 addresses into at most 2n + 1
     * segments in each of which one block is the most specific:
     *
     *   blocks      |---------- 0 ----------|        |-- 2 --|
     *                     |-- 1 --|
     *   segments  -1|  0  |   1   |    0    |   -1   |   2   |  -1
     *
     * A segment is its first address and its block; it ends where the next one begins. A look-up is
     * one binary search. A pseudo block of all IPv4-mapped addresses that belongs to nobody keeps
     * wide IPv6 blocks from holding IPv4 addresses.
     */

    /// What {@link #find} returns for an address in no block.
    public static final int NONE = -1;

    /// The set that holds nothing.
    public static final CidrSet EMPTY = of(List.of());

    private final long[] startHigh;
    private final long[] startLow;
    private final int[] found;

    private CidrSet(Segments segments) {
        startHigh = Arrays.copyOf(segments.startHigh, segments.size);
        startLow = Arrays.copyOf(segments.startLow, segments.size);
        found = Arrays.copyOf(segments.found, segments.size);
    }

    /// The set of these blocks.
    public static CidrSet of(List<CidrBlock> blocks) {
        List<Listed> sorted = new ArrayList<>(blocks.size() + 1);
        sorted.add(new Listed(CidrBlock.ALL_IPV4, NONE));
        for (int i = 0; i < blocks.size(); i += 1) {
            sorted.add(new Listed(blocks.get(i), i));
        }
        Collections.sort(sorted);
        Segments segments = new Segments(sorted.size());
        for (Listed listed : sorted) {
            segments.open(listed);
        }
        segments.closeAll();
        return new CidrSet(segments);
    }

    /// Whether the address lies in a block.
    public boolean contains(long high, long low) {
        return find(high, low) != NONE;
    }

    /// The index, in the list that the set was made of, of the most specific block that holds the
    /// address; {@link #NONE} if none does.
    public int find(long high, long low) {
        return found[segment(high, low)];
    }

    /// Whether every address from the first to the last of the block is in some block.
    public boolean covers(CidrBlock block) {
        IpAddress last = block.last();
        int to = segment(last.high(), last.low());
        for (int i = segment(block.address().high(), block.address().low()); i <= to; i += 1) {
            if (found[i] == NONE) {
                return false;
            }
        }
        return true;
    }

    /// The last segment that does not begin behind the address. The first segment begins at zero.
    private int segment(long high, long low) {
        int from = 0;
        int to = found.length - 1;
        while (from < to) {
            int middle = (from + to + 1) >>> 1;
            if (IpAddress.compare(startHigh[middle], startLow[middle], high, low) > 0) {
                to = middle - 1;
            } else {
                from = middle;
            }
        }
        return from;
    }

    /// A block and its index in the list. Ordered by first address, a block before those within it,
    /// equal blocks as listed.
    private record Listed(CidrBlock block, int index) implements Comparable<Listed> {
        @Override
        public int compareTo(Listed other) {
            int order = block.address().compareTo(other.block.address());
            if (order == 0) {
                order = Integer.compare(block.prefixLength128(), other.block.prefixLength128());
            }
            return order != 0 ? order : Integer.compare(index, other.index);
        }
    }

    /// Cuts sorted blocks into segments, with the blocks that are open at the point reached.
    private static final class Segments {
        private final long[] startHigh;
        private final long[] startLow;
        private final int[] found;
        private int size;
        private final Deque<Listed> open = new ArrayDeque<>();

        Segments(int blocks) {
            int sizeMax = 2 * blocks + 1;
            startHigh = new long[sizeMax];
            startLow = new long[sizeMax];
            found = new int[sizeMax];
            add(0, 0, NONE);
        }

        void open(Listed listed) {
            CidrBlock block = listed.block();
            while (!open.isEmpty() && open.peek().block().last().compareTo(block.address()) < 0) {
                close();
            }
            boolean repeated =
                    !open.isEmpty()
                            && open.peek().index() != NONE
                            && open.peek().block().equals(block);
            if (!repeated) {
                add(block.address().high(), block.address().low(), listed.index());
                open.push(listed);
            }
        }

        void closeAll() {
            while (!open.isEmpty()) {
                close();
            }
        }

        private void close() {
            IpAddress last = open.pop().block().last();
            long low = last.low() + 1;
            long high = low == 0 ? last.high() + 1 : last.high();
            if (high != 0 || low != 0) {
                add(high, low, open.isEmpty() ? NONE : open.peek().index());
            }
        }

        /// Two blocks may begin, or end, at one place; the later one is the one that counts.
        private void add(long high, long low, int index) {
            if (size == 0 || startHigh[size - 1] != high || startLow[size - 1] != low) {
                size += 1;
            }
            startHigh[size - 1] = high;
            startLow[size - 1] = low;
            found[size - 1] = index;
        }
    }
}
