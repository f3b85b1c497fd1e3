package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Postfix asks over its policy protocol and over the milter protocol, with the configurations of
/// docs/postfix.md and docs/milter.md.
final class PostfixIT {
    private static final String GREYLISTED = "Greylisted, please try again in [12] seconds";
    private static final String BRIEFLY = "-m0.02";
    private static final long WAIT_MILLIS = 2_100;

    @TempDir Path folder;

    private int port;

    @BeforeEach
    void letPostfixLookIn() {
        Host.open(folder);
        port = Ports.free();
    }

    private Daemon daemon(PostfixAsks asks) {
        return asks.daemon(folder.resolve("daemon"), "127.0.0.1:" + port, BRIEFLY);
    }

    private Postfix postfix(String configuration) {
        return new Postfix(folder.resolve("mx"), configuration, false);
    }

    @ParameterizedTest
    @EnumSource
    void eachRecipientIsDeferredAndTheRetryPassesWithOneHeader(PostfixAsks asks) {
        try (Daemon daemon = daemon(asks);
                Postfix postfix = postfix(asks.overTcp(port))) {
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .matches(asks.atRcpt(GREYLISTED));
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("45");
            }
            Host.pause(WAIT_MILLIS);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("dora@example.org", "erik@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            daemon.awaitLine(line ->
                    line.matches(
                            asks.word()
                                    + "/127\\.0\\.0\\.1:\\d+ retry ok I192\\.0\\.2\\.7"
                                    + " Falice@example\\.org Tbob@example\\.net"));
            daemon.awaitLine(line -> line.contains(" ok ip I192.0.2.7 Fdora@example.org "));
            Host.await("both messages", () -> postfix.logged("status=sent") == 3);
            assertThat(postfix.log())
                    .containsPattern("X-Greylist: delayed \\d+ seconds by greydaemon at \\S+;")
                    .doesNotContain("warning");
            assertThat(postfix.logged("X-Greylist")).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfEveryKindAreTold(PostfixAsks asks) {
        try (Daemon daemon = daemon(asks);
                Postfix postfix = postfix(asks.overTcp(port))) {
            try (Smtp smtp = postfix.session("IPV6:2001:DB8::25")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .matches(asks.atRcpt(GREYLISTED));
            }
            try (Smtp smtp = postfix.session("192.0.2.8 LOGIN=alice")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
            try (Smtp smtp = postfix.session("192.0.2.9")) {
                assertThat(smtp.mail("\"a b=c\"@example.org", "bob@example.net"))
                        .matches(asks.atRcpt(GREYLISTED));
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .as("the same connection, another message")
                        .matches(asks.atRcpt(GREYLISTED));
            }
            try (Smtp smtp = postfix.session("[UNAVAILABLE]")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
            daemon.awaitLine(line -> line.contains(" new grey I2001:db8::25 "));
            daemon.awaitLine(line -> line.contains(" authenticated I192.0.2.8 "));
            daemon.awaitLine(line -> line.contains(" new grey I192.0.2.9 Fab=c@example.org "));
            assertThat(postfix.log()).doesNotContain("warning");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBounceIsDeferredAtDataSoThatProbesPass(PostfixAsks asks) {
        try (Daemon _ = daemon(asks);
                Postfix postfix = postfix(asks.overTcp(port))) {
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("", "bob@example.net")).as("a probe").startsWith("250");
                assertThat(smtp.say("RSET")).startsWith("250");
                bounce(smtp);
                assertThat(smtp.text()).matches(asks.atData(GREYLISTED));
            }
            Host.pause(WAIT_MILLIS);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                bounce(smtp);
                assertThat(smtp.text()).startsWith("250");
            }
            // Its logger is a process of its own; a header is told of before the mail is sent.
            Host.await("both recipients", () -> postfix.logged("status=sent") == 2);
            assertThat(postfix.logged("X-Greylist")).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoRepeatsDataOfADeferredBounceIsDeferredAgain(PostfixAsks asks) {
        try (Daemon _ = daemon(asks);
                Postfix postfix = postfix(asks.overTcp(port));
                Smtp smtp = postfix.session("192.0.2.7")) {
            bounce(smtp);
            assertThat(smtp.text()).matches(asks.atData(GREYLISTED));
            assertThat(smtp.text()).matches(asks.atData(GREYLISTED));
            assertThat(smtp.say("RCPT TO:<bob@example.net>")).startsWith("250");
            Host.pause(WAIT_MILLIS);
            assertThat(smtp.text())
                    .as("within the session it is no retry")
                    .matches(asks.atData(GREYLISTED));
        }
    }

    /// One session names the postmaster in 100 spellings, and then whom the message is for.
    @ParameterizedTest
    @EnumSource
    void postmastersHideNobodyBehindThem(PostfixAsks asks) {
        try (Daemon _ =
                        asks.daemon(
                                folder.resolve("daemon"), "127.0.0.1:" + port, "--rules=modern");
                Postfix postfix = postfix(asks.overTcp(port));
                Smtp smtp = postfix.session("192.0.2.7")) {
            assertThat(smtp.mail("", "postmaster@example.net")).startsWith("250");
            for (int i = 0; i < 100; i++) {
                smtp.say("RCPT TO:<" + spelling(i) + "@example.net>");
            }
            long taken = 0;
            for (int i = 0; i < 50; i++) {
                taken += smtp.say("RCPT TO:<user" + i + "@example.net>").startsWith("250") ? 1 : 0;
            }
            assertThat(taken == 0 || smtp.text().startsWith("45"))
                    .as("nobody is left, or the message is deferred")
                    .isTrue();
            assertThat(postfix.logged("status=sent")).isZero();
        }
    }

    private static String spelling(int number) {
        StringBuilder local = new StringBuilder("postmaster");
        for (int bit = 0; bit < 7; bit++) {
            if (((number >> bit) & 1) == 1) {
                local.setCharAt(bit, Character.toUpperCase(local.charAt(bit)));
            }
        }
        return local.toString();
    }

    /// Also where smtpd_data_restrictions permit nobody by themselves.
    @Test
    void whatPostfixPermitsBeforeTheCallPassesAtDataToo() {
        String restrictions =
                PostfixAsks.POLICY
                        .overTcp(port)
                        .replaceFirst(
                                "(smtpd_data_restrictions =)\\s+permit_mynetworks,\\s+"
                                        + "permit_sasl_authenticated,",
                                "$1");
        assertThat(restrictions).containsOnlyOnce("permit_mynetworks");
        try (Daemon daemon = daemon(PostfixAsks.POLICY);
                Postfix postfix = postfix(restrictions)) {
            try (Smtp stranger = postfix.session("192.0.2.7")) {
                assertThat(stranger.mail("alice@example.org", "bob@example.net")).startsWith("450");
            }
            try (Smtp ours = postfix.session("127.0.0.2")) {
                assertThat(ours.mail("shop@example.net", "bob@example.net")).startsWith("250");
                assertThat(ours.text()).startsWith("250");
                bounce(ours);
                assertThat(ours.text()).startsWith("250");
            }
            assertThat(daemon.logLines()).noneMatch(line -> line.contains(" I127.0.0.2 "));
        }
    }

    private static void bounce(Smtp smtp) {
        assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
        assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
    }

    @ParameterizedTest
    @EnumSource
    void aChrootedSmtpdAsksOverAUnixSocketAndPassesTheOperatorsReplyOn(PostfixAsks asks) {
        try (Postfix postfix = new Postfix(folder.resolve("mx"), asks.overUnix(), true);
                Daemon daemon =
                        asks.daemon(
                                folder.resolve("daemon"),
                                asks.socket(postfix),
                                "--reply=451 4.2.0 come back in %s seconds");
                Smtp smtp = postfix.session("192.0.2.7")) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                    .contains(" 4.2.0 ")
                    .matches(asks.atRcpt("come back in 300 seconds"));
            daemon.awaitLine(line -> line.startsWith(asks.word() + "/unix new grey I192.0.2.7 "));
        }
    }

    /// The daemon goes and comes back while SMTP sessions are open. Postfix asks a policy server
    /// anew for each recipient, but gives a milter up for the rest of the session.
    @ParameterizedTest
    @CsvSource({
        "POLICY, open,   250 .*,                     Greylisted.*",
        "POLICY, closed, 451 4\\.3\\.5 .*try later,  Greylisted.*",
        "MILTER, open,   250 .*,                     250 .*",
        "MILTER, closed, 451 4\\.7\\.1 Service un.*, 451 4\\.7\\.1 Service un.*",
    })
    void aKilledDaemonHoldsNothingUpAndForgetsNoProvenClient(
            PostfixAsks asks, String fails, String gone, String back) {
        String open = asks.overTcp(port);
        try (Daemon daemon = daemon(asks);
                Postfix postfix =
                        postfix(fails.equals("open") ? open : PostfixAsks.failingClosed(open))) {
            prove(daemon, "192.0.2.7");
            try (Smtp stranger = postfix.session("192.0.2.8");
                    Smtp proven = postfix.session("192.0.2.7")) {
                assertThat(stranger.mail("alice@example.org", "bob@example.net"))
                        .matches(asks.atRcpt(GREYLISTED));
                assertThat(proven.mail("alice@example.org", "bob@example.net")).startsWith("250");
                daemon.kill();
                assertThat(stranger.mail("dora@example.org", "bob@example.net")).matches(gone);
                assertThat(proven.mail("dora@example.org", "bob@example.net")).matches(gone);
                daemon.restart();
                assertThat(stranger.mail("emma@example.org", "bob@example.net"))
                        .matches(back.startsWith("G") ? asks.atRcpt(back) : back);
            }
            try (Smtp stranger = postfix.session("192.0.2.8");
                    Smtp proven = postfix.session("192.0.2.7")) {
                assertThat(stranger.mail("fred@example.org", "bob@example.net"))
                        .matches(asks.atRcpt(GREYLISTED));
                assertThat(proven.mail("fred@example.org", "bob@example.net")).startsWith("250");
                assertThat(proven.text()).startsWith("250");
            }
        }
    }

    private static void prove(Daemon daemon, String client) {
        assertThat(daemon.ask(client, "alice@example.org", "carol@example.net"))
                .isEqualTo(Reply.NEW);
        Host.pause(WAIT_MILLIS);
        assertThat(daemon.ask(client, "alice@example.org", "carol@example.net"))
                .isEqualTo(Reply.PASSED);
    }

    /// A milter is told whether the session has SMTPUTF8; over the policy protocol nobody knows.
    @ParameterizedTest
    @EnumSource
    void aLineSaysWhatItsClientsAreToldAndAnotherOneOnlyObserves(PostfixAsks asks)
            throws IOException {
        Path lines = folder.resolve("exemptions");
        Files.writeString(
                lines,
                """
                greylist reply "%c: sp\u00e4ter %r in %s s" recipient bob@example.net
                observe recipient carol@example.net
                """);
        try (Daemon daemon =
                        asks.daemon(
                                folder.resolve("daemon"),
                                "127.0.0.1:" + port,
                                "--rules=modern",
                                "--exempt=" + lines);
                Postfix postfix = postfix(asks.overTcp(port));
                Smtp smtp = postfix.session("192.0.2.7")) {
            String filled = " bob@example\\.net in \\d+ s";
            assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                    .matches(asks.atRcpt("192\\.0\\.2\\.7: spater" + filled));
            assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
            smtp.say("RSET");
            assertThat(smtp.say("MAIL FROM:<alice@example.org> SMTPUTF8")).startsWith("250");
            String octets = asks == PostfixAsks.MILTER ? "sp\u00c3\u00a4ter" : "spater";
            assertThat(smtp.say("RCPT TO:<bob@example.net>"))
                    .matches(asks.atRcpt("192\\.0\\.2\\.7: " + octets + filled));
            daemon.awaitLine(
                    line -> line.contains("observed=defer") && line.contains("by=exemptions:2"));
        }
    }
}
