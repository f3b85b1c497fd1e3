package org.greydaemon.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A Postfix that asks the daemon as docs/postfix.md has it, and what is found in it.
final class WellPostfix {
    static final String CALL =
            "check_policy_service { inet:127.0.0.1:10023, timeout=5s, default_action=DUNNO }";

    /// Takes mail from outside, and is not chrooted.
    static final String SERVICE = "smtp inet n - n - - smtpd";

    static final Daemon DAEMON =
            Daemon.of(
                    List.of(
                            "udp 127.0.0.1:1999",
                            "policy 127.0.0.1:10023",
                            "policy unix:/var/spool/postfix/private/greydaemon",
                            "milter 127.0.0.1:10030"));

    private WellPostfix() {}

    /// The main.cf of docs/postfix.md.
    static Map<String, String> well() {
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

    static List<String> findings(Map<String, String> main) {
        return findings(main, SERVICE);
    }

    static List<String> findings(Map<String, String> main, String service) {
        return findings(main, service, DAEMON);
    }

    static List<String> findings(Map<String, String> main, String service, Daemon daemon) {
        Postfix postfix = Postfix.of(text(main), service, 25);
        return PostfixFindings.of(postfix, daemon, new Machine()).stream()
                .map(Finding::toString)
                .toList();
    }

    /// The same where the daemon is not heard.
    static List<String> unheard(Map<String, String> main) {
        return findings(main, SERVICE, Daemon.UNHEARD);
    }

    /// As `postconf -x` prints it.
    static String text(Map<String, String> main) {
        return main.entrySet().stream()
                .map(one -> one.getKey() + " = " + one.getValue() + "\n")
                .collect(Collectors.joining());
    }
}
