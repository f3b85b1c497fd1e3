package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.greydaemon.system.SystemCall;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The other end of {@link UnixDatagrams}, which production code does not have. Confined to the
/// thread that made it.
public final class UnixReceiver implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int SECONDS_MAX = 30;
    private static final int LENGTH_MAX = 65_536;

    private static final SystemCall SOCKET = new SystemCall("socket");
    private static final SystemCall BIND = new SystemCall("bind");
    private static final SystemCall SETSOCKOPT = new SystemCall("setsockopt");
    private static final SystemCall RECV = new SystemCall("recv");
    private static final SystemCall CLOSE = new SystemCall("close");

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment errno = SystemCall.errnoState(arena);
    private final MemorySegment data = arena.allocate(LENGTH_MAX);
    private final int descriptor;

    /// Listens at a path; one that begins with `@` is abstract.
    public UnixReceiver(String path) {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        MemorySegment address = arena.allocate(2 + name.length + 1L);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, name.length);
        boolean isAbstract = name[0] == '@';
        if (isAbstract) {
            address.set(JAVA_BYTE, 2, (byte) 0);
        }
        int length = 2 + name.length + (isAbstract ? 0 : 1);
        MemorySegment patience = arena.allocateFrom(JAVA_LONG, SECONDS_MAX, 0);
        descriptor = check(SOCKET.call(errno, AF_UNIX, SOCK_DGRAM, 0));
        check(BIND.call(errno, descriptor, address.address(), length));
        long time = patience.address();
        check(SETSOCKOPT.call(errno, descriptor, SOL_SOCKET, SO_RCVTIMEO, time, 16));
    }

    /// Listens at a file.
    public UnixReceiver(Path file) {
        this(file.toString());
    }

    private int check(int result) {
        return (int) check((long) result);
    }

    private long check(long result) {
        if (result < 0) {
            throw new AssertionError(SystemCall.message(SystemCall.errno(errno)));
        }
        return result;
    }

    /// Waits for a datagram, half a minute at most.
    public String receive() {
        long length = check(RECV.callLong(errno, descriptor, data.address(), LENGTH_MAX, 0));
        return new String(data.asSlice(0, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /// Waits for a datagram that has this text, and drops others.
    public String receive(String text) {
        while (true) {
            String datagram = receive();
            if (datagram.contains(text)) {
                return datagram;
            }
        }
    }

    @Override
    public void close() {
        int _ = CLOSE.call(errno, descriptor);
        arena.close();
    }
}
