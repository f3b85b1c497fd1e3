package org.greydaemon.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLSocket;

/// A client's side of an SMTP session in which no mail is ever sent. Confined to one thread.
final class SmtpSession implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    /// RFC 5321 4.5.3.1.5 has 512 octets a line; a reply of more lines than this is none.
    private static final int LINE_MAX = 2_048;

    private static final int LINES_MAX = 200;

    /// The reply where TLS has to come first (RFC 3207 4).
    private static final String TLS_FIRST = "530";

    private final String host;
    private final Deadline deadline;
    private final String banner;
    private Socket socket;
    private InputStream in;
    private String tls = "";
    private List<String> abilities = List.of();

    /// Connects, and says hello.
    ///
    /// @param deadline ends the session in the middle of whatever it waits for
    /// @throws IOException if nobody takes mail there; the message says what was said
    SmtpSession(String host, int port, Deadline deadline) throws IOException {
        this.host = host;
        this.deadline = deadline;
        socket = new Socket();
        try {
            deadline.holds(socket);
            deadline.awaits("its greeting");
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
            List<String> hello = reply();
            banner = hello.getLast();
            if (!banner.startsWith("220")) {
                throw new IOException("it says " + banner);
            }
            hello();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void hello() throws IOException {
        abilities = ask("EHLO greydaemon-doctor.example.org");
    }

    /// What the mail server says of itself.
    String banner() {
        return banner.substring(4);
    }

    /// Becomes another client (Postfix's XCLIENT).
    ///
    /// @return whether that may be
    boolean as(String address) throws IOException {
        return xclient("ADDR=" + (address.contains(":") ? "IPV6:" : "") + address);
    }

    /// Becomes another client that has shown to be a user, where the mail server knows users.
    ///
    /// @return whether that may be
    boolean as(String address, String user) throws IOException {
        return offers("XCLIENT", "LOGIN") && xclient("ADDR=" + address + " LOGIN=" + user);
    }

    private boolean xclient(String attributes) throws IOException {
        if (!offers("XCLIENT", "")) {
            return false;
        }
        String said = askAsWanted("XCLIENT " + attributes + " NAME=[UNAVAILABLE]");
        if (!said.startsWith("220")) {
            return false;
        }
        hello();
        return true;
    }

    /// Shows who it is (RFC 4954, RFC 4616), over TLS where that is wanted; over loopback only, as
    /// nobody's certificate is checked there.
    ///
    /// @return empty if it has; else why it has not
    Optional<String> login(String user, String password) throws IOException {
        if (!socket.getInetAddress().isLoopbackAddress()) {
            return Optional.of("passwords are shown over loopback only");
        }
        if (!offers("AUTH", "PLAIN") && mayStartTls()) {
            startTls();
        }
        if (!offers("AUTH", "PLAIN")) {
            return Optional.of(
                    "the mail server offers no AUTH PLAIN here"
                            + (tls.isEmpty() ? "" : " over TLS"));
        }
        byte[] plain = ("\0" + user + "\0" + password).getBytes(UTF_8);
        String said = askAsWanted("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain));
        return said.startsWith("235") ? Optional.empty() : Optional.of("it says " + said);
    }

    /// Whether a line of its hello begins with a word and has another one.
    private boolean offers(String verb, String word) {
        return abilities.stream()
                .map(line -> List.of(line.substring(4).strip().split("[ =]", -1)))
                .anyMatch(words ->
                        words.getFirst().equals(verb) && (word.isEmpty() || words.contains(word)));
    }

    /// Begins a message and takes it back.
    ///
    /// @return the reply to the recipient, or to the sender if that was refused
    String recipient(String sender, String recipient) throws IOException {
        String reply = envelope(sender, recipient);
        try {
            ask("RSET");
        } catch (IOException e) {
            socket.close(); // Who hangs up behind a reply has given it.
        }
        return reply;
    }

    /// Begins a message without a sender as far as DATA, and breaks it off there.
    ///
    /// @return the reply to DATA, or the one before that refused
    String bounce(String recipient) throws IOException {
        String reply = envelope("", recipient);
        if (reply.startsWith("2")) {
            reply = ask("DATA").getLast();
            if (reply.startsWith("3")) {
                socket.close(); // Not a single line of a message, and no end of one: there is none.
            }
        }
        return reply;
    }

    private String envelope(String sender, String recipient) throws IOException {
        String reply = askAsWanted("MAIL FROM:<" + sender + ">");
        return reply.startsWith("2") ? ask("RCPT TO:<" + recipient + ">").getLast() : reply;
    }

    /// Asks, and once more over TLS where the mail server wants that first (RFC 3207 4).
    private String askAsWanted(String line) throws IOException {
        String reply = ask(line).getLast();
        if (!reply.startsWith(TLS_FIRST) || !mayStartTls()) {
            return reply;
        }
        startTls();
        return ask(line).getLast();
    }

    private boolean mayStartTls() {
        return tls.isEmpty() && offers("STARTTLS", "");
    }

    private void startTls() throws IOException {
        String ready = ask("STARTTLS").getLast();
        if (!ready.startsWith("220")) {
            throw new IOException("it offers STARTTLS, and says " + ready);
        }
        deadline.awaits("the beginning of TLS");
        SSLSocket secured = StartTls.begin(socket, host);
        socket = secured;
        in = new BufferedInputStream(socket.getInputStream());
        tls = secured.getSession().getProtocol() + ", the certificate was not checked";
        hello();
    }

    /// The version of TLS, and that nobody looked at the certificate; empty without TLS.
    String tls() {
        return tls;
    }

    private List<String> ask(String line) throws IOException {
        // The verb alone: what follows AUTH is nobody's business.
        deadline.awaits("the reply to " + line.split("[ :]", 2)[0]);
        socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
        return reply();
    }

    private List<String> reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (lines.size() < LINES_MAX) {
            String line = line();
            if (!line.matches("[2-5][0-9][0-9]([ -].*)?")) {
                throw new IOException("it says " + printable(line) + ", which is no reply of SMTP");
            }
            lines.add(printable(line.length() == 3 ? line + " " : line));
            if (line.length() == 3 || line.charAt(3) == ' ') {
                return lines;
            }
        }
        throw new IOException("a reply has no end");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("it closed the connection");
            }
            if (line.length() >= LINE_MAX) {
                throw new IOException("a line has no end");
            }
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    private static String printable(String line) {
        return line.replaceAll("[^ -~]", "?");
    }

    @Override
    public void close() {
        try {
            if (!socket.isClosed()) {
                socket.getOutputStream().write("QUIT\r\n".getBytes(ISO_8859_1));
            }
            socket.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }
}
