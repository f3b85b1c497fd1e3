package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import org.greydaemon.doctor.Machine;
import org.greydaemon.doctor.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// greyctl before a socket whose owner means harm, or only has much to say.
@Timeout(60)
final class HostileDaemonTest {
    /// C0, DEL, C1, what turns and hides text, separators of lines, and an end of the line.
    private static final String EVIL =
            "x\u001b[2J\u007f\u009b\u202e\u2066\u200b\u00ad\u061c\ufeff\u2028\u2029\u0085\r\n"
                    + "FORGED";

    private static final List<String> STRINGS =
            List.of(
                    "version",
                    "verdict",
                    "reason",
                    "error",
                    "state",
                    "client",
                    "sender",
                    "recipient",
                    "place",
                    "exempt",
                    "kind",
                    "finding",
                    "proto",
                    "by",
                    "peer",
                    "save_file",
                    "problem");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir Path folder;

    private Path socket() {
        return folder.resolve("s.ctl");
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.add("--socket=" + socket());
        return Greyctl.run(
                new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    /// Answers each of some questions in the same way, and tells what the last one was.
    private CompletableFuture<String> answer(int questions, String... lines) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        return CompletableFuture.supplyAsync(() -> {
            String question = "";
            try (server) {
                for (int i = 0; i < questions; i++) {
                    try (SocketChannel channel = server.accept()) {
                        ByteBuffer octets = ByteBuffer.allocate(4096);
                        while (channel.read(octets) >= 0) {
                            // To its end.
                        }
                        question = new String(octets.array(), 0, octets.position(), UTF_8);
                        channel.write(ByteBuffer.wrap(String.join("\n", lines).getBytes(UTF_8)));
                    }
                }
                return question;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Any member may hold it, raw where JSON lets it.
    private static String evil(boolean isRaw, boolean isLast, boolean isOk) {
        StringBuilder escaped = new StringBuilder();
        EVIL.chars()
                .forEach(c -> {
                    boolean mustBe = c < ' ';
                    escaped.append(
                            isRaw && !mustBe ? Character.toString(c) : "\\u%04x".formatted(c));
                });
        StringBuilder line = new StringBuilder("{");
        for (String name : STRINGS) {
            line.append("\"%s\":\"%s\",".formatted(name, escaped));
        }
        for (String name : List.of("text", "problems", "listening", "clients")) {
            line.append("\"%s\":[\"%s\"],".formatted(name, escaped));
        }
        line.append(
                "\"each\":[{\"recipient\":\"%s\",\"reason\":\"%s\"}],".formatted(escaped, escaped));
        line.append("\"malformed\":1,\"entries\":1");
        return line + (isLast ? ",\"ok\":" + isOk : "") + "}\n";
    }

    private static void isHarmless(String text) {
        assertThat(text.chars().filter(c -> c != '\n' && c != '…'))
                .allMatch(c -> c >= ' ' && c < 0x7f);
        assertThat(text.lines()).noneMatch(line -> line.startsWith("FORGED"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "top --once",
                "check 192.0.2.1 a@b c@d",
                "explain 192.0.2.1 a@b c@d",
                "list",
                "list --sort sender",
                "allow 192.0.2.1",
                "disallow 192.0.2.1",
                "exemptions",
                "lint",
                "tail",
                "export",
                "export --to spamdb",
                "forget --yes --client 192.0.2.1",
                "save",
                "reload",
                "list --json",
                "status --json",
            })
    void nothingThatADaemonSaysSteersTheTerminal(String command) throws Exception {
        var raw = answer(1, evil(true, false, true) + evil(true, true, true));
        int _ = run(command.split(" ", -1));
        raw.join();
        Files.delete(socket());
        var escaped = answer(1, evil(false, true, false));
        assertThat(run(command.split(" ", -1))).isEqualTo(3);
        escaped.join();
        isHarmless(out.toString());
        isHarmless(err.toString());
        assertThat(out + err.toString()).contains("FORGED");
    }

    /// No number of a daemon's is too large, and none has to be a whole one.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "top --once",
                "list",
                "allow 192.0.2.1",
                "expect a@example.org",
                "exemptions",
                "tail",
                "report",
            })
    void noNumberOfADaemonsEndsACommandWithABug(String command) throws Exception {
        for (String number : List.of("1.5", "1e400", "-1", "9".repeat(18), "9".repeat(99))) {
            String members =
                    List.of("uptime", "until", "time", "saved_ago", "age", "entries", "from")
                            .stream()
                            .map(name -> "\"" + name + "\":" + number)
                            .collect(joining(","));
            var asked =
                    answer(
                            1,
                            "{\"client\":\"x\",%s}".formatted(members),
                            "{\"ok\":true,\"clients\":[\"x\"],%s}\n".formatted(members));
            assertThat(run(command.split(" ", -1))).as(number + ": " + err).isZero();
            asked.join();
            Files.delete(socket());
        }
    }

    /// A daemon that hangs takes nobody in any more: who asks every minute must not wait for ever.
    @Test
    void whereTooManyWaitGreyctlSaysSo() throws Exception {
        UnixDomainSocketAddress place = UnixDomainSocketAddress.of(socket());
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(place, 1);
            assertThatThrownBy(
                            () -> {
                                while (true) {
                                    SocketChannel channel =
                                            SocketChannel.open(StandardProtocolFamily.UNIX);
                                    waiting.add(channel);
                                    channel.configureBlocking(false);
                                    assertThat(channel.connect(place)).isTrue();
                                }
                            })
                    .isInstanceOf(IOException.class);
            assertThat(run("status")).isEqualTo(3);
            assertThat(err.toString()).contains("takes nobody in any more");
            assertThat(new Machine().listens(new Place(socket().toString(), "", 0))).isTrue();
        } finally {
            for (SocketChannel channel : waiting) {
                channel.close();
            }
        }
    }

    @Test
    void aListSaysWhatElseThanAClientHasProvenItself() throws Exception {
        var _ =
                answer(
                        1,
                        "{\"state\":\"proven\",\"client\":\"google.com\",\"kind\":\"pool\",\"age\":5}",
                        "{\"state\":\"proven\",\"client\":\"a.example\",\"kind\":\"host-sender\",\"sender\":\"b.example\",\"age\":5}",
                        "{\"ok\":true,\"entries\":2}\n");
        assertThat(run("list")).isZero();
        assertThat(out.toString())
                .containsPattern("proven +5 s +google.com +pool\n")
                .containsPattern("proven +5 s +a.example +host-sender with b.example\n");
    }

    @Test
    void columnsAreAsWideAsTheWidestCell() throws Exception {
        String longest = "2001:db8:1111:2222:3333:4444:5555:6666";
        var _ =
                answer(
                        1,
                        "{\"state\":\"proven\",\"client\":\"192.0.2.7\",\"age\":5}",
                        "{\"state\":\"waiting\",\"client\":\"%s\",\"age\":9,\"sender\":\"a\",\"recipient\":\"b\"}"
                                .formatted(longest),
                        "{\"state\":\"late\",\"client\":\"192.0.2.9\",\"age\":7,\"sender\":\"c\",\"recipient\":\"d\"}",
                        "{\"ok\":true,\"entries\":3}\n");
        assertThat(run("list")).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "STATE    SEEN BEFORE   CLIENT" + " ".repeat(33) + "SENDER RECIPIENT",
                        "proven   5 s           192.0.2.7",
                        "waiting  9 s           " + longest + " <a> <b>",
                        "late     7 s           192.0.2.9" + " ".repeat(30) + "<c> <d>",
                        "3 entries");
    }

    @ParameterizedTest
    @ValueSource(strings = {"age", "client", "sender", "recipient"})
    void aListIsSortedAndLimited(String order) throws Exception {
        String form =
                "{\"state\":\"late\",\"client\":\"192.0.2.%d\",\"age\":%d,\"sender\":\"%s\",\"recipient\":\"%s\"}";
        var _ =
                answer(
                        1,
                        form.formatted(9, 20, "s3", "r1"),
                        form.formatted(10, 30, "s1", "r3"),
                        form.formatted(101, 10, "s2", "r2"),
                        "{\"ok\":true,\"entries\":3}\n");
        assertThat(run("list", "--sort", order, "--limit", "2")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(4).last().isEqualTo("2 of 3 entries");
        String first = order.equals("age") || order.equals("sender") ? "192.0.2.10 " : "192.0.2.9 ";
        assertThat(lines.get(1)).contains(first);
    }

    @Test
    void whatIsWideIsRefusedWhereNobodyCanBeAsked() throws Exception {
        var _ = answer(1, "{\"ok\":false,\"error\":\"0.0.0.0/0 is much\",\"wide\":true}\n");
        assertThat(run("allow", "0.0.0.0/0")).isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo("greyctl: 0.0.0.0/0 is much; say --yes if that is meant\n");
        Files.delete(socket());
        var question = answer(1, "{\"ok\":true,\"clients\":[\"0.0.0.0/0\"]}\n");
        assertThat(run("allow", "--yes", "0.0.0.0/0")).isZero();
        assertThat(question.join()).contains("\"wide\":true");
    }

    @Test
    void rootTrustsRootAndTheDaemonsUserAlone() throws Exception {
        Path file = Files.createFile(folder.resolve("x"));
        String owner = Files.getOwner(file).getName();
        new SocketOwner(owner, true).check(file);
        new SocketOwner("nobody", false).check(file);
        new SocketOwner("nobody", true).checkPeer(file, "root");
        new SocketOwner("nobody", true).checkPeer(file, "nobody");
        assertThat(refusal(() -> new SocketOwner("", true).checkPeer(file, "mallory")))
                .isEqualTo(
                        file
                                + ": it is answered by mallory, who is neither root nor greydaemon;"
                                + " if greydaemon runs as that user, say --user mallory or set"
                                + " GREYCTL_USER");
        new SocketOwner("", true).check(folder.resolve("missing")); // Said by who connects.
    }

    private interface Check {
        void run() throws NoAnswerException;
    }

    private static String refusal(Check check) {
        try {
            check.run();
            return "";
        } catch (NoAnswerException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
