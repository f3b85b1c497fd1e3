package org.greydaemon.doctor;

import java.util.List;

/// What is wrong with how a Postfix asks the daemon as a milter. Confined to one thread.
final class PostfixMilters {
    private final Postfix postfix;
    private final Daemon daemon;
    private final PostfixPeers peers;
    private final FindingList findings;
    private boolean asks;

    PostfixMilters(Postfix postfix, Daemon daemon, PostfixPeers peers, FindingList findings) {
        this.postfix = postfix;
        this.daemon = daemon;
        this.peers = peers;
        this.findings = findings;
    }

    /// Whether mail from outside is asked about.
    boolean asks() {
        return asks;
    }

    void look() {
        for (String name : List.of("smtpd_milters", "non_smtpd_milters")) {
            for (String one : Restrictions.split(postfix.get(name))) {
                milter(name, one);
            }
        }
    }

    private void milter(String name, String one) {
        Restrictions.Item item = new Restrictions.Item("check_policy_service", one);
        if (!peers.isMilter(item.service().orElse(""), name)) {
            return;
        }
        if (name.startsWith("non_")) {
            findings.add(
                    name + " has the daemon, so mail of this host's own programs is greylisted",
                    "take it out of there");
            return;
        }
        asks = true;
        String action =
                item.options().getOrDefault("default_action", postfix.get("milter_default_action"));
        if (action.equals("reject")
                || (action.equals("tempfail") && !item.options().containsKey("default_action"))) {
            findings.add(
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
}
