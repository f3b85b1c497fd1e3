package org.greydaemon.doctor;

import java.util.List;

/// What is wrong with how a Postfix asks the daemon. Confined to one thread.
final class PostfixFindings {
    private static final String DOCUMENT = "see docs/postfix.md";

    private final Postfix postfix;
    private final Daemon daemon;
    private final Machine machine;
    private final FindingList findings = new FindingList();
    private final PostfixPeers peers;
    private final PostfixCalls calls;
    private final PostfixMilters milters;

    private PostfixFindings(Postfix postfix, Daemon daemon, Machine machine) {
        this.postfix = postfix;
        this.daemon = daemon;
        this.machine = machine;
        peers = new PostfixPeers(postfix, daemon, machine, findings);
        calls = new PostfixCalls(postfix, peers, new PostfixOwnHosts(postfix, machine), findings);
        milters = new PostfixMilters(postfix, daemon, peers, findings);
    }

    static List<Finding> of(Postfix postfix, Daemon daemon, Machine machine) {
        PostfixFindings search = new PostfixFindings(postfix, daemon, machine);
        search.calls.look();
        search.milters.look();
        search.whole();
        boolean isAsked =
                !search.calls.asksAtRcpt().isEmpty()
                        || search.calls.asksAtData()
                        || search.milters.asks();
        search.peers.sayDead(isAsked);
        PostfixNames.findings(postfix, isAsked, daemon, machine).forEach(search.findings::add);
        search.instances();
        return search.findings.all();
    }

    private void whole() {
        if (!daemon.isHeard() && peers.asksSomebody()) {
            return; // Nobody knows whom.
        }
        boolean byPolicy = !calls.asksAtRcpt().isEmpty();
        if (byPolicy && milters.asks()) {
            findings.add(
                    "Postfix asks the daemon twice, as a policy service and as a milter",
                    "keep one of them, see docs/milter.md");
        }
        if (calls.asksAtRcpt().size() > 1) {
            findings.add(
                    "Postfix asks the daemon several times about a recipient: "
                            + calls.asksAtRcpt(),
                    "keep the call in " + PostfixCalls.RECIPIENT);
        }
        if (!byPolicy && !milters.asks()) {
            notAsked();
        } else if (byPolicy && !calls.asksAtData()) {
            findings.add(
                    "bounces are never greylisted, as "
                            + PostfixCalls.DATA
                            + " does not ask the daemon",
                    "add the second call, " + DOCUMENT);
        }
    }

    private void notAsked() {
        if (isAskedByClass() || isAskedElsewhere()) {
            return;
        }
        if (calls.asksAtData()) {
            findings.add(
                    "Postfix asks the daemon at DATA only, where ordinary mail is not judged",
                    "add the call to " + PostfixCalls.RECIPIENT + ", " + DOCUMENT);
        } else if (!peers.saidPlace() && postfix.others().isEmpty()) {
            findings.add(
                    "Postfix does not ask the daemon at all",
                    "add check_policy_service { "
                            + peers.policy()
                            + ", timeout=5s, default_action=DUNNO } to "
                            + PostfixCalls.RECIPIENT
                            + ", "
                            + DOCUMENT);
        }
    }

    /// Whether a service asks that listens at another address, which may be the only one whose mail
    /// is to be greylisted.
    private boolean isAskedElsewhere() {
        for (Postfix one : postfix.further()) {
            PostfixStrangers strangers = new PostfixStrangers(one, daemon, machine);
            if (strangers.isPolicyAsked() || strangers.isMilterAsked()) {
                findings.add(
                        Finding.unjudged(
                                postfix.place()
                                        + " of master.cf does not ask the daemon, and "
                                        + one.place()
                                        + ", which does, was not looked at",
                                "add the call to the restrictions of "
                                        + postfix.place()
                                        + " too if mail that comes there is to be greylisted, "
                                        + DOCUMENT));
                return true;
            }
        }
        return false;
    }

    /// What one instance is for, another is not: it need not be this one that asks.
    private void instances() {
        for (String folder : postfix.others()) {
            findings.add(
                    Finding.unjudged(
                            "this Postfix has another instance that takes mail, of "
                                    + folder
                                    + ", which was not looked at",
                            "name it with --mail-config "
                                    + folder
                                    + ", and where it listens with --smtp, too"));
        }
    }

    /// Whether a class of restrictions asks that no list names, but maps may
    /// (smtpd_restriction_classes).
    private boolean isAskedByClass() {
        for (String name : Restrictions.split(postfix.get("smtpd_restriction_classes"))) {
            if (!calls.ours(postfix.restrictions(name)).isEmpty()) {
                findings.add(
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
