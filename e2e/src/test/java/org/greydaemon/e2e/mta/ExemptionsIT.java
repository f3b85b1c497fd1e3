package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Postfix tells the confirmed name of the client's host and what it calls itself, in both ways of
/// asking.
final class ExemptionsIT {
    private static final String LINES =
            """
            host .sender.test
            helo helo.example.org client 192.0.2.0/24
            sender news@example.org host mx.example.org
            recipient codes@example.net
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(PostfixAsks.class)
    void whatPostfixTellsIsLookedAt(PostfixAsks asks) throws IOException {
        Host.open(folder);
        Path exemptions = folder.resolve("exemptions");
        Files.writeString(exemptions, LINES);
        int port = Ports.free();
        try (Daemon daemon =
                        asks.daemon(
                                folder.resolve("daemon"),
                                "127.0.0.1:" + port,
                                "--rules=modern",
                                "--suspect-delay=0.02",
                                "--exempt=" + exemptions);
                Postfix postfix = new Postfix(folder.resolve("mx"), asks.overTcp(port), false)) {
            try (Smtp smtp =
                    postfix.session("127.0.0.1").as("ADDR=203.0.113.7 NAME=a.sender.test")) {
                passes(smtp, "alice@example.org", "bob@example.net");
            }
            try (Smtp smtp = postfix.session("127.0.0.1").as("ADDR=203.0.113.8 NAME=sender.test")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("45");
                assertThat(smtp.mail("alice@example.org", "codes@example.net")).startsWith("250");
                // Each recipient for itself.
                assertThat(smtp.say("RCPT TO:<bob@example.net>")).startsWith("45");
                assertThat(smtp.text()).startsWith("250");
            }
            try (Smtp smtp =
                    postfix.session("127.0.0.1")
                            .as("ADDR=192.0.2.9 NAME=[UNAVAILABLE] HELO=helo.example.org")) {
                smtp.say("EHLO helo.example.org");
                passes(smtp, "alice@example.org", "bob@example.net");
            }
            try (Smtp smtp =
                    postfix.session("127.0.0.1").as("ADDR=203.0.113.9 NAME=mx.example.org")) {
                passes(smtp, "news@example.org", "bob@example.net");
                assertThat(smtp.mail("spam@example.org", "bob@example.net")).startsWith("45");
            }
            for (int line = 1; line <= 4; line++) {
                String by = " by=exemptions:" + line;
                daemon.awaitLine(said -> said.endsWith(by));
            }
        }
    }

    private static void passes(Smtp smtp, String sender, String recipient) {
        assertThat(smtp.mail(sender, recipient)).startsWith("250");
        assertThat(smtp.text()).startsWith("250");
    }
}
