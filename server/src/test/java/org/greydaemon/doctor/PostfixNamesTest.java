package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import static org.greydaemon.doctor.WellPostfix.DAEMON;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.well;

import org.junit.jupiter.api.Test;

import java.time.Duration;
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
}
