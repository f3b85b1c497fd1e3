package org.greydaemon.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;

/// A mail server's side of the UDP protocol, on a socket of its own.
public final class UdpPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final DatagramSocket socket;

    /// @param address where the daemon listens, `address:port`
    public UdpPeer(String address) {
        try {
            int colon = address.lastIndexOf(':');
            String host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
            socket = new DatagramSocket();
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getByName(host),
                            Integer.parseInt(address.substring(colon + 1))));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The request's octets.
    public static byte[] request(String client, String sender, String... recipients) {
        StringBuilder text = new StringBuilder("I" + client + "\0F" + sender);
        for (String recipient : recipients) {
            text.append("\0T").append(recipient);
        }
        return text.append('\0').toString().getBytes(ISO_8859_1);
    }

    /// Asks and waits up to a minute.
    public Reply ask(String client, String sender, String... recipients) {
        send(request(client, sender, recipients));
        return receive(PATIENCE_MILLIS)
                .orElseThrow(() -> new AssertionError("no answer within a minute"));
    }

    /// Sends any octets.
    public void send(byte[] request) {
        try {
            socket.send(new DatagramPacket(request, request.length));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits for an answer; empty if none comes in time, or the port is closed.
    public Optional<Reply> receive(int millis) {
        byte[] reply = new byte[16];
        DatagramPacket packet = new DatagramPacket(reply, reply.length);
        try {
            socket.setSoTimeout(millis);
            socket.receive(packet);
        } catch (SocketTimeoutException | java.net.PortUnreachableException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        if (packet.getLength() != 2 || reply[0] < 0 || reply[0] > 1) {
            throw new AssertionError("an answer of " + packet.getLength() + " octets");
        }
        return Optional.of(new Reply(reply[0] == 1, reply[1]));
    }

    @Override
    public void close() {
        socket.close();
    }
}
