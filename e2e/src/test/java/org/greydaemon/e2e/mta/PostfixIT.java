package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// Postfix asks over its policy protocol, with the configuration of docs/postfix.md.
final class PostfixIT {
    private static final String GREYLISTED =
            "450 4\\.7\\.1 <bob@example\\.net>: Recipient address rejected: Greylisted, please try"
                    + " again in [12] seconds";

    @TempDir Path folder;

    @BeforeEach
    void letPostfixLookIn() {
        Host.open(folder);
    }

    private static String overTcp(int port) {
        return Document.block("postfix.md", "postfix-tcp").replace("10023", "" + port);
    }

    private Daemon daemon(String place) {
        return Daemon.start(folder.resolve("daemon"), "-m", "0.02", "--policy=" + place);
    }

    @Test
    void aMessageIsDeferredAndItsRetryPassesWithOneHeader() {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("450 4.7.1");
            }
            Host.pause(2_100);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(postfix.log())
                    .containsPattern(
                            "info: header X-Greylist: delayed \\d seconds by greydaemon at \\S+;");
            assertThat(postfix.logged("X-Greylist")).isOne();
            assertThat(daemon.logLines())
                    .anyMatch(line ->
                            line.matches(
                                    "policy/127\\.0\\.0\\.1:\\d+ retry ok I192\\.0\\.2\\.7"
                                            + " Falice@example\\.org Tbob@example\\.net"));
        }
    }

    @Test
    void clientsOfEveryKindAreTold() {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            try (Smtp smtp = postfix.session("IPV6:2001:DB8::25")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
            try (Smtp smtp = postfix.session("192.0.2.8 LOGIN=alice")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
            try (Smtp smtp = postfix.session("192.0.2.9")) {
                assertThat(smtp.mail("\"a b=c\"@example.org", "bob@example.net"))
                        .matches(GREYLISTED);
            }
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.contains(" new grey I2001:db8::25 "))
                    .anyMatch(line -> line.contains(" authenticated I192.0.2.8 "))
                    .anyMatch(line -> line.contains(" new grey I192.0.2.9 Fab=c@example.org "));
            assertThat(postfix.log()).doesNotContain("warning");
        }
    }

    @Test
    void aBounceIsDeferredAtDataSoThatProbesPass() {
        int port = Host.freePort();
        try (Daemon _ = daemon("127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            try (Smtp probe = postfix.session("192.0.2.7")) {
                assertThat(probe.mail("", "bob@example.net")).startsWith("250");
                assertThat(probe.say("RSET")).startsWith("250");
            }
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                bounce(smtp);
                assertThat(smtp.text())
                        .matches("450 4\\.7\\.1 <DATA>: Data command rejected: Greylisted, .*");
            }
            Host.pause(2_100);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                bounce(smtp);
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(postfix.logged("X-Greylist")).isOne();
        }
    }

    private static void bounce(Smtp smtp) {
        assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
        assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
    }

    @Test
    void aChrootedSmtpdAsksOverAUnixSocket() {
        String restrictions = Document.block("postfix.md", "postfix-unix");
        try (Postfix postfix = new Postfix(folder.resolve("mx"), restrictions, true);
                Daemon daemon = daemon("unix:" + postfix.spool().resolve("private/greydaemon"));
                Smtp smtp = postfix.session("192.0.2.7")) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.startsWith("policy/unix new grey I192.0.2.7 "));
        }
    }

    @Test
    void aReplyIsTheOperatorsWithPostfixsCode() {
        int port = Host.freePort();
        try (Daemon _ =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "--policy=127.0.0.1:" + port,
                                "--reply=451 4.2.0 come back in %s seconds");
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false);
                Smtp smtp = postfix.session("192.0.2.7")) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                    .isEqualTo(
                            "450 4.2.0 <bob@example.net>: Recipient address rejected: come back in"
                                    + " 300 seconds");
        }
    }

    /// Mail of a proven client goes on in twenty sessions while the daemon is killed and comes
    /// back.
    @Test
    void aKilledDaemonCostsNoMailAndForgetsNoProvenClient() throws Exception {
        Path source = Tools.require("smtp-source", "postfix");
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            prove(postfix);
            List<String> load =
                    List.of(
                            source.toString(),
                            "-s",
                            "20",
                            "-m",
                            "200",
                            "-f",
                            "alice@example.org",
                            "-t",
                            "bob@example.net",
                            "127.0.0.1:" + postfix.port());
            Process running = Host.process(folder.resolve("smtp-source"), load);
            Host.await("some mail", () -> postfix.logged("status=sent") > 20);
            daemon.kill();
            Host.await("more mail", () -> postfix.logged("status=sent") > 60);
            daemon.restart();
            assertThat(running.waitFor()).isZero();
            Host.await("all mail", () -> postfix.logged("status=sent") >= 201);
            assertThat(postfix.logged("status=sent")).isEqualTo(201);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
            try (Smtp smtp = new Smtp("127.0.0.1", postfix.port())) {
                assertThat(smtp.mail("other@example.org", "bob@example.net")).startsWith("250");
            }
            assertThat(daemon.awaitLine(line -> line.contains(" Fother@example.org ")))
                    .contains(" ok ip I127.0.0.1 ");
        }
    }

    private static void prove(Postfix postfix) {
        try (Smtp smtp = new Smtp("127.0.0.1", postfix.port())) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
        }
        Host.pause(2_100);
        try (Smtp smtp = new Smtp("127.0.0.1", postfix.port())) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            assertThat(smtp.text()).startsWith("250");
        }
    }

    @Test
    void twentySessionsLoseNothingAndWarnOfNothing() {
        Path source = Tools.require("smtp-source", "postfix");
        int port = Host.freePort();
        try (Daemon _ = daemon("127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            prove(postfix);
            Host.run(
                    folder.resolve("smtp-source"),
                    List.of(
                            source.toString(),
                            "-s",
                            "20",
                            "-m",
                            "200",
                            "-f",
                            "alice@example.org",
                            "-t",
                            "bob@example.net",
                            "127.0.0.1:" + postfix.port()));
            Host.await("all mail", () -> postfix.logged("status=sent") >= 201);
            assertThat(postfix.logged("status=sent")).isEqualTo(201);
            assertThat(postfix.log()).doesNotContain("warning");
        }
    }
}
