package org.greydaemon.exempt;

import java.util.Arrays;
import java.util.function.IntPredicate;

/// Finds lines by a text that each of them has, a dozen octets a line and nothing that a collector
/// follows. It knows the hashes of the texts only: what it finds may have another text, and has to
/// be looked at. Immutable.
final class HashedLines {
    private static final int HASH_BITS = 31;
    private static final int FEW = 8;

    /// A multiplier that spreads the hashes of texts that differ in a digit (Knuth, TAOCP 6.4).
    private static final int GOLDEN = 0x9e37_79b1;

    // A hash in the upper half and a line in the lower one, in order.
    private final long[] sorted;

    // Where those begin whose hash begins with these bits.
    private final int[] begins;
    private final int shift;

    private HashedLines(long[] sorted) {
        this.sorted = sorted;
        int bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(sorted.length));
        shift = HASH_BITS - bits;
        begins = new int[(1 << bits) + 1];
        int at = 0;
        for (int i = 0; i < begins.length; i++) {
            while (at < sorted.length && bucket(sorted[at]) < i) {
                at++;
            }
            begins[i] = at;
        }
    }

    private int bucket(long entry) {
        return (int) (entry >>> Integer.SIZE) >>> shift;
    }

    private static long entry(String text, int line) {
        int hash = (text.hashCode() * GOLDEN) >>> 1;
        return ((long) hash << Integer.SIZE) | line;
    }

    /// Shows the lines of a text, and perhaps others, in their order.
    ///
    /// @param settles whether those behind a line need not be shown
    void find(String text, IntPredicate settles) {
        long first = entry(text, 0);
        int bucket = bucket(first);
        int at = begins[bucket];
        int to = begins[bucket + 1];
        if (to - at > FEW) { // Many have the same text.
            int found = Arrays.binarySearch(sorted, at, to, first);
            at = found < 0 ? ~found : found;
        }
        while (at < to && sorted[at] < first) {
            at++;
        }
        while (at < to
                && sorted[at] >>> Integer.SIZE == first >>> Integer.SIZE
                && !settles.test((int) sorted[at])) {
            at++;
        }
    }

    /// Collects lines.
    static final class Builder {
        private long[] entries = new long[2];
        private int size;

        void add(String text, int line) {
            if (size == entries.length) {
                entries = Arrays.copyOf(entries, 2 * size);
            }
            entries[size++] = entry(text, line);
        }

        HashedLines build() {
            long[] sorted = Arrays.copyOf(entries, size);
            Arrays.sort(sorted);
            return new HashedLines(sorted);
        }
    }
}
