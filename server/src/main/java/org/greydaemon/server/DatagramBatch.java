package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.greydaemon.system.Pages;
import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The datagrams that one thread has taken from a UDP socket, and its answers to them: one system
/// call receives all that wait, one sends all answers, and neither allocates (docs/adr/0004).
/// Confined to the thread that has made it.
final class DatagramBatch implements AutoCloseable {
    /// The most datagrams of one batch.
    static final int LENGTH_MAX = 32;

    /// More than the longest datagram that UDP can carry.
    static final int DATAGRAM_MAX = 65_536;

    /// From one buffer to the next. If it were a power of two, the beginnings of all would share
    /// the same few lines of the processor's caches and push each other out.
    private static final int STRIDE = DATAGRAM_MAX + 17 * 64;

    private static final int REPLY = DatagramHandler.REPLY_MAX;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_WAITFORONE = 0x10000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private static final SystemCall RECVMMSG = new SystemCall("recvmmsg");

    /// Also for answers that are sent alone.
    static final SystemCall SENDMMSG = new SystemCall("sendmmsg");

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = SystemCall.errnoState(arena);
    private final MemorySegment headers = arena.allocate((long) MessageHeader.SIZE * LENGTH_MAX, 8);
    private final MemorySegment names = arena.allocate((long) SocketAddress.LENGTH * LENGTH_MAX, 8);
    private final MemorySegment data = Pages.zero(arena, (long) STRIDE * LENGTH_MAX);
    private final MemorySegment vectors =
            arena.allocate((long) MessageHeader.VECTOR_SIZE * LENGTH_MAX, 8);
    private final MemorySegment replyVectors =
            arena.allocate((long) MessageHeader.VECTOR_SIZE * LENGTH_MAX, 8);
    private final MemorySegment replyHeaders =
            arena.allocate((long) MessageHeader.SIZE * LENGTH_MAX, 8);
    private final MemorySegment replies = arena.allocate((long) REPLY * LENGTH_MAX, 8);
    private final MemorySegment controls;
    private final boolean tellsWhere;
    private final int descriptor;
    private int replyCount;

    /// Links the system calls: whoever calls this first initialises the class.
    static void link() {}

    /// @param descriptor of the socket, which stays open longer than this
    /// @param tellsWhere whether it tells to which of its addresses a datagram came
    DatagramBatch(int descriptor, boolean tellsWhere) {
        this.descriptor = descriptor;
        this.tellsWhere = tellsWhere;
        controls =
                tellsWhere
                        ? arena.allocate((long) PacketInfo.LENGTH * LENGTH_MAX, 8)
                        : MemorySegment.NULL;
        layOut(headers, vectors, data, STRIDE, DATAGRAM_MAX);
        layOut(replyHeaders, replyVectors, replies, REPLY, REPLY);
        for (int i = 0; i < LENGTH_MAX; i++) {
            headers.set(JAVA_LONG, (long) MessageHeader.SIZE * i, nameAddress(i));
            headers.set(
                    JAVA_LONG,
                    (long) MessageHeader.SIZE * i + MessageHeader.CONTROL,
                    controlAddress(i));
        }
    }

    private long controlAddress(int i) {
        return tellsWhere ? controls.address() + (long) PacketInfo.LENGTH * i : 0;
    }

    private long nameAddress(int i) {
        return names.address() + (long) SocketAddress.LENGTH * i;
    }

    private static void layOut(
            MemorySegment messages,
            MemorySegment vectors,
            MemorySegment buffers,
            long stride,
            long bufferSize) {
        for (int i = 0; i < LENGTH_MAX; i++) {
            long vector = (long) MessageHeader.VECTOR_SIZE * i;
            vectors.set(JAVA_LONG, vector, buffers.address() + stride * i);
            vectors.set(JAVA_LONG, vector + MessageHeader.VECTOR_LENGTH, bufferSize);
            messages.set(
                    JAVA_LONG,
                    (long) MessageHeader.SIZE * i + MessageHeader.VECTORS,
                    vectors.address() + vector);
            messages.set(JAVA_LONG, (long) MessageHeader.SIZE * i + MessageHeader.VECTOR_COUNT, 1);
        }
    }

    /// Takes the datagrams that wait.
    ///
    /// @param waits whether to wait for one if there is none
    /// @return how many there are; 0 if there was none, a signal came, or none came for as long as
    ///   the socket waits
    /// @throws IOException if the socket is broken
    int receive(boolean waits) throws IOException {
        for (int i = 0; i < LENGTH_MAX; i++) {
            headers.set(
                    JAVA_INT,
                    (long) MessageHeader.SIZE * i + MessageHeader.NAME_LENGTH,
                    SocketAddress.LENGTH);
            headers.set(
                    JAVA_LONG,
                    (long) MessageHeader.SIZE * i + MessageHeader.CONTROL_LENGTH,
                    tellsWhere ? PacketInfo.LENGTH : 0);
        }
        int flags = waits ? MSG_WAITFORONE : MSG_DONTWAIT;
        int count = RECVMMSG.call(errno, descriptor, headers.address(), LENGTH_MAX, flags, 0);
        replyCount = 0;
        if (count < 0 && SystemCall.errno(errno) != EINTR && SystemCall.errno(errno) != EAGAIN) {
            throw new IOException("recvmmsg: " + SystemCall.message(SystemCall.errno(errno)));
        }
        return Math.max(count, 0);
    }

    /// Copies a datagram of the batch.
    void read(int i, Datagram to) {
        int length = headers.get(JAVA_INT, (long) MessageHeader.SIZE * i + MessageHeader.LENGTH);
        MemorySegment.copy(data, JAVA_BYTE, (long) STRIDE * i, to.begin(length), 0, length);
        SocketAddress.read(names, (long) SocketAddress.LENGTH * i, to.from());
        if (tellsWhere) {
            long controlLength = (long) MessageHeader.SIZE * i + MessageHeader.CONTROL_LENGTH;
            headers.set(
                    JAVA_LONG,
                    controlLength,
                    PacketInfo.read(
                            controls,
                            (long) PacketInfo.LENGTH * i,
                            headers.get(JAVA_LONG, controlLength),
                            to.from()));
        }
    }

    /// Puts an answer to a datagram of the batch into the batch of answers.
    void reply(int i, byte[] octets, int length) {
        MemorySegment.copy(octets, 0, replies, JAVA_BYTE, (long) REPLY * replyCount, length);
        replyVectors.set(
                JAVA_LONG,
                (long) MessageHeader.VECTOR_SIZE * replyCount + MessageHeader.VECTOR_LENGTH,
                length);
        long header = (long) MessageHeader.SIZE * replyCount;
        replyHeaders.set(JAVA_LONG, header, nameAddress(i));
        replyHeaders.set(
                JAVA_INT,
                header + MessageHeader.NAME_LENGTH,
                headers.get(JAVA_INT, (long) MessageHeader.SIZE * i + MessageHeader.NAME_LENGTH));
        replyHeaders.set(JAVA_LONG, header + MessageHeader.CONTROL, controlAddress(i));
        replyHeaders.set(
                JAVA_LONG,
                header + MessageHeader.CONTROL_LENGTH,
                headers.get(
                        JAVA_LONG, (long) MessageHeader.SIZE * i + MessageHeader.CONTROL_LENGTH));
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
        long first = replyHeaders.address() + (long) MessageHeader.SIZE * from;
        return SENDMMSG.call(errno, descriptor, first, replyCount - from, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
