package org.greydaemon.e2e.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Greyctl;
import org.greydaemon.e2e.Reply;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A daemon with all front ends, where each is reached, and what honest peers ask it.
final class Target implements AutoCloseable {
    /// How long anybody waits for an answer; a slow machine is no hang.
    private static final long PATIENCE_SECONDS = 60;

    private static final String EXEMPT = "203.0.113.5";

    private static final String SETTINGS =
            """
            [listen]
            udp = "127.0.0.1:0"
            policy = "127.0.0.1:0"
            milter = "127.0.0.1:0"
            http = "127.0.0.1:0"
            [rules]
            set = "modern"
            hosts = false
            spf = false
            [retry]
            delay = "1s"
            suspect-delay = "2s"
            [store]
            save-file = "state/save"
            [exempt]
            files = ["exempt"]
            """;

    final Daemon daemon;
    private final Path folder;
    private int honest;

    Target(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("fuzz.toml"), SETTINGS);
        Files.writeString(
                folder.resolve("exempt"),
                "client 203.0.113.5\nsender *@*.exempt.example\nhost .exempt.example\n");
        daemon = Daemon.startWith(folder, "fuzz.toml");
    }

    /// What a request over HTTP shows.
    String token() throws IOException {
        return Files.readString(folder.resolve("state/save.token")).strip();
    }

    /// Where a protocol is spoken over connections.
    SocketAddress place(String protocol) {
        if (protocol.equals("control")) {
            return UnixDomainSocketAddress.of(folder.resolve("state/save.ctl"));
        }
        if (protocol.equals("udp")) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port());
        }
        String begin = "listening for " + protocol + " on 127.0.0.1:";
        String line = daemon.awaitLine(text -> text.startsWith(begin));
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(begin.length())));
    }

    /// Says something on a connection of its own and nothing more.
    ///
    /// @param ends whether the other end then ends it; if not, only the first octets are heard
    /// @return what is heard
    static String talk(SocketAddress place, List<String> pieces, boolean ends) throws IOException {
        try (SocketChannel channel = SocketChannel.open(place)) {
            CompletableFuture<String> heard = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> heard.complete(hear(channel, ends)));
            say(channel, pieces);
            return heard.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no end of the answer within a minute", e);
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void say(SocketChannel channel, List<String> pieces) {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            OutputStream to = Channels.newOutputStream(channel);
            for (String piece : pieces) {
                to.write(piece.getBytes(ISO_8859_1));
            }
            channel.shutdownOutput();
        } catch (IOException e) {
            // The other end has heard enough.
        }
    }

    private static String hear(SocketChannel channel, boolean ends) {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try {
            InputStream from = Channels.newInputStream(channel);
            byte[] octets = new byte[1 << 16];
            for (int n = from.read(octets); n >= 0; n = ends ? from.read(octets) : -1) {
                heard.write(octets, 0, n);
            }
        } catch (IOException e) {
            // It was closed while something that was said was still unread.
        }
        return heard.toString(ISO_8859_1);
    }

    /// Asks what honest peers ask, over every protocol, and makes sure that each answer is right.
    void askHonestly() throws IOException {
        assertThat(daemon.ask(newcomer(), "a@honest.example", "b@example.net"))
                .isEqualTo(Reply.NEW);
        assertThat(daemon.ask(EXEMPT, "a@honest.example", "b@example.net")).isEqualTo(Reply.EXEMPT);
        assertThat(policy(newcomer())).startsWith("action=DEFER_IF_PERMIT ");
        assertThat(policy(EXEMPT)).isEqualTo("action=DUNNO\n\n");
        String line = "%s <a@honest.example> b@example.net\n";
        assertThat(ask("policy", line.formatted(newcomer()))).isEqualTo("grey");
        assertThat(ask("policy", line.formatted(EXEMPT))).isEqualTo("white");
        assertThat(milter('6', newcomer())).contains("y451 4.7.1 ");
        assertThat(milter('4', EXEMPT)).endsWith("\0\0\0\1a");
        assertThat(http(newcomer())).contains("\"action\":\"defer\",\"reason\":\"new\"");
        assertThat(http(EXEMPT)).contains("\"action\":\"accept\",\"reason\":\"exempt\"");
        assertThat(ask("control", "{\"command\":\"status\"}\n")).startsWith("{\"ok\":true,");
    }

    /// Those who fuzz never name this network.
    private String newcomer() {
        return "2001:db8:%x::1".formatted(honest++ & 0xffff);
    }

    private String ask(String protocol, String question) throws IOException {
        return talk(place(protocol), List.of(question), true);
    }

    private String policy(String client) throws IOException {
        return ask(
                "policy",
                "request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address="
                        + client
                        + "\nsender=a@honest.example\nrecipient=b@example.net\n\n");
    }

    private String milter(char family, String client) throws IOException {
        return ask(
                "milter",
                MilterTalk.frame("O\0\0\0\6\0\0\1\377\0\37\377\377")
                        + MilterTalk.frame(
                                "Cmail.honest.example\0" + family + "\0\31" + client + "\0")
                        + MilterTalk.frame("M<a@honest.example>\0")
                        + MilterTalk.frame("R<b@example.net>\0")
                        + MilterTalk.frame("Q"));
    }

    private String http(String client) throws IOException {
        String body =
                "{\"client_address\":\"%s\",\"sender\":\"a@honest.example\",\"recipient\":\"b@example.net\"}"
                        .formatted(client);
        return ask(
                "http",
                "POST /v1/check HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(token(), body.length(), body));
    }

    /// A figure of `/metrics`.
    ///
    /// @param name with its labels
    long metric(String name) throws IOException {
        String all =
                ask(
                        "http",
                        "GET /metrics HTTP/1.1\r\nConnection: close\r\nHost: localhost\r\n\r\n");
        return all.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not shown"));
    }

    /// What the operator's tool says, each octet a character.
    String greyctl(String... arguments) throws IOException {
        Greyctl run = Greyctl.run(folder.resolve("state/save.ctl"), arguments);
        assertThat(run.status()).as(run.said()).isZero();
        return run.octets();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
