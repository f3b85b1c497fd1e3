package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.system.SystemCall;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The daemon that this one takes over from, over its control socket: see {@link Succession}. The
/// connection is made by hand, as Java's cannot receive descriptors. Confined to `main`.
public final class Predecessor implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int FAMILY = 2;
    private static final int ENOENT = 2;
    private static final int ECONNREFUSED = 111;
    private static final int MSG_PEEK = 2;
    private static final int MSG_DONTWAIT = 0x40;

    /// How long it may be silent: it may be in a save when it is asked, and answers its last when
    /// it leaves.
    private static final long PATIENCE_SECONDS = 300;

    /// More than any line that it says.
    private static final int LINE_MAX = 4096;

    private static final SystemCall SOCKET = new SystemCall("socket");
    private static final SystemCall BIND = new SystemCall("bind");
    private static final SystemCall CONNECT = new SystemCall("connect");
    private static final SystemCall SETSOCKOPT = new SystemCall("setsockopt");
    private static final SystemCall RECV = new SystemCall("recv");

    private final int descriptor;
    private final List<Integer> received = new ArrayList<>();

    private Predecessor(int descriptor) {
        this.descriptor = descriptor;
    }

    /// Asks the daemon that runs to make way.
    ///
    /// @param control its control socket
    /// @return empty if none runs there
    /// @throws IOException if it cannot be asked; the message is the system's
    public static Optional<Predecessor> at(Path control) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            int socket = SOCKET.call(errno, AF_UNIX, SOCK_STREAM_CLOEXEC, 0);
            Predecessor predecessor = new Predecessor(socket);
            try {
                check("socket", socket, errno);
                predecessor.bePatient(arena, errno);
                predecessor.beNamed(arena, errno);
                if (!predecessor.connect(control, arena, errno)) {
                    predecessor.close();
                    return Optional.empty();
                }
                return Optional.of(predecessor);
            } catch (IOException e) {
                predecessor.close();
                throw e;
            }
        }
    }

    private static void check(String call, int result, MemorySegment errno) throws IOException {
        if (result < 0) {
            throw new IOException(SystemCall.message(SystemCall.errno(errno)) + " (" + call + ")");
        }
    }

    private void bePatient(Arena arena, MemorySegment errno) throws IOException {
        MemorySegment time = arena.allocate(2L * Long.BYTES, 8); // struct timeval
        time.set(JAVA_LONG, 0, PATIENCE_SECONDS);
        int length = (int) time.byteSize();
        check(
                "setsockopt",
                SETSOCKOPT.call(errno, descriptor, SOL_SOCKET, SO_RCVTIMEO, time.address(), length),
                errno);
    }

    /// An address of the family alone is for the system to complete, by a name that nobody else has
    /// (unix(7), autobind): by it the other side finds our connection among its descriptors.
    private void beNamed(Arena arena, MemorySegment errno) throws IOException {
        MemorySegment name = arena.allocate(FAMILY, 8);
        name.set(JAVA_SHORT, 0, (short) AF_UNIX);
        check("bind", BIND.call(errno, descriptor, name.address(), FAMILY), errno);
    }

    private boolean connect(Path control, Arena arena, MemorySegment errno) throws IOException {
        byte[] path = control.toString().getBytes(UTF_8);
        if (path.length > StreamAddress.Unix.PATH_MAX) {
            return false; // Nobody can listen there.
        }
        MemorySegment name = arena.allocate(FAMILY + path.length + 1L, 8);
        name.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, name, JAVA_BYTE, FAMILY, path.length);
        int result = CONNECT.call(errno, descriptor, name.address(), name.byteSize());
        int error = SystemCall.errno(errno);
        if (result < 0 && (error == ENOENT || error == ECONNREFUSED)) {
            return false;
        }
        check("connect", result, errno);
        return true;
    }

    /// By what name it finds this end of the connection among its descriptors.
    public String from() {
        return SocketDescriptors.abstractName(descriptor);
    }

    /// Asks for the sockets.
    ///
    /// @param request a line of JSON
    /// @return what it says: a line of JSON; empty if it is gone
    /// @throws IOException if it is silent for too long
    public Optional<String> ask(String request) throws IOException {
        tell(request);
        return line();
    }

    /// The sockets that it has given.
    public InheritedSockets sockets() {
        return InheritedSockets.of(received);
    }

    /// Whether it is still there: it says nothing before it is told that this one is ready. Never
    /// waits. To be called by another thread only while `main` waits for that one.
    public boolean isThere() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octet = arena.allocate(1);
            MemorySegment errno = SystemCall.errnoState(arena);
            return RECV.call(errno, descriptor, octet.address(), 1, MSG_PEEK | MSG_DONTWAIT) != 0;
        }
    }

    /// Says that this daemon has read the files and is ready, and waits until the other has left
    /// them. One that is gone has left them too.
    ///
    /// @throws IOException if it is silent for too long, or stays after all; the message is for the
    ///   operator
    public void leaves() throws IOException {
        tell("loaded");
        Optional<String> last = line();
        if (last.isPresent() && !last.get().equals("yours")) {
            String why = last.get().replaceFirst("^stays: ", "");
            throw new IOException("the daemon that runs does not make way: " + why);
        }
    }

    /// Says that this daemon answers; the other one ends.
    public void answering() {
        tell("answering");
    }

    /// Says why this daemon does not start; the other one goes on.
    public void failed(String why) {
        String line = why.replace('\n', ' ');
        tell("failed " + line.substring(0, Math.min(line.length(), LINE_MAX)));
    }

    /// If it is gone already, the next {@link #line} finds out.
    private void tell(String line) {
        byte[] octets = (line + "\n").getBytes(UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            long _ =
                    PassedDescriptors.send(
                            descriptor, MemorySegment.NULL, octets, List.of(), errno);
        }
    }

    /// @return empty if nothing more will come
    private Optional<String> line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] octets = new byte[LINE_MAX];
        while (line.size() < LINE_MAX) {
            int length = PassedDescriptors.receive(descriptor, octets, received);
            if (length == 0) {
                return Optional.empty(); // Also one that was killed.
            }
            line.write(octets, 0, length);
            if (octets[length - 1] == '\n') { // It speaks when it is spoken to, a line each time.
                return Optional.of(line.toString(UTF_8).strip());
            }
        }
        throw new IOException("it says more than " + LINE_MAX + " octets");
    }

    @Override
    public void close() {
        if (descriptor >= 0) {
            FileDescriptors.close(descriptor);
        }
    }
}
