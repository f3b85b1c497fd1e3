package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Locale.ROOT;

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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a Postfix is told about its configuration. `DoctorIT` has the same with a real one.
final class PostfixFindingsTest {
    private static final String CALL =
            "check_policy_service { inet:127.0.0.1:10023, timeout=5s, default_action=DUNNO }";

    private final Daemon daemon =
            Daemon.of(
                    List.of(
                            "udp 127.0.0.1:1999",
                            "policy 127.0.0.1:10023",
                            "policy unix:/var/spool/postfix/private/greydaemon",
                            "milter 127.0.0.1:10030"));

    private static Map<String, String> well() {
        Map<String, String> main = new LinkedHashMap<>();
        main.put("queue_directory", "/var/spool/postfix");
        main.put("smtpd_delay_reject", "yes");
        main.put("smtpd_sasl_auth_enable", "yes");
        main.put("smtpd_relay_before_recipient_restrictions", "yes");
        main.put(
                "smtpd_relay_restrictions",
                "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination");
        main.put("smtpd_policy_service_default_action", "451 4.3.5 Server configuration problem");
        main.put("smtpd_policy_service_timeout", "100s");
        main.put("access_map_defer_code", "450");
        main.put("milter_default_action", "tempfail");
        main.put("milter_connect_timeout", "30s");
        main.put("milter_command_timeout", "30s");
        main.put(
                "smtpd_recipient_restrictions",
                "permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination,"
                        + " reject_unlisted_recipient, "
                        + CALL);
        main.put(
                "smtpd_data_restrictions", "permit_mynetworks, permit_sasl_authenticated, " + CALL);
        return main;
    }

    private List<String> findings(Map<String, String> main, String service) {
        return findings(main, service, daemon);
    }

    private static List<String> findings(Map<String, String> main, String service, Daemon daemon) {
        String text = text(main);
        Postfix postfix = Postfix.of(text, service, 25);
        return PostfixFindings.of(postfix, daemon, new Machine()).stream()
                .map(Finding::toString)
                .toList();
    }

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

    private List<String> findings(Map<String, String> main) {
        return findings(main, "smtp inet n - n - - smtpd");
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
    void aClassOfRestrictionsMayAsk() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "check_client_access cidr:/etc/postfix/some");
        main.put("smtpd_data_restrictions", "");
        main.put("smtpd_restriction_classes", "quick, greylist");
        main.put("quick", "permit");
        main.put("greylist", CALL);
        assertThat(findings(main))
                .singleElement()
                .asString()
                .startsWith("greylist asks the daemon, and is a class of restrictions");
    }

    @Test
    void whomAClassIsForIsNotJudgedByTheCallAtData() {
        Map<String, String> main = well();
        main.put("smtpd_recipient_restrictions", "check_client_access cidr:/etc/postfix/some");
        main.put("smtpd_restriction_classes", "greylist");
        main.put("greylist", CALL);
        assertThat(findings(main))
                .singleElement()
                .asString()
                .startsWith("greylist asks the daemon, and is a class of restrictions");
    }

    /// RESTRICTION_CLASS_README: a list may name a class as it names a restriction.
    @Test
    void aClassThatAListNamesIsJudgedWhereItStands() {
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace(CALL, "greylist"));
        main.put("smtpd_restriction_classes", "greylist, inner");
        main.put("greylist", "reject_unlisted_recipient, inner");
        main.put("inner", CALL + ", inner");
        assertThat(findings(main)).isEmpty();
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) -> value.replace("greylist", "permit, greylist"));
        assertThat(findings(main)).anyMatch(line -> line.contains("ends with permit"));
    }

    @Test
    void whoAsksTheDestinationKnowsItsRecipients() {
        Map<String, String> main = well();
        main.replaceAll((_, value) ->
                value.replace("reject_unlisted_recipient", "reject_unverified_recipient"));
        assertThat(findings(main)).isEmpty();
    }

    /// Seen with Postfix 3.7.
    @Test
    void restrictionsAreTheSameInAnyCase() {
        Map<String, String> main = well();
        main.replaceAll(
                (name, value) -> name.endsWith("restrictions") ? value.toUpperCase(ROOT) : value);
        main.replaceAll((_, value) ->
                value.replace("INET:", "inet:")
                        .replace("TIMEOUT=5S", "timeout=5s")
                        .replace("DEFAULT_ACTION", "default_action"));
        assertThat(findings(main)).isEmpty();
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) -> value.replace("PERMIT_MYNETWORKS", "PERMIT"));
        assertThat(findings(main)).anyMatch(line -> line.contains("ends with PERMIT before"));
    }

    @ParameterizedTest
    @CsvSource({
        "policy 127.0.0.1:10023, inet:10023",
        "policy [::1]:10023, inet:localhost:10023",
        "policy [::1]:10023, inet:[0:0:0:0:0:0:0:1]:10023",
        "policy 127.0.0.1:10023, inet:localhost:10023",
        "policy [::]:10023, inet:[127.0.0.1]:10023",
        "policy 127.0.0.1:10023, inet:127.1:10023",
    })
    void aPlaceHasManyForms(String listening, String asked) {
        Map<String, String> main = well();
        main.replaceAll((_, value) -> value.replace("inet:127.0.0.1:10023", asked));
        Daemon there = Daemon.of(List.of(listening));
        assertThat(findings(main, "smtp inet n - y - - smtpd", there)).isEmpty();
    }

    @Test
    void relayingIsRefusedFirst() {
        Map<String, String> main = well();
        main.put("smtpd_relay_restrictions", "");
        main.merge(
                "smtpd_recipient_restrictions",
                "",
                (value, _) ->
                        value.replace("reject_unauth_destination, ", "")
                                + ", reject_unauth_destination");
        assertThat(findings(main))
                .anyMatch(line -> line.contains("before reject_unauth_destination"));
        main.put("smtpd_relay_restrictions", "permit_mynetworks, reject_unauth_destination");
        assertThat(findings(main)).isEmpty();
        main.put("smtpd_relay_before_recipient_restrictions", "no");
        assertThat(findings(main))
                .anyMatch(line -> line.contains("before reject_unauth_destination"));
    }

    /// smtpd goes through several lists, and whoever one of them refuses is in none behind it.
    @ParameterizedTest
    @CsvSource({
        "smtpd_relay_restrictions, yes, yes, true",
        "smtpd_relay_restrictions, yes, no, false",
        "smtpd_client_restrictions, yes, no, true",
        "smtpd_sender_restrictions, yes, yes, true",
        "smtpd_sender_restrictions, no, yes, false",
        "smtpd_data_restrictions, yes, yes, false",
    })
    void anEarlierListMayRefuseWhoIsNotThere(
            String earlier, String waits, String relayFirst, boolean isWell) {
        Map<String, String> main = well();
        main.put("smtpd_delay_reject", waits);
        main.put("smtpd_relay_before_recipient_restrictions", relayFirst);
        String both = "reject_unauth_destination, reject_unlisted_recipient, ";
        main.merge("smtpd_recipient_restrictions", "", (value, _) -> value.replace(both, ""));
        main.merge(earlier, both + "permit_mynetworks", (value, more) -> more + ", " + value);
        if (isWell) {
            assertThat(findings(main)).isEmpty();
        } else {
            assertThat(findings(main)).anyMatch(line -> line.contains("do not exist"));
        }
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

    @Test
    void beforeRcptNobodyIsJudged() {
        Map<String, String> main = well();
        main.put("smtpd_delay_reject", "no");
        main.put("smtpd_client_restrictions", CALL);
        assertThat(findings(main)).anyMatch(line -> line.contains("never hears of a recipient"));
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
        return PostfixFindings.of(postfix, daemon, new Machine()).stream()
                .map(one -> (one.isProblem() ? "PROBLEM " : "UNJUDGED ") + one)
                .toList();
    }

    private static String text(Map<String, String> main) {
        return main.entrySet().stream()
                .map(one -> one.getKey() + " = " + one.getValue() + "\n")
                .collect(Collectors.joining());
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
            for (Daemon one : List.of(daemon, Daemon.UNHEARD)) {
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

    /// Postgrey's documentation has it there.
    @Test
    void postgreyHasASecondPort() throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.5");
        try (ServerSocket _ = new ServerSocket(60000, 50, there)) {
            Map<String, String> main = well();
            main.merge(
                    "smtpd_recipient_restrictions",
                    ", check_policy_service inet:127.1.2.5:60000",
                    String::concat);
            assertThat(findings(main))
                    .singleElement()
                    .asString()
                    .contains("another greylister too, at 127.1.2.5:60000");
        }
    }

    /// docs/rules.md: who has no confirmed name is a suspect, and Postfix tells none then.
    @Test
    void withoutNamesEverybodyWaitsLonger() {
        Map<String, String> main = well();
        main.put("smtpd_peername_lookup", "no");
        String service = "smtp inet n - n - - smtpd";
        Daemon modern = daemon.havingWait(Optional.of(Duration.ofMinutes(30)));
        assertThat(findings(main, service, modern))
                .containsExactly(
                        "smtpd_peername_lookup is no, so Postfix tells no client's name, and the"
                                + " daemon has every new client wait 1800 s, as a suspect; postconf"
                                + " -e smtpd_peername_lookup=yes, and postfix reload, see"
                                + " docs/postfix.md");
        Daemon original = daemon.havingWait(Optional.of(Duration.ZERO));
        assertThat(findings(main, service, original)).isEmpty();
        assertThat(findings(main, service, daemon))
                .singleElement()
                .asString()
                .contains("whether the daemon has these could not be judged");
        assertThat(findings(main, service + " -o smtpd_peername_lookup=yes", modern)).isEmpty();
        main.put("smtpd_peername_lookup", "yes");
        assertThat(findings(main, service, modern)).isEmpty();
        assertThat(findings(main, service + " -o smtpd_peername_lookup=no", modern))
                .singleElement()
                .asString()
                .contains("; take -o smtpd_peername_lookup=no out of master.cf, and postfix");
        String submission = "\nsubmission inet n - n - - smtpd -o smtpd_peername_lookup=no";
        assertThat(findings(main, service + submission, modern)).isEmpty();
    }

    private static List<String> unheard(Map<String, String> main) {
        return findings(main, "smtp inet n - n - - smtpd", Daemon.UNHEARD);
    }
}
