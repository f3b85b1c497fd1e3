package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// An SMTP client that says exactly what the test tells it to.
final class Smtp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final BufferedReader replies;

    private Smtp(Socket socket) throws IOException {
        this.socket = socket;
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    static Smtp connect(int port) {
        return connect("127.0.0.1", "127.0.0.1", port);
    }

    /// Connects from one address of this machine to another.
    static Smtp connect(String from, String to, int port) {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(new InetSocketAddress(to, port), PATIENCE_MILLIS);
            return new Smtp(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Connects, reads the greeting and says EHLO.
    static Smtp greeted(String from, String to, int port) {
        Smtp smtp = connect(from, to, port);
        smtp.reply();
        smtp.say("EHLO client.example");
        return smtp;
    }

    static Smtp greeted(String from, int port) {
        return greeted(from, "127.0.0.1", port);
    }

    /// Sends bytes as they are.
    void send(String text) {
        try {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a line and returns the last line of its reply.
    String say(String line) {
        send(line + "\r\n");
        return reply();
    }

    /// The last line of the next reply.
    String reply() {
        try {
            String line;
            do {
                line = replies.readLine();
            } while (line != null && line.length() > 3 && line.charAt(3) == '-');
            return line == null ? "(closed)" : line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Offers one message up to DATA, and its text if that is asked for: the deciding reply.
    String offer(String sender, String... recipients) {
        say("MAIL FROM:<" + sender + ">");
        for (String recipient : recipients) {
            say("RCPT TO:<" + recipient + ">");
        }
        String reply = say("DATA");
        return reply.startsWith("354") ? say("Subject: x\r\n\r\nhello\r\n..dot\r\n.") : reply;
    }

    void endInput() throws IOException {
        socket.shutdownOutput();
    }

    /// All that comes until the server closes.
    String rest() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = replies.read(); c != -1; c = replies.read()) {
            text.append((char) c);
        }
        return text.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
