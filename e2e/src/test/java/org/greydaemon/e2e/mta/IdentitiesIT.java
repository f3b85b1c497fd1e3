package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Dnsmasq;
import org.greydaemon.e2e.Greyctl;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Retries that come from other networks than the first attempt, over IPv4 and IPv6, over each
/// protocol, with a real DNS server and kills in between; and somebody with names, PTR and SPF
/// records of his own, who passes as nobody else.
@Tag(Host.ALONE)
@Timeout(300)
final class IdentitiesIT {
    // What XCLIENT says of a client whose name was not found (XCLIENT_README).
    private static final String NO_NAME = "[UNAVAILABLE]";
    private static final String NO_ANSWER = "[TEMPUNAVAIL]";

    private static final String BOB = "bob@example.net";

    /// Longer than the delay.
    private static final long DELAY_MILLIS = 3_100;

    // Hosts of a provider in networks of their own; Exim's clients can only be on loopback.
    private static final String[] RECORDS = {
        "mx1.big.example,192.0.2.10",
        "mx2.big.example,198.51.100.20",
        "mx3.big.example,2001:db8:3::30",
        "mx4.big.example,2001:db8:4::40",
        "mx5.big.example,127.0.5.50",
        "mx6.big.example,127.0.6.60",
        "--local=/in-addr.arpa/", // Who is not here has no name.
        // Hosts of a provider that have their customers' names.
        "out.alpha.example,203.0.113.20",
        "out.beta.example,2001:db8:20::20",
        // Hosts of two domains, both in the SPF record of a third.
        "a.one.example,192.0.2.130",
        "b.two.example,2001:db8:30::30",
        "--txt-record=spf.example,v=spf1 ip4:192.0.2.130 ip6:2001:db8:30::30 -all",
        "--txt-record=s1.example,v=spf1 ip4:192.0.2.10 ip4:198.51.100.20 -all",
        // Somebody with a name, a PTR record that lies, and an SPF record.
        "mx.attacker.example,203.0.113.66",
        "--ptr-record=67.113.0.203.in-addr.arpa,mx1.big.example",
        "--txt-record=attacker.example,v=spf1 +all",
    };

    @TempDir Path folder;
    private final int policyPort = Ports.free();
    private final int milterPort = Ports.free();

    private Daemon start(Dnsmasq dns) throws IOException {
        Path home = Files.createDirectories(folder.resolve("daemon"));
        Files.writeString(
                home.resolve("greydaemon.toml"),
                """
                listen.udp = "127.0.0.1:0"
                listen.policy = ["127.0.0.1:%d"]
                listen.milter = ["127.0.0.1:%d"]
                store.save-file = "state/save"
                retry.delay = "3s"
                retry.suspect-delay = "1h"
                exempt.resolver = "%s"
                """
                        .formatted(policyPort, milterPort, dns.place()));
        return Daemon.startWith(home, "greydaemon.toml");
    }

    private static void again(Daemon daemon) {
        daemon.kill();
        daemon.restart();
    }

    private String greyctl(String... arguments) throws IOException {
        return Greyctl.run(folder.resolve("daemon/state/save.ctl"), arguments).said();
    }

    private static String mail(Postfix postfix, String client, String name, String sender) {
        try (Smtp smtp = postfix.session(client + " NAME=" + name)) {
            return smtp.mail(sender, BOB);
        }
    }

    private static String mail(Exim exim, String client, String sender) {
        try (Smtp smtp = exim.session(client)) {
            return smtp.mail(sender, BOB);
        }
    }

    private static void passedBy(Daemon daemon, String sender, String identity) {
        String line =
                daemon.awaitLine(text ->
                        text.contains("reason=passed ") && text.contains("<" + sender + ">"));
        assertThat(line).contains(" identity=" + identity + " ");
    }

    @Test
    void aProvidersRetryFromAnotherNetworkPassesOnEachProtocolAfterAKill() throws Exception {
        Host.open(folder);
        try (Dnsmasq dns = new Dnsmasq(folder, RECORDS);
                Daemon daemon = start(dns);
                Postfix policy = postfix("policy", PostfixAsks.POLICY.overTcp(policyPort));
                Postfix milter = postfix("milter", PostfixAsks.MILTER.overTcp(milterPort))) {
            assertThat(daemon.ask("192.0.2.10", "a@s1.example", BOB)).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.130", "a@spf.example", BOB)).isEqualTo(Reply.NEW);
            assertThat(mail(policy, "192.0.2.10", "mx1.big.example", "a@s2.example"))
                    .startsWith("45");
            assertThat(mail(milter, "IPV6:2001:db8:3::30", "mx3.big.example", "a@s3.example"))
                    .startsWith("45");
            // What SPF says is found out when the answer has left.
            Host.await("SPF", () -> Host.read(daemon.journal()).contains("\nD "));
            again(daemon);
            Host.pause(DELAY_MILLIS);
            nobodyElsePasses(daemon);
            assertThat(daemon.ask("2001:db8:4::40", "a@s1.example", BOB)).isEqualTo(Reply.PASSED);
            passedBy(daemon, "a@s1.example", "host");
            assertThat(daemon.ask("2001:db8:30::30", "a@spf.example", BOB)).isEqualTo(Reply.PASSED);
            passedBy(daemon, "a@spf.example", "spf");
            assertThat(mail(policy, "IPV6:2001:db8:3::30", "mx3.big.example", "a@s2.example"))
                    .startsWith("250");
            passedBy(daemon, "a@s2.example", "host");
            assertThat(mail(milter, "198.51.100.20", "mx2.big.example", "a@s3.example"))
                    .startsWith("250");
            passedBy(daemon, "a@s3.example", "host");
            // The same provider with the same sender's domain is known now, from anywhere.
            again(daemon);
            assertThat(daemon.ask("192.0.2.10", "b@s1.example", "x@example.net"))
                    .isEqualTo(Reply.KNOWN);
            assertThat(daemon.ask("203.0.113.66", "b@s1.example", "x@example.net"))
                    .isEqualTo(Reply.NEW);
        }
    }

    /// A milter is told that DNS did not answer, and the daemon asks once more; that it hears
    /// nothing either makes nobody suspect. Over its policy protocol Postfix says `unknown`, as of
    /// who has no name.
    @Test
    void whoseNameWasNotAnsweredIsAskedAboutOnceMore() throws Exception {
        Host.open(folder);
        Dnsmasq dns = new Dnsmasq(folder, RECORDS);
        try (Daemon daemon = start(dns);
                Postfix policy = postfix("policy", PostfixAsks.POLICY.overTcp(policyPort));
                Postfix milter = postfix("milter", PostfixAsks.MILTER.overTcp(milterPort))) {
            assertThat(mail(milter, "198.51.100.20", NO_ANSWER, "a@s6.example")).startsWith("45");
            assertThat(mail(policy, "192.0.2.99", NO_ANSWER, "a@s7.example")).startsWith("45");
            assertThat(daemon.awaitLine(line -> line.contains("<a@s7.example>")))
                    .contains(" suspect=no-name ");
            Host.pause(DELAY_MILLIS);
            assertThat(mail(milter, "IPV6:2001:db8:4::40", NO_ANSWER, "a@s6.example"))
                    .startsWith("250");
            passedBy(daemon, "a@s6.example", "host");
            dns.stop();
            assertThat(mail(milter, "192.0.2.97", NO_ANSWER, "a@s9.example")).startsWith("45");
            assertThat(mail(milter, "192.0.2.96", NO_NAME, "a@s10.example")).startsWith("45");
            assertThat(daemon.awaitLine(line -> line.contains("<a@s9.example>")))
                    .doesNotContain(" suspect=");
            assertThat(daemon.awaitLine(line -> line.contains("<a@s10.example>")))
                    .contains(" suspect=no-name ");
        } finally {
            dns.close();
        }
    }

    /// Exim tells no names, so the daemon asks DNS.
    @Test
    void aProvidersRetryFromAnotherNetworkPassesWithExim() throws Exception {
        Host.open(folder);
        String eximAsks = Document.block("exim.md", "exim-tcp").replace("10023", "" + policyPort);
        try (Dnsmasq dns = new Dnsmasq(folder, RECORDS);
                Daemon daemon = start(dns);
                Exim exim = new Exim(folder.resolve("exim"), eximAsks, "")) {
            assertThat(mail(exim, "127.0.5.50", "a@s4.example")).startsWith("45");
            again(daemon);
            Host.pause(DELAY_MILLIS);
            assertThat(mail(exim, "127.0.6.60", "a@s4.example")).startsWith("250");
            passedBy(daemon, "a@s4.example", "host");
        }
    }

    /// Who knows what the provider sends, and has a name, a PTR record that lies and an SPF record
    /// for the whole world.
    private static void nobodyElsePasses(Daemon daemon) {
        for (String client : List.of("203.0.113.66", "203.0.113.67", "203.0.113.68")) {
            for (String sender : List.of("a@s1.example", "a@spf.example", "a@s2.example")) {
                assertThat(daemon.ask(client, sender, BOB))
                        .as("%s as %s", client, sender)
                        .isNotEqualTo(Reply.PASSED)
                        .isNotEqualTo(Reply.KNOWN);
            }
        }
    }

    @Test
    void networksThatFinishEachOthersMailAreOneAfterAKillToo() throws Exception {
        try (Dnsmasq dns = new Dnsmasq(folder, RECORDS);
                Daemon daemon = start(dns)) {
            daemon.ask("203.0.113.20", "a@s1.example", BOB);
            daemon.ask("2001:db8:20::20", "b@s2.example", BOB);
            Host.pause(DELAY_MILLIS);
            assertThat(daemon.ask("2001:db8:20::20", "a@s1.example", BOB)).isEqualTo(Reply.NEW);
            assertThat(greyctl("pools")).doesNotContain("203.0.113.0/24");
            assertThat(daemon.ask("203.0.113.20", "b@s2.example", BOB)).isEqualTo(Reply.NEW);
            again(daemon);
            assertThat(greyctl("pools")).contains("203.0.113.0/24 2001:db8:20::/48");
            assertThat(daemon.ask("203.0.113.20", "c@s3.example", BOB)).isEqualTo(Reply.NEW);
            again(daemon);
            Host.pause(DELAY_MILLIS);
            assertThat(daemon.ask("2001:db8:20::20", "c@s3.example", BOB)).isEqualTo(Reply.PASSED);
            passedBy(daemon, "c@s3.example", "learned-pool");
            assertThat(greyctl("explain", "203.0.113.20", "d@s4.example", BOB))
                    .contains(
                            "network learned as one with others: 203.0.113.0/24, 2001:db8:20::/48");
            assertThat(greyctl("pools", "--forget", "203.0.113.0/24"))
                    .isEqualTo("forgot 2 networks\n");
            assertThat(daemon.stop()).isZero();
            daemon.restart();
            assertThat(greyctl("pools")).doesNotContain("203.0.113.0/24");
        }
    }

    private Postfix postfix(String name, String configuration) {
        return new Postfix(folder.resolve(name), configuration, false);
    }
}
