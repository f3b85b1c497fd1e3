package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// What the system tells of sockets by the numbers of their descriptors, and what can be done with
/// them, whoever has opened them. No state; safe for use by several threads.
final class SocketDescriptors {
    /// Room for the address of any socket: sockaddr_un is the longest (unix(7)).
    private static final int NAME_MAX = 112;

    private static final int UNIX_PATH = 2;
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;

    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SO_PEERCRED = 17;
    private static final int SO_ACCEPTCONN = 30;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;

    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;

    private static final SystemCall GETSOCKNAME = new SystemCall("getsockname");
    private static final SystemCall GETPEERNAME = new SystemCall("getpeername");
    private static final SystemCall GETSOCKOPT = new SystemCall("getsockopt");
    private static final SystemCall LISTEN = new SystemCall("listen");
    private static final SystemCall FCNTL = new SystemCall("fcntl");
    private static final SystemCall DUP3 = new SystemCall("dup3");
    private static final SystemCall SHUTDOWN = new SystemCall("shutdown");
    private static final int SHUT_RD = 0;

    private SocketDescriptors() {}

    /// Whether it is a socket at all, and no file.
    static boolean isSocket(int descriptor) {
        return option(descriptor, SO_TYPE) >= 0;
    }

    /// Whether it is a socket for datagrams of IP.
    static boolean isDatagrams(int descriptor) {
        return option(descriptor, SO_TYPE) == SOCK_DGRAM;
    }

    /// Whether it is a socket that takes connections.
    static boolean isListening(int descriptor) {
        return option(descriptor, SO_TYPE) == SOCK_STREAM && option(descriptor, SO_ACCEPTCONN) == 1;
    }

    /// Which process has called listen(2) for the unix socket at the other end of a connection, the
    /// last one if several have.
    ///
    /// @return less than 1 if there is none
    static int peerProcess(int descriptor) {
        return option(descriptor, SO_PEERCRED); // The first member of struct ucred.
    }

    /// Makes this process the last one that has called listen(2) for a socket.
    static void listen(int descriptor, int backlog) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = LISTEN.call(SystemCall.errnoState(arena), descriptor, backlog);
        }
    }

    private static int option(int descriptor, int name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment length = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int result =
                    GETSOCKOPT.call(
                            SystemCall.errnoState(arena),
                            descriptor,
                            SOL_SOCKET,
                            name,
                            value.address(),
                            length.address());
            return result == 0 ? value.get(JAVA_INT, 0) : -1;
        }
    }

    /// Where a socket is bound.
    ///
    /// @return empty if it is none, or bound nowhere that a configuration can name
    static Optional<StreamAddress> place(int descriptor) {
        return place(GETSOCKNAME, descriptor);
    }

    private static Optional<StreamAddress> place(SystemCall of, int descriptor) {
        return named(of, descriptor, SocketDescriptors::place);
    }

    /// What a call that names an end of a socket says.
    ///
    /// @param read is lent the name and its length
    /// @return empty if it says nothing, or what it says is of no use
    private static <T> Optional<T> named(
            SystemCall of, int descriptor, BiFunction<MemorySegment, Integer, Optional<T>> read) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(NAME_MAX, 8);
            MemorySegment length = arena.allocateFrom(JAVA_INT, NAME_MAX);
            int result =
                    of.call(
                            SystemCall.errnoState(arena),
                            descriptor,
                            name.address(),
                            length.address());
            return result == 0 ? read.apply(name, length.get(JAVA_INT, 0)) : Optional.empty();
        }
    }

    private static Optional<StreamAddress> place(MemorySegment name, int length) {
        return switch (name.get(JAVA_SHORT, 0)) {
            case AF_INET, AF_INET6 -> {
                Peer bound = new Peer();
                SocketAddress.read(name, 0, bound);
                IpAddress address = new IpAddress(bound.high(), bound.low());
                yield Optional.of(new StreamAddress.Tcp(new Endpoint(address, bound.port())));
            }
            case AF_UNIX -> {
                String path = path(name, length);
                yield path.startsWith("/")
                        ? Optional.of(new StreamAddress.Unix(Path.of(path)))
                        : Optional.empty(); // Of Linux's abstract kind, or none.
            }
            default -> Optional.empty();
        };
    }

    /// The path that a socket of unix(7) is bound to; one of the abstract kind begins with NUL.
    private static String path(MemorySegment name, int length) {
        byte[] octets = new byte[Math.clamp(length - UNIX_PATH, 0, NAME_MAX - UNIX_PATH)];
        MemorySegment.copy(name, JAVA_BYTE, UNIX_PATH, octets, 0, octets.length);
        String path = new String(octets, StandardCharsets.UTF_8);
        int end = path.indexOf('\0', 1);
        return end < 0 ? path : path.substring(0, end);
    }

    /// The socket of this process that takes connections at an address.
    ///
    /// @param at an address at which it is known to listen
    /// @throws IOException if the system does not tell
    static int listening(StreamAddress at) throws IOException {
        return known(listeningIfOpen(at));
    }

    /// The same where it may have been closed.
    ///
    /// @throws IOException if the system does not tell
    static OptionalInt listeningIfOpen(StreamAddress at) throws IOException {
        return find(d -> isListening(d) && place(d).filter(at::equals).isPresent());
    }

    /// The connection of this process whose peer has this name of the abstract kind, without the
    /// NUL: a name that the system has chosen is nobody else's (unix(7), autobind).
    ///
    /// @throws IOException if there is none
    static int connectedTo(String abstractName) throws IOException {
        String wanted = '\0' + abstractName;
        return known(find(d -> wanted.equals(unixName(GETPEERNAME, d))));
    }

    /// Who is at the other end of a connection over TCP.
    static Optional<StreamAddress> peer(int descriptor) {
        return place(GETPEERNAME, descriptor).filter(StreamAddress.Tcp.class::isInstance);
    }

    /// Whether a socket is bound to a path, as it was given.
    static boolean isAt(int descriptor, Path path) {
        return unixName(GETSOCKNAME, descriptor).equals(path.toString());
    }

    /// Ends what a connection receives; what has arrived can still be read (shutdown(2)).
    static void endInput(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = SHUTDOWN.call(SystemCall.errnoState(arena), descriptor, SHUT_RD);
        }
    }

    /// The name of the abstract kind that a socket of ours is bound to, without the NUL.
    static String abstractName(int descriptor) {
        return unixName(GETSOCKNAME, descriptor).substring(1);
    }

    private static String unixName(SystemCall of, int descriptor) {
        return named(
                        of,
                        descriptor,
                        (name, length) ->
                                name.get(JAVA_SHORT, 0) == AF_UNIX
                                        ? Optional.of(path(name, length))
                                        : Optional.empty())
                .orElse("");
    }

    /// Looks at descriptors.
    private interface Test {
        boolean isIt(int descriptor);
    }

    private static OptionalInt find(Test test) throws IOException {
        for (int descriptor : all()) {
            if (test.isIt(descriptor)) {
                return OptionalInt.of(descriptor);
            }
        }
        return OptionalInt.empty();
    }

    private static int known(OptionalInt descriptor) throws IOException {
        return descriptor.orElseThrow(() ->
                new IOException(
                        "the system does not tell the socket's descriptor in /proc/self/fd"));
    }

    /// All descriptors of this process, some of which may be closed by now.
    ///
    /// @throws IOException if the system does not tell
    static List<Integer> all() throws IOException {
        List<Integer> descriptors = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path one : all) {
                descriptors.add(Integer.valueOf(String.valueOf(one.getFileName())));
            }
        }
        return descriptors;
    }

    /// Another descriptor that names the same file.
    ///
    /// @throws IOException if the system has none to give
    static int duplicate(int descriptor) throws IOException {
        int duplicate = control(descriptor, F_DUPFD_CLOEXEC, 0);
        if (duplicate < 0) {
            throw new IOException("descriptor " + descriptor + " cannot be duplicated");
        }
        return duplicate;
    }

    /// Lets a descriptor name what another one names; what it named before is closed.
    ///
    /// @throws IOException if the system refuses
    static void replace(int descriptor, int by) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            if (DUP3.call(errno, by, descriptor, O_CLOEXEC) < 0) {
                throw new IOException("dup3: " + SystemCall.message(SystemCall.errno(errno)));
            }
        }
    }

    /// Makes a descriptor that somebody else has opened one of ours: it ends with this program, and
    /// calls wait.
    static void settle(int descriptor) {
        int flags = control(descriptor, F_GETFD, 0);
        int _ = control(descriptor, F_SETFD, flags | FD_CLOEXEC);
        int status = control(descriptor, F_GETFL, 0);
        int _ = control(descriptor, F_SETFL, status & ~O_NONBLOCK);
    }

    private static int control(int descriptor, int command, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return FCNTL.call(SystemCall.errnoState(arena), descriptor, command, value);
        }
    }
}
