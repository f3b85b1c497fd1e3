package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.List;

/// Finds the first of many lines that fits. Safe for use by several threads once it is complete.
///
/// A line is found by the condition that tells most of the lines apart. Those that have none which
/// an index knows are tried one by one; a file has only so many of them ({@link
/// ExemptionFile#TRIED_MAX}).
final class LineIndex {
    private final TextIndex recipients = new TextIndex(Subject.RECIPIENT);
    private final TextIndex senders = new TextIndex(Subject.SENDER);
    private final ClientLines clients;
    private final TextIndex hosts = new TextIndex(Subject.HOST);
    private final TextIndex helos = new TextIndex(Subject.HELO);
    private final List<Ranked> others = new ArrayList<>();
    private final boolean isPlain;
    private final boolean isOfHosts;

    /// @param lines in their order
    LineIndex(List<Ranked> lines) {
        ClientLines.Builder byClient = new ClientLines.Builder();
        boolean onlyClients = true;
        for (Ranked ranked : lines) {
            ExemptionLine line = ranked.line();
            if (line.pattern(Subject.RECIPIENT).isPresent()) {
                recipients.add(ranked);
            } else if (line.pattern(Subject.SENDER).isPresent()) {
                senders.add(ranked);
            } else if (line.client().isPresent()) {
                byClient.add(ranked, line.client().get());
                continue;
            } else if (line.pattern(Subject.HOST).isPresent()) {
                hosts.add(ranked);
            } else if (line.pattern(Subject.HELO).isPresent()) {
                helos.add(ranked);
            } else {
                others.add(ranked);
            }
            onlyClients = false;
        }
        clients = byClient.build();
        isOfHosts =
                lines.stream()
                        .map(Ranked::line)
                        .allMatch(line ->
                                line.pattern(Subject.HOST).isPresent()
                                        && line.pattern(Subject.RECIPIENT).isEmpty()
                                        && line.pattern(Subject.SENDER).isEmpty()
                                        && line.client().isEmpty());
        isPlain = onlyClients && clients.isPlain();
    }

    /// Whether its lines have no other conditions than one on the client, so that {@link
    /// #firstOfClient} is enough.
    boolean isPlain() {
        return isPlain;
    }

    /// Whether a line may fit a client whose host has these names. Cheap where all lines are found
    /// by names of hosts.
    boolean mayFit(List<String> names) {
        if (!isOfHosts) {
            return true;
        }
        for (String name : names) {
            if (hosts.mayMean(name)) {
                return true;
            }
        }
        return false;
    }

    /// The rank of a client's first line; {@link Exemptions#END} if there is none. Allocates
    /// nothing.
    int firstOfClient(long high, long low) {
        return clients.first(high, low);
    }

    /// Finds the first line that fits, and those that may fit when more is known. Names of hosts
    /// come last: where they are unknown, only lines before the one that fits matter.
    void find(Search search) {
        recipients.find(search);
        senders.find(search);
        clients.find(search);
        helos.find(search);
        for (Ranked line : others) {
            if (search.settles(line)) {
                break;
            }
        }
        hosts.find(search);
    }
}
