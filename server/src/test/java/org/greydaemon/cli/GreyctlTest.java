package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// `greyctl ask` against a socket that plays the daemon.
final class GreyctlTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Greyctl.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    /// Answers one question and tells what it was.
    private static CompletableFuture<String> answer(DatagramSocket daemon, byte... reply) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
                daemon.receive(packet);
                String question = new String(packet.getData(), 0, packet.getLength(), UTF_8);
                daemon.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
                return question;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static DatagramSocket socketAt(int... address) throws IOException {
        byte[] octets = new byte[address.length];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) address[i];
        }
        return new DatagramSocket(0, InetAddress.getByAddress(octets));
    }

    private static String server(DatagramSocket daemon) {
        return "127.0.0.1:" + daemon.getLocalPort();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | 1 | 1 | defer, new: the triplet is not known; its waiting time begins now",
                "0 | 2 | 1 | defer, early: the triplet has not waited long enough",
                "0 | 3 | 1 | defer, late: the retry came too late; the waiting time begins anew",
                "0 | 9 | 1 | defer, for a reason that this greyctl does not know",
                "1 | 1 | 0 | accept, exempt: the operator lets it pass",
                "1 | 2 | 0 | accept, known: the client has proven itself before",
                "1 | 3 | 0 | accept, passed: the retry came in time; the client is proven",
                "1 | 4 | 0 | accept, bounce: the recipient looks like VERP and the sender is null",
            })
    void eachAnswerHasItsWordsItsOctetsAndItsStatus(
            byte verdict, byte reason, int status, String words) throws Exception {
        try (DatagramSocket daemon = socketAt(127, 0, 0, 1)) {
            var question = answer(daemon, verdict, reason);
            assertThat(run("ask", "--server", server(daemon), "192.0.2.1", "a@b", "c@d", "é@f"))
                    .isEqualTo(status);
            assertThat(question.get()).isEqualTo("I192.0.2.1\0Fa@b\0Tc@d\0Té@f");
            assertThat(out.toString().lines())
                    .containsExactly(words + " (reply " + verdict + " " + reason + ")");
            assertThat(err.toString()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<>"})
    void theNullSenderIsSentAsMailServersDo(String sender) throws Exception {
        try (DatagramSocket daemon = socketAt(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)) {
            var question = answer(daemon, (byte) 0, (byte) 1);
            String server = "--server=[::1]:" + daemon.getLocalPort();
            assertThat(run("ask", server, "2001:db8::1", sender, "<c@d>")).isEqualTo(1);
            assertThat(question.get()).isEqualTo("I2001:db8::1\0F\0Tc@d");
        }
    }

    /// So that `greyctl explain` speaks of the same triplet.
    @Test
    void anAddressIsSentAsMailServersTellIt() throws Exception {
        try (DatagramSocket daemon = socketAt(127, 0, 0, 1)) {
            var question = answer(daemon, (byte) 0, (byte) 1);
            String server = server(daemon);
            assertThat(run("ask", "--server", server, "::1", "<\"a \\\"b\"@x>", "c\\xc3\\xa9@d"))
                    .isEqualTo(1);
            assertThat(question.get()).isEqualTo("I::1\0Fa \"b@x\0Tcé@d");
        }
    }

    @Test
    void commandsAreCalledByTheirNames() {
        Greyctl.COMMANDS.forEach((name, type) ->
                assertThat(type.getAnnotation(CommandLine.Command.class).name()).isEqualTo(name));
        assertThat(Greyctl.commandLine().getSubcommands().keySet())
                .containsExactlyElementsOf(Greyctl.COMMANDS.keySet());
    }

    @Test
    void silenceIsOneSentenceThatSaysWhatToCheck() throws Exception {
        try (DatagramSocket silent = socketAt(127, 0, 0, 1)) {
            String server = server(silent);
            assertThat(run("ask", "--server", server, "--timeout", "0.05", "192.0.2.1", "a", "b"))
                    .isEqualTo(3);
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString().lines())
                    .containsExactly(
                            "greyctl: "
                                    + server
                                    + ": no answer within 0.05 s; check in greydaemon's log that it"
                                    + " runs, listens there and lets this host ask (--allow)");
        }
    }

    @Test
    void aClosedPortIsSaidAtOnce() throws Exception {
        String server;
        try (DatagramSocket gone = socketAt(127, 0, 0, 1)) {
            server = server(gone);
        }
        assertThat(run("ask", "--server", server, "--timeout", "60", "192.0.2.1", "a", "b"))
                .isEqualTo(3);
        assertThat(err.toString())
                .startsWith("greyctl: " + server + ": nothing listens there; check that");
    }

    @Test
    void anAnswerThatNoGreydaemonGivesIsNotTakenForOne() throws Exception {
        try (DatagramSocket other = socketAt(127, 0, 0, 1)) {
            var _ = answer(other, (byte) 1, (byte) 1, (byte) 1);
            assertThat(run("ask", "--server", server(other), "192.0.2.1", "a", "b")).isEqualTo(3);
            assertThat(err.toString()).contains("the answer of 3 octets is not greydaemon's");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ask 192.0.2.300 a b              | client: '192.0.2.300' is no IP address",
                "ask mail.example.org a b         | client: 'mail.example.org' is no IP address",
                "ask 192.0.2.1 a                  | Missing required parameter: 'recipient'",
                "ask 192.0.2.1                    | Missing required parameters: 'sender'",
                "ask --server host 192.0.2.1 a b  | --server: 'host' does not begin with an IP",
                "ask --server 127.0.0.1:0 ::1 a b | --server: 127.0.0.1:0 has the port 0",
                "ask --timeout 0 192.0.2.1 a b    | --timeout: 0 is not between",
                "ask --timeout -1 192.0.2.1 a b   | --timeout: -1 is not between",
                "ask --timeout NaN 192.0.2.1 a b  | --timeout: NaN is not between",
                "ask --timeout soon 192.0.2.1 a b | --timeout: 'soon' is no number",
                "ask --strange 192.0.2.1 a b      | Unknown option: '--strange'",
                "ask 192.0.2.1 a\u0007 b          | sender: it has a control character",
                "ask 192.0.2.1 a b\\x00           | recipient: it has a control character",
            })
    void aWrongCommandLineIsOneSentence(String commandLine, String sentence) {
        assertThat(run(commandLine.split(" ", -1))).isEqualTo(Greyctl.USAGE);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("greyctl: " + sentence)
                .endsWith("; greyctl ask --help shows the options");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tell                    | Unmatched argument at index 0: 'tell'; greyctl --help",
                "--strange               | Unknown option: '--strange'; greyctl --help shows",
                "--socket /s status      | Unknown options: '--socket', '/s'; write greyctl status"
                        + " --socket /s",
                "--socket=/s list --json | Unknown option: '--socket=/s'; write greyctl list --json"
                        + " --socket=/s",
                "list --strange          | Unknown option: '--strange'; greyctl list --help shows",
                "list --sort size        | --sort: 'size' is not age, client, sender or recipient",
                "list --limit 0          | --limit: 0 is less than 1; give a number of entries",
            })
    void whatIsWrongBesidesACommandPointsToTheRightHelp(String commandLine, String sentence) {
        assertThat(run(commandLine.split(" ", -1))).isEqualTo(Greyctl.USAGE);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("greyctl: " + sentence);
    }

    static Stream<Arguments> valuesOfNobody() {
        List<Arguments> all = new ArrayList<>();
        Greyctl.commandLine()
                .getSubcommands()
                .forEach((name, command) -> {
                    for (OptionSpec option : command.getCommandSpec().options()) {
                        if (option.arity().max() > 0) {
                            all.add(Arguments.of(name, option.longestName()));
                        }
                    }
                });
        return all.stream();
    }

    /// As an unset variable of a script leaves it, and what a terminal or a file has let slip in.
    @ParameterizedTest
    @MethodSource("valuesOfNobody")
    void aValueThatNobodyCanMeanIsOneSentence(String command, String option) {
        for (String value : List.of("", " ", "a\u0001b", "x".repeat(10_000))) {
            if (option.equals("--sender") && value.isEmpty()) {
                continue; // The null sender.
            }
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
            assertThat(run(command, option, value, "192.0.2.1", "a@b.example", "c@d.example"))
                    .isEqualTo(Greyctl.USAGE);
            assertThat(out.toString()).isEmpty();
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .startsWith("greyctl: ")
                    .hasSizeLessThan(800)
                    .endsWith("; greyctl " + command + " --help shows the options");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "list --sort=      | --sort: it is empty; give a value, or leave the option out",
                "report --mail=    | --mail: it is empty; give a value, or leave the option out",
                "pools --forget=   | --forget: it is empty; give a value, or leave the option out",
                "status --socket=  | --socket: it is empty; give a value, or leave the option out",
                "allow --reason= 192.0.2.1 | --reason: it is empty; give a value, or leave the"
                        + " option",
            })
    void anEmptyValueIsNotTakenForNone(String commandLine, String sentence) {
        assertThat(run(commandLine.split(" ", -1))).isEqualTo(Greyctl.USAGE);
        assertThat(err.toString()).startsWith("greyctl: " + sentence);
    }

    /// As in a line of a file, and a note that somebody has kept.
    @Test
    void tabsStandBetweenWordsAndAReasonHasLines() {
        run("allow", "--socket=/none", "--reason=one\n\ttwo", "client\t192.0.2.1");
        assertThat(err.toString()).contains("/none").doesNotContain("control character");
    }

    @Test
    void itsVersionIsTheDaemons() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().lines()).containsExactly("greyctl " + Version.text());
    }

    @Test
    void aQuestionLongerThanADatagramIsRefused() {
        assertThat(run("ask", "192.0.2.1", "a", "x".repeat(65_507))).isEqualTo(2);
        assertThat(err.toString()).contains("more than the 65507 of a datagram");
    }

    @Test
    void helpGoesToStandardOutput() {
        assertThat(run("ask", "--help")).isZero();
        assertThat(out.toString()).contains("--timeout=seconds");
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("ask");
    }
}
