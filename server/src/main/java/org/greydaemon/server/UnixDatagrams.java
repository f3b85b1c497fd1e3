package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Datagrams to a unix socket, which the JDK knows only as streams: what syslog listens for on
/// `/dev/log` and the supervisor of a systemd unit in `$NOTIFY_SOCKET`. Confined to one thread.
///
/// ```
/// sockaddr_un   0 family   2 path, ended by a NUL; one that begins with NUL is no file but a name
/// ```
public final class UnixDatagrams implements AutoCloseable {
    /// The most octets of a path (unix(7)).
    public static final int PATH_MAX = 107;

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int EAGAIN = 11;
    private static final int PATH = 2;

    private static final SystemCall SOCKET = new SystemCall("socket");

    private final String path;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = SystemCall.errnoState(arena);
    private final MemorySegment address;
    private final int descriptor;

    /// Opens a socket of its own. That nobody listens at the path is found out by {@link #send}.
    ///
    /// @param path a file, or behind an `@` a name of Linux's abstract kind
    /// @throws IOException if the path is too long or the system has no socket to give
    public UnixDatagrams(String path) throws IOException {
        this.path = path;
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length > PATH_MAX) {
            throw new IOException(
                    "'" + path + "' cannot name a socket; give 1 to " + PATH_MAX + " octets");
        }
        boolean isAbstract = name[0] == '@';
        address = arena.allocate(PATH + name.length + (isAbstract ? 0 : 1), 8);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, PATH, name.length);
        if (isAbstract) {
            address.set(JAVA_BYTE, PATH, (byte) 0);
        }
        descriptor = socket();
    }

    private int socket() throws IOException {
        int result = SOCKET.call(errno, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (result < 0) {
            throw failure();
        }
        return result;
    }

    /// Sends one datagram; never waits.
    ///
    /// @return whether it was taken; not if the reader's queue is full
    /// @throws IOException if nobody listens there or the datagram is too large
    public boolean send(byte[] octets, int length) throws IOException {
        return send(Arrays.copyOf(octets, length), List.of());
    }

    /// Sends one datagram, and open files with it.
    ///
    /// @param descriptors by what numbers the system knows the files
    /// @return as the other
    /// @throws IOException as the other
    boolean send(byte[] octets, List<Integer> descriptors) throws IOException {
        long sent = PassedDescriptors.send(descriptor, address, octets, descriptors, errno);
        if (sent < 0 && SystemCall.errno(errno) != EAGAIN) {
            throw failure();
        }
        return sent >= 0;
    }

    private IOException failure() {
        return new IOException(path + ": " + SystemCall.message(SystemCall.errno(errno)));
    }

    @Override
    public void close() {
        FileDescriptors.close(descriptor);
        arena.close();
    }
}
