package org.greydaemon.replay;

import java.util.Arrays;

/// Which entries have come to their end, without looking at the others: a list of entries for each
/// hour, in a ring. An entry that lives on stays in its list until its turn, and moves then; so
/// what only refreshes an entry costs nothing here. Confined to one thread.
final class ExpiryWheel {
    /// What tells the end of an entry.
    interface Ends {
        /// The second from which the entry is of no more use.
        long end(int entry);
    }

    /// Hears of entries that have come to their end.
    interface Ended {
        /// One entry, which is in no list any more.
        void ended(int entry);
    }

    private static final int HOUR = 3600;

    /// A power of two, in hours. Who lives longer is looked at once more in between.
    private static final int LISTS = 1 << 11;

    private static final int NONE = -1;

    private final Ends ends;
    private final int[] first = new int[LISTS];
    private int[] next = new int[0];
    private int[] previous = new int[0]; // Of the first of a list, ~list.
    private long hour = Long.MIN_VALUE;

    ExpiryWheel(Ends ends) {
        this.ends = ends;
        Arrays.fill(first, NONE);
    }

    /// Makes room for so many entries.
    void grow(int entries) {
        next = Arrays.copyOf(next, entries);
        previous = Arrays.copyOf(previous, entries);
    }

    /// Adds an entry that is in no list.
    void add(int entry) {
        long wanted = Math.clamp(Math.floorDiv(ends.end(entry), HOUR), hour, hour + LISTS - 1);
        int list = (int) (wanted & (LISTS - 1));
        next[entry] = first[list];
        previous[entry] = ~list;
        if (first[list] != NONE) {
            previous[first[list]] = entry;
        }
        first[list] = entry;
    }

    /// Takes an entry out of its list.
    void remove(int entry) {
        int behind = next[entry];
        int before = previous[entry];
        if (before < 0) {
            first[~before] = behind;
        } else {
            next[before] = behind;
        }
        if (behind != NONE) {
            previous[behind] = before;
        }
    }

    /// Takes out all that have come to their end.
    ///
    /// @param now in seconds; never goes back
    void turn(long now, Ended ended) {
        long to = Math.floorDiv(now, HOUR);
        long from = Math.max(hour, to - LISTS + 1);
        hour = to;
        for (long turn = from; turn <= to; turn++) {
            int list = (int) (turn & (LISTS - 1));
            int entry = first[list];
            first[list] = NONE;
            while (entry != NONE) {
                int behind = next[entry];
                if (ends.end(entry) <= now) {
                    ended.ended(entry);
                } else {
                    add(entry);
                }
                entry = behind;
            }
        }
    }
}
