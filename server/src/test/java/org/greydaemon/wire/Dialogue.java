package org.greydaemon.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionHandler;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.Conversations;
import org.greydaemon.server.SocketMode;
import org.greydaemon.server.StreamAddress;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// A handler behind a real server on loopback, and the peers that talk to it.
public final class Dialogue implements AutoCloseable {
    private static final IpAddress LOOPBACK = IpAddress.ipv4(0x7f00_0001);
    private static final int PATIENCE_MILLIS = 30_000;

    private final ConnectionServer server;
    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private final AtomicLong passed = new AtomicLong();
    private final int port;

    /// Starts a server that shares its threads.
    public Dialogue(Supplier<? extends Conversations> handlers) {
        this();
        server.start(handlers);
    }

    /// Starts a server with a thread for each connection.
    public Dialogue(ConnectionHandler handler) {
        this();
        server.start(handler);
    }

    private Dialogue() {
        server =
                new ConnectionServer(
                        "test",
                        CidrSet.of(List.of(new CidrBlock(LOOPBACK, 32))),
                        new ConnectionServer.Limits(100, 60, 60, 5),
                        ConnectionBudget.ofHeap(),
                        new ConnectionServer.OnBug(
                                (_, bug) -> bugs.add(bug), (_, bug) -> bugs.add(bug)),
                        passed::get);
        try {
            server.listen(
                    new StreamAddress.Tcp(new Endpoint(LOOPBACK, 0)), SocketMode.always(Set.of()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        port = ((StreamAddress.Tcp) server.addresses().getFirst()).endpoint().port();
    }

    /// Lets time pass for the deadlines of connections; by itself none does, however slow the
    /// machine is.
    public void pass(long seconds) {
        passed.addAndGet(seconds * 1_000_000_000);
    }

    /// The connections that are open.
    public int open() {
        return server.open();
    }

    /// The connections that were closed because their deadline passed.
    public long overdue() {
        return server.counts().overdue();
    }

    /// Opens a connection.
    public Peer connect() {
        return new Peer(port);
    }

    /// Says something on a connection of its own, ends the sending side, and returns all that comes
    /// back.
    public String ask(String text) {
        try (Peer peer = connect()) {
            peer.say(text);
            peer.end();
            return peer.rest();
        }
    }

    /// Stops the server; a bug in a handler is a failure.
    @Override
    public void close() {
        server.close();
        if (!bugs.isEmpty()) {
            throw new AssertionError("a bug in a handler", bugs.getFirst());
        }
    }

    /// One connection.
    public static final class Peer implements AutoCloseable {
        private final Socket socket = new Socket();
        private final InputStream heard;

        private Peer(int port) {
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
                heard = new BufferedInputStream(socket.getInputStream());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /// Sends a text in one piece.
        public void say(String text) {
            try {
                socket.getOutputStream().write(text.getBytes(ISO_8859_1));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /// Sends a text in pieces of 1 to `pieceMax` octets.
        public void sayInPieces(String text, int pieceMax, Random random) {
            for (int at = 0; at < text.length(); ) {
                int to = Math.min(text.length(), at + 1 + random.nextInt(pieceMax));
                say(text.substring(at, to));
                at = to;
            }
        }

        /// Sends nothing more.
        public void end() {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        /// What comes, up to and with this ending; less only if the connection ends.
        public String hear(String ending) {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            char last = ending.charAt(ending.length() - 1);
            try {
                for (int octet = heard.read(); octet >= 0; octet = heard.read()) {
                    text.write(octet);
                    if (octet == last && text.toString(ISO_8859_1).endsWith(ending)) {
                        break;
                    }
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return text.toString(ISO_8859_1);
        }

        /// All that comes until the connection ends.
        public String rest() {
            try {
                return new String(heard.readAllBytes(), ISO_8859_1);
            } catch (IOException e) {
                return ""; // Reset: it was closed while something unread was on its way.
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
