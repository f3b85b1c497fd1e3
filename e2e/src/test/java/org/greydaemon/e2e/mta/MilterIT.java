package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/// Mail servers ask over the milter protocol: Debian's miltertest, and Postfix with the
/// configuration of docs/milter.md.
final class MilterIT {
    private static final String GREYLISTED =
            "451 4\\.7\\.1 Greylisted, please try again in [12] seconds";

    @TempDir Path folder;

    private static String overTcp(int port) {
        return Document.block("milter.md", "postfix-milter").replace("10030", "" + port)
                + "milter_header_checks = regexp:{ { /^X-Greylist:/ INFO } }\n";
    }

    private Daemon daemon(String place, String rules) {
        Host.open(folder);
        return Daemon.start(
                folder.resolve("daemon"), "-m", "0.02", "--rules", rules, "--milter=" + place);
    }

    @Test
    void miltertestIsDeferredAndPasses() {
        Path miltertest = Tools.require("miltertest", "miltertest");
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port, "modern")) {
            Host.run(
                    folder.resolve("miltertest"),
                    List.of(
                            miltertest.toString(),
                            "-D",
                            "port=" + port,
                            "-s",
                            Daemon.root()
                                    .resolve("e2e/src/test/resources/greylist.lua")
                                    .toString()));
            assertThat(daemon.logLines())
                    .anyMatch(line ->
                            line.matches(
                                    "decision action=defer reason=new proto=milter"
                                            + " peer=127\\.0\\.0\\.1:\\d+"
                                            + " client_address=192\\.0\\.2\\.7"
                                            + " sender=<alice@example\\.org>"
                                            + " recipient=<bob@example\\.net>"
                                            + " recipients=1 retry_in=2s"));
        }
    }

    @Test
    void eachRecipientIsAnsweredAndTheRetryPassesWithTheHeader() {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port, "original");
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).matches(GREYLISTED);
            }
            Host.pause(2_100);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("dora@example.org", "erik@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            assertThat(daemon.logLines())
                    .anyMatch(line ->
                            line.matches(
                                    "milter/127\\.0\\.0\\.1:\\d+ retry ok I192\\.0\\.2\\.7"
                                            + " Falice@example\\.org Tbob@example\\.net"))
                    .anyMatch(line -> line.contains(" ok ip I192.0.2.7 Fdora@example.org "));
            Host.await("both messages", () -> postfix.logged("status=sent") == 3);
            assertThat(postfix.log())
                    .containsPattern("X-Greylist: delayed \\d seconds by greydaemon at \\S+;")
                    .doesNotContain("warning");
            assertThat(postfix.logged("X-Greylist")).isOne();
        }
    }

    @Test
    void clientsOfEveryKindAreTold() {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port, "original");
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
                smtp.say("RSET");
                // The same connection, another message.
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
            try (Smtp smtp = postfix.session("[UNAVAILABLE]")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
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
        try (Daemon _ = daemon("127.0.0.1:" + port, "modern");
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                assertThat(smtp.say("RSET")).startsWith("250");
                bounce(smtp);
                assertThat(smtp.text()).matches(GREYLISTED);
            }
            Host.pause(2_100);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                bounce(smtp);
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
            assertThat(postfix.logged("X-Greylist")).isOne();
        }
    }

    private static void bounce(Smtp smtp) {
        assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
        assertThat(smtp.say("RCPT TO:<carol@example.net>")).startsWith("250");
    }

    @Test
    void aChrootedSmtpdAsksOverAUnixSocketWithTheOperatorsReply() {
        Host.open(folder);
        String milter = Document.block("milter.md", "postfix-milter-unix");
        try (Postfix postfix = new Postfix(folder.resolve("mx"), milter, true);
                Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "--reply=450 4.2.0 come back in %s seconds",
                                "--milter=unix:"
                                        + postfix.spool().resolve("private/greydaemon-milter"));
                Smtp smtp = postfix.session("192.0.2.7")) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                    .isEqualTo("450 4.2.0 come back in 300 seconds");
            assertThat(daemon.logLines())
                    .anyMatch(line -> line.startsWith("milter/unix new grey I192.0.2.7 "));
        }
    }

    @Test
    void aTripletBegunOverUdpPassesOverTheMilterAlsoAfterAKillInTheSession() {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port, "modern");
                Postfix postfix = new Postfix(folder.resolve("mx"), overTcp(port), false)) {
            assertThat(daemon.ask("192.0.2.7", "alice@example.org", "bob@example.net"))
                    .isEqualTo(Reply.NEW);
            Host.pause(2_100);
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                daemon.kill();
                // default_action=accept: the message goes on, ungreylisted.
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("new@example.org", "new@example.net")).startsWith("250");
            }
            daemon.restart();
            try (Smtp smtp = postfix.session("192.0.2.7")) {
                assertThat(smtp.mail("dora@example.org", "erik@example.net")).startsWith("250");
            }
            try (Smtp smtp = postfix.session("192.0.2.8")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).matches(GREYLISTED);
            }
            assertThat(daemon.ask("192.0.2.7", "any@example.org", "any@example.net"))
                    .isEqualTo(Reply.KNOWN);
        }
    }

    @Test
    void whoSpeaksNothingOfTheProtocolIsClosedAndNamedWithTheReason() throws IOException {
        int port = Host.freePort();
        try (Daemon daemon = daemon("127.0.0.1:" + port, "modern");
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(daemon.awaitLine(line -> line.startsWith("milter 127.0.0.1:")))
                    .endsWith(
                            ": a frame of 1195725856 octets is not within 1 to 131072;"
                                    + " connection closed");
        }
    }
}
