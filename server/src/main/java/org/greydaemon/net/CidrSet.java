package org.greydaemon.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An immutable set of blocks that finds the most specific block of an address, without allocating.
///
/// Blocks may overlap and repeat; of equal blocks the first in the list is found.
public final class CidrSet {
    /*
     * Blocks lie within each other or apart. In order of their first addresses, a block before
     * those within it, each knows the narrowest one around it:
     *
     *   blocks      |---------- 0 ----------|        |-- 2 --|
     *                     |-- 1 --|
     *   around            0 around 1, none around 0 and 2
     *
     * The last block that does not begin behind an address is the most specific one that holds it,
     * or else one of those around that is. So a look-up is a binary search for a page of blocks,
     * one in the page, and seldom a step outwards. IPv6 blocks hold no IPv4 addresses, though these
     * are kept as IPv4-mapped ones.
     */

    /// What {@link #find} returns for an address in no block.
    public static final int NONE = -1;

    /// The set that holds nothing.
    public static final CidrSet EMPTY = of(List.of());

    /// How many blocks a page has, but the last one. Larger arrays are too large for the young
    /// generation of a small heap, and then the collector goes through all of it, see {@link
    /// SortedBlocks}.
    private static final int PAGE_BITS = 11;

    private static final int PAGE = 1 << PAGE_BITS;

    private final Page[] pages;

    // Where each of them begins.
    private final long[] high;
    private final long[] low;

    private CidrSet(List<Page> pages) {
        this.pages = pages.toArray(Page[]::new);
        high = pages.stream().mapToLong(page -> page.high[0]).toArray();
        low = pages.stream().mapToLong(page -> page.low[0]).toArray();
    }

    /// The set of these blocks.
    public static CidrSet of(List<CidrBlock> blocks) {
        Builder builder = new Builder();
        for (int i = 0; i < blocks.size(); i += 1) {
            builder.add(blocks.get(i), i);
        }
        return builder.build();
    }

    /// Hears how blocks lie within each other.
    public interface Nesting {
        /// Of a block that is found.
        ///
        /// @param around the number of the narrowest one around it; {@link #NONE} if there is none
        void within(int number, int around);

        /// Of a block that is not found, as an equal one has a smaller number.
        void repeats(int number, int first);
    }

    /// Collects blocks, of which each has a number.
    public static final class Builder {
        private static final Nesting NOBODY =
                new Nesting() {
                    @Override
                    public void within(int number, int around) {
                        // Nobody wants to know.
                    }

                    @Override
                    public void repeats(int number, int first) {
                        // Nobody wants to know.
                    }
                };

        private final SortedBlocks blocks = new SortedBlocks();

        /// Adds one.
        ///
        /// @param number what {@link #find} returns, not negative; of equal blocks the smallest
        public void add(CidrBlock block, int number) {
            blocks.add(block, number);
        }

        /// How many were added.
        public int size() {
            return blocks.size();
        }

        /// The set of these blocks; to be called once.
        public CidrSet build() {
            return build(NOBODY);
        }

        /// The set of these blocks; to be called once.
        ///
        /// @param nesting hears of all blocks, of those around others first, of equal ones by
        ///   number
        public CidrSet build(Nesting nesting) {
            Nested nested = new Nested(blocks.size(), nesting);
            blocks.forEach(nested);
            return new CidrSet(nested.pages);
        }
    }

    /// Whether the address lies in a block.
    public boolean contains(long high, long low) {
        return find(high, low) != NONE;
    }

    /// The index, in the list that the set was made of, of the most specific block that holds the
    /// address; {@link #NONE} if none does.
    public int find(long high, long low) {
        int block = block(high, low);
        return block == NONE ? NONE : page(block).number[block & PAGE - 1];
    }

    /// Whether every address from the first to the last of the block is in some block.
    public boolean covers(CidrBlock block) {
        long high = block.address().high();
        long low = block.address().low();
        IpAddress last = block.last();
        while (true) {
            int its = block(high, low);
            if (its == NONE) {
                return false;
            }
            Page page = page(its);
            high = page.lastHigh(its & PAGE - 1);
            low = page.lastLow(its & PAGE - 1);
            if (IpAddress.compare(high, low, last.high(), last.low()) >= 0) {
                return true;
            }
            low += 1;
            high += low == 0 ? 1 : 0;
        }
    }

    /// The place of the most specific block that holds the address; {@link #NONE} if none does.
    private int block(long high, long low) {
        int page = lastPage(high, low);
        int block = page == NONE ? NONE : page * PAGE + pages[page].last(high, low);
        while (block != NONE && !page(block).holds(block & PAGE - 1, high, low)) {
            block = page(block).around[block & PAGE - 1];
        }
        return block;
    }

    private Page page(int block) {
        return pages[block >>> PAGE_BITS];
    }

    /// The last page that does not begin behind the address; {@link #NONE} if all do.
    private int lastPage(long itsHigh, long itsLow) {
        return last(high, low, high.length, itsHigh, itsLow);
    }

    /// The last of some places in order that does not lie behind the address; {@link #NONE} if all
    /// do.
    private static int last(long[] high, long[] low, int size, long itsHigh, long itsLow) {
        int from = NONE;
        int to = size - 1;
        while (from < to) {
            int middle = (from + to + 1) >> 1;
            if (IpAddress.compare(high[middle], low[middle], itsHigh, itsLow) > 0) {
                to = middle - 1;
            } else {
                from = middle;
            }
        }
        return from;
    }

    /// Consecutive blocks: first address, length of the prefix in 128 bits, number, and the place
    /// of the one around.
    private static final class Page {
        private long[] high;
        private long[] low;
        private byte[] length;
        private int[] number;
        private int[] around;
        private int size;

        Page(int sizeMax) {
            high = new long[sizeMax];
            low = new long[sizeMax];
            length = new byte[sizeMax];
            number = new int[sizeMax];
            around = new int[sizeMax];
        }

        void trim() {
            high = Arrays.copyOf(high, size);
            low = Arrays.copyOf(low, size);
            length = Arrays.copyOf(length, size);
            number = Arrays.copyOf(number, size);
            around = Arrays.copyOf(around, size);
        }

        boolean isIpv4(int block) {
            return IpAddress.isIpv4(high[block], low[block]);
        }

        int length(int block) {
            return Byte.toUnsignedInt(length[block]);
        }

        long lastHigh(int block) {
            return high[block] | CidrBlock.hostMaskHigh(length(block));
        }

        long lastLow(int block) {
            return low[block] | CidrBlock.hostMaskLow(length(block));
        }

        /// Whether the address lies in the block, of whatever family they are.
        boolean isAround(int block, long itsHigh, long itsLow) {
            int its = length(block);
            return ((high[block] ^ itsHigh) & ~CidrBlock.hostMaskHigh(its)) == 0
                    && ((low[block] ^ itsLow) & ~CidrBlock.hostMaskLow(its)) == 0;
        }

        boolean holds(int block, long itsHigh, long itsLow) {
            return isAround(block, itsHigh, itsLow)
                    && isIpv4(block) == IpAddress.isIpv4(itsHigh, itsLow);
        }

        /// The last block that does not begin behind the address.
        int last(long itsHigh, long itsLow) {
            return CidrSet.last(high, low, size, itsHigh, itsLow);
        }
    }

    /// Takes blocks in their order, and finds which is around each.
    private static final class Nested implements SortedBlocks.BlockTaker {
        private final List<Page> pages = new ArrayList<>();
        private final Nesting nesting;
        private int left;

        Nested(int blocks, Nesting nesting) {
            left = blocks;
            this.nesting = nesting;
        }

        @Override
        public void take(long high, long low, int length, int number) {
            // It lies in the one before, or in one around that.
            int around = pages.isEmpty() ? NONE : PAGE * (pages.size() - 1) + last().size - 1;
            while (around != NONE && !page(around).isAround(around & PAGE - 1, high, low)) {
                around = page(around).around[around & PAGE - 1];
            }
            left--;
            if (around != NONE && equals(around, high, low, length)) {
                nesting.repeats(number, number(around));
            } else {
                add(high, low, length, number, around);
                boolean isSame = around != NONE && holds(around, high, low);
                nesting.within(number, isSame ? number(around) : NONE);
            }
            if (left == 0) {
                last().trim();
            }
        }

        private Page page(int block) {
            return pages.get(block >>> PAGE_BITS);
        }

        private Page last() {
            return pages.getLast();
        }

        private int number(int block) {
            return page(block).number[block & PAGE - 1];
        }

        private boolean holds(int block, long high, long low) {
            return page(block).holds(block & PAGE - 1, high, low);
        }

        private boolean equals(int block, long high, long low, int length) {
            Page its = page(block);
            int at = block & PAGE - 1;
            return its.high[at] == high && its.low[at] == low && its.length(at) == length;
        }

        private void add(long high, long low, int length, int number, int around) {
            if (pages.isEmpty() || last().size == PAGE) {
                pages.add(new Page(Math.min(PAGE, left + 1)));
            }
            Page page = last();
            page.high[page.size] = high;
            page.low[page.size] = low;
            page.length[page.size] = (byte) length;
            page.number[page.size] = number;
            page.around[page.size] = around;
            page.size++;
        }
    }
}
