package org.greydaemon.doctor;

import java.time.Duration;
import java.util.Optional;

/// Whether a Postfix looks for the names of its clients, which the daemon believes. Stateless.
final class PostfixNames {
    private static final String LOOKUP = "smtpd_peername_lookup";

    private PostfixNames() {}

    /// What is wrong where the daemon is asked. With `no` smtpd tells the name `unknown` of each
    /// client, as of one that has none (postconf(5), smtpd_peer.c).
    static Optional<Finding> finding(Postfix postfix, Daemon daemon) {
        if (!postfix.get(LOOKUP).equalsIgnoreCase("no")) {
            return Optional.empty();
        }
        String what = LOOKUP + " is no, so Postfix tells no client's name, and ";
        String remedy =
                (postfix.isOfService(LOOKUP)
                                ? "take -o " + LOOKUP + "=no out of master.cf"
                                : "postconf -e " + LOOKUP + "=yes")
                        + ", and postfix reload, see docs/postfix.md";
        Optional<Duration> wait = daemon.nameless();
        if (wait.isEmpty()) {
            return Optional.of(
                    Finding.unjudged(
                            what
                                    + "under the modern rules every client is a suspect; whether"
                                    + " the daemon has these could not be judged",
                            remedy));
        }
        return wait.filter(Duration::isPositive)
                .map(waited ->
                        new Finding(
                                what
                                        + "the daemon has every new client wait "
                                        + waited.toSeconds()
                                        + " s, as a suspect",
                                remedy));
    }
}
