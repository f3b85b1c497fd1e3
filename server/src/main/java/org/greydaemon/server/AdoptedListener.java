package org.greydaemon.server;

import org.greydaemon.net.Endpoint;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// Listens with a socket that somebody else has opened.
///
/// Java has no way to make a channel of a descriptor. So one listens at a place of its own that
/// nobody knows, and then its descriptor is made to name the other socket (dup(2)): the channel
/// waits and accepts by the number of its descriptor only. It must not be registered with a
/// selector by then. What it says of its own address is wrong from then on.
final class AdoptedListener {
    private AdoptedListener() {}

    /// Makes a channel of a socket that listens.
    ///
    /// @param descriptor the socket's; it is closed, the channel has another
    /// @param at where it is bound
    /// @throws IOException if the system refuses
    static ServerSocketChannel channel(int descriptor, StreamAddress at) throws IOException {
        ServerSocketChannel channel =
                switch (at) {
                    case StreamAddress.Tcp(Endpoint endpoint) ->
                            ServerSocketChannel.open(
                                            endpoint.address().isIpv4()
                                                    ? StandardProtocolFamily.INET
                                                    : StandardProtocolFamily.INET6)
                                    .bind(
                                            new InetSocketAddress(
                                                    InetAddress.ofLiteral("127.0.0.1"), 0));
                    case StreamAddress.Unix _ ->
                            ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(null);
                };
        try {
            replace(own(channel), descriptor);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Makes another channel, which does not wait, of a socket with which this process listens. The
    /// system then waits for none of them; the other one looks for itself, as Java's do.
    ///
    /// @throws IOException if the system refuses
    static ServerSocketChannel another(StreamAddress at) throws IOException {
        int descriptor = SocketDescriptors.duplicate(SocketDescriptors.listening(at));
        ServerSocketChannel channel;
        try {
            channel = channel(descriptor, at);
        } catch (IOException e) {
            FileDescriptors.close(descriptor);
            throw e;
        }
        channel.configureBlocking(false);
        return channel;
    }

    private static StreamAddress own(ServerSocketChannel channel) throws IOException {
        if (channel.getLocalAddress() instanceof UnixDomainSocketAddress unix) {
            Path path = unix.getPath();
            Files.delete(path); // Its name is all that others could find.
            return new StreamAddress.Unix(path);
        }
        return StreamAddress.of((InetSocketAddress) channel.getLocalAddress());
    }

    /// Lets whoever listens at an address of this process listen with another socket.
    ///
    /// @param own the address
    /// @param descriptor the other socket's; it is closed
    /// @throws IOException if the system refuses
    private static void replace(StreamAddress own, int descriptor) throws IOException {
        SocketDescriptors.replace(SocketDescriptors.listening(own), descriptor);
        FileDescriptors.close(descriptor);
    }
}
