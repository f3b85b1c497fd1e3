package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How a Postfix asks the daemon as a policy service: what becomes of the answer, and what happens
/// without one. Confined to one thread.
final class PolicyCall {
    private static final String DOCUMENT = "see docs/postfix.md";
    private static final int TIMEOUT_MAX = 30;

    private final Restrictions.Item item;
    private final String name;
    private final Postfix postfix;
    private final String policy;
    private final List<Finding> findings = new ArrayList<>();

    /// @param name of the list that it stands in
    /// @param policy what to write as the place to ask
    PolicyCall(Restrictions.Item item, String name, Postfix postfix, String policy) {
        this.item = item;
        this.name = name;
        this.postfix = postfix;
        this.policy = policy;
    }

    /// What is wrong.
    List<Finding> findings() {
        code();
        service();
        return List.copyOf(findings);
    }

    private void add(String what, String remedy) {
        findings.add(new Finding(what, remedy));
    }

    /// What happens when the daemon is not there, and for how long it is waited for.
    private void service() {
        Map<String, String> options = item.options();
        String action =
                options.getOrDefault(
                        "default_action", postfix.get("smtpd_policy_service_default_action"));
        if (!options.containsKey("default_action")
                && action.startsWith("451 4.3.5 Server configuration problem")) {
            add(
                    name
                            + " defers all mail while the daemon does not answer, as nobody says"
                            + " otherwise",
                    "write { "
                            + policy
                            + ", timeout=5s, default_action=DUNNO }, or another action that is"
                            + " meant, "
                            + DOCUMENT);
        } else if (action.matches("(?i)(5[0-9][0-9]|reject).*")) {
            add(
                    name
                            + " refuses mail for good while the daemon does not answer:"
                            + " default_action="
                            + action,
                    "write default_action=DUNNO, " + DOCUMENT);
        }
        String timeout =
                options.getOrDefault("timeout", postfix.get("smtpd_policy_service_timeout"));
        long seconds = AnswerTime.ofPostfix(timeout);
        if (seconds > 0 && seconds < AnswerTime.LEAST) {
            add(
                    name
                            + " waits "
                            + timeout
                            + " for an answer, and "
                            + AnswerTime.TOO_SHORT
                            + ", so that mail gets default_action="
                            + action,
                    "write timeout=5s in the braces of the call, " + DOCUMENT);
        } else if (seconds > TIMEOUT_MAX) {
            add(
                    name + " waits " + timeout + " for an answer",
                    "write timeout=5s in the braces of the call, " + DOCUMENT);
        }
    }

    /// What becomes of DEFER_IF_PERMIT (postconf(5)).
    private void code() {
        String code = postfix.get("access_map_defer_code");
        if (!code.isEmpty() && !code.matches("4[0-9]{2}")) {
            add(
                    "access_map_defer_code is "
                            + code
                            + (code.startsWith("5")
                                    ? ", so mail that the daemon defers is refused for good and"
                                            + " lost"
                                    : ", which tells no client to come again: mail that the daemon"
                                            + " defers is lost"),
                    "postconf -e access_map_defer_code=450, and postfix reload");
        }
    }
}
