package org.greydaemon.e2e.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// A reverse proxy as docs/dashboard.md has it: what is asked for below its prefix goes to the
/// daemon without the prefix, with the name of the host that the browser has asked for. All else is
/// 404. One request a connection.
final class PrefixProxy implements AutoCloseable {
    static final String PREFIX = "/greylist/";

    private static final int HEAD_MAX = 16_384;

    private final ServerSocket listening;
    private final int target;

    /// @param target the daemon's port
    PrefixProxy(int target) throws IOException {
        this.target = target;
        listening = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket browser = listening.accept();
                Thread.ofVirtual().start(() -> serve(browser));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket browser) {
        try (browser) {
            String head = head(browser.getInputStream());
            String[] request = head.lines().findFirst().orElse("").split(" ");
            if (request.length < 3 || !request[1].startsWith(PREFIX)) {
                browser.getOutputStream()
                        .write(
                                "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                        .getBytes(ISO_8859_1));
                return;
            }
            try (Socket daemon = new Socket(InetAddress.ofLiteral("127.0.0.1"), target)) {
                daemon.getOutputStream().write(forwarded(head, request).getBytes(ISO_8859_1));
                Thread.ofVirtual().start(() -> pass(browser, daemon));
                daemon.getInputStream().transferTo(browser.getOutputStream());
            }
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One of them has gone.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n") && head.size() < HEAD_MAX) {
            int octet = in.read();
            if (octet < 0) {
                return "";
            }
            head.write(octet);
            text = octet == '\n' ? head.toString(ISO_8859_1) : "";
        }
        return text;
    }

    private static String forwarded(String head, String[] request) {
        List<String> lines = new ArrayList<>();
        lines.add(request[0] + " /" + request[1].substring(PREFIX.length()) + " HTTP/1.1");
        head.lines()
                .skip(1)
                .filter(line -> !line.isEmpty() && !line.startsWith("Connection:"))
                .map(line -> line.startsWith("Host:") ? line.replaceFirst(":\\d+$", "") : line)
                .forEach(lines::add);
        lines.add("X-Forwarded-For: 127.0.0.1");
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
