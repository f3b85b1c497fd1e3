package org.greydaemon.net;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/// Collects blocks, each with a number, and hands them out by first address, a block before those
/// within it, equal ones by number. Confined to one thread.
///
/// They lie in runs that are sorted each by itself and then merged, a few thousand to a run: for an
/// array that its young generation has no room for the collector stops everything, and goes through
/// all of the heap.
final class SortedBlocks {
    private static final int RUN_MAX = 1 << 12;
    private static final int RUN_MIN = 4;

    /// Takes the blocks in their order.
    interface BlockTaker {
        /// Takes the next one.
        ///
        /// @param high of the first address, as is `low`
        /// @param length of the prefix, in 128 bits
        void take(long high, long low, int length, int number);
    }

    private final List<Run> runs = new ArrayList<>();
    private int size;

    /// How many there are.
    int size() {
        return size;
    }

    void add(CidrBlock block, int number) {
        if (runs.isEmpty() || runs.getLast().size == RUN_MAX) {
            runs.add(new Run());
        }
        runs.getLast().add(block, number);
        size++;
    }

    /// Hands all of them out; to be called once, as what has been handed out is let go.
    void forEach(BlockTaker taker) {
        PriorityQueue<Cursor> next = new PriorityQueue<>(Math.max(1, runs.size()));
        for (Run run : runs) {
            next.add(new Cursor(run));
        }
        runs.clear();
        while (!next.isEmpty()) {
            Cursor cursor = next.remove();
            // Most files are in order, so that the next ones are often of the same run.
            do {
                cursor.take(taker);
            } while (!cursor.isAtEnd() && (next.isEmpty() || cursor.compareTo(next.peek()) <= 0));
            if (!cursor.isAtEnd()) {
                next.add(cursor);
            }
        }
    }

    private static final class Run {
        private long[] high = new long[RUN_MIN];
        private long[] low = new long[RUN_MIN];
        private byte[] length = new byte[RUN_MIN];
        private int[] number = new int[RUN_MIN];
        private int size;
        private boolean isSorted = true;

        void add(CidrBlock block, int its) {
            if (size == high.length) {
                high = Arrays.copyOf(high, 2 * size);
                low = Arrays.copyOf(low, 2 * size);
                length = Arrays.copyOf(length, 2 * size);
                number = Arrays.copyOf(number, 2 * size);
            }
            high[size] = block.address().high();
            low[size] = block.address().low();
            length[size] = (byte) block.prefixLength128();
            number[size] = its;
            isSorted &= size == 0 || compare(this, size - 1, this, size) <= 0;
            size++;
        }

        /// The places of its blocks in order.
        int[] order() {
            IntStream places = IntStream.range(0, size);
            return isSorted
                    ? places.toArray()
                    : places.boxed()
                            .sorted((a, b) -> compare(this, a, this, b))
                            .mapToInt(i -> i)
                            .toArray();
        }

        int length(int at) {
            return Byte.toUnsignedInt(length[at]);
        }

        static int compare(Run a, int at, Run b, int to) {
            int order = IpAddress.compare(a.high[at], a.low[at], b.high[to], b.low[to]);
            if (order == 0) {
                order = Integer.compare(a.length(at), b.length(to));
            }
            return order != 0 ? order : Integer.compare(a.number[at], b.number[to]);
        }
    }

    /// Goes through a run in order.
    private static final class Cursor implements Comparable<Cursor> {
        private final Run run;
        private final int[] order;
        private int at;

        Cursor(Run run) {
            this.run = run;
            order = run.order();
        }

        boolean isAtEnd() {
            return at == order.length;
        }

        void take(BlockTaker taker) {
            int next = order[at++];
            taker.take(run.high[next], run.low[next], run.length(next), run.number[next]);
        }

        @Override
        public int compareTo(Cursor other) {
            return Run.compare(run, order[at], other.run, other.order[other.at]);
        }
    }
}
