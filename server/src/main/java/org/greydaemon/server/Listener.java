package org.greydaemon.server;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;

/// A socket that accepts connections, and its file if it has one.
final class Listener implements AutoCloseable {
    /// How many connections may wait to be accepted.
    private static final int BACKLOG = 128;

    // The kind of a file in its mode, and that of a socket (inode(7)).
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private final ServerSocketChannel channel;
    private final StreamAddress address;

    // The socket's file when it was made: another one at the same path belongs to somebody else.
    private final @Nullable Object fileKey;

    /// Listens.
    ///
    /// @param mode who may connect to a unix socket: those who may write to its file
    /// @throws IOException if the system refuses, or the path is taken; the message is for the
    ///   operator
    Listener(StreamAddress at, Set<PosixFilePermission> mode) throws IOException {
        switch (at) {
            case StreamAddress.Tcp(Endpoint endpoint) -> {
                channel = bind(endpoint);
                InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
                address = new StreamAddress.Tcp(new Endpoint(endpoint.address(), local.getPort()));
                fileKey = null;
            }
            case StreamAddress.Unix(Path path) -> {
                // Else two daemons that start at once might both see that nobody listens, and the
                // second would remove the first one's new socket.
                try (DirectoryLock _ = lock(path)) {
                    removeStale(path);
                    channel = bind(path, mode);
                    fileKey = fileKey(path);
                }
                address = at;
            }
        }
    }

    private static ServerSocketChannel bind(Endpoint endpoint) throws IOException {
        IpAddress address = endpoint.address();
        ServerSocketChannel channel =
                ServerSocketChannel.open(
                        address.isIpv4()
                                ? StandardProtocolFamily.INET
                                : StandardProtocolFamily.INET6);
        try {
            InetAddress host = InetAddress.getByAddress(address.toBytes());
            channel.bind(new InetSocketAddress(host, endpoint.port()), BACKLOG);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static ServerSocketChannel bind(Path path, Set<PosixFilePermission> mode)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            Files.setPosixFilePermissions(path, mode);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Removes the socket that a killed process has left behind: one where nobody listens.
    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & S_IFMT)
                != S_IFSOCK) {
            throw new FileAlreadyExistsException(
                    path.toString(), null, "a file that is no socket is there");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // Who listens may be too busy to accept.
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException e) {
            Files.delete(path); // Nobody listens.
            return;
        } catch (IOException e) {
            throw new BindException("another process may listen there: " + e.getMessage());
        }
        throw new BindException("another process listens there");
    }

    private static DirectoryLock lock(Path path) throws IOException {
        return new DirectoryLock(Objects.requireNonNull(path.toAbsolutePath().getParent()));
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /// Where it listens, with the port that the system chose.
    StreamAddress address() {
        return address;
    }

    /// Waits for a connection.
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /// Ends {@link #accept} and removes the socket's file where that is allowed. Idempotent.
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return; // What is at the path by now is not ours, even if it looks the same.
        }
        try {
            if (address instanceof StreamAddress.Unix(Path path)) {
                removeOurs(path);
            }
        } catch (IOException e) {
            // The next start removes it.
        } finally {
            closeChannel();
        }
    }

    /// Removes the file while nobody can take it for a left-over one and put another in its place.
    private void removeOurs(Path path) throws IOException {
        try (DirectoryLock _ = lock(path)) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    && Objects.equals(fileKey, fileKey(path))) {
                Files.delete(path);
            }
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
