package org.greydaemon.server;

/// The sender of a datagram, and where it has asked. Mutable and reused by the thread that owns the
/// socket.
public final class Peer {
    private long high;
    private long low;
    private int port;
    private long localHigh;
    private long localLow;

    /// Makes this another sender.
    public void set(long high, long low, int port) {
        this.high = high;
        this.low = low;
        this.port = port;
    }

    /// Says at which of our addresses it has asked; zero if the system does not tell.
    void askedAt(long ourHigh, long ourLow) {
        localHigh = ourHigh;
        localLow = ourLow;
    }

    /// The upper 64 bits of the address it has asked at; zero with {@link #localLow} if the system
    /// does not tell, as there is only one.
    long localHigh() {
        return localHigh;
    }

    /// The lower 64 bits of that address.
    long localLow() {
        return localLow;
    }

    /// The upper 64 bits of the address; IPv4 is mapped.
    public long high() {
        return high;
    }

    /// The lower 64 bits of the address.
    public long low() {
        return low;
    }

    /// The port.
    public int port() {
        return port;
    }
}
