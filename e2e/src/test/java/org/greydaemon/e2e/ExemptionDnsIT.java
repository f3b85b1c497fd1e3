package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Lines that ask a real DNS server for names of hosts, lists and SPF, over UDP and over Postfix's
/// policy protocol.
@Tag("alone") // Nobody waits for DNS for longer than two seconds.
@Timeout(300)
final class ExemptionDnsIT {
    @TempDir Path folder;

    private static final String[] LINES = {
        "listed white.test 127.0.*.2",
        "greylist delay 60s listed black.test",
        "greylist spf fail",
        "sender example.org spf pass",
    };

    private static final String[] ZONES = {
        "--local=/test/",
        "--local=/example.org/",
        "--txt-record=example.org,v=spf1 ip4:203.0.113.0/24 -all",
        "--host-record=7.2.0.192.white.test,127.0.10.2",
        "--host-record=6.2.0.192.white.test,127.0.10.1",
        "--host-record=7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.white.test"
                + ",127.0.0.2",
        "--host-record=8.2.0.192.black.test,127.0.0.4",
    };

    private Daemon start(String resolver, String otherwise, String... lines) throws IOException {
        Files.write(folder.resolve("exemptions"), List.of(lines));
        Files.writeString(
                folder.resolve("greydaemon.toml"),
                """
                listen.udp = "127.0.0.1:0"
                listen.policy = "127.0.0.1:0"
                store.save-file = "state/save"
                rules.hosts = false
                rules.spf = false
                rules.ipv4-network = 32
                rules.otherwise = "%s"
                [exempt]
                files = ["exemptions"]
                resolver = "%s"
                """
                        .formatted(otherwise, resolver));
        return Daemon.startWith(folder, "greydaemon.toml");
    }

    private String greyctl(String... arguments) throws IOException {
        return Greyctl.run(folder.resolve("state/save.ctl"), arguments).said();
    }

    private static String policy(Daemon daemon, String client, String sender) throws IOException {
        String place = "listening for policy on 127.0.0.1:";
        String line = daemon.awaitLine(said -> said.startsWith(place));
        try (Socket socket =
                new Socket(
                        InetAddress.getLoopbackAddress(),
                        Integer.parseInt(line.substring(place.length())))) {
            String request =
                    "request=smtpd_access_policy\nprotocol_state=RCPT\nclient_address="
                            + client
                            + "\nsender="
                            + sender
                            + "\nrecipient=bob@example.net\n\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\n\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            return answer.toString().strip();
        }
    }

    @Test
    void linesAskListsAndSpf() throws Exception {
        try (Dnsmasq dns = new Dnsmasq(folder, ZONES);
                Daemon daemon = start(dns.place(), "pass", LINES)) {
            assertThat(daemon.ask("192.0.2.7", "a@b.test", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("2001:db8::7", "a@b.test", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.8", "a@b.test", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("198.51.100.9", "a@example.org", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("203.0.113.9", "a@example.org", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.6", "a@b.test", "c@d")).isEqualTo(Reply.EXEMPT);
            for (String by : List.of("exemptions:1", "exemptions:4", "otherwise")) {
                daemon.awaitLine(line -> line.endsWith(" by=" + by));
            }
            daemon.awaitLine(line -> line.endsWith(" by=exemptions:2 retry_in=60s"));
            daemon.awaitLine(line -> line.endsWith(" by=exemptions:3 retry_in=240s"));
            assertThat(policy(daemon, "192.0.2.7", "a@b.test")).isEqualTo("action=DUNNO");
            assertThat(policy(daemon, "192.0.2.8", "a@b.test"))
                    .startsWith("action=DEFER_IF_PERMIT ")
                    .contains(" in 60 seconds");
            assertThat(policy(daemon, "203.0.113.9", "a@example.org")).isEqualTo("action=DUNNO");
            assertThat(policy(daemon, "192.0.2.6", "a@b.test")).isEqualTo("action=DUNNO");
            assertThat(greyctl("explain", "192.0.2.8", "a@b.test", "new@example.net"))
                    .contains("no: exemptions:2: greylist delay 60s listed black.test")
                    .contains("passes 1 min after an attempt that is made now");
            Files.writeString(folder.resolve("exemptions"), "greylist listed white.test\n");
            assertThat(greyctl("reload")).contains("reloaded");
            assertThat(daemon.ask("192.0.2.6", "a@b.test", "e@f")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.8", "a@b.test", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    /// Whoever has the key of a paid list can ask it at the operator's expense, and lines of a log
    /// are pasted to mailing lists.
    @Test
    void aKeyInTheNameOfAListIsAskedWithAndShownNowhere() throws Exception {
        String key = "aip7yig6sahg6ehsohn5shco3z";
        String list = key + ".zen.test";
        String answer = "--host-record=7.2.0.192." + list + ",127.0.0.2";
        try (Dnsmasq dns = new Dnsmasq(folder, "--local=/test/", answer);
                Daemon daemon =
                        start(dns.place(), "greylist", "listed " + list, "listed " + list)) {
            assertThat(daemon.ask("192.0.2.7", "a@b.test", "c@d")).isEqualTo(Reply.EXEMPT);
            daemon.awaitLine(line -> line.endsWith(" by=exemptions:1"));
            assertThat(
                            List.of(
                                    greyctl("explain", "192.0.2.7", "a@b.test", "c@d"),
                                    greyctl("exemptions"),
                                    greyctl("exemptions", "--json"),
                                    greyctl("lint"),
                                    greyctl("report")))
                    .allSatisfy(said -> assertThat(said).doesNotContain(key.substring(4)))
                    .first()
                    .asString()
                    .contains("yes: exemptions:1: listed aip7[...].zen.test");
            Files.writeString(folder.resolve("exemptions"), "pass " + list + "\n");
            assertThat(greyctl("reload")).doesNotContain(key.substring(4));
            daemon.awaitLine(line -> line.contains("'aip7[...].zen.test' stands alone"));
            assertThat(daemon.stop()).isZero();
            assertThat(String.join("\n", daemon.logLines())).doesNotContain(key.substring(4));
        }
    }

    @Test
    void overUdpTheNameOfTheHostIsLookedUpInDns() throws Exception {
        try (Dnsmasq dns =
                        new Dnsmasq(
                                folder,
                                "mx1.outlook.example,192.0.2.7",
                                "mx2.outlook.example,2001:db8::7",
                                "mx.other.example,192.0.2.9");
                Daemon daemon =
                        start(
                                dns.place(),
                                "greylist",
                                "host .outlook.example # sends from anywhere")) {
            assertThat(daemon.ask("192.0.2.7", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("2001:db8::7", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.10", "a@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.awaitLine(
                    line -> line.contains("reason=exempt ") && line.endsWith(" by=exemptions:1"));
            assertThat(greyctl("explain", "192.0.2.7", "a@b", "c@d"))
                    .contains("name of host    mx1.outlook.example")
                    .contains("exemptions:1: host .outlook.example (sends from anywhere)");
        }
    }

    /// Waits until a name is asked about: others are asked about again.
    private static void awaitQuestion(DatagramSocket asked, String labels) throws IOException {
        DatagramPacket question = new DatagramPacket(new byte[512], 512);
        do {
            question.setLength(512);
            asked.receive(question);
        } while (!new String(question.getData(), 0, question.getLength(), ISO_8859_1)
                .contains(labels));
    }

    /// Two seconds later the attempt is judged without a name; nobody else has waited.
    @Test
    void aDnsServerThatIsSilentKeepsNobodyElseWaiting() throws Exception {
        byte[] loopback = {127, 0, 0, 1};
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getByAddress(loopback));
                Daemon daemon =
                        start(
                                "127.0.0.1:" + silent.getLocalPort(),
                                "greylist",
                                "host .outlook.example client 192.0.2.0/24")) {
            CompletableFuture<Reply> waits =
                    CompletableFuture.supplyAsync(() -> daemon.ask("192.0.2.7", "a@b", "c@d"));
            awaitQuestion(silent, "\0017\0012\0010\003192");
            assertThat(daemon.ask("198.51.100.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(waits).isNotDone();
            assertThat(waits.get()).isEqualTo(Reply.NEW);
            CompletableFuture<Reply> last =
                    CompletableFuture.supplyAsync(() -> daemon.ask("192.0.2.8", "a@b", "c@d"));
            awaitQuestion(silent, "\0018\0012\0010\003192");
            // Whoever waits for a name is answered before the daemon ends.
            assertThat(daemon.stop()).isZero();
            assertThat(last.get()).isEqualTo(Reply.NEW);
            assertThat(daemon.saveFile()).content().contains(" 192.0.2.8 a@b c@d");
        }
    }
}
