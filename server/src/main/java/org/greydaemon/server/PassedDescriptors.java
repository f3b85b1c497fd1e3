package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Sends and receives octets together with open files over a unix socket (unix(7), SCM_RIGHTS): the
/// other process gets descriptors of its own that name the same files. As Linux lays it out on
/// 64-bit machines:
///
/// ```
/// msghdr    0 name   8 namelen   16 iov   24 iovlen   32 control   40 controllen   48 flags   56 octets
/// cmsghdr   0 length   8 level   12 type   16 descriptors, 4 octets each
/// ```
///
/// No state; safe for use by several threads.
final class PassedDescriptors {
    /// The most that one message carries (unix(7)).
    static final int MAX = 253;

    private static final int HEADER = 56;
    private static final int NAME_LENGTH = 8;
    private static final int VECTOR = 16;
    private static final int VECTORS = 24;
    private static final int CONTROL = 32;
    private static final int CONTROL_LENGTH = 40;
    private static final int CONTROL_HEADER = 16;
    private static final int LEVEL = 8;
    private static final int TYPE = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int ECONNRESET = 104;

    /// Where a socket has a time, a process that was stopped for a while hears of it (signal(7)).
    private static final int EINTR = 4;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final SystemCall SENDMSG = new SystemCall("sendmsg");
    private static final SystemCall RECVMSG = new SystemCall("recvmsg");

    private PassedDescriptors() {}

    private record Message(MemorySegment header, MemorySegment octets, MemorySegment control) {
        /// A message with room.
        static Message of(Arena arena, int octets, int descriptors) {
            MemorySegment header = arena.allocate(HEADER, 8);
            MemorySegment vector = arena.allocate(2L * Long.BYTES, 8);
            Message message =
                    new Message(
                            header,
                            arena.allocate(Math.max(1, octets)),
                            arena.allocate(CONTROL_HEADER + 8L * descriptors, 8));
            vector.set(JAVA_LONG, 0, message.octets.address());
            vector.set(JAVA_LONG, Long.BYTES, octets);
            header.set(JAVA_LONG, VECTOR, vector.address());
            header.set(JAVA_LONG, VECTORS, 1);
            if (descriptors > 0) {
                header.set(JAVA_LONG, CONTROL, message.control.address());
                header.set(JAVA_LONG, CONTROL_LENGTH, message.control.byteSize());
            }
            return message;
        }
    }

    /// Sends octets and descriptors. Does not wait for room.
    ///
    /// @param socket through which
    /// @param to the receiver's address, or of length 0 if the socket is connected
    /// @param errno receives the system's error
    /// @return the octets that the system took; less than 0 if it refuses
    static long send(
            int socket,
            MemorySegment to,
            byte[] octets,
            List<Integer> descriptors,
            MemorySegment errno) {
        try (Arena arena = Arena.ofConfined()) {
            Message message = Message.of(arena, octets.length, descriptors.size());
            if (to.byteSize() > 0) {
                message.header.set(JAVA_LONG, 0, to.address());
                message.header.set(JAVA_INT, NAME_LENGTH, (int) to.byteSize());
            }
            MemorySegment.copy(octets, 0, message.octets, JAVA_BYTE, 0, octets.length);
            if (!descriptors.isEmpty()) {
                write(descriptors, message);
            }
            return SENDMSG.callLong(
                    errno, socket, message.header.address(), MSG_DONTWAIT | MSG_NOSIGNAL, 0);
        }
    }

    private static void write(List<Integer> descriptors, Message message) {
        long length = CONTROL_HEADER + 4L * descriptors.size();
        message.header.set(JAVA_LONG, CONTROL_LENGTH, length);
        message.control.set(JAVA_LONG, 0, length);
        message.control.set(JAVA_INT, LEVEL, SOL_SOCKET);
        message.control.set(JAVA_INT, TYPE, SCM_RIGHTS);
        for (int i = 0; i < descriptors.size(); i++) {
            message.control.set(JAVA_INT, CONTROL_HEADER + 4L * i, descriptors.get(i));
        }
    }

    /// Waits for octets, and descriptors that come with them.
    ///
    /// @param socket from which
    /// @param to receives the octets
    /// @param descriptors receives the descriptors, which are ours to close from then on
    /// @return how many octets came; 0 if none will come any more, also from a process that was
    ///   killed
    /// @throws IOException if the socket's time is over
    static int receive(int socket, byte[] to, List<Integer> descriptors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            Message message = Message.of(arena, to.length, MAX);
            long length;
            do {
                length =
                        RECVMSG.callLong(
                                errno, socket, message.header.address(), MSG_CMSG_CLOEXEC, 0);
            } while (length < 0 && SystemCall.errno(errno) == EINTR);
            if (length < 0 && SystemCall.errno(errno) == ECONNRESET) {
                return 0;
            }
            if (length < 0) {
                throw new IOException(SystemCall.message(SystemCall.errno(errno)));
            }
            MemorySegment.copy(message.octets, JAVA_BYTE, 0, to, 0, (int) length);
            if (message.header.get(JAVA_LONG, CONTROL_LENGTH) > CONTROL_HEADER) {
                read(message.control, descriptors);
            }
            return (int) length;
        }
    }

    private static void read(MemorySegment control, List<Integer> descriptors) {
        if (control.get(JAVA_INT, LEVEL) != SOL_SOCKET
                || control.get(JAVA_INT, TYPE) != SCM_RIGHTS) {
            return;
        }
        long count = (control.get(JAVA_LONG, 0) - CONTROL_HEADER) / 4;
        for (long i = 0; i < count; i++) {
            descriptors.add(control.get(JAVA_INT, CONTROL_HEADER + 4 * i));
        }
    }
}
