package org.greydaemon.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.system.SystemCall;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/// The file by which others find a unix socket.
record SocketFile(Path path) {
    // The kind of a file in its mode, and that of a socket (inode(7)).
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private static final int AF_UNIX = 1;
    private static final int FAMILY = 2;
    private static final int STREAM_THAT_DOES_NOT_WAIT = 1 | 04000 | 02000000;
    private static final int ENOENT = 2;
    private static final int ECONNREFUSED = 111;

    private static final SystemCall SOCKET = new SystemCall("socket");
    private static final SystemCall CONNECT = new SystemCall("connect");

    /// What tells it from any other file that has been at this path.
    Object key() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /// The same; nothing for who may not enter the folder, and removes no file there either.
    @Nullable Object keyIfKnown() {
        try {
            return key();
        } catch (IOException e) {
            return null;
        }
    }

    /// Whether a file that was there is no more, or another one has come in its place. One in a
    /// folder that we may not enter is taken to be there.
    ///
    /// @param key of that file, if it is known
    boolean isGone(@Nullable Object key) {
        Object now = keyIfKnown();
        return now == null
                ? Files.notExists(path, LinkOption.NOFOLLOW_LINKS)
                : key != null && !now.equals(key);
    }

    /// Removes the socket that a killed process has left behind: one where nobody listens.
    ///
    /// @param shown its path, for the operator
    void removeStale(Path shown) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(
                    shown.toString(), null, "a file that is no socket is there");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // Whoever listens may be too busy to accept.
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.delete(path); // Nobody listens.
            return;
        } catch (IOException e) {
            throw new BindException("another process may listen there: " + e.getMessage());
        }
        throw new BindException("another process listens there");
    }

    private static boolean isSocket(Path file, LinkOption... options) throws IOException {
        int mode = (int) Files.getAttribute(file, "unix:mode", options);
        return (mode & S_IFMT) == S_IFSOCK;
    }

    /// Whether who connects by the file comes to this socket, which listens. If its file was
    /// removed and another socket made there, nobody comes to it any more though it is bound to the
    /// path.
    ///
    /// The system tells who connects which process has called listen(2) last (unix(7),
    /// SO_PEERCRED): so this one does, and connects. What it may not connect to, or is too busy, is
    /// taken to be this socket.
    boolean leadsTo(int descriptor) {
        SocketDescriptors.listen(descriptor, ListeningSocket.BACKLOG);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            int probe = SOCKET.call(errno, AF_UNIX, STREAM_THAT_DOES_NOT_WAIT, 0);
            MemorySegment name = name(arena);
            boolean isConnected = CONNECT.call(errno, probe, name.address(), name.byteSize()) == 0;
            int error = SystemCall.errno(errno);
            int process = SocketDescriptors.peerProcess(probe);
            FileDescriptors.close(probe);
            return isConnected
                    ? process == ProcessHandle.current().pid()
                    : error != ENOENT && error != ECONNREFUSED;
        }
    }

    private MemorySegment name(Arena arena) {
        byte[] octets = path.toString().getBytes(UTF_8);
        MemorySegment name = arena.allocate(FAMILY + octets.length + 1L, FAMILY);
        name.set(JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(octets, 0, name, JAVA_BYTE, FAMILY, octets.length);
        return name;
    }

    /// Gives a socket that somebody has made before the mode of one that is made now. Whatever is
    /// at the path meanwhile, it is done to the file that was looked at.
    ///
    /// @return what is left to the operator; empty if all is done, or if this user may not see the
    ///   file: who made it could
    Optional<String> permit(SocketMode mode) {
        int descriptor;
        try {
            descriptor = FileDescriptors.open(path, FileDescriptors.NAME);
        } catch (IOException e) {
            return Optional.empty();
        }
        try {
            Path opened = FileDescriptors.path(descriptor);
            return isSocket(opened) ? permit(opened, mode) : Optional.empty();
        } catch (IOException e) {
            return Optional.of(FileFault.words(path, e));
        } finally {
            FileDescriptors.close(descriptor);
        }
    }

    private static Optional<String> permit(Path opened, SocketMode mode) throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(opened, PosixFileAttributes.class);
        Set<PosixFilePermission> wanted = mode.of(attributes);
        boolean isPermitted = attributes.permissions().equals(wanted);
        int owner = (int) Files.getAttribute(opened, "unix:uid");
        if (owner == SocketLock.us()) {
            if (!isPermitted) {
                Files.setPosixFilePermissions(opened, wanted);
            }
            return Optional.empty();
        }
        return isPermitted && owner == 0 // Made before we gave up being root.
                ? Optional.empty()
                : Optional.of(
                        "it belongs to "
                                + attributes.owner().getName()
                                + " and keeps its mode "
                                + Umask.octal(attributes.permissions())
                                + "; stop the daemon and start it, which makes the socket anew with"
                                + " "
                                + Umask.octal(wanted));
    }
}
