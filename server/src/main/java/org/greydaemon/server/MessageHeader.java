package org.greydaemon.server;

/// Where the parts of a message are for recvmmsg(2) and sendmmsg(2), as Linux lays it out on 64-bit
/// machines; sendmmsg takes a message alone, too. No state.
///
/// ```
/// struct mmsghdr  0 name   8 namelen   16 iov   24 iovlen   32 control   40 controllen
///                 48 flags   56 length of the datagram                       64 octets in all
/// control: see PacketInfo
/// struct iovec    0 base   8 length                                          16 octets in all
/// ```
final class MessageHeader {
    /// The octets of a header.
    static final int SIZE = 64;

    static final int NAME_LENGTH = 8;
    static final int VECTORS = 16;
    static final int VECTOR_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int LENGTH = 56;

    /// The octets of a vector.
    static final int VECTOR_SIZE = 16;

    static final int VECTOR_LENGTH = 8;

    private MessageHeader() {}
}
