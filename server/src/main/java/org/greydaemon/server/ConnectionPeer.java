package org.greydaemon.server;

import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;

import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;

/// Who is at the other end of a connection: an address and a port, or a user of this host. Safe for
/// use by several threads.
public final class ConnectionPeer {
    private final SocketChannel channel;
    private final boolean unix;
    private final IpAddress address;
    private final int port;

    private volatile @Nullable Object owner;

    /// @param channel the connection's; who it is is asked while it is open
    ConnectionPeer(SocketChannel channel) throws IOException {
        this.channel = channel;
        SocketAddress peer = channel.getRemoteAddress();
        if (peer instanceof InetSocketAddress inet) {
            unix = false;
            address = IpAddress.ofBytes(inet.getAddress().getAddress());
            port = inet.getPort();
        } else {
            unix = true;
            address = IpAddress.ipv4(0);
            port = 0;
        }
    }

    /// Whether it came over a unix socket, and so has neither address nor port.
    public boolean isUnix() {
        return unix;
    }

    /// Its address; 0.0.0.0 for a unix socket.
    public IpAddress address() {
        return address;
    }

    /// Its port; 0 for a unix socket.
    public int port() {
        return port;
    }

    /// Whether it is a process of root's or of the user's that started the daemon, which only a
    /// unix socket can tell (SO_PEERCRED).
    public boolean isOperator() {
        String user = user();
        return user.equals("root") || user.equals(System.getProperty("user.name"));
    }

    /// The name of the user whose process it is, which only a unix socket can tell (SO_PEERCRED);
    /// otherwise empty.
    public String user() {
        if (!unix) {
            return "";
        }
        try {
            UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
            return peer.user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    /// Whose connections count together: an IPv4 address, the upper half of an IPv6 one (a `Long`,
    /// for its /64), or, over a unix socket, `user` and a name. Looked up when it matters.
    Object owner() {
        Object known = owner;
        if (known == null) {
            known = unix ? "user " + user() : address.isIpv4() ? address : address.high();
            owner = known;
        }
        return known;
    }

    /// For the log: `address:port`, or `unix`.
    @Override
    public String toString() {
        return unix ? "unix" : address + ":" + port;
    }
}
