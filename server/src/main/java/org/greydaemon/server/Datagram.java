package org.greydaemon.server;

/// One datagram of a round, and who has sent it. It is valid until the answers of its round leave.
/// Mutable and reused; confined to the thread of the round.
public final class Datagram {
    /// Room for what mail servers ask: few need more.
    private static final int USUAL = 2048;

    private final int number;
    private final Peer from = new Peer();
    private byte[] octets = new byte[USUAL];
    private int length;

    /// @param number its place in the round, from 0 on
    public Datagram(int number) {
        this.number = number;
    }

    /// Makes room for another one.
    ///
    /// @param itsLength in octets
    /// @return where its octets belong
    public byte[] begin(int itsLength) {
        length = itsLength;
        if (octets.length < length) {
            octets = new byte[DatagramBatch.DATAGRAM_MAX];
        }
        return octets;
    }

    /// Its place in the round, from 0 on.
    public int number() {
        return number;
    }

    /// The octets; only the first {@link #length} count. Not a copy.
    public byte[] octets() {
        return octets;
    }

    /// How many octets count.
    public int length() {
        return length;
    }

    /// Who has sent it.
    public Peer from() {
        return from;
    }
}
