package org.greydaemon.admin;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Finds the networks that have the most entries, however many entries and networks there are, in a
/// memory that does not grow with them. Confined to one thread.
///
/// It is shown all entries twice. In the first run, {@link #look}, it keeps candidates as Misra and
/// Gries do ("Finding repeated elements", 1982): a network that is in the table is counted up, one
/// that is not takes a free place, and if there is none, all are counted down by one and those at
/// zero leave. So a network's count is too small by at most the number of times that all were
/// counted down, which is at most `entries / (places + 1)`: a network with more entries than that
/// is in the table at the end. In the second run, {@link #count}, the candidates are counted
/// exactly, and those that a network outside the table may exceed are not told.
///
/// The networks are in arrays of numbers: as objects a million entries would be work for the
/// garbage collector, and every mail server that asks would wait for it.
final class NetworkTable {
    private final int places;
    private final long[] high;
    private final long[] low;
    private final long[] looks;
    private final long[] entries;
    private final long[] proven;
    private final long[] waiting;
    // Where a network is in these arrays, plus one; 0 where nobody is. At most half full.
    private final int[] index;
    private final int shift;
    private int used;
    private long missedMax;

    /// A network that was found.
    ///
    /// @param high the upper 64 bits of its address
    /// @param low the lower 64 bits of its address
    /// @param entries how many entries it has
    /// @param proven how many of them are proven clients
    /// @param waiting how many of them are triplets whose retry would be early
    record NetworkCount(long high, long low, long entries, long proven, long waiting) {}

    /// @param places the most candidates, from 1 on
    NetworkTable(int places) {
        this.places = places;
        high = new long[places];
        low = new long[places];
        looks = new long[places];
        entries = new long[places];
        proven = new long[places];
        waiting = new long[places];
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(places) + 1;
        index = new int[1 << bits];
        shift = Long.SIZE - bits;
    }

    /// First run: the network has an entry.
    void look(long networkHigh, long networkLow) {
        int slot = slot(networkHigh, networkLow);
        if (index[slot] != 0) {
            looks[index[slot] - 1]++;
        } else if (used < places) {
            high[used] = networkHigh;
            low[used] = networkLow;
            looks[used] = 1;
            index[slot] = ++used;
        } else {
            countDown();
        }
    }

    /// Where in the index the network is, or would be.
    private int slot(long networkHigh, long networkLow) {
        // Fibonacci hashing; the upper bits of the product depend on all bits.
        long product = (networkHigh * 31 ^ networkLow) * 0x9e37_79b9_7f4a_7c15L;
        int slot = (int) (product >>> shift);
        while (index[slot] != 0 && !isAt(index[slot] - 1, networkHigh, networkLow)) {
            slot = slot + 1 & index.length - 1;
        }
        return slot;
    }

    private boolean isAt(int place, long networkHigh, long networkLow) {
        return high[place] == networkHigh && low[place] == networkLow;
    }

    /// Takes time in the number of places, but comes at most once for as many looks.
    private void countDown() {
        missedMax++;
        Arrays.fill(index, 0);
        int before = used;
        used = 0;
        for (int i = 0; i < before; i++) {
            if (looks[i] > 1) {
                high[used] = high[i];
                low[used] = low[i];
                looks[used] = looks[i] - 1;
                int slot = slot(high[used], low[used]);
                index[slot] = ++used;
            }
        }
    }

    /// Second run: the network has an entry in this state.
    void count(long networkHigh, long networkLow, EntryState state) {
        int place = index[slot(networkHigh, networkLow)] - 1;
        if (place >= 0) {
            entries[place]++;
            proven[place] += state == EntryState.PROVEN ? 1 : 0;
            waiting[place] += state == EntryState.WAITING ? 1 : 0;
        }
    }

    /// No network that is not {@link #biggest} has more entries than this, if enough are asked for.
    long missedMax() {
        return missedMax;
    }

    /// The biggest networks, the biggest one first; all that are bigger than {@link #missedMax} if
    /// there are not more of them.
    ///
    /// @param most how many at most
    List<NetworkCount> biggest(int most) {
        List<NetworkCount> found = new ArrayList<>();
        for (int i = 0; i < used; i++) {
            if (entries[i] > missedMax) {
                found.add(new NetworkCount(high[i], low[i], entries[i], proven[i], waiting[i]));
            }
        }
        return found.stream()
                .sorted(Comparator.comparingLong(NetworkCount::entries).reversed())
                .limit(most)
                .toList();
    }
}
