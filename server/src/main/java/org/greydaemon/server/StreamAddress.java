package org.greydaemon.server;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where connections are accepted.
public sealed interface StreamAddress {
    /// An address and port of TCP.
    ///
    /// @param endpoint the address and port; port 0 is any free one
    record Tcp(Endpoint endpoint) implements StreamAddress {
        @Override
        public boolean isInTheWayOf(StreamAddress other) {
            return other instanceof Tcp(Endpoint its)
                    && endpoint.port() != 0
                    && endpoint.port() == its.port()
                    && (endpoint.address().equals(its.address())
                            || covers(endpoint.address(), its.address())
                            || covers(its.address(), endpoint.address()));
        }

        /// Whether a socket at the first, one for all addresses, has the second too: in IPv6 that
        /// is each of IPv4 as well.
        private static boolean covers(IpAddress all, IpAddress one) {
            return all.equals(IpAddress.ipv4(0)) ? one.isIpv4() : all.equals(ANY);
        }

        @Override
        public String toString() {
            return endpoint.toString();
        }
    }

    /// A socket in the file system.
    ///
    /// @param path its path, at most {@link #PATH_MAX} octets
    record Unix(Path path) implements StreamAddress {
        /// The longest path that a socket address holds (unix(7): 108 octets with the NUL).
        public static final int PATH_MAX = 107;

        @Override
        public boolean isInTheWayOf(StreamAddress other) {
            return other instanceof Unix(Path its) && path.normalize().equals(its.normalize());
        }

        @Override
        public String toString() {
            return UNIX + path;
        }
    }

    /// All addresses of the host.
    IpAddress ANY = new IpAddress(0, 0);

    /// Whether who listens there cannot listen at another place too. A port that is still to be
    /// chosen is in nobody's way.
    boolean isInTheWayOf(StreamAddress other);

    /// What a unix socket's text begins with.
    String UNIX = "unix:";

    /// What a socket of TCP says of itself.
    static StreamAddress of(InetSocketAddress address) {
        return new Tcp(
                new Endpoint(
                        IpAddress.ofBytes(address.getAddress().getAddress()), address.getPort()));
    }

    /// Reads `unix:/path` or what {@link Endpoint#parse} reads.
    ///
    /// @param defaultPort the port of a text without one
    /// @throws MistakeException if the text is anything else
    static StreamAddress parse(String text, int defaultPort) throws MistakeException {
        if (!text.startsWith(UNIX)) {
            return new Tcp(Endpoint.parse(text, defaultPort));
        }
        String path = text.substring(UNIX.length());
        if (!path.startsWith("/")) {
            throw new MistakeException(
                    Mistake.quoted(text) + " has no absolute path",
                    "write one such as" + " unix:/run/greydaemon/policy");
        }
        int octets = path.getBytes(StandardCharsets.UTF_8).length;
        if (octets > Unix.PATH_MAX) {
            throw new MistakeException(
                    Mistake.quoted(text)
                            + " has a path of "
                            + octets
                            + " octets, and the system allows a socket "
                            + Unix.PATH_MAX,
                    "choose a shorter one");
        }
        try {
            return new Unix(Path.of(path));
        } catch (InvalidPathException e) {
            throw new MistakeException(Mistake.quoted(text) + " is no path", "write one");
        }
    }
}
