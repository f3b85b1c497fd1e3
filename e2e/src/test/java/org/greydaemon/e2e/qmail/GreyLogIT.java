package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// grey.c: what it logs, and where to.
final class GreyLogIT {
    @Test
    void logLineHasTheFormOfQmailLogmsg() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check("192.0.2.1", "a@b", "c@d");
            peer.answer(0, 1);
            asks.check("::ffff:192.0.2.1", "", "c@d", "e@f");
            peer.answer(0, 1);
            List<String> lines = asks.end().err().lines().toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .matches(
                            "qmail-smtpd: pid \\d+ from 192\\.0\\.2\\.1: Greylisted <a@b> to"
                                    + " <c@d>");
            assertThat(lines.get(1)).endsWith(": Greylisted <> to <c@d>...");
        }
    }

    @Test
    void addressCannotForgeALogLine() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check(
                    "192.0.2.1", "a\nqmail-smtpd: pid 1 from x: <b>\u001b[2J\u00e4\u007f", "c:d");
            peer.answer(0, 1);
            assertThat(asks.end().err())
                    .endsWith(": Greylisted <a/qmail-smtpd_ pid 1 from x_ _b__[2J__> to <c_d>\n");
        }
    }

    @Test
    void longestAddressesMakeOneLogLine() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check("192.0.2.1", "s".repeat(900), "r".repeat(900));
            peer.answer(0, 1);
            assertThat(asks.end().err()).endsWith("s> to <" + "r".repeat(900) + ">\n");
            assertThat(peer.isUnasked()).isTrue();
        }
        try (Asks asks = Asks.start("x")) {
            asks.check("192.0.2.1", "s".repeat(1500), "r".repeat(5000));
            assertThat(asks.end().err())
                    .endsWith(
                            ": Accepted without greylisting <"
                                    + "s".repeat(900)
                                    + "> to <"
                                    + "r".repeat(900)
                                    + ">, GREYIP is not an address and port, GREYIP=x\n");
        }
        try (Asks asks = Asks.start("x".repeat(5000))) {
            asks.check("192.0.2.1", "s".repeat(900), "r".repeat(900));
            assertThat(asks.end().err()).hasSize(2048).endsWith("x\n");
        }
    }

    @Test
    void nothingIsLoggedIntoTheClientsConnection() throws IOException {
        Tools.require("tcpserver", "ucspi-tcp");
        try (Peer peer = Peer.open();
                TcpServer server =
                        TcpServer.start(
                                Map.of(
                                        "GREYIP",
                                        peer.greyip(),
                                        "SMTPMAILFROM",
                                        "a@b",
                                        "GREYTO",
                                        "c@d"),
                                List.of(),
                                "sh",
                                "-c",
                                Programs.asks()
                                        + " 2>&1; exec "
                                        + Programs.greyq()
                                        + " spp data </dev/null 2>&1");
                Smtp client = Smtp.connect(server.port())) {
            client.send("check\t192.0.2.1\ta@b\tTc@d%00\n");
            client.endInput();
            peer.answer(0, 1);
            peer.answer(0, 1);
            String text = "451 greylisted, please try again later (#4.7.1)\n";
            assertThat(client.rest()).isEqualTo(text + "E" + text);
        }
    }
}
