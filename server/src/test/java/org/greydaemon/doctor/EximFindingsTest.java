package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.DoctorTexts.block;
import static org.greydaemon.doctor.DoctorTexts.texts;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.regex.Matcher;

/// Exim: nothing is found in the configuration of the document, and each mistake in it is.
final class EximFindingsTest {
    private final Machine machine = new Machine();
    private final Daemon daemon =
            Daemon.of(List.of("policy 127.0.0.1:10023", "milter 127.0.0.1:10030"));

    private static String exim() throws IOException {
        return "acl_smtp_rcpt = check_rcpt\n"
                + "acl_smtp_data = check_data\n\n"
                + "begin acl\n\n"
                + "check_rcpt:\n"
                + "  accept  hosts = :\n"
                + "  require verify = recipient\n"
                + block("exim.md", "exim-tcp")
                + "  accept\n\ncheck_data:\n"
                + block("exim.md", "exim-data")
                + "  accept\n\nbegin routers\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x |x |",
                "begin acl | Begin  ACL |",
                "begin routers | BEGIN Routers~ check_rcpt:~ accept |",
                "10023 | 10030 | check_rcpt asks the daemon's milter at 127.0.0.1:10030 in words;"
                        + " ask 127.0.0.1:10023",
                "require verify | deny condition = ${readsocket{/run/none/p0f}{x}{2s}{}{}}~ require"
                        + " verify | asks '/run/none/p0f', where nobody listens; if that is not the"
                        + " daemon, start who should answer",
                "require verify | deny condition = ${readsocket{inet:$x:783}{x}{2s}{}{}}~ require"
                        + " verify | whom it asks could not be judged",
                "inet:127.0.0.1 | inet:$primary_hostname | asks 'inet:$primary_hostname:10023',"
                        + " which Exim makes out when mail comes",
                "(?s)  defer .*?greylisted: .acl_m_grey[^\\n]*\\n"
                        + " |  | does not ask the daemon at all",
                "10023 | 1 | where nobody listens",
                "require verify = recipient |  | recipients that do not exist",
                "!authenticated = \\* |  | greylists authenticated users",
                "!hosts = : .relay_from_hosts |  | this host's programs",
                "\\{5s\\}\\{ \\}\\{white\\} |  | how long it waits",
                "\\{5s\\} | {1s} | waits 1s for an answer, and the daemon may wait 2 s for DNS;"
                        + " write",
                "\\{5s\\} | {5m} | waits 5m for an answer, and a client hangs up before; write",
                "\\{5s\\} | {5s:shutdown=no} |",
                "\\{5s\\} | {30} |",
                "  defer | deny | does not begin with defer",
                "condition = |  x = | does not look at the answer",
                "acl_smtp_rcpt = check_rcpt | acl_smtp_rcpt = other | there is no such ACL",
                "acl_smtp_rcpt = check_rcpt |  | acl_smtp_rcpt is not set",
                "acl_smtp_data = check_data |  | bounces are not asked about",
                "!senders = : |  | check_rcpt asks about bounces at RCPT, where other sites'"
                        + " address verification ends, which waits then; add !senders = : to the"
                        + " statement in check_rcpt, see",
                "!senders = : | senders = : | check_rcpt asks about bounces at RCPT",
                "!senders = : | senders = * | check_rcpt asks about bounces at RCPT",
                "!senders = : | !senders = : : partner@example.org |",
                "!senders = : | senders = *@* |",
                "!senders = : | condition = ${if def:sender_address} |",
                "(?<!!)senders = : |  | check_data asks at DATA about all mail, which was asked"
                        + " about at RCPT already; add senders = :",
                "(?<!!)senders = : | !senders = : | bounces are not asked about at DATA",
                "(?s)check_rcpt:. |check_rcpt:~  accept~ | accepts everything before",
                "require verify | accept domains = +local_domains~ endpass~ verify = recipient~"
                        + "  require verify | accepts mail to +local_domains before it asks",
                "require verify | accept~ domains = !+local_domains : other~ require verify |"
                        + " accepts mail to !+local_domains : other before it asks",
                "require verify | accept domains = +here~ local_parts = postmaster~"
                        + "  require verify |",
                "require verify | accept !domains = +here~ hosts = +partners~  require verify |",
                "acl_smtp_rcpt = check_rcpt | acl_smtp_rcpt = ${if"
                    + " eq{$interface_port}{25}{check_rcpt}} | which is no ACL's name as it stands",
                "acl_smtp_data = check_data | acl_smtp_data = MAIN_DATA | which is no ACL's name",
            })
    void exim(String from, String to, String found) throws IOException {
        String text =
                exim().replaceAll(
                                from,
                                to == null ? "" : Matcher.quoteReplacement(to.replace('~', '\n')));
        List<String> findings = texts(EximFindings.of(text, daemon, machine));
        DoctorTexts.assertFound(findings, found);
    }

    /// With the second block alone they would be asked about twice.
    @Test
    void bouncesThatAreAskedAboutAtRcptOnlyMoveToData() throws IOException {
        String text =
                exim().replaceFirst("!senders = :", "")
                        .replaceFirst("(?s)check_data:.*?  accept", "check_data:\n  accept");
        assertThat(texts(EximFindings.of(text, daemon, machine)))
                .containsExactly(
                        "check_rcpt asks about bounces at RCPT, where other sites' address"
                            + " verification ends, which waits then; add !senders = : to the"
                            + " statement in check_rcpt, and the second block of the document to"
                            + " the ACL of acl_smtp_data, see docs/exim.md");
        String accepted = "require verify = recipient\n  accept senders = :\n";
        assertThat(
                        texts(
                                EximFindings.of(
                                        text.replace("require verify = recipient\n", accepted),
                                        daemon,
                                        machine)))
                .singleElement()
                .asString()
                .startsWith("bounces are not asked about at DATA; add the second block");
    }

    /// As Debian's generated file has it (exim4-config 4.96): macros, conditions, and the relay
    /// domains before the last `accept`.
    private static String debian(String relayDomains, boolean isBehindRelays) throws IOException {
        String block = block("exim.md", "exim-tcp");
        return """
        # exim4.conf
        CONFDIR = /etc/exim4
        UPEX4CmacrosUPEX4C = 1
        MAIN_RELAY_TO_DOMAINS=%s
        domainlist local_domains = @:localhost
        domainlist relay_to_domains = MAIN_RELAY_TO_DOMAINS
        hostlist relay_from_hosts = : 127.0.0.1 : ::::1
        .ifndef MAIN_ACL_CHECK_RCPT
        MAIN_ACL_CHECK_RCPT = acl_check_rcpt
        .endif
        acl_smtp_rcpt = MAIN_ACL_CHECK_RCPT
        .ifndef MAIN_ACL_CHECK_DATA
        MAIN_ACL_CHECK_DATA = acl_check_data
        .endif
        acl_smtp_data = MAIN_ACL_CHECK_DATA
        begin acl
        .ifndef CHECK_RCPT_LOCAL_LOCALPARTS
        CHECK_RCPT_LOCAL_LOCALPARTS = ^[.] : ^.*[@%%!/|`#&?]
        .endif
        acl_check_rcpt:
          accept
            hosts = :
            control = dkim_disable_verify
          .ifdef CHECK_RCPT_LOCAL_LOCALPARTS
          deny
            domains = +local_domains
            local_parts = CHECK_RCPT_LOCAL_LOCALPARTS
          .endif
          accept
            .ifndef CHECK_RCPT_POSTMASTER
            local_parts = postmaster
            .else
            local_parts = CHECK_RCPT_POSTMASTER
            .endif
            domains = +local_domains : +relay_to_domains
          accept
            hosts = +relay_from_hosts
            control = submission/sender_retain
          accept
            authenticated = *
          require
            message = relay not permitted
            domains = +local_domains : +relay_to_domains
          require
            verify = recipient
          .ifdef CHECK_RCPT_SPF
          .ifdef _HAVE_SPF
          accept
          .endif
          .endif
        %s
          accept
            domains = +relay_to_domains
            endpass
            verify = recipient
        %s
          accept
        acl_check_data:
        %s
          accept
        begin routers
        """
                .formatted(
                        relayDomains,
                        isBehindRelays ? "" : block,
                        isBehindRelays ? block : "",
                        block("exim.md", "exim-data"));
    }

    @Test
    void debiansExim() throws IOException {
        assertThat(EximFindings.of(debian("backup.example.org", false), daemon, machine)).isEmpty();
        assertThat(EximFindings.of(debian("", true), daemon, machine)).isEmpty();
        assertThat(texts(EximFindings.of(debian("backup.example.org", true), daemon, machine)))
                .singleElement()
                .asString()
                .startsWith(
                        "acl_check_rcpt accepts mail to +relay_to_domains before it asks the"
                                + " daemon, so such mail is never greylisted; put the call before"
                                + " the accept whose domains = +relay_to_domains")
                .endsWith("see docs/exim.md");
    }

    /// Where hosts that relay and users are accepted before the call, it need not name them.
    @Test
    void whoHasBeenAcceptedBeforeNeedNotBeSpared() throws IOException {
        String bare =
                debian("", false)
                        .replaceAll("!hosts = : .relay_from_hosts\\R", "\n")
                        .replaceFirst(" *!authenticated = \\*\\R", "");
        assertThat(texts(EximFindings.of(bare, daemon, machine)))
                .containsExactlyInAnyOrder(
                        "acl_check_data greylists this host's programs and the hosts that may"
                                + " relay; add !hosts = : +relay_from_hosts to the statement, see"
                                + " docs/exim.md");
    }

    /// The answer may be kept by one statement and judged by another.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "defer |",
                "deny | does not begin with defer",
                "drop | does not begin with defer",
                "warn |",
                " | does not look at the answer",
            })
    void eximThatJudgesLater(String verb, String found) throws IOException {
        String condition = "condition = ${if !match{$acl_m_grey}{^white}}";
        String rcpt = block("exim.md", "exim-tcp");
        String text =
                exim().replace(
                                rcpt,
                                rcpt.replace("  defer", "  warn")
                                                .replaceAll(
                                                        "(?m)^ *(condition|log_m|message).*\\R", "")
                                        + (verb == null
                                                ? ""
                                                : "  " + verb + " " + condition + "\n"));
        List<String> findings = texts(EximFindings.of(text, daemon, machine));
        DoctorTexts.assertFound(findings, found);
    }

    /// A port of loopback where somebody listens; nobody knows whether it is the daemon's.
    @Test
    void withoutTheDaemonNobodyKnowsWhomEximAsks() throws IOException {
        try (ServerSocket somebody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String there = "127.0.0.1:" + somebody.getLocalPort();
            String text = exim().replace("127.0.0.1:10023", there);
            assertThat(EximFindings.of(text, Daemon.UNHEARD, machine)).isEmpty();
        }
        assertThat(texts(EximFindings.of("begin acl\n", Daemon.UNHEARD, machine)))
                .singleElement()
                .asString()
                .startsWith("Exim does not ask the daemon at all");
    }

    /// A program that is no greylister is asked as it likes to be.
    @Test
    void whomElseEximAsksIsNotJudged() throws IOException {
        for (String place : List.of("inet:$acl_m_host:783", "/run/none/p0f")) {
            String text =
                    exim().replace(
                                    "require verify",
                                    "deny condition = ${readsocket{%s}{x}{2s}{}{}}\n  require verify"
                                            .formatted(place));
            assertThat(texts(EximFindings.of(text, daemon, machine)))
                    .singleElement()
                    .asString()
                    .contains(place);
        }
    }

    /// By its name another greylister is known, by its port it is guessed.
    @Test
    void anotherGreylisterOfAnExim() throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.8");
        try (ServerSocket _ = new ServerSocket(1337, 50, there)) {
            String asks = "deny condition = ${readsocket{inet:127.1.2.8:1337}{x}{2s}{}{}}\n";
            String text = exim().replace("require verify", asks + "  require verify");
            assertThat(EximFindings.of(text, daemon, machine))
                    .singleElement()
                    .matches(found -> !found.isProblem())
                    .extracting(Finding::what)
                    .asString()
                    .startsWith(
                            "check_rcpt asks 127.1.2.8:1337 too, where bley listens by custom; who"
                                    + " does here");
        }
    }
}
