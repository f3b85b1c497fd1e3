package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// Peers that may ask and want to shut others out: more connections than may be, in each of the
/// ways that keep one open or its memory full, with a heap of 64 MiB. Every honest question in
/// between is answered.
@Tag("alone") // Who makes room depends on who is served at all, so nobody else is driven meanwhile.
final class CrowdIT {
    private static final boolean SOAK = Boolean.getBoolean("soak");

    /// The slots of a front end and some more.
    private static final int CROWD = SOAK ? 2_000 : 1_100;

    private static final int HONEST_EVERY = 100;
    private static final long SOAK_NANOS = 60_000_000_000L;
    private static final int RECIPIENTS = 99;

    @TempDir Path folder;

    /// What one of the crowd does.
    enum Hostile {
        POLICY_SILENT("policy", ""),
        POLICY_HALF_A_REQUEST("policy", "request=smtpd_access_policy\nsender=" + "x".repeat(4_000)),
        POLICY_ASKED_ONCE("policy", question("198.51.100.1")),
        WORDS_HALF("policy", " 198.51.100.1 " + "x".repeat(3_000)),
        MILTER_SILENT("milter", ""),
        MILTER_NEGOTIATED("milter", negotiation()),
        MILTER_A_CLIENT("milter", negotiation() + client()),
        MILTER_FULL(
                "milter",
                negotiation() + client() + recipients() + "\0\2\0\0R" + "x".repeat(100_000));

        final String protocol;
        final String says;

        Hostile(String protocol, String says) {
            this.protocol = protocol;
            this.says = says;
        }

        private static String negotiation() {
            return frame("O\0\0\0\6\0\0\1\377\0\37\377\377");
        }

        private static String client() {
            return frame("Cmail.example.org\0" + "4\0\1" + "198.51.100.1\0");
        }

        private static String recipients() {
            StringBuilder all = new StringBuilder(frame("M<>\0"));
            for (int i = 0; i < RECIPIENTS; i++) {
                all.append(frame("R<" + i + "x".repeat(2_000) + "@example.net>\0"));
            }
            return all.toString();
        }

        private static String frame(String payload) {
            ByteBuffer length = ByteBuffer.allocate(4).putInt(payload.length());
            return new String(length.array(), ISO_8859_1) + payload;
        }
    }

    private static String question(String client) {
        return "request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address="
                + client
                + "\nsender=a@example.org\nrecipient=b@example.net\n\n";
    }

    @ParameterizedTest
    @EnumSource
    void everyHonestQuestionIsAnswered(Hostile hostile) throws IOException {
        Deque<SocketChannel> crowd = new ArrayDeque<>();
        try (Daemon daemon =
                Daemon.startUnder(
                        List.of("env", "GREYDAEMON_JAVA_OPTS=-Xmx64m"),
                        folder,
                        "--policy=127.0.0.1:0",
                        "--milter=127.0.0.1:0")) {
            InetSocketAddress policy = place(daemon, "policy");
            InetSocketAddress target = place(daemon, hostile.protocol);
            long end = System.nanoTime() + (SOAK ? SOAK_NANOS : 0);
            int honest = 0;
            for (int i = 0; i < CROWD || System.nanoTime() < end; i++) {
                crowd.add(join(target, hostile));
                if (crowd.size() > CROWD) {
                    crowd.remove().close();
                }
                if (i % HONEST_EVERY == 0) {
                    assertThat(ask(policy, "192.0.2." + honest++ % 250))
                            .startsWith("action=DEFER_IF_PERMIT");
                }
            }
            assertThat(ask(policy, "192.0.3.1")).startsWith("action=DEFER_IF_PERMIT");
            assertThat(daemon.awaitLine(line -> line.startsWith(hostile.protocol + ": ")))
                    .contains(" closed to make room for others");
            daemon.signal("USR1");
            assertThat(daemon.awaitLine(line -> line.startsWith("stats ")))
                    .containsPattern(" " + hostile.protocol + "_made_room=[1-9]")
                    // Those that were closed may take a moment to go on a busy machine.
                    .containsPattern(" " + hostile.protocol + "_too_many=[0-9]{1,2} ");
            assertThat(daemon.stop()).isZero();
            assertThat(daemon.logLines()).noneMatch(line -> line.contains("bug in thread"));
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    private static InetSocketAddress place(Daemon daemon, String protocol) {
        String begin = "listening for " + protocol + " on 127.0.0.1:";
        String line = daemon.awaitLine(text -> text.startsWith(begin));
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(begin.length())));
    }

    /// Says what there is to say, as far as the other end takes it without being waited for.
    private static SocketChannel join(InetSocketAddress to, Hostile hostile) throws IOException {
        SocketChannel channel = SocketChannel.open(to);
        channel.configureBlocking(false);
        try {
            int _ = channel.write(ByteBuffer.wrap(hostile.says.getBytes(ISO_8859_1)));
        } catch (IOException e) {
            // It had to make room already.
        }
        return channel;
    }

    private static String ask(InetSocketAddress policy, String client) throws IOException {
        try (SocketChannel channel = SocketChannel.open(policy)) {
            channel.write(ByteBuffer.wrap(question(client).getBytes(ISO_8859_1)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer octets = ByteBuffer.allocate(1_000);
            while (!answer.toString(ISO_8859_1).endsWith("\n\n") && channel.read(octets) >= 0) {
                answer.write(octets.array(), 0, octets.position());
                octets.clear();
            }
            return answer.toString(ISO_8859_1);
        }
    }
}
