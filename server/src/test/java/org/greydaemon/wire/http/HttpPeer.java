package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A client with a raw socket: sends any octets, and reads answers by their `Content-Length`.
final class HttpPeer implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket = new Socket();

    HttpPeer(int port) {
        this("127.0.0.1", port);
    }

    /// From another address of loopback than that of this host's interface.
    static HttpPeer stranger(int port) {
        return new HttpPeer("127.0.0.3", port);
    }

    private HttpPeer(String from, int port) {
        try {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Sends; what the server no longer reads is no failure.
    void say(String octets) {
        try {
            socket.getOutputStream().write(octets.getBytes(ISO_8859_1));
        } catch (IOException e) {
            // It has answered already, or closed.
        }
    }

    /// Ends the connection as HAProxy ends that of a check, so that it leaves no trace there.
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // Closed.
        }
    }

    void end() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            // Closed.
        }
    }

    /// One answer without the date; as much as came if the connection ends within it.
    String hear() {
        return hear(true);
    }

    /// The same; the answer to HEAD has no body.
    String hear(boolean body) {
        try {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    return head.toString(ISO_8859_1);
                }
                head.write(octet);
            }
            String text = head.toString(ISO_8859_1);
            int length =
                    !body
                            ? 0
                            : Integer.parseInt(
                                    text.replaceAll(
                                            "(?si).*\r\ncontent-length: (\\d+)\r\n.*", "$1"));
            return text.replaceFirst("\r\nDate: [^\r]*", "")
                    + new String(in.readNBytes(length), ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /// All that comes until the connection ends.
    String rest() {
        try {
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            return "";
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
