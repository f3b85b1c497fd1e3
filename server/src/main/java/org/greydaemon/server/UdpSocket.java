package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.system.Pages;
import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/// A UDP socket of Linux that takes and sends datagrams in batches: one system call receives all
/// that wait, one sends all answers, and neither allocates (docs/adr/0004). Confined to one thread;
/// only {@link #wake} and {@link #sendTo} may be called by others.
final class UdpSocket implements AutoCloseable {
    /*
     * recvmmsg and sendmmsg take an array of headers, as Linux lays them out on 64-bit machines:
     *
     *   struct mmsghdr  0 name   8 namelen   16 iov   24 iovlen   32 control   40 controllen
     *                   48 flags   56 length of the datagram                       64 octets in all
     *   control: see PacketInfo
     *   struct iovec    0 base   8 length                                          16 octets in all
     */
    /// The most datagrams of one batch.
    static final int BATCH = 32;

    /// More than the longest datagram that UDP can carry.
    static final int DATAGRAM_MAX = 65_536;

    private static final int HEADER = 64;
    private static final int HEADER_NAME_LENGTH = 8;
    private static final int HEADER_VECTOR = 16;
    private static final int HEADER_VECTORS = 24;
    private static final int HEADER_CONTROL = 32;
    private static final int HEADER_CONTROL_LENGTH = 40;
    private static final int HEADER_LENGTH = 56;
    private static final int VECTOR = 16;
    private static final int VECTOR_LENGTH = 8;
    private static final int REPLY = DatagramHandler.REPLY_MAX;

    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int MSG_WAITFORONE = 0x10000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    /// Room for the datagrams that arrive while the daemon does something else, for example load
    /// its save file.
    private static final int RECEIVE_BUFFER = 8 << 20;

    private static final SystemCall SOCKET = new SystemCall("socket");
    private static final SystemCall BIND = new SystemCall("bind");
    private static final SystemCall SETSOCKOPT = new SystemCall("setsockopt");
    private static final SystemCall RECVMMSG = new SystemCall("recvmmsg");
    private static final SystemCall SENDMMSG = new SystemCall("sendmmsg");

    private final Arena arena = Arena.ofShared();
    private final MemorySegment errno = SystemCall.errnoState(arena);
    private final MemorySegment headers = arena.allocate((long) HEADER * BATCH, 8);
    private final MemorySegment names = arena.allocate((long) SocketAddress.LENGTH * BATCH, 8);
    private final MemorySegment data = Pages.zero(arena, (long) DATAGRAM_MAX * BATCH);
    private final MemorySegment vectors = arena.allocate((long) VECTOR * BATCH, 8);
    private final MemorySegment replyVectors = arena.allocate((long) VECTOR * BATCH, 8);
    private final MemorySegment replyHeaders = arena.allocate((long) HEADER * BATCH, 8);
    private final MemorySegment replies = arena.allocate((long) REPLY * BATCH, 8);
    // Empty if there is only one address to answer from.
    private final MemorySegment controls;
    private final boolean ipv4;
    private final int descriptor;
    private int replyCount;

    private static final IpAddress NOWHERE = new IpAddress(0, 0);
    private static final IpAddress LOOPBACK_4 = IpAddress.ipv4(127 << 24 | 1);
    private static final IpAddress LOOPBACK_6 = new IpAddress(0, 1);

    /// Links the system calls: whoever calls this first initialises the class.
    static void link() {}

    /// Opens a socket that listens at an address, or takes over one that does.
    ///
    /// @param inherited the descriptor of one that is bound there
    /// @throws IOException if the system refuses; the message is the system's
    UdpSocket(Endpoint at, OptionalInt inherited) throws IOException {
        ipv4 = at.address().isIpv4();
        descriptor =
                inherited.isPresent()
                        ? inherited.getAsInt()
                        : socket(SocketAddress.family(at.address()));
        try {
            if (inherited.isEmpty()) {
                bind(at);
            }
            boolean isAny = at.address().equals(ipv4 ? IpAddress.ipv4(0) : NOWHERE);
            int[] info = PacketInfo.option(ipv4);
            controls =
                    isAny && option(info[0], info[1], 1)
                            ? arena.allocate((long) PacketInfo.LENGTH * BATCH, 8)
                            : MemorySegment.NULL;
            wakeUp();
            // The system's limit counts for ordinary users; root may go beyond it.
            if (!option(SO_RCVBUFFORCE, RECEIVE_BUFFER)) {
                option(SO_RCVBUF, RECEIVE_BUFFER);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
        layOut(headers, vectors, data, DATAGRAM_MAX);
        layOut(replyHeaders, replyVectors, replies, REPLY);
        for (int i = 0; i < BATCH; i++) {
            headers.set(JAVA_LONG, (long) HEADER * i, nameAddress(i));
            headers.set(JAVA_LONG, (long) HEADER * i + HEADER_CONTROL, controlAddress(i));
        }
    }

    private long controlAddress(int i) {
        return tellsWhere() ? controls.address() + (long) PacketInfo.LENGTH * i : 0;
    }

    private boolean tellsWhere() {
        return controls.byteSize() > 0;
    }

    private static void layOut(
            MemorySegment messages, MemorySegment vectors, MemorySegment buffers, long bufferSize) {
        for (int i = 0; i < BATCH; i++) {
            long vector = (long) VECTOR * i;
            vectors.set(JAVA_LONG, vector, buffers.address() + bufferSize * i);
            vectors.set(JAVA_LONG, vector + VECTOR_LENGTH, bufferSize);
            messages.set(JAVA_LONG, (long) HEADER * i + HEADER_VECTOR, vectors.address() + vector);
            messages.set(JAVA_LONG, (long) HEADER * i + HEADER_VECTORS, 1);
        }
    }

    /// Waits for datagrams.
    ///
    /// @return how many there are; 0 if somebody called {@link #wake}, a signal came, or nothing
    ///   came for a second
    /// @throws IOException if the socket is broken
    int receive() throws IOException {
        for (int i = 0; i < BATCH; i++) {
            headers.set(JAVA_INT, (long) HEADER * i + HEADER_NAME_LENGTH, SocketAddress.LENGTH);
            headers.set(
                    JAVA_LONG,
                    (long) HEADER * i + HEADER_CONTROL_LENGTH,
                    tellsWhere() ? PacketInfo.LENGTH : 0);
        }
        int count = RECVMMSG.call(errno, descriptor, headers.address(), BATCH, MSG_WAITFORONE, 0);
        replyCount = 0;
        if (count < 0 && SystemCall.errno(errno) != EINTR && SystemCall.errno(errno) != EAGAIN) {
            throw new IOException("recvmmsg: " + SystemCall.message(SystemCall.errno(errno)));
        }
        return Math.max(count, 0);
    }

    /// Copies a datagram of the batch.
    ///
    /// @param to must have room for {@link #DATAGRAM_MAX} octets
    /// @return its octets
    int read(int i, byte[] to, Peer from) {
        int length = headers.get(JAVA_INT, (long) HEADER * i + HEADER_LENGTH);
        MemorySegment.copy(data, JAVA_BYTE, (long) DATAGRAM_MAX * i, to, 0, length);
        SocketAddress.read(names, (long) SocketAddress.LENGTH * i, from);
        if (tellsWhere()) {
            long controlLength = (long) HEADER * i + HEADER_CONTROL_LENGTH;
            headers.set(
                    JAVA_LONG,
                    controlLength,
                    PacketInfo.read(
                            controls,
                            (long) PacketInfo.LENGTH * i,
                            headers.get(JAVA_LONG, controlLength),
                            from));
        }
        return length;
    }

    /// Puts an answer to a datagram of the batch into the batch of answers.
    void reply(int i, byte[] octets, int length) {
        MemorySegment.copy(octets, 0, replies, JAVA_BYTE, (long) REPLY * replyCount, length);
        replyVectors.set(JAVA_LONG, (long) VECTOR * replyCount + VECTOR_LENGTH, length);
        long header = (long) HEADER * replyCount;
        replyHeaders.set(JAVA_LONG, header, nameAddress(i));
        replyHeaders.set(
                JAVA_INT,
                header + HEADER_NAME_LENGTH,
                headers.get(JAVA_INT, (long) HEADER * i + HEADER_NAME_LENGTH));
        replyHeaders.set(JAVA_LONG, header + HEADER_CONTROL, controlAddress(i));
        replyHeaders.set(
                JAVA_LONG,
                header + HEADER_CONTROL_LENGTH,
                headers.get(JAVA_LONG, (long) HEADER * i + HEADER_CONTROL_LENGTH));
        replyCount++;
    }

    /// Sends the batch of answers.
    ///
    /// @return how many could not be sent
    int send() {
        int failed = 0;
        for (int sent = 0; sent < replyCount; ) {
            int count = send(sent);
            if (count > 0) {
                sent += count;
            } else if (SystemCall.errno(errno) != EINTR) {
                failed++; // This one, for example to a network that is down; the next may work.
                sent++;
            }
        }
        replyCount = 0;
        return failed;
    }

    private int send(int from) {
        long first = replyHeaders.address() + (long) HEADER * from;
        return SENDMMSG.call(errno, descriptor, first, replyCount - from, 0);
    }

    /// Sends one datagram. Safe for use by several threads until the socket is closed.
    ///
    /// @param from the address to send it from; 0.0.0.0 or :: if there is only one
    /// @return whether the system took it
    boolean sendTo(Endpoint to, IpAddress from, byte[] octets, int length) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment name = own.allocate(SocketAddress.LENGTH, 8);
            int nameLength = SocketAddress.write(to, name);
            MemorySegment content = own.allocateFrom(JAVA_BYTE, octets);
            MemorySegment vector = own.allocate(VECTOR, 8);
            vector.set(JAVA_LONG, 0, content.address());
            vector.set(JAVA_LONG, VECTOR_LENGTH, length);
            MemorySegment header = own.allocate(HEADER, 8);
            header.set(JAVA_LONG, 0, name.address());
            header.set(JAVA_INT, HEADER_NAME_LENGTH, nameLength);
            header.set(JAVA_LONG, HEADER_VECTOR, vector.address());
            header.set(JAVA_LONG, HEADER_VECTORS, 1);
            if (tellsWhere() && !from.equals(NOWHERE)) {
                MemorySegment control = own.allocate(PacketInfo.LENGTH, 8);
                header.set(JAVA_LONG, HEADER_CONTROL, control.address());
                header.set(JAVA_LONG, HEADER_CONTROL_LENGTH, PacketInfo.write(from, ipv4, control));
            }
            MemorySegment ownErrno = SystemCall.errnoState(own);
            return SENDMMSG.call(ownErrno, descriptor, header.address(), 1, 0) == 1;
        }
    }

    private long nameAddress(int i) {
        return names.address() + (long) SocketAddress.LENGTH * i;
    }

    /// Lets a waiting {@link #receive} return, with a datagram of ours that is empty: a socket that
    /// outlives this process must not be shut down. If its buffer is full nobody waits. Where it
    /// does not arrive, as the address has gone to another host or a filter drops it, the socket's
    /// own time is over after a second.
    void wake() {
        Endpoint own = localEndpoint();
        boolean isAny = own.address().equals(ipv4 ? IpAddress.ipv4(0) : NOWHERE);
        IpAddress to = isAny ? (ipv4 ? LOOPBACK_4 : LOOPBACK_6) : own.address();
        boolean _ = sendTo(new Endpoint(to, own.port()), NOWHERE, new byte[0], 0);
    }

    /// Where the socket listens; tells the port if the system chose it.
    Endpoint localEndpoint() {
        return SocketDescriptors.place(descriptor)
                .map(StreamAddress.Tcp.class::cast)
                .orElseThrow()
                .endpoint();
    }

    /// By what number the system knows the socket.
    int descriptor() {
        return descriptor;
    }

    private int socket(int family) throws IOException {
        return check("socket", SOCKET.call(errno, family, SOCK_DGRAM_CLOEXEC, 0));
    }

    private void bind(Endpoint at) throws IOException {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment name = own.allocate(SocketAddress.LENGTH, 8);
            int length = SocketAddress.write(at, name);
            check("bind", BIND.call(errno, descriptor, name.address(), length));
        }
    }

    /// Lets {@link #receive} wait no longer than a second (struct timeval: seconds, microseconds).
    private void wakeUp() {
        try (Arena own = Arena.ofConfined()) {
            option(SOL_SOCKET, SO_RCVTIMEO, own.allocateFrom(JAVA_LONG, 1, 0));
        }
    }

    private boolean option(int option, int value) {
        return option(SOL_SOCKET, option, value);
    }

    private boolean option(int level, int option, int value) {
        try (Arena own = Arena.ofConfined()) {
            return option(level, option, own.allocateFrom(JAVA_INT, value));
        }
    }

    @CanIgnoreReturnValue
    private boolean option(int level, int option, MemorySegment value) {
        int length = (int) value.byteSize();
        return SETSOCKOPT.call(errno, descriptor, level, option, value.address(), length) == 0;
    }

    @CanIgnoreReturnValue
    private int check(String call, int result) throws IOException {
        if (result < 0) {
            throw new IOException(SystemCall.message(SystemCall.errno(errno)) + " (" + call + ")");
        }
        return result;
    }

    @Override
    public void close() {
        FileDescriptors.close(descriptor);
        arena.close();
    }
}
