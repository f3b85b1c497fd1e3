package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.WellPostfix.CALL;
import static org.greydaemon.doctor.WellPostfix.DAEMON;
import static org.greydaemon.doctor.WellPostfix.SERVICE;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.text;
import static org.greydaemon.doctor.WellPostfix.unheard;
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
import java.util.Optional;

/// What a Postfix is told about its configuration. `DoctorIT` has the same with a real one.
final class PostfixFindingsTest {
    @Test
    void whatToWriteIsWhereTheDaemonListens() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "reject_unauth_destination");
        main.put("smtpd_data_restrictions", "");
        Daemon elsewhere = Daemon.of(List.of("policy 0.0.0.0:42023"));
        String text = text(main);
        Postfix postfix = Postfix.of(text, "smtp inet n - n - - smtpd", 25);
        assertThat(PostfixFindings.of(postfix, elsewhere, new Machine()))
                .extracting(Finding::toString)
                .anyMatch(said -> said.contains("check_policy_service { inet:127.0.0.1:42023,"));
    }

    @Test
    void nothingIsFoundWhereAllIsWell() {
        assertThat(findings(well())).isEmpty();
        Map<String, String> unix = well();
        unix.replaceAll(
                (_, value) -> value.replace("inet:127.0.0.1:10023", "unix:private/greydaemon"));
        assertThat(findings(unix, "smtp inet n - y - - smtpd")).isEmpty();
        Map<String, String> milter = well();
        milter.put("smtpd_recipient_restrictions", "");
        milter.put("smtpd_data_restrictions", "");
        milter.put(
                "smtpd_milters",
                "{ inet:127.0.0.1:10030, connect_timeout=5s, default_action=accept }");
        assertThat(findings(milter)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smtpd_recipient_restrictions | check_policy_service.* | | DATA only",
                "smtpd_recipient_restrictions | ^permit_mynetworks, | | your own hosts",
                "smtpd_recipient_restrictions | permit_sasl_authenticated, | | your own users",
                "smtpd_recipient_restrictions | reject_unlisted_recipient, | | do not exist",
                "smtpd_recipient_restrictions | 10023 | 1 | where nobody listens",
                "smtpd_recipient_restrictions | 10023 | 10030 | asks the daemon's milter",
                "smtpd_recipient_restrictions | inet:127 | 127 | which is no place",
                "smtpd_recipient_restrictions | check_policy | permit, check_policy | ends with"
                        + " permit",
                "smtpd_recipient_restrictions | check_policy | warn_if_reject check_policy |"
                        + " warn_if_reject",
                "smtpd_recipient_restrictions | , default_action=DUNNO | | nobody says otherwise",
                "smtpd_recipient_restrictions | =DUNNO | =REJECT | refuses mail for good",
                "smtpd_recipient_restrictions | timeout=5s, | | waits 100s",
                "smtpd_recipient_restrictions | timeout=5s | timeout=2s | waits 2s for an answer,"
                        + " and the daemon may wait 2 s for DNS, so that mail gets"
                        + " default_action=DUNNO",
                "smtpd_milters | $ | { inet:127.0.0.1:10030, command_timeout=1s } | waits 1s for an"
                        + " answer of the daemon",
                "smtpd_milters | $ | { inet:127.0.0.1:10030, command_timeout=2m } | a client hangs"
                        + " up before",
                "smtpd_milters | $ | { inet:127.0.0.1:10030, connect_timeout=5m } | 5m to connect",
                "smtpd_milters | $ | { inet:127.0.0.1:10030, connect_timeout=280s } | 280s to"
                        + " connect and 30s for an answer",
                "access_map_defer_code | 450 | 550 | is refused for good and lost",
                "access_map_defer_code | 450 | 250 | tells no client to come again",
                "access_map_defer_code | 450 | 45 | tells no client to come again",
                "smtpd_data_restrictions | check_policy_service.* | | bounces are never greylisted",
                "smtpd_data_restrictions | ^permit_mynetworks, | | bounces of your own hosts",
                "smtpd_milters | $ | inet:127.0.0.1:10030 | asks the daemon twice",
                "smtpd_milters | $ | inet:127.0.0.1:10030 | all mail is deferred",
                "smtpd_milters | $ | inet:127.0.0.1:10023 | policy port at 127.0.0.1:10023 as a"
                        + " milter",
                "non_smtpd_milters | $ | inet:127.0.0.1:10030 | own programs is greylisted",
                "smtpd_client_restrictions | $ | check_policy_service inet:127.0.0.1:10023 |"
                        + " several times",
                "smtpd_sender_restrictions | $ | check_policy_service inet:127.0.0.1:10023 | before"
                        + " reject_unauth",
            })
    void eachMistakeIsNamed(String name, String from, String to, String found) {
        Map<String, String> main = well();
        main.merge(name, to == null ? "" : to, (value, put) -> value.replaceFirst(from, put));
        assertThat(findings(main)).anySatisfy(line -> assertThat(line).contains(found));
    }

    @Test
    void nobodyAsks() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "");
        main.put("smtpd_data_restrictions", "");
        assertThat(findings(main))
                .singleElement()
                .asString()
                .startsWith("Postfix does not ask the daemon at all; add check_policy_service");
    }

    @Test
    void masterCfMaySayOtherwise() {
        assertThat(
                        findings(
                                well(),
                                "smtp inet n - n - - smtpd -o smtpd_recipient_restrictions=permit"))
                .anyMatch(line -> line.contains("DATA only"));
        String master =
                """
                submission inet n - n - - smtpd -o smtpd_recipient_restrictions=permit
                smtp inet n - n - 1 postscreen
                smtpd pass - - n - - smtpd
                """;
        assertThat(findings(well(), master)).isEmpty();
        String two =
                """
                192.0.2.1:smtp inet n - n - - smtpd
                127.0.0.1:smtp inet n - n - - smtpd -o smtpd_recipient_restrictions=permit
                """;
        assertThat(findings(well(), two)).isEmpty();
        assertThat(findings(well(), two.replace("192.0.2.1:smtp", "192.0.2.1:587")))
                .anyMatch(line -> line.contains("DATA only"));
    }

    /// MULTI_INSTANCE_README: the first instance may take only what this host's programs send.
    @Test
    void severalInstancesAreNotOne() {
        Map<String, String> main = well();
        main.put("multi_instance_directories", "/etc/postfix-in /etc/postfix-out");
        assertThat(instances(main))
                .singleElement()
                .asString()
                .startsWith(
                        "UNJUDGED this Postfix has another instance that takes mail, of"
                                + " /etc/postfix-in, which was not looked at; name it with"
                                + " --mail-config /etc/postfix-in, and where it listens with"
                                + " --smtp");
        main.put("smtpd_recipient_restrictions", "reject_unauth_destination");
        main.put("smtpd_data_restrictions", "");
        assertThat(instances(main)).singleElement().asString().startsWith("UNJUDGED");
        main.put("multi_instance_directories", "/etc/postfix-out");
        assertThat(instances(main))
                .singleElement()
                .asString()
                .startsWith("PROBLEM Postfix does not ask the daemon at all");
    }

    private List<String> instances(Map<String, String> main) {
        Map<String, String> masters =
                Map.of(
                        "/etc/postfix-in",
                        "smtp inet n - n - - smtpd",
                        "/etc/postfix-out",
                        "pickup unix n - n 60 1 pickup\n127.0.0.1:587 inet n - n - - smtpd");
        Postfix postfix =
                Postfix.of(
                        text(main),
                        "smtp inet n - n - - smtpd",
                        25,
                        folder -> Optional.ofNullable(masters.get(folder)));
        return PostfixFindings.of(postfix, DAEMON, new Machine()).stream()
                .map(one -> (one.isProblem() ? "PROBLEM " : "UNJUDGED ") + one)
                .toList();
    }

    /// A place of TCP where somebody listens, and nobody knows who.
    @Test
    void withoutTheDaemonNobodyKnowsWhomPostfixAsks() throws IOException {
        try (ServerSocket somebody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> main = well();
            String there = "127.0.0.1:" + somebody.getLocalPort();
            main.replaceAll((_, value) -> value.replace("127.0.0.1:10023", there));
            main.put("smtpd_milters", "inet:" + there);
            assertThat(unheard(main)).isEmpty();
            main.put("smtpd_milters", "");
            assertThat(unheard(main)).isEmpty();
            main.put("smtpd_recipient_restrictions", "reject_unauth_destination");
            assertThat(unheard(main)).isEmpty();
        }
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace("127.0.0.1:10023", "127.0.0.1:1"));
        assertThat(unheard(main))
                .isNotEmpty()
                .allMatch(one -> one.contains("where nobody listens"));
        main.put("smtpd_recipient_restrictions", "");
        main.put("smtpd_data_restrictions", "");
        assertThat(unheard(main))
                .singleElement()
                .asString()
                .startsWith("Postfix does not ask the daemon at all");
    }

    /// What looks like a greylister is judged as one, whose it may be.
    @Test
    void withoutTheDaemonThePlaceOfItsCallIsJudged() throws IOException {
        Path folder = Files.createTempDirectory("grey");
        try (ServerSocketChannel somebody = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            somebody.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
            Map<String, String> main = well();
            main.replaceAll((_, value) ->
                    value.replace("inet:127.0.0.1:10023", "unix:" + folder.resolve("socket")));
            assertThat(unheard(main)).isEmpty();
            main.put("access_map_defer_code", "554");
            main.merge(
                    "smtpd_recipient_restrictions",
                    "",
                    (value, _) -> value.replace("reject_unlisted_recipient, ", ""));
            assertThat(unheard(main))
                    .satisfiesExactlyInAnyOrder(
                            one -> assertThat(one).contains("recipients that do not exist"),
                            one -> assertThat(one).contains("access_map_defer_code is 554"));
        } finally {
            Files.deleteIfExists(folder.resolve("socket"));
            Files.delete(folder);
        }
    }

    /// Mail to one address may be greylisted, and that to another one not.
    @Test
    void anotherAddressMayAsk() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "permit_mynetworks, reject_unauth_destination");
        main.put("smtpd_data_restrictions", "");
        String asks =
                "192.0.2.1:25 inet n - n - - smtpd -o { smtpd_recipient_restrictions ="
                    + " permit_mynetworks, reject_unauth_destination, reject_unlisted_recipient, "
                        + CALL
                        + " }\n";
        assertThat(findings(main, asks + "192.0.2.2:25 inet n - n - - smtpd"))
                .containsExactly(
                        "192.0.2.2:25 of master.cf does not ask the daemon, and 192.0.2.1:25, which"
                                + " does, was not looked at; add the call to the restrictions of"
                                + " 192.0.2.2:25 too if mail that comes there is to be greylisted,"
                                + " see docs/postfix.md");
        assertThat(findings(main, asks.replace("192.0.2.1:25", "587") + SERVICE))
                .singleElement()
                .asString()
                .startsWith("Postfix does not ask the daemon at all");
    }
}
