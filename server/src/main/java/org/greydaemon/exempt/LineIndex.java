package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the first of many lines that fits. Immutable.
///
/// A line is found by the condition that tells most of the lines apart, {@link MostTelling} where
/// it has both sender and recipient. Those that have none which an index knows are tried one by
/// one; a file has only so many of them ({@link ExemptionFile#TRIED_MAX}).
final class LineIndex {
    private final TextIndex recipients;
    private final TextIndex senders;
    private final ClientLines clients;
    private final TextIndex hosts;
    private final TextIndex helos;
    private final int[] others;
    private final ExemptionLine[] tried;
    private final boolean isPlain;
    private final boolean isOfHosts;

    private LineIndex(Builder builder) {
        recipients = builder.recipients.build();
        senders = builder.senders.build();
        clients = builder.clients.build();
        hosts = builder.hosts.build();
        helos = builder.helos.build();
        others = builder.others.stream().mapToInt(i -> i).toArray();
        tried = builder.tried.toArray(ExemptionLine[]::new);
        isPlain = !builder.hasOthers && clients.isPlain();
        isOfHosts = builder.isOfHosts;
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

    /// A client's first line in force; {@link RankedLines#END} if there is none. Allocates nothing.
    int firstOfClient(long high, long low, InForce inForce) {
        return clients.first(high, low, inForce);
    }

    /// Finds the first line in force that fits, and those that may fit when more is known. Names of
    /// hosts come last: where they are unknown, only lines before the one that fits matter.
    void find(Search search, InForce inForce) {
        recipients.find(search, inForce);
        senders.find(search, inForce);
        clients.find(search, inForce);
        helos.find(search, inForce);
        for (int i = 0; i < others.length; i++) {
            if (search.settles(inForce, others[i], tried[i])) {
                break;
            }
        }
        hosts.find(search, inForce);
    }

    /// Collects lines, in their order.
    static final class Builder {
        private final TextIndex.Builder recipients = new TextIndex.Builder(Subject.RECIPIENT);
        private final TextIndex.Builder senders = new TextIndex.Builder(Subject.SENDER);
        private final ClientLines.Builder clients = new ClientLines.Builder();
        private final TextIndex.Builder hosts = new TextIndex.Builder(Subject.HOST);
        private final TextIndex.Builder helos = new TextIndex.Builder(Subject.HELO);
        private final List<Integer> others = new ArrayList<>();
        private final List<ExemptionLine> tried = new ArrayList<>();
        private final MostTelling mailboxes =
                new MostTelling(List.of(Subject.RECIPIENT, Subject.SENDER));
        private boolean hasOthers;
        private boolean isOfHosts = true;

        void add(int line, ExemptionLine its) {
            Optional<Condition.Text> mailbox = mailboxes.of(its);
            boolean isFound = mailbox.isPresent();
            mailbox.ifPresent(text ->
                    (text.subject() == Subject.SENDER ? senders : recipients)
                            .add(line, text.pattern()));
            Optional<Condition.Client> client = its.client();
            isOfHosts &= !isFound && client.isEmpty() && its.pattern(Subject.HOST).isPresent();
            if (!isFound && client.isPresent()) {
                clients.add(line, its, client.get());
                return;
            }
            hasOthers = true;
            isFound =
                    isFound
                            || add(line, its, Subject.HOST, hosts)
                            || add(line, its, Subject.HELO, helos);
            if (!isFound) {
                others.add(line);
                tried.add(its);
            }
        }

        private static boolean add(
                int line, ExemptionLine its, Subject subject, TextIndex.Builder index) {
            Optional<TextPattern> pattern = its.pattern(subject);
            pattern.ifPresent(text -> index.add(line, text));
            return pattern.isPresent();
        }

        LineIndex build() {
            return new LineIndex(this);
        }
    }
}
