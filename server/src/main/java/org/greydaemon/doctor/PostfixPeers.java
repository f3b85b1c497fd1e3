package org.greydaemon.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whom a Postfix asks at a place: the daemon, somebody else, or nobody. Confined to one thread.
final class PostfixPeers {
    private final Postfix postfix;
    private final Daemon daemon;
    private final Machine machine;
    private final FindingList findings;
    private final Rspamd rspamd;
    private final OtherGreylisters greylisters;

    // Policy services that nobody listens for, and whether their names are others'.
    private final Map<String, Boolean> dead = new LinkedHashMap<>();

    private boolean saidPlace;
    private boolean asksSomebody;

    PostfixPeers(Postfix postfix, Daemon daemon, Machine machine, FindingList findings) {
        this.postfix = postfix;
        this.daemon = daemon;
        this.machine = machine;
        this.findings = findings;
        rspamd = new Rspamd(machine);
        greylisters = new OtherGreylisters(machine);
    }

    /// Whether what is wrong with a place was said, so that it needs no words that nobody is asked.
    boolean saidPlace() {
        return saidPlace;
    }

    /// Whether anybody is asked, whoever that is.
    boolean asksSomebody() {
        return asksSomebody;
    }

    /// What to write as the place to ask.
    String policy() {
        return Daemon.asked(daemon.policy(), "inet:127.0.0.1:10023");
    }

    /// Whether a policy service is the daemon.
    ///
    /// @param name of the list that it stands in
    boolean isPolicy(String service, String name) {
        asksSomebody = true;
        Optional<Place> place = place(service, daemon.policy());
        if (place.isEmpty() || !service.matches("(inet|unix):.*")) {
            findings.add(
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
            findings.add(
                    name + " asks the daemon's milter at " + place.get() + " as a policy service",
                    "ask " + Daemon.first(daemon.policy(), "the place of --policy"));
            saidPlace = true;
        } else if (!machine.listens(place.get())) {
            boolean isNamed = place.get().isUnix() && !Daemon.looksLikeOne(service);
            dead.put(name + " asks " + place.get() + ", where nobody listens", isNamed);
            saidPlace |= !isNamed;
        } else if (Cluebringer.mayListen(place.get(), machine::read)
                && greylisters.mayBe(Cluebringer.PROGRAM, place.get())) {
            Cluebringer.finding(name, place.get(), machine::read).ifPresent(findings::add);
        } else if (IredApd.mayListen(place.get(), machine::read)
                && greylisters.mayBe(IredApd.PROGRAM, place.get())) {
            if (!PostfixCalls.AFTER_RCPT.contains(name)) {
                IredApd.finding(name, place.get(), machine::read).ifPresent(findings::add);
            }
        } else if (!daemon.isHeard()) {
            // Whichever it is: where it is called, and how, can be judged.
            return Daemon.looksLikeOne(service) || isGreylister(postfix.spawned(service));
        } else {
            others(service, place.get(), name);
        }
        return false;
    }

    private void others(String service, Place place, String name) {
        String spawned = postfix.spawned(service);
        boolean isKnown =
                spawned.isEmpty() ? OtherGreylisters.isNamed(service) : isGreylister(spawned);
        if (isKnown) {
            findings.add(
                    name + " asks another greylister too, at " + place,
                    "take it out: each would have the other's mail wait");
        } else if (spawned.isEmpty()) {
            greylisters.policy(name + " asks", place).ifPresent(findings::add);
        }
    }

    private boolean isGreylister(String spawned) {
        return !spawned.isEmpty() && OtherGreylisters.isProgram(spawned, machine::read);
    }

    /// Says where nobody listens. Where the daemon is asked elsewhere, or a socket has another
    /// name, somebody else is meant.
    void sayDead(boolean isDaemonAsked) {
        dead.forEach((what, isNamed) ->
                findings.add(
                        what,
                        isDaemonAsked || isNamed
                                ? "it is not the daemon that is asked there: start who should"
                                        + " answer, or take the call out"
                                : daemon.policyPlace()));
    }

    /// Whether a milter is the daemon.
    ///
    /// @param name of the list that it stands in
    boolean isMilter(String service, String name) {
        Optional<Place> place = place(service, daemon.milter());
        if (place.isEmpty()) {
            return false;
        }
        asksSomebody = true;
        boolean isOurs = isOurs(service, daemon.milter());
        if (isOurs) {
            hidden(service, place.get(), name);
        } else {
            notOurMilter(name, service, place.get());
        }
        return isOurs;
    }

    /// Whether a policy service or a milter is the daemon, as far as that is known. Says nothing of
    /// it.
    ///
    /// @param ours where the daemon may be
    boolean isOurs(String service, List<Place> ours) {
        return place(service, ours)
                .filter(place ->
                        daemon.isHeard()
                                ? Daemon.takes(ours, place)
                                : Daemon.looksLikeOne(service) && machine.listens(place))
                .isPresent();
    }

    private void notOurMilter(String name, String service, Place place) {
        if (Daemon.takes(daemon.policy(), place)) {
            findings.add(
                    name + " asks the daemon's policy port at " + place + " as a milter",
                    "ask " + Daemon.first(daemon.milter(), "the place of --milter"));
            saidPlace = true;
        } else if (daemon.isHeard()
                && OtherGreylisters.isNamed(service)
                && machine.listens(place)) {
            findings.add(
                    name + " asks another greylister too, at " + place,
                    "take it out: each would have the other's mail wait");
        } else if (place.port() == 10030 && !machine.listens(place)) {
            findings.add(name + " asks " + place + ", where nobody listens", daemon.milterPlace());
            saidPlace = true;
        } else if (daemon.isHeard() && !name.startsWith("non_")) {
            rspamd.milter(name, service, place)
                    .or(() -> Plesk.finding(name, place, machine))
                    .or(() -> greylisters.milter(name + " asks", place))
                    .ifPresent(findings::add);
        }
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
            findings.add(
                    name
                            + " asks "
                            + service
                            + ", which smtpd cannot see: it is chrooted in "
                            + postfix.get("queue_directory"),
                    "put the socket below that folder and name it without / in front, or ask over"
                            + " TCP");
        }
    }
}
