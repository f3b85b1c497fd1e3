package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is wrong with how a Postfix asks the daemon. Confined to one thread.
final class PostfixFindings {
    private static final String RECIPIENT = "smtpd_recipient_restrictions";
    private static final String RELAY = "smtpd_relay_restrictions";
    private static final String DATA = "smtpd_data_restrictions";
    private static final String END = "smtpd_end_of_data_restrictions";
    private static final List<String> AT_RCPT =
            List.of(
                    "smtpd_client_restrictions",
                    "smtpd_helo_restrictions",
                    "smtpd_sender_restrictions",
                    RELAY,
                    RECIPIENT);

    private static final String[] REFUSES_RELAYING = {
        "reject_unauth_destination", "defer_unauth_destination"
    };
    private static final List<String> ENDS =
            List.of("permit", "reject", "defer", "permit_auth_destination", "permit_mx_backup");

    private static final String DOCUMENT = "see docs/postfix.md";

    private final Postfix postfix;
    private final Daemon daemon;
    private final Machine machine;
    private final List<Finding> findings = new ArrayList<>();
    private final List<String> asksAtRcpt = new ArrayList<>();
    private boolean asksAtData;
    private boolean isMilter;
    private boolean saidPlace;
    private boolean asksSomebody;

    private PostfixFindings(Postfix postfix, Daemon daemon, Machine machine) {
        this.postfix = postfix;
        this.daemon = daemon;
        this.machine = machine;
    }

    static List<Finding> of(Postfix postfix, Daemon daemon, Machine machine) {
        PostfixFindings search = new PostfixFindings(postfix, daemon, machine);
        search.lists();
        search.milters();
        search.whole();
        return List.copyOf(search.findings);
    }

    private void add(String what, String remedy) {
        add(new Finding(what, remedy));
    }

    private void add(Finding finding) {
        if (!findings.contains(finding)) {
            findings.add(finding);
        }
    }

    private void lists() {
        for (String name : AT_RCPT) {
            Restrictions list = postfix.restrictions(name);
            ours(list).forEach(index -> atRcpt(list, index));
        }
        for (String name : List.of(DATA, END)) {
            Restrictions list = postfix.restrictions(name);
            for (int index : ours(list)) {
                asksAtData = true;
                reachable(list, index);
                local(list, index, "bounces of");
                call(list, index);
            }
        }
    }

    /// Where the daemon is called.
    private List<Integer> ours(Restrictions list) {
        List<Integer> ours = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Optional<String> service = list.items().get(i).service();
            if (service.isPresent() && isOurs(service.get(), list.name())) {
                ours.add(i);
            }
        }
        return ours;
    }

    /// What to write as the place to ask.
    private String policy() {
        return Daemon.asked(daemon.policy(), "inet:127.0.0.1:10023");
    }

    private boolean isOurs(String service, String name) {
        asksSomebody = true;
        Optional<Place> place = place(service, daemon.policy());
        if (place.isEmpty() || !service.matches("(inet|unix):.*")) {
            add(
                    name + " asks '" + service + "', which is no place",
                    "write " + policy() + " or another place of the daemon");
            saidPlace = true;
            return false;
        }
        if (Daemon.takes(daemon.policy(), place.get())) {
            hidden(service, place.get(), name);
            return true;
        }
        if (Daemon.takes(daemon.milter(), place.get())) {
            add(
                    name + " asks the daemon's milter at " + place.get() + " as a policy service",
                    "ask " + Daemon.first(daemon.policy(), "the place of --policy"));
            saidPlace = true;
        } else if (!machine.listens(place.get())) {
            add(name + " asks " + place.get() + ", where nobody listens", daemon.policyPlace());
            saidPlace = true;
        } else if (Daemon.looksLikeOne(service)) {
            if (!daemon.isHeard()) {
                return true; // Whichever it is: where it is called, and how, can be judged.
            }
            add(
                    name + " asks another greylister too, at " + place.get(),
                    "take it out: each would have the other's mail wait");
        }
        return false;
    }

    /// Where smtpd finds who is asked: a chrooted one has the queue directory for `/`.
    ///
    /// @param ours where the daemon may be
    private Optional<Place> place(String service, List<Place> ours) {
        if (postfix.isChrooted()) {
            Optional<Place> inside = in(service.replaceFirst("^(unix|local):/+", "$1:"));
            if (inside.isPresent()
                    && (Daemon.takes(ours, inside.get()) || machine.listens(inside.get()))) {
                return inside;
            }
        }
        return in(service);
    }

    private Optional<Place> in(String service) {
        return Place.of(service, postfix.get("queue_directory"));
    }

    /// A chrooted smtpd sees no path beyond the queue directory.
    private void hidden(String service, Place place, String name) {
        if (postfix.isChrooted()
                && service.matches("(unix|local):/.*")
                && in(service).equals(Optional.of(place))) {
            add(
                    name
                            + " asks "
                            + service
                            + ", which smtpd cannot see: it is chrooted in "
                            + postfix.get("queue_directory"),
                    "put the socket below that folder and name it without / in front, or ask over"
                            + " TCP");
        }
    }

    private void atRcpt(Restrictions list, int index) {
        asksAtRcpt.add(list.name());
        boolean isLate = list.name().equals(RECIPIENT) || list.name().equals(RELAY);
        if (!isLate && !postfix.isSet("smtpd_delay_reject")) {
            add(
                    list.name()
                            + " asks before RCPT, as smtpd_delay_reject is no, and the daemon never"
                            + " hears of a recipient",
                    "move the call to " + RECIPIENT + ", " + DOCUMENT);
            return;
        }
        reachable(list, index);
        local(list, index, "mail of");
        boolean refused =
                list.hasBefore(index, REFUSES_RELAYING)
                        || (list.name().equals(RECIPIENT)
                                && postfix.isSet("smtpd_relay_before_recipient_restrictions")
                                && postfix.restrictions(RELAY)
                                        .hasBefore(Integer.MAX_VALUE, REFUSES_RELAYING));
        if (!refused) {
            add(
                    list.name()
                            + " asks before reject_unauth_destination, so who wants to relay is"
                            + " greylisted and not refused",
                    "put reject_unauth_destination before the call, " + DOCUMENT);
        }
        if (!list.hasBefore(index, "reject_unlisted_recipient", "reject_unverified_recipient")) {
            add(
                    list.name()
                            + " asks about recipients that do not exist, which are greylisted"
                            + " first and refused later",
                    "put reject_unlisted_recipient before the call, " + DOCUMENT);
        }
        call(list, index);
    }

    /// What becomes of the answer, and without one.
    private void call(Restrictions list, int index) {
        new PolicyCall(list.items().get(index), list.name(), postfix, policy())
                .findings()
                .forEach(this::add);
    }

    private void reachable(Restrictions list, int index) {
        int end = list.indexOf(ENDS);
        if (end >= 0 && end < index) {
            add(
                    list.name()
                            + " ends with "
                            + list.items().get(end).word()
                            + " before it asks the daemon",
                    "move the call before it, or take it out");
        }
        if (index > 0 && list.items().get(index - 1).word().equals("warn_if_reject")) {
            add(
                    list.name()
                            + " has warn_if_reject before the call, so nothing is ever deferred",
                    "take warn_if_reject out; for a trial there is rules.observe");
        }
    }

    private void local(Restrictions list, int index, String whose) {
        if (!list.hasBefore(index, "permit_mynetworks", "permit_inet_interfaces")) {
            add(
                    list.name()
                            + " asks about "
                            + whose
                            + " your own hosts, as permit_mynetworks does not stand before the"
                            + " call",
                    "put permit_mynetworks before it, " + DOCUMENT);
        }
        if (postfix.isSet("smtpd_sasl_auth_enable")
                && !list.hasBefore(index, "permit_sasl_authenticated")) {
            add(
                    list.name()
                            + " asks about "
                            + whose
                            + " your own users, as permit_sasl_authenticated does not stand before"
                            + " the call; the daemon lets them pass, but they wait for it",
                    "put permit_sasl_authenticated before it, " + DOCUMENT);
        }
    }

    private void milters() {
        for (String name : List.of("smtpd_milters", "non_smtpd_milters")) {
            for (String one : Restrictions.split(postfix.get(name))) {
                milter(name, one);
            }
        }
    }

    private void milter(String name, String one) {
        Restrictions.Item item = new Restrictions.Item("check_policy_service", one);
        String text = item.service().orElse("");
        Optional<Place> place = place(text, daemon.milter());
        if (place.isEmpty()) {
            return;
        }
        asksSomebody = true;
        boolean isOurs =
                daemon.isHeard()
                        ? Daemon.takes(daemon.milter(), place.get())
                        : Daemon.looksLikeOne(text) && machine.listens(place.get());
        if (!isOurs) {
            notOurMilter(name, text, place.get());
            return;
        }
        hidden(text, place.get(), name);
        if (name.startsWith("non_")) {
            add(
                    name + " has the daemon, so mail of this host's own programs is greylisted",
                    "take it out of there");
            return;
        }
        isMilter = true;
        String action =
                item.options().getOrDefault("default_action", postfix.get("milter_default_action"));
        if (action.equals("reject")
                || (action.equals("tempfail") && !item.options().containsKey("default_action"))) {
            add(
                    name
                            + " has the daemon, and milter_default_action is "
                            + action
                            + ": while the daemon does not answer, all mail is "
                            + (action.equals("reject") ? "refused for good" : "deferred"),
                    "write { "
                            + Daemon.asked(daemon.milter(), "inet:127.0.0.1:10030")
                            + ", default_action=accept }, see docs/milter.md");
        }
    }

    private void notOurMilter(String name, String text, Place place) {
        if (Daemon.takes(daemon.policy(), place)) {
            add(
                    name + " asks the daemon's policy port at " + place + " as a milter",
                    "ask " + Daemon.first(daemon.milter(), "the place of --milter"));
            saidPlace = true;
        } else if (daemon.isHeard()
                && text.matches("(?i).*(grey|gray).*")
                && machine.listens(place)) {
            add(
                    name + " asks another greylister too, at " + place,
                    "take it out: each would have the other's mail wait");
        } else if (place.port() == 10030 && !machine.listens(place)) {
            add(name + " asks " + place + ", where nobody listens", daemon.milterPlace());
            saidPlace = true;
        }
    }

    private void whole() {
        if (!daemon.isHeard() && asksSomebody) {
            return; // Nobody knows whom.
        }
        boolean byPolicy = !asksAtRcpt.isEmpty();
        if (byPolicy && isMilter) {
            add(
                    "Postfix asks the daemon twice, as a policy service and as a milter",
                    "keep one of them, see docs/milter.md");
        }
        if (asksAtRcpt.size() > 1) {
            add(
                    "Postfix asks the daemon several times about a recipient: " + asksAtRcpt,
                    "keep the call in " + RECIPIENT);
        }
        if (!byPolicy && !isMilter) {
            notAsked();
        } else if (byPolicy && !asksAtData) {
            add(
                    "bounces are never greylisted, as " + DATA + " does not ask the daemon",
                    "add the second call, " + DOCUMENT);
        }
    }

    private void notAsked() {
        if (isAskedByClass()) {
            return;
        }
        if (asksAtData) {
            add(
                    "Postfix asks the daemon at DATA only, where ordinary mail is not judged",
                    "add the call to " + RECIPIENT + ", " + DOCUMENT);
        } else if (!saidPlace) {
            add(
                    "Postfix does not ask the daemon at all",
                    "add check_policy_service { "
                            + policy()
                            + ", timeout=5s, default_action=DUNNO } to "
                            + RECIPIENT
                            + ", "
                            + DOCUMENT);
        }
    }

    /// Whether a class of restrictions asks that no list names, but maps may
    /// (smtpd_restriction_classes).
    private boolean isAskedByClass() {
        for (String name : Restrictions.split(postfix.get("smtpd_restriction_classes"))) {
            if (!ours(postfix.restrictions(name)).isEmpty()) {
                add(
                        Finding.unjudged(
                                name
                                        + " asks the daemon, and is a class of restrictions, so"
                                        + " whom that holds for could not be judged",
                                "see which maps and lists name it; greyctl tail shows whom the"
                                        + " daemon is asked about"));
                return true;
            }
        }
        return false;
    }
}
