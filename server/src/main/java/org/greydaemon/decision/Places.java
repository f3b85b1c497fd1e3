package org.greydaemon.decision;

import org.greydaemon.net.ClientNetwork;

import java.util.Arrays;

/// Where a memory will be looked at soon, for {@link Memory#fetch}. Mutable and reused; confined to
/// one thread.
public final class Places {
    private static final int ROOM = 64;

    private long[] entries = new long[ROOM];
    private int entryCount;
    private long[] networks = new long[ROOM];
    private int networkCount;

    /// Nothing any more.
    public void clear() {
        entryCount = 0;
        networkCount = 0;
    }

    /// Adds the entry of a key.
    public void entry(Memory memory, Key key) {
        if (entryCount == entries.length) {
            entries = Arrays.copyOf(entries, 2 * entryCount);
        }
        entries[entryCount++] = memory.placeOf(key);
    }

    /// Adds what is counted of the network of a client.
    ///
    /// @param high the upper 64 bits of its address
    /// @param low the lower ones
    public void network(long high, long low) {
        if (networkCount == networks.length) {
            networks = Arrays.copyOf(networks, 2 * networkCount);
        }
        networks[networkCount++] = ClientNetwork.high(high, low);
        networks[networkCount++] = ClientNetwork.low(high, low);
    }

    /// How many entries there are.
    public int entries() {
        return entryCount;
    }

    /// Where an entry lies, see {@link Memory#placeOf}.
    public long entry(int i) {
        return entries[i];
    }

    /// How many networks there are.
    public int networks() {
        return networkCount / 2;
    }

    /// The upper 64 bits of a network's address.
    public long networkHigh(int i) {
        return networks[2 * i];
    }

    /// The lower 64 bits of a network's address.
    public long networkLow(int i) {
        return networks[2 * i + 1];
    }
}
