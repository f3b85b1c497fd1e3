package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One peer opens more connections over HTTP than there may be, in each of the ways that keep one
/// open, and opens each anew that was closed. Whoever asks how the daemon is meanwhile is told at
/// the first attempt, from another address and from the same; the heap has 64 MiB.
@Tag("alone") // Who makes room depends on who is served at all, so nobody else is driven meanwhile.
final class HttpCrowdIT {
    private static final String LISTENING = "listening for http on 127.0.0.1:";

    /// The places of the front end and some more.
    private static final int CROWD = 260;

    private static final int HONEST_EVERY = 20;

    private static final int PATIENCE_MILLIS = 30_000;

    @TempDir Path folder;

    /// What one of the crowd does.
    enum Hostile {
        SILENT(""),
        HALF_A_HEAD("GET /healthz HTTP/1.1\r\nX-Half: "),
        HALF_A_BODY("POST /v1/look HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"),
        DRIPPING("G"),
        ANSWERED("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        NEVER_READING("GET /page/uplot.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200));

        final String says;

        Hostile(String says) {
            this.says = says;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SILENT, 127.0.0.2",
        "SILENT, 127.0.0.1",
        "HALF_A_HEAD, 127.0.0.2",
        "HALF_A_HEAD, 127.0.0.1",
        "HALF_A_BODY, 127.0.0.2",
        "HALF_A_BODY, 127.0.0.1",
        "DRIPPING, 127.0.0.2",
        "DRIPPING, 127.0.0.1",
        "ANSWERED, 127.0.0.2",
        "ANSWERED, 127.0.0.1",
        "NEVER_READING, 127.0.0.2",
        "NEVER_READING, 127.0.0.1",
    })
    void whoAsksHowItIsIsTold(Hostile hostile, String from) throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (Daemon daemon =
                Daemon.startUnder(
                        List.of("env", "GREYDAEMON_JAVA_OPTS=-Xmx64m"),
                        folder,
                        "--http=127.0.0.1:0")) {
            InetSocketAddress http = place(daemon);
            for (int i = 0; i < CROWD; i++) {
                crowd.add(join(http, hostile, from));
                if (i % HONEST_EVERY == 0) {
                    goOn(crowd, http, hostile, from);
                    assertThat(health(http)).as("with %d others", i + 1).endsWith("\nok\n");
                }
            }
            assertThat(health(http)).endsWith("\nok\n");
            assertThat(daemon.awaitLine(line -> line.startsWith("http: ")))
                    .contains(" closed to make room for others, the last one of " + from + ";");
            daemon.signal("USR1");
            assertThat(daemon.awaitLine(line -> line.startsWith("stats ")))
                    .containsPattern(" http_made_room=[1-9]");
            assertThat(daemon.stop()).isZero();
            assertThat(daemon.logLines()).noneMatch(line -> line.contains("bug in thread"));
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    private static InetSocketAddress place(Daemon daemon) {
        String line = daemon.awaitLine(text -> text.startsWith(LISTENING));
        return new InetSocketAddress(
                InetAddress.ofLiteral("127.0.0.1"),
                Integer.parseInt(line.substring(LISTENING.length())));
    }

    /// Says what there is to say, as far as the other end takes it without being waited for.
    private static SocketChannel join(InetSocketAddress to, Hostile hostile, String from)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 10);
        channel.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        channel.connect(to);
        channel.configureBlocking(false);
        say(channel, hostile.says);
        return channel;
    }

    /// Each comes again whose connection was closed; who drips does so.
    private static void goOn(
            List<SocketChannel> crowd, InetSocketAddress to, Hostile hostile, String from)
            throws IOException {
        for (int i = 0; i < crowd.size(); i++) {
            SocketChannel one = crowd.get(i);
            boolean isThere = hostile == Hostile.NEVER_READING || isThere(one);
            if (hostile == Hostile.DRIPPING) {
                isThere &= say(one, "E");
            }
            if (!isThere) {
                one.close();
                crowd.set(i, join(to, hostile, from));
            }
        }
    }

    private static boolean isThere(SocketChannel one) {
        try {
            return one.read(ByteBuffer.allocate(1_000)) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean say(SocketChannel one, String text) {
        try {
            int _ = one.write(ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
            return true;
        } catch (IOException e) {
            return false; // It had to make room already.
        }
    }

    private static String health(InetSocketAddress http) throws IOException {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            socket.connect(http, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(
                            "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                    .getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
