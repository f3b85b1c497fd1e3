package org.greydaemon.exempt;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What lines ask for that an entry may not hold: modern rules know an IPv6 client by its /64, and
/// a sender with numbers by a form without them ({@link org.greydaemon.identity.SenderForm}).
/// Immutable.
public final class FinerLines {
    private static final int HOME = 64;

    /// The upper halves of the networks of which lines name parts.
    private final Set<Long> homes = new HashSet<>();

    /// The domains of which lines name senders that may have a number.
    private final Set<String> domains = new HashSet<>();

    private boolean isAnyDomain;

    FinerLines(List<CidrBlock> whiteList, Stream<ExemptionLine> lines) {
        add(whiteList);
        lines.forEach(line -> line.conditions().forEach(this::add));
    }

    private void add(List<CidrBlock> blocks) {
        for (CidrBlock block : blocks) {
            if (block.prefixLength() > HOME && !block.address().isIpv4()) {
                homes.add(block.address().high());
            }
        }
    }

    private void add(Condition condition) {
        switch (condition) {
            case Condition.Not(Condition inner) -> add(inner);
            case Condition.Client(List<CidrBlock> blocks) -> add(blocks);
            case Condition.Text(Subject subject, TextPattern pattern) -> {
                if (subject == Subject.SENDER) {
                    add(pattern.toString());
                }
            }
            default -> {}
        }
    }

    /// Names without a digit never become a form with `#`.
    private void add(String sender) {
        int at = sender.lastIndexOf('@');
        String local = at < 0 ? "" : sender.substring(0, at);
        if (local.chars().noneMatch(c -> c == '*' || c == '#' || Character.isDigit(c))) {
            return;
        }
        String domain = sender.substring(at + 1);
        if (domain.isEmpty() || domain.indexOf('*') >= 0) {
            isAnyDomain = true;
        } else {
            domains.add(domain);
        }
    }

    /// Whether another line may decide about one address of a /64 than about the next.
    public boolean tellApart(IpAddress home) {
        return homes.contains(home.high());
    }

    /// Whether another line may decide about one of the senders that have this form than about the
    /// next.
    ///
    /// @param form octets that are a character each
    public boolean tellApart(String form) {
        String sender = NormalForm.ofMailbox(form);
        return isAnyDomain || domains.contains(sender.substring(sender.lastIndexOf('@') + 1));
    }
}
