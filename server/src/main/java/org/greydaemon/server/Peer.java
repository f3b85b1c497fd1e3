package org.greydaemon.server;

/// The sender of a datagram. Mutable and reused by the thread that owns the socket.
public final class Peer {
    private long high;
    private long low;
    private int port;

    /// Makes this another sender.
    public void set(long high, long low, int port) {
        this.high = high;
        this.low = low;
        this.port = port;
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
