package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.WellPostfix.CALL;
import static org.greydaemon.doctor.WellPostfix.DAEMON;
import static org.greydaemon.doctor.WellPostfix.SERVICE;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.text;
import static org.greydaemon.doctor.WellPostfix.well;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Whom a Postfix asks: the daemon, another service, or nobody.
final class PostfixPeersTest {
    @ParameterizedTest
    @CsvSource({
        "policy 127.0.0.1:10023, inet:10023",
        "policy [::1]:10023, inet:localhost:10023",
        "policy [::1]:10023, inet:[0:0:0:0:0:0:0:1]:10023",
        "policy 127.0.0.1:10023, inet:localhost:10023",
        "policy [::]:10023, inet:[127.0.0.1]:10023",
        "policy 127.0.0.1:10023, inet:127.1:10023",
        "policy 0.0.0.0:10023, inet:localhost:10023",
        "policy 0.0.0.0:10023, inet:10023",
    })
    void aPlaceHasManyForms(String listening, String asked) {
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace("inet:127.0.0.1:10023", asked));
        Daemon there = Daemon.of(List.of(listening));
        assertThat(findings(main, "smtp inet n - y - - smtpd", there)).isEmpty();
    }

    @Test
    void whoListensAtAllAddressesOfIpv4IsNotAskedOverIpv6() {
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace("inet:127.0.0.1:", "inet:[::1]:"));
        Daemon there = Daemon.of(List.of("policy 0.0.0.0:10023"));
        assertThat(findings(main, "smtp inet n - y - - smtpd", there))
                .anyMatch(line -> line.contains("where nobody listens"));
    }

    /// Of another policy service that has ended, the daemon's place is no remedy; and it is not the
    /// call that lacks.
    @Test
    void anotherPolicyServiceMayHaveEnded() {
        String spf =
                "check_policy_service unix:private/policyd-spf, check_policy_service"
                        + " inet:127.0.0.1:1, ";
        Map<String, String> main = well();
        main.merge(
                "smtpd_recipient_restrictions", "", (value, _) -> value.replace(CALL, spf + CALL));
        assertThat(findings(main))
                .hasSize(2)
                .allMatch(line -> line.contains("where nobody listens; it is not the daemon"));
        main.put("smtpd_data_restrictions", "");
        main.put(
                "smtpd_recipient_restrictions",
                "reject_unauth_destination, check_policy_service unix:private/policyd-spf");
        assertThat(findings(main))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).startsWith("Postfix does not ask the daemon at all"),
                        one -> assertThat(one).contains("nobody listens; it is not the daemon"));
    }

    @Test
    void whoIsChrootedSeesNoPathBeyond() {
        Map<String, String> main = well();
        main.replaceAll((_, value) ->
                value.replace(
                        "inet:127.0.0.1:10023", "unix:/var/spool/postfix/private/greydaemon"));
        assertThat(findings(main, "smtp inet n - y - - smtpd"))
                .anyMatch(line -> line.contains("which smtpd cannot see"));
    }

    /// master(5): `-` is `y` below compatibility level 1, and in Postfix before 3.0, which has
    /// none.
    @ParameterizedTest
    @CsvSource({"0, true", "'', true", "1, false", "2, false", "3.6, false"})
    void whoIsChrootedUnlessSomebodySaysSo(String level, boolean isChrooted) {
        Map<String, String> main = well();
        main.put("compatibility_level", level);
        main.replaceAll((_, value) ->
                value.replace(
                        "inet:127.0.0.1:10023", "unix:/var/spool/postfix/private/greydaemon"));
        List<String> found = findings(main, "smtp inet n - - - - smtpd");
        if (isChrooted) {
            assertThat(found).anyMatch(line -> line.contains("which smtpd cannot see"));
        } else {
            assertThat(found).isEmpty();
        }
    }

    /// Its `/` is the queue directory.
    @Test
    void whoIsChrootedSeesThePathsWithin() {
        Map<String, String> main = well();
        main.replaceAll(
                (_, value) -> value.replace("inet:127.0.0.1:10023", "unix:/private/greydaemon"));
        assertThat(findings(main, "smtp inet n - y - - smtpd")).isEmpty();
        assertThat(findings(main)).anyMatch(line -> line.contains("where nobody listens"));
    }

    /// Cluebringer's port: it has quotas, and may greylist.
    @Test
    void aServiceThatMayGreylistIsNoMistake() throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.3");
        try (ServerSocket _ = new ServerSocket(10031, 50, there)) {
            Map<String, String> main = well();
            String quotas = ", check_policy_service inet:127.1.2.3:10031";
            main.merge("smtpd_recipient_restrictions", quotas, String::concat);
            main.put("smtpd_end_of_data_restrictions", quotas);
            String text = text(main);
            for (Daemon one : List.of(DAEMON, Daemon.UNHEARD)) {
                Postfix postfix = Postfix.of(text, "smtp inet n - n - - smtpd", 25);
                assertThat(PostfixFindings.of(postfix, one, new Machine()))
                        .filteredOn(found -> found.what().contains("10031"))
                        .hasSize(2)
                        .noneMatch(Finding::isProblem)
                        .allMatch(found -> found.what().contains("whether it greylists"));
            }
        }
    }

    /// SMTPD_POLICY_README has master(8) start a policy service; its own example is a greylister.
    @Test
    void whatMasterStartsSaysWhetherItGreylists() throws IOException {
        Path folder = Files.createTempDirectory("spawned");
        try (ServerSocketChannel somebody = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            somebody.bind(UnixDomainSocketAddress.of(folder.resolve("policy")));
            Map<String, String> main = well();
            main.put("queue_directory", folder.toString());
            main.merge(
                    "smtpd_recipient_restrictions",
                    ", check_policy_service unix:policy",
                    String::concat);
            String master =
                    """
                    smtp inet n - n - - smtpd
                    policy unix - n n - 0 spawn user=nobody argv=/usr/bin/perl /usr/lib/greylist.pl
                    """;
            assertThat(findings(main, master))
                    .singleElement()
                    .asString()
                    .startsWith(
                            "smtpd_recipient_restrictions asks another greylister too, at unix:"
                                    + folder.resolve("policy"));
            assertThat(findings(main, master.replace("greylist.pl", "spf.pl"))).isEmpty();
            assertThat(findings(main, master.replace("policy unix", "other unix"))).isEmpty();
        } finally {
            Files.deleteIfExists(folder.resolve("policy"));
            Files.delete(folder);
        }
    }

    /// Where others listen by custom this test does: a Java, which nobody knows.
    @ParameterizedTest
    @CsvSource({"60000, Postgrey", "2525, gld", "5525, gross", "12345, mtpolicyd"})
    void aPortOfAnotherGreylisterIsAHint(int port, String name) throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.5");
        try (ServerSocket _ = new ServerSocket(port, 50, there)) {
            Map<String, String> main = well();
            String call = ", check_policy_service inet:127.1.2.5:" + port;
            main.merge("smtpd_recipient_restrictions", call, String::concat);
            Postfix postfix = Postfix.of(text(main), SERVICE, 25);
            assertThat(PostfixFindings.of(postfix, DAEMON, new Machine()))
                    .singleElement()
                    .matches(found -> !found.isProblem())
                    .extracting(Finding::what)
                    .asString()
                    .startsWith(
                            "smtpd_recipient_restrictions asks 127.1.2.5:%d too, where %s listens"
                                            .formatted(port, name)
                                    + " by custom; who does here");
        }
    }

    /// spawn(8) may listen over TCP.
    @Test
    void whatMasterStartsAtAPortSaysWhetherItGreylists() throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.7");
        try (ServerSocket somebody = new ServerSocket(0, 50, there)) {
            int port = somebody.getLocalPort();
            Map<String, String> main = well();
            String call = ", check_policy_service inet:127.1.2.7:" + port;
            main.merge("smtpd_recipient_restrictions", call, String::concat);
            String master =
                    SERVICE
                            + "\n127.1.2.7:%d inet n n n - 0 spawn user=x argv=/usr/bin/perl"
                                    .formatted(port)
                            + " /usr/lib/greylist.pl\n";
            assertThat(findings(main, master))
                    .singleElement()
                    .asString()
                    .startsWith("smtpd_recipient_restrictions asks another greylister too, at 127");
            assertThat(findings(main, master.replace("greylist.pl", "spf.pl"))).isEmpty();
            assertThat(findings(main, master.replace("127.1.2.7:" + port, "127.1.2.7:1")))
                    .isEmpty();
        }
    }
}
