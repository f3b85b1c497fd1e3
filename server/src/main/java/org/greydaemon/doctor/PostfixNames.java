package org.greydaemon.doctor;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a Postfix looks for the names of its clients, which the daemon believes. Confined to one
/// thread.
final class PostfixNames {
    private static final String LOOKUP = "smtpd_peername_lookup";
    private static final String XCLIENT = "smtpd_authorized_xclient_hosts";

    private final Postfix postfix;
    private final Daemon daemon;
    private final Machine machine;

    /// By what is wrong, without where.
    private final Map<String, Finding> findings = new LinkedHashMap<>();

    private PostfixNames(Postfix postfix, Daemon daemon, Machine machine) {
        this.postfix = postfix;
        this.daemon = daemon;
        this.machine = machine;
    }

    /// What is wrong where the daemon is asked.
    ///
    /// @param isAsked whether it is at the service that is looked at
    static List<Finding> findings(
            Postfix postfix, boolean isAsked, Daemon daemon, Machine machine) {
        PostfixNames names = new PostfixNames(postfix, daemon, machine);
        if (isAsked) {
            names.lookup(postfix);
            names.chroot(postfix);
        }
        postfix.further().forEach(names::further);
        return List.copyOf(names.findings.values());
    }

    private void further(Postfix service) {
        PostfixStrangers strangers = new PostfixStrangers(service, daemon, machine);
        if (isUnnamed(service) && (strangers.isPolicyAsked() || strangers.isMilterAsked())) {
            lookup(service);
        }
        chroot(service);
    }

    /// A chrooted smtpd may find nobody to ask. It tells a policy service `unknown` then as well; a
    /// milter that there was no answer, and the daemon asks DNS itself.
    private void chroot(Postfix service) {
        if (service.get(LOOKUP).equalsIgnoreCase("no") || isProxied(service)) {
            return;
        }
        Optional<String> lacking = PostfixChroot.lacking(service, machine::read, machine::listens);
        if (lacking.isEmpty() || !new PostfixStrangers(service, daemon, machine).isPolicyAsked()) {
            return;
        }
        String queue = service.get("queue_directory");
        suspects(
                service,
                queue,
                "smtpd is chrooted in "
                        + queue
                        + ", and "
                        + lacking.get()
                        + ", so that it finds no client's name, and ",
                "copy /etc/resolv.conf and /etc/hosts into "
                        + queue
                        + "/etc, or postconf -F "
                        + service.field("chroot=n")
                        + ", and postfix reload, see docs/postfix.md");
    }

    private static boolean isUnnamed(Postfix service) {
        return service.get(LOOKUP).equalsIgnoreCase("no") && !isProxied(service);
    }

    /// Who may say XCLIENT to a service of its own is a proxy, and tells its clients' names.
    private static boolean isProxied(Postfix service) {
        return service.isOfService(XCLIENT) && !service.get(XCLIENT).isEmpty();
    }

    /// With `no` smtpd tells the name `unknown` of each client, as of one that has none
    /// (postconf(5), smtpd_peer.c).
    private void lookup(Postfix service) {
        if (!isUnnamed(service)) {
            return;
        }
        boolean isFurther = !service.place().equals(postfix.place());
        boolean isOfMaster = service.isOfService(LOOKUP);
        String where =
                isFurther ? " for " + service.place() + (isOfMaster ? " in master.cf" : "") : "";
        String what =
                LOOKUP
                        + " is no"
                        + where
                        + ", so Postfix tells no"
                        + (isFurther
                                ? " name of a client that comes there, and "
                                : " client's name, and ");
        String remedy =
                (isOfMaster
                                ? "take -o "
                                        + LOOKUP
                                        + "=no out of master.cf"
                                        + (isFurther ? " there" : "")
                                : "postconf -e " + LOOKUP + "=yes")
                        + ", and postfix reload, see docs/postfix.md";
        suspects(service, isOfMaster ? service.place() : "", what, remedy);
    }

    /// Everybody without a name waits as a suspect, where the rules have any.
    private void suspects(Postfix service, String cause, String what, String remedy) {
        Optional<Duration> wait = daemon.nameless();
        if (wait.isEmpty()) {
            say(
                    cause,
                    Finding.unjudged(
                            what
                                    + "under the modern rules every client is a suspect; whether"
                                    + " the daemon has these could not be judged",
                            remedy));
        } else if (wait.get().isPositive()) {
            String waits =
                    what
                            + "the daemon has every new client wait "
                            + wait.get().toSeconds()
                            + " s, as a suspect";
            say(
                    cause,
                    service.place().equals(postfix.place()) || service.isForMail()
                            ? new Finding(waits, remedy)
                            : Finding.unjudged(
                                    waits + "; whether strangers come there could not be judged",
                                    remedy));
        }
    }

    /// Once of all services, and of one where it is a problem if there is one.
    private void say(String cause, Finding finding) {
        findings.merge(
                cause,
                finding,
                (one, other) -> other.isProblem() && !one.isProblem() ? other : one);
    }
}
