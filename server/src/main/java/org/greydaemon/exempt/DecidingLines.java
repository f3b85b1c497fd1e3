package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rules;
import org.greydaemon.net.CidrSet;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Which lines of all sources decide about an attempt. Immutable but for the counts; safe for use
/// by several threads.
final class DecidingLines {
    /// The rank behind all lines: what no line decides.
    private static final int END = RankedLines.END;

    /// What happens to mail that no line decides, if it passes.
    static final Exemption OTHERWISE = new Exemption("otherwise", 0, "pass", "", Exemption.FOREVER);

    private final ExemptionLists lists;
    private final AllowedLines allowed;
    private final Expected expected;
    private final CidrSet allowedClients;
    private final List<Exemption> ofAllowedClients = new ArrayList<>();
    private final RankedLines ranked;

    /// @param ranked those of the lists
    /// @param wall the time of the wall clock, in seconds since 1970
    DecidingLines(
            ExemptionLists lists,
            AllowedLines allowed,
            Expected expected,
            RankedLines ranked,
            long wall) {
        this.lists = lists;
        this.allowed = allowed;
        this.expected = expected;
        this.ranked = ranked;
        allowedClients = allowedClients(wall);
    }

    private CidrSet allowedClients(long wall) {
        CidrSet.Builder clients = new CidrSet.Builder();
        for (ExemptionLine line : allowed.lines()) {
            Optional<Condition.Client> client = line.onlyClient();
            if (client.isPresent() && !line.exemption().isOver(wall)) {
                client.get().blocks().forEach(block -> clients.add(block, ofAllowedClients.size()));
                ofAllowedClients.add(line.exemption());
            }
        }
        return clients.build();
    }

    /// Finds them, and tells the attempt, see {@link Exemptions#decide}.
    ///
    /// @param cuts counts searches that would have taken too much work
    Exemption decide(Attempt attempt, Rules rules, Questions questions, LongAdder cuts) {
        attempt.causeOfAll(Exemption.NONE);
        Exemption client = ofClient(attempt);
        if (client != Exemption.NONE) {
            attempt.causeOfAll(client);
            return client;
        }
        if (ranked.isPlain()) {
            int all = orShipped(ranked.firstOfClient(attempt), attempt, rules);
            return decide(attempt, rules, questions, all, null, cuts);
        }
        Search search = new Search(attempt, Search.MESSAGE, rules, lists.delimiter(), END);
        ranked.findOfMessage(search);
        if (search.isCutShort()) {
            cuts.increment();
            return Exemption.NONE;
        }
        int rank = orShipped(search.first(), attempt, rules);
        return decide(attempt, rules, questions, rank, search, cuts);
    }

    private int orShipped(int rank, Attempt attempt, Rules rules) {
        if (rank != END || !ranked.mayBeShipped(attempt)) {
            return rank;
        }
        Search search = new Search(attempt, Search.MESSAGE, rules, lists.delimiter(), END);
        ranked.findShipped(search, attempt);
        return search.isCutShort() ? END : search.first();
    }

    private Exemption ofClient(Attempt attempt) {
        if (!attempt.isAddress()) {
            return Exemption.NONE;
        }
        long high = attempt.addressHigh();
        long low = attempt.addressLow();
        Exemption found = lists.whiteList().lookUp(high, low);
        return found == Exemption.NONE ? ofAllowed(high, low) : found;
    }

    private Exemption ofAllowed(long high, long low) {
        int line = allowedClients.find(high, low);
        return line == CidrSet.NONE ? Exemption.NONE : ofAllowedClients.get(line);
    }

    /// @param message the rank of the first line that fits the message as a whole
    /// @param search what has found it; null if it has looked at clients only
    private Exemption decide(
            Attempt attempt,
            Rules rules,
            Questions questions,
            int message,
            @Nullable Search search,
            LongAdder cuts) {
        Exemption line = line(message, attempt);
        boolean isWhole = attempt.fault() == Attempt.Fault.NONE && attempt.recipients() > 0;
        boolean isOfAll =
                line.passes()
                        ? ranked.passesAll(message, attempt)
                        : !isWhole || (expected.isEmpty() && message <= ranked.firstOfRecipients());
        if (isOfAll || attempt.isCut()) {
            ask(search, questions, message);
            attempt.causeOfAll(isOfAll ? line : Exemption.NONE);
            return isOfAll ? line : Exemption.NONE;
        }
        int last = Integer.MIN_VALUE;
        for (int i = 0; i < attempt.recipients(); i++) {
            last = Math.max(last, decideEach(attempt, i, rules, questions, message, cuts));
        }
        ask(search, questions, last);
        return Exemption.NONE;
    }

    private static void ask(@Nullable Search search, Questions questions, int before) {
        if (search != null) {
            search.ask(questions, before);
        }
    }

    /// Finds the line that decides about a recipient.
    ///
    /// @param message the rank of the first line that fits the message as a whole
    /// @return its rank
    private int decideEach(
            Attempt attempt,
            int recipient,
            Rules rules,
            Questions questions,
            int message,
            LongAdder cuts) {
        Exemption awaited = ofExpected(attempt, recipient, rules);
        if (awaited != Exemption.NONE) {
            attempt.cause(recipient, awaited);
            return Integer.MIN_VALUE;
        }
        int before = ranked.orPostmasters(message, attempt, recipient);
        if (!ranked.hasRecipientTexts()) {
            attempt.cause(recipient, line(before, attempt));
            return before;
        }
        Search search = new Search(attempt, recipient, rules, lists.delimiter(), before);
        ranked.findOfRecipient(search);
        int first = search.first();
        search.ask(questions, first);
        Exemption found =
                first == END && ranked.hasOptIns() ? ranked.byOptIn(search) : line(first, attempt);
        if (search.isCutShort()) {
            cuts.increment();
            found = Exemption.NONE;
        }
        attempt.cause(recipient, found);
        return first;
    }

    private Exemption ofExpected(Attempt attempt, int recipient, Rules rules) {
        return expected.isEmpty()
                ? Exemption.NONE
                : expected.find(
                        attempt,
                        new Search(attempt, recipient, rules, lists.delimiter(), END)
                                .recipientForms());
    }

    /// The line of a rank; at the end, what no line decides.
    private Exemption line(int rank, Attempt attempt) {
        if (rank != END) {
            return ranked.exemption(rank);
        }
        boolean isMail = attempt.fault() == Attempt.Fault.NONE && attempt.recipients() > 0;
        return lists.otherwisePasses() && isMail ? OTHERWISE : Exemption.NONE;
    }
}
