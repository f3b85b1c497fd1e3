package org.greydaemon.decision;

/// The name of one entry: a client, or a triplet of client, sender and recipient. Mutable and
/// reused; confined to one thread.
///
/// ```
/// bytes   | client | sender | recipient |     a client's key ends behind the client
/// ```
public final class Key {
    /// The longest client text that is compared; a longer one is cut.
    public static final int CLIENT_MAX = 255;

    /// The longest sender or recipient that is compared; what follows is cut, so that no address
    /// can take more memory. RFC 5321 4.5.3.1.3 allows a path 256 octets, qmail 900, and the
    /// original reads no more of a whole request.
    public static final int ADDRESS_MAX = 2048;

    /// The network of clients that are no IP address: they all share one.
    private static final long NO_NETWORK = -1;

    private final byte[] bytes = new byte[CLIENT_MAX + 2 * ADDRESS_MAX];
    private int clientLength;
    private int senderLength;
    private int length;
    private boolean triplet;
    private long networkHigh = NO_NETWORK;
    private long networkLow = NO_NETWORK;

    /// Makes this the key of a client.
    ///
    /// @throws IllegalArgumentException if the text is longer than {@link #CLIENT_MAX}
    public void client(byte[] text, int from, int to) {
        if (to - from > CLIENT_MAX) {
            throw new IllegalArgumentException("client text of " + (to - from) + " octets");
        }
        System.arraycopy(text, from, bytes, 0, to - from);
        clientLength = to - from;
        length = clientLength;
        senderLength = 0;
        triplet = false;
        networkHigh = NO_NETWORK;
        networkLow = NO_NETWORK;
    }

    /// Says to which network the client belongs, as the 128 bits of the network's address. Without
    /// it the client belongs to the one network of all clients that are no address.
    public void network(long high, long low) {
        networkHigh = high;
        networkLow = low;
    }

    /// Makes this the key of a triplet of the same client.
    ///
    /// @throws IllegalArgumentException if an address is longer than {@link #ADDRESS_MAX}
    public void triplet(
            byte[] text, int senderFrom, int senderTo, int recipientFrom, int recipientTo) {
        int recipientLength = recipientTo - recipientFrom;
        if (senderTo - senderFrom > ADDRESS_MAX || recipientLength > ADDRESS_MAX) {
            throw new IllegalArgumentException("address longer than " + ADDRESS_MAX + " octets");
        }
        senderLength = senderTo - senderFrom;
        System.arraycopy(text, senderFrom, bytes, clientLength, senderLength);
        System.arraycopy(text, recipientFrom, bytes, clientLength + senderLength, recipientLength);
        length = clientLength + senderLength + recipientLength;
        triplet = true;
    }

    /// Makes this the key of the client alone again.
    public void client() {
        length = clientLength;
        senderLength = 0;
        triplet = false;
    }

    /// The octets; only the first {@link #length} count. Not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// How many octets count.
    public int length() {
        return length;
    }

    /// Where the sender begins.
    public int clientLength() {
        return clientLength;
    }

    /// The sender's octets; 0 for a client.
    public int senderLength() {
        return senderLength;
    }

    /// The recipient's octets; 0 for a client.
    public int recipientLength() {
        return length - clientLength - senderLength;
    }

    /// Whether this names a triplet; else a client.
    public boolean isTriplet() {
        return triplet;
    }

    /// The upper 64 bits of the client's network.
    public long networkHigh() {
        return networkHigh;
    }

    /// The lower 64 bits of the client's network.
    public long networkLow() {
        return networkLow;
    }
}
