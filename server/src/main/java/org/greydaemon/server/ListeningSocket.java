package org.greydaemon.server;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;

/// A socket that accepts connections, and its file if it has one.
final class ListeningSocket implements AutoCloseable {
    /// How many connections may wait to be accepted.
    static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final StreamAddress address;
    private final SocketMode mode;
    private final InheritedSockets inherited;

    // The socket's file when it was made: another one at the same path belongs to somebody else.
    private final @Nullable Object fileKey;

    // Otherwise two daemons that start at once might both see that nobody listens, and the second
    // would remove the first one's new socket. An inherited socket needs no lock: nobody removes
    // one where somebody listens.
    private final @Nullable SocketLock lock;

    // Set while none is made anew, before close().
    private boolean stays;

    // Written by close(), read by whoever tells of it afterwards.
    private volatile boolean isLeft;

    // Written by end(), read by whoever was accepting when it was ended.
    private volatile @Nullable ServerSocketChannel left;

    /// Listens, or goes on with a socket that does.
    ///
    /// @param inherited sockets that listen already
    /// @throws IOException if the system refuses, or the path is taken; the message is for the
    ///   operator
    ListeningSocket(StreamAddress at, InheritedSockets inherited, SocketMode mode)
            throws IOException {
        this.inherited = inherited;
        this.mode = mode;
        OptionalInt descriptor = inherited.connections(at, mode);
        if (descriptor.isPresent()) {
            address = SocketDescriptors.place(descriptor.getAsInt()).orElse(at);
            channel = AdoptedListener.channel(descriptor.getAsInt(), at);
            fileKey =
                    at instanceof StreamAddress.Unix(Path path)
                            ? new SocketFile(path).keyIfKnown()
                            : null;
            lock = null;
            return;
        }
        switch (at) {
            case StreamAddress.Tcp(Endpoint endpoint) -> {
                channel = inherited.bound(() -> bind(endpoint));
                InetSocketAddress local = (InetSocketAddress) channel.getLocalAddress();
                address = new StreamAddress.Tcp(new Endpoint(endpoint.address(), local.getPort()));
                fileKey = null;
                lock = null;
            }
            case StreamAddress.Unix(Path path) -> {
                lock = new SocketLock(path);
                try {
                    SocketFile file = new SocketFile(lock.socket());
                    file.removeStale(path);
                    channel = bind(path, mode.of(lock.attributes()));
                    fileKey = file.key();
                } catch (IOException e) {
                    lock.close();
                    throw e;
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
            Umask.making(mode, () -> channel.bind(UnixDomainSocketAddress.of(path), BACKLOG));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Where it listens, with the port that the system chose.
    StreamAddress address() {
        return address;
    }

    /// Whether its socket was removed, with the folder perhaps, or replaced: nobody can connect any
    /// more. One in a folder that we may not enter since we are no longer root is taken to be
    /// there.
    boolean isGone() {
        return address instanceof StreamAddress.Unix(Path path)
                && new SocketFile(path).isGone(fileKey);
    }

    /// Whether it still listens.
    boolean isOpen() {
        return channel.isOpen();
    }

    /// Ends, and listens at the same place once more.
    ///
    /// @throws IOException as the constructor
    ListeningSocket anew() throws IOException {
        close();
        ListeningSocket anew = new ListeningSocket(address, inherited, mode);
        anew.stays = stays;
        inherited.tellAnew(address);
        return anew;
    }

    /// Waits for a connection.
    SocketChannel accept() throws IOException {
        return channel.accept();
    }

    /// A connection that was made before {@link #end} and that {@link #accept} did not come to.
    ///
    /// @return null if there is none, or somebody else goes on with the socket
    @Nullable SocketChannel acceptLeft() throws IOException {
        ServerSocketChannel all = left;
        return all == null ? null : all.accept();
    }

    /// Ends {@link #accept}, as {@link #close} does. But the connections that wait to be accepted,
    /// which the system would reset with the socket, can be had of {@link #acceptLeft} until {@link
    /// #closeLeft}.
    void end() {
        if (channel.isOpen() && !stays) {
            try {
                left = AdoptedListener.another(address);
            } catch (IOException e) {
                // The system has none to give; they are reset.
            }
        }
        close();
    }

    /// Ends what {@link #end} has kept. Idempotent.
    void closeLeft() {
        ServerSocketChannel all = left;
        if (all != null) {
            close(all);
        }
    }

    /// Somebody else goes on with the socket: its file stays.
    void stays() {
        stays = true;
    }

    /// Ends {@link #accept} and removes the socket's file where that is allowed, and where its disk
    /// answers. Idempotent.
    @Override
    public void close() {
        if (!channel.isOpen()) {
            return; // What is at the path by now is not ours, even if it looks the same.
        }
        isLeft = address instanceof StreamAddress.Unix && !DiskWait.USUAL.isDone(this::removeFile);
        close(channel);
    }

    /// Whether it has ended without its file: nobody knows whether that is removed yet.
    boolean isLeft() {
        return isLeft;
    }

    /// Removed under the lock: nobody can take it for a left-over one and put another in its place.
    private void removeFile() {
        try (SocketLock held = lock == null ? lockLate() : lock) {
            if (held != null
                    && !stays
                    && Files.exists(held.socket(), LinkOption.NOFOLLOW_LINKS)
                    && Objects.equals(fileKey, new SocketFile(held.socket()).key())) {
                Files.delete(held.socket());
            }
        } catch (IOException e) {
            // The next start removes it.
        }
    }

    private @Nullable SocketLock lockLate() throws IOException {
        return address instanceof StreamAddress.Unix(Path path) && !stays
                ? new SocketLock(path)
                : null;
    }

    private static void close(ServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
