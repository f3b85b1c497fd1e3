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
        waits(name, item);
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

    /// Postfix greets a client when it has a milter's connection.
    private void waits(String name, Restrictions.Item item) {
        String connect = time(item, "connect_timeout");
        String command = time(item, "command_timeout");
        long seconds = AnswerTime.ofPostfix(command);
        String remedy =
                "write { "
                        + Daemon.asked(daemon.milter(), "inet:127.0.0.1:10030")
                        + ", connect_timeout=5s, command_timeout=5s, default_action=accept }, see"
                        + " docs/milter.md";
        if (seconds > 0 && seconds < AnswerTime.LEAST) {
            findings.add(
                    name
                            + " waits "
                            + command
                            + " for an answer of the daemon, and "
                            + AnswerTime.TOO_SHORT
                            + ": such mail gets the default action",
                    remedy);
        } else if (seconds >= AnswerTime.DATA
                || seconds + AnswerTime.ofPostfix(connect) >= AnswerTime.GREETING) {
            findings.add(
                    name
                            + " waits for the daemon "
                            + connect
                            + " to connect and "
                            + command
                            + " for an answer, and a client hangs up before",
                    remedy);
        }
    }

    private String time(Restrictions.Item item, String option) {
        return item.options().getOrDefault(option, postfix.get("milter_" + option));
    }
}
