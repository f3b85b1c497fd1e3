package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// One database behind all protocols: where a client begins does not matter, nor where it goes on.
final class EveryFrontEndIT {
    private static final String CLIENT = "127.0.0.5";

    @TempDir Path folder;

    @Test
    void aTripletBegunOverPostfixPassesOverEximAndProvesTheClientEverywhere() {
        int port = Ports.free();
        int milterPort = Ports.free();
        Host.open(folder);
        String eximAsks = Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "-m",
                                "0.2",
                                "--policy=127.0.0.1:" + port,
                                "--milter=127.0.0.1:" + milterPort);
                Postfix policy = postfix("policy", PostfixAsks.POLICY.overTcp(port));
                Postfix milter = postfix("milter", PostfixAsks.MILTER.overTcp(milterPort));
                Exim exim = new Exim(folder.resolve("exim"), eximAsks, "")) {
            assertThat(reply(policy.session(CLIENT), "alice")).startsWith("450");
            assertThat(reply(milter.session(CLIENT), "alice")).startsWith("451");
            assertThat(reply(exim.session(CLIENT), "alice")).startsWith("451");
            assertThat(daemon.ask(CLIENT, "Alice@example.org", "bob@example.net"))
                    .isEqualTo(Reply.EARLY);
            Host.pause(13_000);
            assertThat(reply(exim.session(CLIENT), "alice")).startsWith("250");
            assertThat(daemon.ask(CLIENT, "other@example.org", "bob@example.net"))
                    .isEqualTo(Reply.KNOWN);
            assertThat(reply(policy.session(CLIENT), "third")).startsWith("250");
            assertThat(reply(milter.session(CLIENT), "fourth")).startsWith("250");
        }
    }

    /// Each mail server tells it in another form: Exim's policy dialect in quotes, Postfix by its
    /// policy protocol without, the milter as the client has said it.
    @Test
    void aQuotedSenderIsTheSameOverEachOfThem() throws Exception {
        int port = Ports.free();
        int milterPort = Ports.free();
        Host.open(folder);
        String words = Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        String dialect = Document.block("exim.md", "exim-policy").replace("10023", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "--policy=127.0.0.1:" + port,
                                "--milter=127.0.0.1:" + milterPort);
                Postfix policy = postfix("policy", PostfixAsks.POLICY.overTcp(port));
                Postfix milter = postfix("milter", PostfixAsks.MILTER.overTcp(milterPort));
                Exim asking = new Exim(folder.resolve("words"), words, "");
                Exim requesting = new Exim(folder.resolve("dialect"), dialect, "")) {
            for (Smtp one :
                    new Smtp[] {
                        policy.session(CLIENT),
                        milter.session(CLIENT),
                        asking.session(CLIENT),
                        requesting.session(CLIENT)
                    }) {
                try (Smtp smtp = one) {
                    assertThat(smtp.mail(QUOTED, "bob@example.net")).startsWith("45");
                }
            }
            assertThat(daemon.ask(CLIENT, "John \"X\", Doe@example.org", "bob@example.net"))
                    .isEqualTo(Reply.EARLY);
            daemon.awaitLine(line -> line.matches("127\\..* I127\\.0\\.0\\.5 .*")); // The last.
            assertThat(daemon.logLines())
                    .filteredOn(line -> line.matches("[a-z]+/.* I127\\.0\\.0\\.5 .*"))
                    .hasSize(4)
                    .allMatch(
                            line -> line.endsWith(" Fjohn\"x\",doe@example.org Tbob@example.net"));
        }
    }

    private static final String QUOTED = "\"John \\\"X\\\", Doe\"@example.org";

    private Postfix postfix(String name, String configuration) {
        return new Postfix(folder.resolve(name), configuration, false);
    }

    private static String reply(Smtp session, String sender) {
        try (Smtp smtp = session) {
            return smtp.mail(sender + "@example.org", "bob@example.net");
        }
    }
}
