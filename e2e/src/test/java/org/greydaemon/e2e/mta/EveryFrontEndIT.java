package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// One database behind all protocols: where a client begins does not matter, nor where it goes on.
final class EveryFrontEndIT {
    @TempDir Path folder;

    @Test
    void aTripletBegunOverPostfixPassesOverExim() {
        int port = Host.freePort();
        Host.open(folder);
        String postfixAsks =
                Document.block("postfix.md", "postfix-tcp").replace("10023", "" + port);
        String eximAsks = Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        try (Daemon daemon =
                        Daemon.start(
                                folder.resolve("daemon"),
                                "-m",
                                "0.02",
                                "--policy=127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("postfix"), postfixAsks, false);
                Exim exim = new Exim(folder.resolve("exim"), eximAsks, "")) {
            try (Smtp smtp = postfix.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("450");
            }
            assertThat(daemon.ask("127.0.0.5", "Alice@example.org", "bob@example.net"))
                    .isEqualTo(Reply.EARLY);
            Host.pause(2_100);
            try (Smtp smtp = exim.session("127.0.0.5")) {
                assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
            }
            assertThat(daemon.ask("127.0.0.5", "other@example.org", "bob@example.net"))
                    .isEqualTo(Reply.KNOWN);
            try (Smtp smtp = postfix.session("127.0.0.5")) {
                assertThat(smtp.mail("third@example.org", "bob@example.net")).startsWith("250");
            }
        }
    }
}
