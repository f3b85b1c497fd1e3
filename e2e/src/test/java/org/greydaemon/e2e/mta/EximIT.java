package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// Exim asks with `readsocket`, with the configuration of docs/exim.md.
final class EximIT {
    @TempDir Path folder;

    private static String block(String name, int port) {
        return Document.block("exim.md", name).replace("10023", "" + port);
    }

    private Daemon daemon(String place) {
        Host.open(folder);
        return Daemon.start(folder.resolve("daemon"), "-m", "0.02", "--policy=" + place);
    }

    @Test
    void aMessageIsDeferredAndItsRetryPasses() {
        int port = Ports.free();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Exim exim =
                        new Exim(
                                folder.resolve("mx"),
                                block("exim-tcp", port),
                                block("exim-data", port))) {
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("Alice@example.org", "bob@example.net"))
                        .isEqualTo("451 4.7.1 Greylisted, please try again later");
                assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).isEqualTo("451 4.7.1 Greylisted, please try again later");
            }
            Host.pause(2_100);
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            daemon.awaitLine(line ->
                    line.matches(
                            "words/127\\.0\\.0\\.1:\\d+ retry ok I127\\.0\\.0\\.5"
                                    + " Falice@example\\.org Tbob@example\\.net"));
        }
    }

    @Test
    void aBounceToSeveralProvesNobodyAndRelayHostsAreNotAsked() {
        int port = Ports.free();
        try (Daemon daemon = daemon("127.0.0.1:" + port);
                Exim exim =
                        new Exim(
                                folder.resolve("mx"),
                                block("exim-tcp", port),
                                block("exim-data", port))) {
            try (Smtp smtp = exim.session("127.0.0.9")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
                assertThat(smtp.mail("", "bob@example.net")).startsWith("250");
                assertThat(smtp.text()).startsWith("250");
            }
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("", "carol@example.net")).startsWith("250");
                assertThat(smtp.say("RCPT TO:<\"bob b\"@example.net>")).startsWith("250");
                assertThat(smtp.text()).startsWith("451 4.7.1 Greylisted");
                assertThat(smtp.say("RSET")).startsWith("250");
                assertThat(smtp.mail("\"john q, x\"@example.org", "\"bob b\"@example.net"))
                        .startsWith("451 4.7.1 Greylisted");
            }
            daemon.awaitLine(
                    line -> line.endsWith(" I127.0.0.5 F Tbobb@example.net Tcarol@example.net"));
            daemon.awaitLine(line -> line.endsWith(" Fjohnq,x@example.org Tbobb@example.net"));
            assertThat(daemon.logLines()).noneMatch(line -> line.contains(" I127.0.0.9 "));
        }
    }

    @Test
    void thePolicyDialectTellsTheWait() {
        int port = Ports.free();
        try (Daemon _ = daemon("127.0.0.1:" + port);
                Exim exim = new Exim(folder.resolve("mx"), block("exim-policy", port), "")) {
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .matches("451 4\\.2\\.0 Greylisted, please try again in [12] seconds");
            }
            Host.pause(2_100);
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
        }
    }

    /// Exim takes it within quotes, and no answer would let the mail pass.
    @Test
    void aCarriageReturnInTheSenderIsNoWayPastThePolicyDialect() {
        int port = Ports.free();
        try (Daemon _ = daemon("127.0.0.1:" + port);
                Exim exim = new Exim(folder.resolve("mx"), block("exim-policy", port), "");
                Smtp smtp = exim.session("127.0.0.6")) {
            assertThat(smtp.mail("\"a\rb\"@example.org", "bob@example.net"))
                    .startsWith("451 4.2.0 Greylisted");
        }
    }

    @Test
    void theStatementThatGreylistdPutsIntoTheAclWorksUnchanged() {
        Path socket = folder.resolve("socket");
        String statement =
                Document.block("exim.md", "exim-greylistd")
                        .replace("/run/greylistd/socket", socket.toString());
        try (Daemon daemon = daemon("unix:" + socket);
                Exim exim = new Exim(folder.resolve("mx"), statement, "")) {
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .matches("451 .*<bob@example\\.net>\\. Please try later\\.");
            }
            Host.pause(2_100);
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
            daemon.kill();
            try (Smtp smtp = exim.session("127.0.0.6")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net"))
                        .as("fails open")
                        .startsWith("250");
            }
        }
    }
}
