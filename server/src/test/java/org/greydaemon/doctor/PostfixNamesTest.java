package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.WellPostfix.DAEMON;
import static org.greydaemon.doctor.WellPostfix.SERVICE;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.text;
import static org.greydaemon.doctor.WellPostfix.well;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a Postfix tells the names of its clients.
final class PostfixNamesTest {
    /// docs/rules.md: who has no confirmed name is a suspect, and Postfix tells none then.
    @Test
    void withoutNamesEverybodyWaitsLonger() {
        Map<String, String> main = well();
        main.put("smtpd_peername_lookup", "no");
        String service = "smtp inet n - n - - smtpd";
        Daemon modern = DAEMON.havingWait(Optional.of(Duration.ofMinutes(30)));
        assertThat(findings(main, service, modern))
                .containsExactly(
                        "smtpd_peername_lookup is no, so Postfix tells no client's name, and the"
                                + " daemon has every new client wait 1800 s, as a suspect; postconf"
                                + " -e smtpd_peername_lookup=yes, and postfix reload, see"
                                + " docs/postfix.md");
        Daemon original = DAEMON.havingWait(Optional.of(Duration.ZERO));
        assertThat(findings(main, service, original)).isEmpty();
        assertThat(findings(main, service, DAEMON))
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

    private static final Daemon MODERN = DAEMON.havingWait(Optional.of(Duration.ofMinutes(30)));

    private static final String THERE = "192.0.2.1:2525 inet n - n - - smtpd";
    private static final String NO = " -o smtpd_peername_lookup=no";

    private static List<Finding> found(String master, Daemon daemon) {
        return PostfixFindings.of(Postfix.of(text(well()), master, 25), daemon, new Machine());
    }

    /// A host may have several places where strangers come: an address, or a proxy's port.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.1:25 inet n - n - - smtpd" + NO,
                "192.0.2.1:smtp inet n - n - - smtpd"
                        + NO
                        + " -o smtpd_client_restrictions=sleep,1",
                "127.0.0.1:2525 inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy" + NO,
                "[2001:db8::1]:25 inet n - n - - smtpd -o smtpd_milters=inet:127.0.0.1:10030"
                        + NO
                        + " -o smtpd_recipient_restrictions=reject_unauth_destination",
                "192.0.2.1:25 inet n - n - - smtpd -o smtpd_recipient_restrictions= -o"
                        + " {smtpd_client_restrictions = check_policy_service inet:[::1]:10023,"
                        + " check_policy_service inet:localhost:10023}"
                        + NO,
            })
    void anotherServiceMayTellNoNames(String service) {
        String master = service + "\n" + SERVICE;
        assertThat(findings(well(), master, MODERN))
                .containsExactly(
                        "smtpd_peername_lookup is no for %s in master.cf, so Postfix tells no name of"
                                        .formatted(service.split(" ", -1)[0])
                                + " a client that comes there, and the daemon has every new client"
                                + " wait 1800 s, as a suspect; take -o smtpd_peername_lookup=no out"
                                + " of master.cf there, and postfix reload, see docs/postfix.md");
        assertThat(found(master, MODERN)).allMatch(Finding::isProblem);
        assertThat(findings(well(), master, DAEMON))
                .singleElement()
                .asString()
                .contains("whether the daemon has these could not be judged");
        Daemon original = DAEMON.havingWait(Optional.of(Duration.ZERO));
        assertThat(findings(well(), master, original)).isEmpty();
    }

    /// Strangers come to port 25; whom another one is open to a firewall says.
    @ParameterizedTest
    @ValueSource(strings = {THERE, "2525 inet n - n - - smtpd"})
    void whoComesToAnotherPortIsNotKnown(String service) {
        assertThat(found(service + NO + "\n" + SERVICE, MODERN))
                .singleElement()
                .matches(one -> !one.isProblem())
                .extracting(Finding::what)
                .asString()
                .startsWith("smtpd_peername_lookup is no for " + service.split(" ", -1)[0])
                .endsWith(
                        "wait 1800 s, as a suspect; whether strangers come there could not be"
                                + " judged");
        assertThat(
                        PostfixFindings.of(
                                Postfix.of(text(well()), service + NO + "\n" + SERVICE, 2525),
                                MODERN,
                                new Machine()))
                .singleElement()
                .matches(Finding::isProblem);
    }

    /// Users, this host's own programs and filters, and who tells the names itself.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "587 inet n - n - - smtpd",
                "submissions inet n - n - - smtpd -o smtpd_tls_wrappermode=yes",
                "192.0.2.1:10465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes",
                "127.0.0.1:10025 inet n - n - - smtpd -o content_filter=",
                "[127.0.0.1]:10025 inet n - n - - smtpd",
                "[::1]:10025 inet n - n - - smtpd",
                "localhost:10025 inet n - n - - smtpd",
                "588 inet n - n - - smtpd"
                        + " -o smtpd_client_restrictions=permit_sasl_authenticated,reject",
                "590 inet n - n - - smtpd -o smtpd_recipient_restrictions=permit_mynetworks,reject",
                THERE + " -o smtpd_recipient_restrictions=reject_unauth_destination",
                THERE + " -o smtpd_authorized_xclient_hosts=192.0.2.9",
                "maildrop unix - n n - - pipe flags=DRhu argv=smtpd",
            })
    void whereNoStrangerIsAskedAboutNamesAreNotMissed(String service) {
        assertThat(findings(well(), service + NO + "\n" + SERVICE, MODERN)).isEmpty();
    }

    /// What main.cf says is said once.
    @Test
    void whatHoldsForSeveralServicesIsSaidOnce() {
        Map<String, String> main = well();
        main.put("smtpd_peername_lookup", "no");
        assertThat(findings(main, THERE + "\n" + SERVICE, MODERN))
                .singleElement()
                .asString()
                .startsWith("smtpd_peername_lookup is no, so Postfix tells");
        String first = SERVICE + " -o smtpd_peername_lookup=yes";
        assertThat(findings(main, "192.0.2.1:25 inet n - n - - smtpd\n" + first, MODERN))
                .singleElement()
                .asString()
                .startsWith("smtpd_peername_lookup is no for 192.0.2.1:25, so Postfix tells")
                .contains("; postconf -e smtpd_peername_lookup=yes, and postfix reload");
        main.put("inet_interfaces", "loopback-only");
        assertThat(findings(main, "2525 inet n - n - - smtpd\n" + first, MODERN)).isEmpty();
    }

    /// What is known counts, whichever service stands first.
    @Test
    void whereStrangersComeItIsAProblem() {
        Map<String, String> main = well();
        main.put("smtpd_peername_lookup", "no");
        String master =
                THERE
                        + "\n192.0.2.1:25 inet n - n - - smtpd\n"
                        + SERVICE
                        + " -o smtpd_peername_lookup=yes";
        assertThat(PostfixFindings.of(Postfix.of(text(main), master, 25), MODERN, new Machine()))
                .singleElement()
                .matches(Finding::isProblem)
                .extracting(Finding::what)
                .asString()
                .startsWith("smtpd_peername_lookup is no for 192.0.2.1:25, so Postfix tells");
    }
}
