package org.greydaemon.doctor;

import java.util.ArrayList;
import java.util.List;

/// Whether the daemon is asked about mail that strangers bring to a service of Postfix. Says
/// nothing of how. Confined to one thread.
final class PostfixStrangers {
    /// What no stranger comes behind in a list. Behind `permit` he is in the next list.
    private static final List<String> ENDS = List.of("permit", "reject", "defer");

    private final Postfix postfix;
    private final Daemon daemon;
    private final PostfixPeers peers;

    PostfixStrangers(Postfix postfix, Daemon daemon, Machine machine) {
        this.postfix = postfix;
        this.daemon = daemon;
        peers = new PostfixPeers(postfix, daemon, machine, new FindingList());
    }

    /// By a policy service, at RCPT.
    boolean isPolicyAsked() {
        for (String name : lists()) {
            Restrictions list = postfix.restrictions(name);
            int end = list.indexOf(ENDS);
            List<Restrictions.Item> passed = end < 0 ? list.items() : list.items().subList(0, end);
            if (passed.stream().anyMatch(this::asks)) {
                return true;
            }
            if (refuses(list)) {
                return false;
            }
        }
        return false;
    }

    /// By a milter.
    boolean isMilterAsked() {
        return lists().stream().map(postfix::restrictions).noneMatch(PostfixStrangers::refuses)
                && Restrictions.split(postfix.get("smtpd_milters")).stream()
                        .map(one -> new Restrictions.Item("check_policy_service", one))
                        .anyMatch(one -> peers.isOurs(one.service().orElse(""), daemon.milter()));
    }

    private static List<String> lists() {
        List<String> lists = new ArrayList<>(PostfixCalls.BEFORE_RCPT);
        lists.addAll(List.of(PostfixCalls.RELAY, PostfixCalls.RECIPIENT));
        return lists;
    }

    private boolean asks(Restrictions.Item item) {
        return item.service().filter(one -> peers.isOurs(one, daemon.policy())).isPresent();
    }

    /// Whether a list ends with the refusal of whoever is no user and no host of one's own.
    private static boolean refuses(Restrictions list) {
        int end = list.indexOf(ENDS);
        return end >= 0 && !list.items().get(end).word().equalsIgnoreCase("permit");
    }
}
