package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Many ask, and then the daemon is told to stop before it has come to any of them: all are
/// answered, over each protocol.
final class StopIT {
    private static final int EACH = 50;

    private static final String POLICY =
            """
            request=smtpd_access_policy
            protocol_state=RCPT
            client_address=192.0.2.1
            sender=a@b.example
            recipient=c@d.example

            """;

    private static final String WORDS = "192.0.2.2 a@b.example c@d.example\n";

    /// A negotiation, of a mail server that wants an answer to each command, and a client.
    private static final String MILTER =
            "\0\0\0\15O\0\0\0\6\0\0\1\377\0\0\0\177" + "\0\0\0\20Ch\0" + "4\0\31" + "192.0.2.3\0";

    private static final String HTTP = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    @TempDir Path folder;

    private final List<SocketChannel> peers = new ArrayList<>();

    @AfterEach
    void hangUp() throws IOException {
        for (SocketChannel peer : peers) {
            peer.close();
        }
    }

    private SocketChannel connect(SocketAddress at) throws IOException {
        SocketChannel peer = SocketChannel.open(at);
        peers.add(peer);
        return peer;
    }

    private static void say(SocketChannel peer, String text) throws IOException {
        ByteBuffer octets = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (octets.hasRemaining()) {
            peer.write(octets);
        }
    }

    /// All that comes, to the end.
    private static String hear(SocketChannel peer) {
        ByteBuffer heard = ByteBuffer.allocate(4_096);
        try {
            while (peer.read(heard) >= 0) {
                // More comes.
            }
        } catch (IOException e) {
            // A reset: what came before it counts.
        }
        return new String(heard.array(), 0, heard.position(), ISO_8859_1);
    }

    private static SocketAddress at(Daemon daemon, String protocol) {
        String line = daemon.awaitLine(text -> text.contains(protocol + " on 127.0.0.1:"));
        return new InetSocketAddress(
                InetAddress.ofLiteral("127.0.0.1"),
                Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
    }

    @Test
    void whatWasAskedIsAnswered() throws IOException {
        Path socket = folder.resolve("policy");
        try (Daemon daemon =
                Daemon.start(
                        folder,
                        "--policy=unix:" + socket,
                        "--policy=127.0.0.1:0",
                        "--milter=127.0.0.1:0",
                        "--http=127.0.0.1:0")) {
            SocketAddress policy = at(daemon, "policy");
            SocketAddress milter = at(daemon, "milter");
            SocketAddress unix = UnixDomainSocketAddress.of(socket);
            SocketAddress http = at(daemon, "http");
            SocketChannel kept = connect(http);
            say(kept, HTTP);
            assertThat(kept.read(ByteBuffer.allocate(1_000))).isPositive();
            List<SocketChannel> open = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                open.add(connect(policy));
                say(open.getLast(), POLICY);
            }
            for (SocketChannel peer : open) {
                assertThat(peer.read(ByteBuffer.allocate(1_000))).isPositive();
            }
            daemon.signal("STOP");
            for (SocketChannel peer : open) {
                say(peer, POLICY.repeat(20)); // More than is read at once.
            }
            List<SocketChannel> words = new ArrayList<>();
            List<SocketChannel> milters = new ArrayList<>();
            List<SocketChannel> browsers = new ArrayList<>(List.of(kept));
            say(kept, HTTP);
            for (int i = 0; i < EACH; i++) {
                words.add(connect(i % 2 == 0 ? policy : unix));
                say(words.getLast(), WORDS);
                milters.add(connect(milter));
                say(milters.getLast(), MILTER);
                if (i < EACH / 2) { // So many may wait there.
                    browsers.add(connect(http));
                    say(browsers.getLast(), HTTP);
                }
            }
            daemon.signal("TERM");
            daemon.signal("CONT");
            assertThat(words).allSatisfy(peer -> assertThat(hear(peer)).isEqualTo("grey"));
            assertThat(open).allSatisfy(peer -> assertThat(hear(peer).split("\n\n")).hasSize(20));
            assertThat(milters)
                    .allSatisfy(peer -> assertThat(hear(peer)).matches("(?s)\0\0\0.O.*\0\0\0\1c"));
            assertThat(browsers).allSatisfy(peer -> assertThat(hear(peer)).endsWith("\nok\n"));
            assertThat(daemon.awaitEnd()).isZero();
        }
    }
}
