package org.greydaemon.decision;

import org.greydaemon.net.ClientNetwork;

import java.util.Locale;

/// The name of one entry. Mutable and reused; confined to one thread.
///
/// ```
/// a text      | client | sender | recipient |     a kind with fewer fields ends behind its last
/// a digest    | 16 octets |
/// ```
public final class Key {
    /// What an entry is about. No two entries of different kinds are ever the same, whatever their
    /// octets.
    public enum Kind {
        /// A client that has proven itself; named by its address.
        CLIENT(0, 'I', 1),
        /// A triplet of a client's address, sender and recipient.
        TRIPLET(1, 'G', 3),
        /// A triplet of a client's network; named by a digest.
        NETWORK_TRIPLET(2, 'N', 0),
        /// A triplet of the domain of a client's confirmed host name; named by a digest.
        HOST_TRIPLET(3, 'H', 0),
        /// A triplet of a domain that SPF says may send from this client; named by a digest.
        SPF_TRIPLET(4, 'D', 0),
        /// The domain of confirmed host names has proven itself for a sender's domain; named by
        /// both.
        HOST_SENDER(5, 'P', 2),
        /// The domain of a pool's host names has proven itself.
        POOL(6, 'O', 1),
        /// A domain has proven itself through clients that its SPF record names.
        SPF_DOMAIN(7, 'S', 1),
        /// A suspect client some of whose messages have passed; named by its address. The mark
        /// tells their senders.
        SUSPECT(8, 'U', 1),
        /// A network that counts as one with others; named by its address and length. The mark is
        /// the number of their pool.
        POOL_NETWORK(9, 'M', 1),
        /// Two networks that have finished each other's triplets; named by both. The mark tells the
        /// senders.
        POOL_LINK(10, 'L', 2);

        private final int number;
        private final char letter;
        private final String word;
        private final int fields;

        Kind(int number, char letter, int fields) {
            this.number = number;
            this.letter = letter;
            word = name().toLowerCase(Locale.ROOT).replace('_', '-');
            this.fields = fields;
        }

        /// What stands for it where space is dear, from 0 on without gaps.
        public int number() {
            return number;
        }

        /// The word for lists: lower case.
        public String word() {
            return word;
        }

        /// The letter with which its lines in save file and journal begin.
        public char letter() {
            return letter;
        }

        /// How many fields of text name it; 0 for a digest.
        public int fields() {
            return fields;
        }

        /// Whether it is a triplet, whose time is when it was first seen; the time of the others is
        /// when they last served.
        public boolean isTriplet() {
            return fields == 0 || fields == 3;
        }

        private static final Kind[] ALL = values(); // Without a copy for each look.

        /// The kind with a number.
        ///
        /// @param number its {@link #number}
        public static Kind of(int number) {
            return ALL[number];
        }
    }

    /// The longest client text that is compared; a longer one is cut.
    public static final int CLIENT_MAX = 255;

    /// The longest sender or recipient that is compared; what follows is cut, so that no address
    /// can take more memory. RFC 5321 4.5.3.1.3 allows a path 256 octets, qmail 900, and the
    /// original reads no more of a whole request.
    public static final int ADDRESS_MAX = 2048;

    /// The octets of a digest.
    public static final int DIGEST_LENGTH = 16;

    /// The network of clients that are no IP address: they all share one.
    private static final long NO_NETWORK = -1;

    private final byte[] bytes = new byte[CLIENT_MAX + 2 * ADDRESS_MAX];
    private Kind kind = Kind.CLIENT;
    private int clientLength;
    private int senderLength;
    private int length;
    private long networkHigh = NO_NETWORK;
    private long networkLow = NO_NETWORK;
    private int host;

    /// Makes this the key of a client, and forgets the network.
    ///
    /// @throws IllegalArgumentException if the text is longer than {@link #CLIENT_MAX}
    public void client(byte[] text, int from, int to) {
        named(Kind.CLIENT, text, from, to);
        network(NO_NETWORK, NO_NETWORK);
    }

    /// Makes this a key with one field of text: of a client, a suspect, a pool or a domain. The
    /// network stays.
    ///
    /// @throws IllegalArgumentException if the text is longer than {@link #CLIENT_MAX}
    public void named(Kind kind, byte[] text, int from, int to) {
        if (to - from > CLIENT_MAX) {
            throw new IllegalArgumentException("client text of " + (to - from) + " octets");
        }
        System.arraycopy(text, from, bytes, 0, to - from);
        clientLength = to - from;
        length = clientLength;
        senderLength = 0;
        this.kind = kind;
    }

    /// Says to which network the client belongs that makes the entry, as the 128 bits of the
    /// network's address; its share of the memory is counted by it. Without it the client belongs
    /// to the one network of all clients that are no address.
    public void network(long high, long low) {
        networkHigh = high;
        networkLow = low;
        host = 0;
    }

    /// Says which client makes the entry, by the 128 bits of its address: {@link #network}, and
    /// which of its hosts.
    public void maker(long high, long low) {
        network(ClientNetwork.high(high, low), ClientNetwork.low(high, low));
        host = ClientNetwork.host(high, low);
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
        kind = Kind.TRIPLET;
    }

    /// Adds the second field to a key of {@link #named}: the sender's domain.
    ///
    /// @throws IllegalArgumentException if it is longer than {@link #ADDRESS_MAX}
    public void withSender(Kind kind, byte[] text, int from, int to) {
        if (to - from > ADDRESS_MAX) {
            throw new IllegalArgumentException("address longer than " + ADDRESS_MAX + " octets");
        }
        senderLength = to - from;
        System.arraycopy(text, from, bytes, clientLength, senderLength);
        length = clientLength + senderLength;
        this.kind = kind;
    }

    /// Makes this a key that a digest names; the network stays.
    ///
    /// @param digest {@link #DIGEST_LENGTH} octets from `from` on
    public void digest(Kind kind, byte[] digest, int from) {
        System.arraycopy(digest, from, bytes, 0, DIGEST_LENGTH);
        clientLength = DIGEST_LENGTH;
        senderLength = 0;
        length = DIGEST_LENGTH;
        this.kind = kind;
    }

    /// What it is about.
    public Kind kind() {
        return kind;
    }

    /// The octets; only the first {@link #length} count. Not a copy.
    public byte[] bytes() {
        return bytes;
    }

    /// How many octets count.
    public int length() {
        return length;
    }

    /// The octets of the first field, or of the digest.
    public int clientLength() {
        return clientLength;
    }

    /// The octets of the sender or its domain; 0 for a key without.
    public int senderLength() {
        return senderLength;
    }

    /// The recipient's octets; 0 for a key without.
    public int recipientLength() {
        return length - clientLength - senderLength;
    }

    /// Whether this names a triplet of any kind; otherwise a proof.
    public boolean isTriplet() {
        return kind.isTriplet();
    }

    /// Which host of the network makes the entry, from 1 to 127; several may have one number. 0 if
    /// nobody knows.
    public int host() {
        return host;
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
