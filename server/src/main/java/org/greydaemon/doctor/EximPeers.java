package org.greydaemon.doctor;

import java.util.Optional;

/// Whom an Exim asks at a place: the daemon, somebody else, or nobody. Confined to one thread.
final class EximPeers {
    private final Daemon daemon;
    private final Machine machine;
    private final FindingList findings;
    private final OtherGreylisters greylisters;
    private boolean saidPlace;

    EximPeers(Daemon daemon, Machine machine, FindingList findings) {
        this.daemon = daemon;
        this.machine = machine;
        this.findings = findings;
        greylisters = new OtherGreylisters(machine);
    }

    /// Whether what is wrong with a place was said, so that it needs no words that nobody is asked.
    boolean saidPlace() {
        return saidPlace;
    }

    /// Whether a place is the daemon's.
    ///
    /// @param acl that asks there
    boolean isOurs(String acl, String service) {
        Optional<Place> place = Place.of(service, "/");
        if (daemon.isHeard() && place.isPresent() && Daemon.takes(daemon.policy(), place.get())) {
            return true;
        }
        saidPlace |= !daemon.isHeard(); // Nobody knows whom Exim asks there.
        if (service.contains("$")) {
            findings.add(
                    Finding.unjudged(
                            acl
                                    + " asks '"
                                    + service
                                    + "', which Exim makes out when mail comes, so whom it asks"
                                    + " could not be judged",
                            "write the place itself, or see exim -be '" + service + "'"));
            saidPlace = true;
            return Daemon.looksLikeOne(service);
        }
        if (place.isPresent() && Daemon.takes(daemon.milter(), place.get())) {
            findings.add(
                    acl + " asks the daemon's milter at " + place.get() + " in words",
                    "ask " + Daemon.first(daemon.policy(), "the place of --policy"));
            saidPlace = true;
            return false;
        }
        if (place.isEmpty() || !machine.listens(place.get())) {
            boolean isMeant = Daemon.looksLikeOne(service);
            findings.add(
                    acl + " asks '" + service + "', where nobody listens",
                    isMeant
                            ? daemon.policyPlace()
                            : "if that is not the daemon, start who should answer;"
                                    + " greydaemon listens at "
                                    + Daemon.first(daemon.policy(), "no place"));
            saidPlace |= isMeant;
            return false;
        }
        if (!daemon.isHeard()) {
            // Whichever it is: where it is asked, and how, can be judged.
            return Daemon.looksLikeOne(service);
        }
        if (OtherGreylisters.isNamed(service)) {
            findings.add(
                    acl + " asks another greylister too, at " + place.get(),
                    "take it out: each would have the other's mail wait");
        } else {
            greylisters.policy(acl + " asks", place.get()).ifPresent(findings::add);
        }
        return false;
    }
}
