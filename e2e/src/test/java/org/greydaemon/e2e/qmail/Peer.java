package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;

/// A greydaemon that says what the test tells it to: it receives one query at a time, and answers
/// when and what it is told.
final class Peer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int SOON_MILLIS = 20;

    /// A query and where it came from. NULs in the text are written as `|`.
    record Query(String text, SocketAddress from) {}

    private final DatagramSocket socket;

    private Peer(DatagramSocket socket) {
        this.socket = socket;
    }

    /// A peer at a free port of 127.0.0.1.
    static Peer open() {
        return open("127.0.0.1", 0);
    }

    static Peer open(String address, int port) {
        try {
            return new Peer(new DatagramSocket(new InetSocketAddress(address, port)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    /// The value of GREYIP that leads here.
    String greyip() {
        return ":" + port();
    }

    /// The next query; fails when none comes.
    Query query() {
        return receive(PATIENCE_MILLIS)
                .orElseThrow(() -> new AssertionError("no query at port " + port()));
    }

    /// Whether nothing has been asked; the programs that could have asked must have ended.
    boolean isUnasked() {
        return receive(SOON_MILLIS).isEmpty();
    }

    /// Waits for a query, answers it, and returns its text.
    String answer(int... bytes) {
        Query query = query();
        answer(query, bytes);
        return query.text();
    }

    void answer(Query query, int... bytes) {
        byte[] data = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            data[i] = (byte) bytes[i];
        }
        try {
            socket.send(new DatagramPacket(data, data.length, query.from()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    private Optional<Query> receive(int millis) {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            socket.setSoTimeout(millis);
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
        return Optional.of(
                new Query(
                        new String(bytes, ISO_8859_1).replace('\0', '|'),
                        packet.getSocketAddress()));
    }
}
