package org.greydaemon.e2e.mta;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// An SMTP client's side of a session.
final class Smtp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final BufferedReader replies;

    /// Connects to a port of the loopback address of the same family and says hello.
    ///
    /// @param from the local address to come from: `::1`, or one of 127.0.0.0/8
    Smtp(String from, int port) {
        try {
            socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            String to = from.contains(":") ? "::1" : "127.0.0.1";
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), port));
            socket.setSoTimeout(PATIENCE_MILLIS);
            replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            reply();
            say("EHLO client.example.org");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Plays another client (Postfix's XCLIENT): `ADDR=192.0.2.7 LOGIN=bob` for example.
    Smtp as(String attributes) {
        say("XCLIENT " + attributes);
        say("EHLO client.example.org");
        return this;
    }

    /// Says a line and waits for the reply.
    ///
    /// @return the reply's last line
    String say(String line) {
        try {
            socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
            return reply();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String reply() throws IOException {
        String line = replies.readLine();
        while (line != null && line.length() > 3 && line.charAt(3) == '-') {
            line = replies.readLine();
        }
        if (line == null) {
            throw new AssertionError("the mail server closed the connection");
        }
        return line;
    }

    /// Begins a message, after whatever was begun before.
    ///
    /// @return the reply to the recipient, or to the sender if that was refused
    String mail(String sender, String recipient) {
        say("RSET");
        String reply = say("MAIL FROM:<" + sender + ">");
        return reply.startsWith("250") ? say("RCPT TO:<" + recipient + ">") : reply;
    }

    /// Sends the text of a message that was begun.
    ///
    /// @return the reply to it, or to DATA if that was refused
    String text() {
        String reply = say("DATA");
        return reply.startsWith("354") ? say("Subject: hello\r\n\r\nhello\r\n.") : reply;
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
