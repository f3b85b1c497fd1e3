package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// greyq as an operator, qmail-spp and tcpserver run it.
final class GreyqIT {
    private static final String DEFERRED = "451 greylisted, please try again later (#4.7.1)";

    @Test
    void checkAsksAndExitsWithTheVerdict() {
        try (Peer peer = Peer.open();
                Run accepted = greyq(peer, "check", "192.0.2.1", "a@b", "c@d", "e@f");
                Run deferred = greyq(peer, "check", "::ffff:192.0.2.1", "<>", "c@d")) {
            for (int i = 0; i < 2; i++) {
                Peer.Query query = peer.query();
                boolean first = query.text().equals("I192.0.2.1|Fa@b|Tc@d|Te@f|");
                assertThat(query.text())
                        .matches(text -> first || text.equals("I192.0.2.1|F|Tc@d|"));
                peer.answer(query, first ? 1 : 0, 1);
            }
            assertThat(accepted.end()).isEqualTo(new Run.Result(0, "accept\n", ""));
            assertThat(deferred.end()).isEqualTo(new Run.Result(1, "defer\n", ""));
        }
    }

    @Test
    void checkWithoutAnAnswerExits3() {
        assertThat(
                        Run.run(
                                Map.of("GREYIP", "@1"),
                                greyqCommand("check", "192.0.2.1", "a@b", "c@d")))
                .isEqualTo(new Run.Result(3, "", "greyq: no answer from @1: Connection refused\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "help",
                "check",
                "check 192.0.2.1",
                "check 192.0.2.1 a@b",
                "check mail.example a@b c@d",
                "check unknown a@b c@d",
                "spp",
                "spp helo",
                "spp mail rcpt",
                "conn"
            })
    void wrongUsageExits2(String arguments) {
        Run.Result end =
                Run.run(
                        greyqCommand(
                                arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)));
        assertThat(end.exit()).isEqualTo(2);
        assertThat(end.out()).isEmpty();
        assertThat(end.err()).startsWith("greyq: usage: ");
    }

    @Test
    void checkAsksAboutTheBeginningOfWhatIsTooLong() {
        String[] arguments = new String[100];
        Arrays.fill(arguments, "x".repeat(5000));
        arguments[0] = "check";
        arguments[1] = "192.0.2.1";
        try (Peer peer = Peer.open();
                Run run = greyq(peer, arguments)) {
            assertThat(peer.answer(0, 1))
                    .hasSize(2000)
                    .matches("I192\\.0\\.2\\.1\\|Fx{967}\\|Tx{967}\\|+");
            assertThat(run.end()).isEqualTo(new Run.Result(1, "defer\n", ""));
        }
    }

    /// A whole envelope through qmail-spp's three sections, with a relay attempt and a second
    /// envelope in the same session.
    @Test
    void sppAsksAboutTheAcceptedRecipientsOfThisEnvelope() {
        Map<String, String> session = new HashMap<>();
        try (Peer peer = Peer.open()) {
            session.put("GREYIP", peer.greyip());
            session.put("TCPREMOTEIP", "192.0.2.1");
            spp(session, "mail", "a@b");
            spp(session, "rcpt", "c@d");
            session.put("SMTPRCPTHOSTSOK", "0");
            spp(session, "rcpt", "relay@elsewhere");
            session.put("SMTPRCPTHOSTSOK", "1");
            spp(session, "rcpt", "e f@g");
            try (Run data = sppData(session)) {
                assertThat(peer.answer(0, 1)).isEqualTo("I192.0.2.1|Fa@b|Tc@d|Te f@g|");
                assertThat(data.end().out()).isEqualTo("E" + DEFERRED + "\n");
            }
            spp(session, "mail", "");
            spp(session, "rcpt", "h@i");
            try (Run data = sppData(session)) {
                assertThat(peer.answer(1, 3)).isEqualTo("I192.0.2.1|F|Th@i|");
                assertThat(data.end()).isEqualTo(new Run.Result(0, "", ""));
            }
            session.put("RELAYCLIENT", "");
            try (Run data = sppData(session)) {
                assertThat(data.end()).isEqualTo(new Run.Result(0, "", ""));
            }
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    @Test
    void sppRemembersLittleMoreThanAQueryHolds() {
        Map<String, String> session = new HashMap<>();
        try (Peer peer = Peer.open()) {
            session.put("GREYIP", peer.greyip());
            session.put("TCPREMOTEIP", "192.0.2.1");
            spp(session, "mail", "a@b");
            for (int i = 0; i < 30; i++) {
                spp(session, "rcpt", "r".repeat(100) + i);
            }
            assertThat(session.get("GREYTO")).hasSizeBetween(2000, 2200);
            spp(session, "rcpt", "r".repeat(5000));
            assertThat(session.get("GREYTO")).hasSizeBetween(2000, 2200);
            try (Run data = sppData(session)) {
                assertThat(peer.answer(0, 1)).as("more than it holds").hasSize(2000);
                assertThat(data.end().out()).startsWith("E451 ");
            }
        }
    }

    @Test
    void sppTakesNoRecipientForACommandAndHidesNone() {
        Map<String, String> session = new HashMap<>();
        spp(session, "rcpt", "x\nA");
        assertThat(session).containsEntry("GREYTO", "x_A");
        session.remove("GREYTO");
        spp(session, "rcpt", "r".repeat(5000));
        spp(session, "rcpt", "c@d");
        assertThat(session.get("GREYTO")).hasSize(2000);
    }

    @Test
    void sppWithoutRecipientsAcceptsAndSaysSo() {
        Map<String, String> session =
                Map.of("GREYIP", ":1", "TCPREMOTEIP", "192.0.2.1", "SMTPMAILFROM", "a@b");
        Run.Result end = Run.run(session, greyqCommand("spp", "data"));
        assertThat(end.out()).isEmpty();
        assertThat(end.err()).contains(", no recipient, GREYIP=:1");
    }

    @Test
    void connTellsRblsmtpdToDefer() {
        try (Peer peer = Peer.open();
                Run run = conn(peer, Map.of())) {
            assertThat(peer.answer(0, 1))
                    .isEqualTo("I192.0.2.1|Fconn@greyq.invalid|Tconn@greyq.invalid|");
            assertThat(run.end().out()).isEqualTo("greylisted, please try again later (#4.7.1)\n");
        }
        try (Peer peer = Peer.open();
                Run run = conn(peer, Map.of())) {
            peer.answer(1, 2);
            assertThat(run.end()).isEqualTo(new Run.Result(0, "unset\n", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RBLSMTPD, go away, go away",
        "RBLSMTPD, '', ''",
        "RELAYCLIENT, '', unset",
        "SMTP_AUTH_USER, alice, unset",
        "GREYAUTH, TCPREMOTEIP, unset",
        "GREYIP, '', unset",
        "TCPREMOTEIP, unknown, unset",
        "GREYIP, :1, unset",
    })
    void connAsksOnlyWhereThereIsAQuestion(String name, String value, String rblsmtpd) {
        try (Peer peer = Peer.open();
                Run run = conn(peer, Map.of(name, value))) {
            Run.Result end = run.end();
            assertThat(end.exit()).isZero();
            assertThat(end.out()).isEqualTo(rblsmtpd + "\n");
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"DEFAULT, 0", "IGNORE, 1"})
    void connLeavesTheSignalsOfTheCallerToTheProgram(String pipe, int ignored) {
        String perl = "$SIG{PIPE} = \"" + pipe + "\"; exec @ARGV";
        String[] greyq = greyqCommand("conn", "grep", "SigIgn", "/proc/self/status");
        String[] command =
                Stream.concat(Stream.of("perl", "-e", perl), Stream.of(greyq))
                        .toArray(String[]::new);
        String mask = Run.run(command).out().replaceFirst("SigIgn:", "").strip();
        assertThat(Long.parseLong(mask, 16) >> 12 & 1).as("bit of SIGPIPE").isEqualTo(ignored);
    }

    @Test
    void connUnderStrictDefersWhenNobodyAnswers() {
        try (Peer peer = Peer.open();
                Run run = conn(peer, Map.of("GREYIP", ":1", "GREYSTRICT", "1"))) {
            assertThat(run.end().out())
                    .isEqualTo("greylisting is out of order, please try again later (#4.3.0)\n");
        }
    }

    @Test
    void connExits111WhenTheProgramCannotBeRun() {
        assertThat(Run.run(greyqCommand("conn", "/nonexistent/rblsmtpd")))
                .isEqualTo(new Run.Result(111, "", "greyq: cannot run /nonexistent/rblsmtpd\n"));
    }

    /// What keeps a server's mail from being asked about is seen where qmail-smtpd would run.
    @ParameterizedTest
    @CsvSource({
        "RELAYCLIENT, '', RELAYCLIENT is set",
        "SMTP_AUTH_USER, alice, the client has authenticated itself",
        "GREYAUTH, TCPREMOTEIP, the client has authenticated itself",
        "TCPREMOTEIP, unknown, TCPREMOTEIP is unknown",
        "GREYIP, '', GREYIP is empty or not set",
    })
    void doctorFindsWhyNobodyIsAskedAbout(String name, String value, String finding) {
        try (Peer peer = Peer.open()) {
            Map<String, String> environment = new HashMap<>();
            environment.put("GREYIP", peer.greyip());
            environment.put("TCPREMOTEIP", "192.0.2.1");
            try (Run healthy = Run.start(Path.of("/"), environment, greyqCommand("doctor"))) {
                peer.answer(0, 1);
                assertThat(healthy.end())
                        .isEqualTo(
                                new Run.Result(
                                        0,
                                        "greyq: mail of this client is asked about, and "
                                                + peer.greyip()
                                                + " answers\n",
                                        ""));
            }
            environment.put(name, value);
            try (Run ill = Run.start(Path.of("/"), environment, greyqCommand("doctor"))) {
                if (!name.equals("GREYIP")) {
                    peer.answer(0, 1);
                }
                Run.Result end = ill.end();
                assertThat(end.exit()).isEqualTo(1);
                assertThat(end.out()).startsWith("greyq: " + finding).endsWith("\n");
                assertThat(end.out().lines()).hasSize(1);
            }
        }
    }

    @Test
    void doctorSaysThatTheDaemonDoesNotAnswer() {
        assertThat(
                        Run.run(
                                Map.of("GREYIP", "@1", "TCPREMOTEIP", "192.0.2.1"),
                                greyqCommand("doctor")))
                .isEqualTo(new Run.Result(1, "", "greyq: no answer from @1: Connection refused\n"));
    }

    /// A datagram socket as standard error keeps writes apart, which a log that several processes
    /// share does not.
    @Test
    void lineOfGreyqIsOneWrite() {
        String perl =
                "socketpair(A, B, AF_UNIX, SOCK_DGRAM, 0); unless (fork) { open(STDERR, \">&B\");"
                        + " exec @ARGV } wait; recv(A, $_, 4096, 0); print";
        String[] command =
                Stream.concat(
                                Stream.of("perl", "-MSocket", "-e", perl),
                                Stream.of(greyqCommand("conn", "/nonexistent")))
                        .toArray(String[]::new);
        assertThat(Run.run(command).out()).isEqualTo("greyq: cannot run /nonexistent\n");
    }

    @Test
    void installPutsProgramsAndPagesBelowThePrefix(@TempDir Path root) {
        Run.Result make =
                Run.run(
                        "make",
                        "-s",
                        "-C",
                        Programs.QMAIL.toString(),
                        "BUILD=" + root,
                        "DESTDIR=" + root + "/stage",
                        "PREFIX=/usr",
                        "install");
        assertThat(make).isEqualTo(new Run.Result(0, "", ""));
        for (String file :
                List.of(
                        "bin/greyq",
                        "bin/greyqueue",
                        "share/man/man1/greyq.1",
                        "share/man/man8/greyqueue.8")) {
            assertThat(root.resolve("stage/usr").resolve(file)).isRegularFile();
        }
        assertThat(Run.run(root + "/stage/usr/bin/greyq").exit()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"greyqueue.8", "greyq.1"})
    void manualPageIsWellFormed(String page) {
        Tools.require("mandoc", "mandoc");
        String path = Programs.QMAIL.resolveSibling("man").resolve(page).toString();
        assertThat(Run.run("mandoc", "-T", "lint", "-W", "warning", path))
                .isEqualTo(new Run.Result(0, "", ""));
    }

    /// What qmail-spp does with a plugin: it runs it with descriptor 0 closed and obeys its lines.
    private static void spp(Map<String, String> session, String section, String address) {
        session.put(section.equals("mail") ? "SMTPMAILFROM" : "SMTPRCPTTO", address);
        Run.Result end = Run.run(session, closedInput("spp", section));
        assertThat(end.exit()).isZero();
        assertThat(end.err()).isEmpty();
        for (String line : end.out().lines().toList()) {
            if (line.startsWith("S")) {
                String[] variable = line.substring(1).split("=", 2);
                session.put(variable[0], variable[1]);
            } else {
                assertThat(line).startsWith("U");
                session.remove(line.substring(1));
            }
        }
    }

    private static Run sppData(Map<String, String> session) {
        return Run.start(Path.of("/"), session, closedInput("spp", "data"));
    }

    private static String[] closedInput(String... arguments) {
        return new String[] {
            "sh", "-c", "exec " + Programs.greyq() + " " + String.join(" ", arguments) + " <&-"
        };
    }

    private static Run conn(Peer peer, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("GREYIP", peer.greyip());
        environment.put("TCPREMOTEIP", "192.0.2.1");
        environment.putAll(more);
        return Run.start(
                Path.of("/"),
                environment,
                greyqCommand("conn", "sh", "-c", "echo \"${RBLSMTPD-unset}\""));
    }

    private static Run greyq(Peer peer, String... arguments) {
        return Run.start(Path.of("/"), Map.of("GREYIP", peer.greyip()), greyqCommand(arguments));
    }

    private static String[] greyqCommand(String... arguments) {
        return Stream.concat(Stream.of(Programs.greyq().toString()), Stream.of(arguments))
                .collect(Collectors.collectingAndThen(Collectors.toList(), List::copyOf))
                .toArray(String[]::new);
    }
}
