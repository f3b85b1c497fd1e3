package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What is wrong with where a Postfix asks the daemon as a policy service: in which of its lists,
/// and behind what. Confined to one thread.
final class PostfixCalls {
    static final String RECIPIENT = "smtpd_recipient_restrictions";
    static final String DATA = "smtpd_data_restrictions";
    static final String RELAY = "smtpd_relay_restrictions";
    private static final String END = "smtpd_end_of_data_restrictions";
    static final List<String> AFTER_RCPT = List.of(DATA, END);
    static final List<String> BEFORE_RCPT =
            List.of(
                    "smtpd_client_restrictions",
                    "smtpd_helo_restrictions",
                    "smtpd_sender_restrictions");

    private static final String[] REFUSES_RELAYING = {
        "reject_unauth_destination", "defer_unauth_destination"
    };
    private static final List<String> ENDS =
            List.of("permit", "reject", "defer", "permit_auth_destination", "permit_mx_backup");

    private static final String DOCUMENT = "see docs/postfix.md";

    private final Postfix postfix;
    private final PostfixPeers peers;
    private final PostfixOwnHosts ownHosts;
    private final FindingList findings;
    private final List<String> asksAtRcpt = new ArrayList<>();
    private boolean asksAtData;

    PostfixCalls(
            Postfix postfix, PostfixPeers peers, PostfixOwnHosts ownHosts, FindingList findings) {
        this.postfix = postfix;
        this.peers = peers;
        this.ownHosts = ownHosts;
        this.findings = findings;
    }

    /// The lists that ask about a recipient, once for each call.
    List<String> asksAtRcpt() {
        return asksAtRcpt;
    }

    /// Whether it is asked about a whole message.
    boolean asksAtData() {
        return asksAtData;
    }

    void look() {
        Stream.concat(BEFORE_RCPT.stream(), Stream.of(RELAY, RECIPIENT))
                .map(postfix::restrictions)
                .forEach(list -> ours(list).forEach(index -> atRcpt(list, index)));
        for (String name : AFTER_RCPT) {
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
    List<Integer> ours(Restrictions list) {
        List<Integer> ours = new ArrayList<>();
        for (int i = 0; i < list.items().size(); i++) {
            Optional<String> service = list.items().get(i).service();
            if (service.isPresent() && peers.isPolicy(service.get(), list.name())) {
                ours.add(i);
            }
        }
        return ours;
    }

    private void atRcpt(Restrictions list, int index) {
        asksAtRcpt.add(list.name());
        boolean isLate = list.name().equals(RECIPIENT) || list.name().equals(RELAY);
        if (!isLate && !postfix.isSet("smtpd_delay_reject")) {
            findings.add(
                    list.name()
                            + " asks before RCPT, as smtpd_delay_reject is no, and the daemon never"
                            + " hears of a recipient",
                    "move the call to " + RECIPIENT + ", " + DOCUMENT);
            return;
        }
        reachable(list, index);
        local(list, index, "mail of");
        if (!isRefused(list, index, REFUSES_RELAYING)) {
            findings.add(
                    list.name()
                            + " asks before reject_unauth_destination, so who wants to relay is"
                            + " greylisted and not refused",
                    "put reject_unauth_destination before the call, " + DOCUMENT);
        }
        if (!isRefused(list, index, "reject_unlisted_recipient", "reject_unverified_recipient")) {
            findings.add(
                    list.name()
                            + " asks about recipients that do not exist, which are greylisted"
                            + " first and refused later",
                    "put reject_unlisted_recipient before the call, " + DOCUMENT);
        }
        call(list, index);
    }

    /// Whether one of some restrictions stands before the call: in its list, or in one that smtpd
    /// goes through before. Lists before RCPT know the recipient if they wait for it.
    private boolean isRefused(Restrictions list, int index, String... words) {
        List<String> order = new ArrayList<>();
        if (postfix.isSet("smtpd_delay_reject")) {
            order.addAll(BEFORE_RCPT);
        }
        boolean isRelayFirst = postfix.isSet("smtpd_relay_before_recipient_restrictions");
        order.addAll(isRelayFirst ? List.of(RELAY, RECIPIENT) : List.of(RECIPIENT, RELAY));
        return list.hasBefore(index, words)
                || order.subList(0, order.indexOf(list.name())).stream()
                        .anyMatch(name ->
                                postfix.restrictions(name).hasBefore(Integer.MAX_VALUE, words));
    }

    /// What becomes of the answer, and without one.
    private void call(Restrictions list, int index) {
        new PolicyCall(list.items().get(index), list.name(), postfix, peers.policy())
                .findings()
                .forEach(findings::add);
    }

    private void reachable(Restrictions list, int index) {
        int end = list.indexOf(ENDS);
        if (end >= 0 && end < index) {
            findings.add(
                    list.name()
                            + " ends with "
                            + list.items().get(end).word()
                            + " before it asks the daemon",
                    "move the call before it, or take it out");
        }
        if (index > 0 && list.items().get(index - 1).word().equalsIgnoreCase("warn_if_reject")) {
            findings.add(
                    list.name()
                            + " has warn_if_reject before the call, so nothing is ever deferred",
                    "take warn_if_reject out; for a trial there is rules.observe");
        }
    }

    private void local(Restrictions list, int index, String whose) {
        ownHosts.finding(list, index, whose).ifPresent(findings::add);
        if (postfix.isSet("smtpd_sasl_auth_enable")
                && !list.hasBefore(index, "permit_sasl_authenticated")) {
            findings.add(
                    list.name()
                            + " asks about "
                            + whose
                            + " your own users, as permit_sasl_authenticated does not stand before"
                            + " the call; the daemon lets them pass, but they wait for it",
                    "put permit_sasl_authenticated before it, " + DOCUMENT);
        }
    }
}
