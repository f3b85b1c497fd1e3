package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;

/// A UDP socket of Linux: each thread that answers takes a {@link DatagramBatch} of its own. Safe
/// for use by several threads until it is closed.
final class UdpSocket implements AutoCloseable {
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_RCVBUFFORCE = 33;

    /// Room for the datagrams that arrive while the daemon does something else, for example load
    /// its save file.
    private static final int RECEIVE_BUFFER = 8 << 20;

    private static final SystemCall SOCKET = new SystemCall("socket");
    private static final SystemCall BIND = new SystemCall("bind");
    private static final SystemCall SETSOCKOPT = new SystemCall("setsockopt");

    private final boolean ipv4;
    private final boolean tellsWhere;
    private final int descriptor;

    private static final IpAddress NOWHERE = new IpAddress(0, 0);
    private static final IpAddress LOOPBACK_4 = IpAddress.ipv4(127 << 24 | 1);
    private static final IpAddress LOOPBACK_6 = new IpAddress(0, 1);

    /// Links the system calls: whoever calls this first initialises the class.
    static void link() {
        DatagramBatch.link();
    }

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
            tellsWhere = isAny && option(info[0], info[1], 1);
            wakeUp();
            // The system's limit counts for ordinary users; root may go beyond it.
            if (!option(SO_RCVBUFFORCE, RECEIVE_BUFFER)) {
                option(SO_RCVBUF, RECEIVE_BUFFER);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /// Room for what the calling thread takes from the socket, which must outlive it.
    DatagramBatch batch() {
        return new DatagramBatch(descriptor, tellsWhere);
    }

    /// Sends one datagram.
    ///
    /// @param from the address to send it from; 0.0.0.0 or :: if there is only one
    /// @return whether the system took it
    boolean sendTo(Endpoint to, IpAddress from, byte[] octets, int length) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment name = own.allocate(SocketAddress.LENGTH, 8);
            int nameLength = SocketAddress.write(to, name);
            MemorySegment content = own.allocateFrom(JAVA_BYTE, octets);
            MemorySegment vector = own.allocate(MessageHeader.VECTOR_SIZE, 8);
            vector.set(JAVA_LONG, 0, content.address());
            vector.set(JAVA_LONG, MessageHeader.VECTOR_LENGTH, length);
            MemorySegment header = own.allocate(MessageHeader.SIZE, 8);
            header.set(JAVA_LONG, 0, name.address());
            header.set(JAVA_INT, MessageHeader.NAME_LENGTH, nameLength);
            header.set(JAVA_LONG, MessageHeader.VECTORS, vector.address());
            header.set(JAVA_LONG, MessageHeader.VECTOR_COUNT, 1);
            if (tellsWhere && !from.equals(NOWHERE)) {
                MemorySegment control = own.allocate(PacketInfo.LENGTH, 8);
                header.set(JAVA_LONG, MessageHeader.CONTROL, control.address());
                header.set(
                        JAVA_LONG,
                        MessageHeader.CONTROL_LENGTH,
                        PacketInfo.write(from, ipv4, control));
            }
            MemorySegment ownErrno = SystemCall.errnoState(own);
            return DatagramBatch.SENDMMSG.call(ownErrno, descriptor, header.address(), 1, 0) == 1;
        }
    }

    /// Lets a thread that waits in {@link DatagramBatch#receive} return, with a datagram of ours
    /// that is empty: a socket that outlives this process must not be shut down. If its buffer is
    /// full nobody waits. Where it does not arrive, as the address has gone to another host or a
    /// filter drops it, the socket's own time is over after a second.
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
        try (Arena own = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(own);
            return check("socket", errno, SOCKET.call(errno, family, SOCK_DGRAM_CLOEXEC, 0));
        }
    }

    private void bind(Endpoint at) throws IOException {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment name = own.allocate(SocketAddress.LENGTH, 8);
            int length = SocketAddress.write(at, name);
            MemorySegment errno = SystemCall.errnoState(own);
            check("bind", errno, BIND.call(errno, descriptor, name.address(), length));
        }
    }

    /// Lets {@link DatagramBatch#receive} wait no longer than a second (struct timeval: seconds,
    /// microseconds).
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
        try (Arena own = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(own);
            return SETSOCKOPT.call(errno, descriptor, level, option, value.address(), length) == 0;
        }
    }

    @CanIgnoreReturnValue
    private static int check(String call, MemorySegment errno, int result) throws IOException {
        if (result < 0) {
            throw new IOException(SystemCall.message(SystemCall.errno(errno)) + " (" + call + ")");
        }
        return result;
    }

    @Override
    public void close() {
        FileDescriptors.close(descriptor);
    }
}
