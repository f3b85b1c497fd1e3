package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Suspicion;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One search for the first line that fits: what the attempt says, in {@link NormalForm}, and how
/// much work may still be done. Confined to one thread.
///
/// Texts come from anybody, and lines that are compared with them are as many as operators write.
/// So the work of all searches for an attempt is bounded, and what is not found by then does not
/// fit.
final class Search {
    /// The most steps for a message as a whole, and again for all its recipients together; a step
    /// is a character or a network that is compared. Some 0.5 ms.
    static final int STEPS_MAX = 1 << 19;

    /// No recipient: the message as a whole is looked at.
    static final int MESSAGE = -1;

    private final Attempt attempt;
    private final int recipient;
    private final Rules rules;
    private final RecipientDelimiter delimiter;
    private int first;
    private int stepsLeft;
    private boolean isCutShort;

    // Lines that may fit when more is known.
    private List<Ranked> open = List.of();

    // The first line that asks for what nobody can find out any more.
    private int missing = RankedLines.END;

    private Optional<Optional<List<String>>> sender = Optional.empty();
    private Optional<Optional<List<String>>> helo = Optional.empty();
    private Optional<Optional<List<String>>> hosts = Optional.empty();
    private Optional<Optional<List<String>>> recipientForms = Optional.empty();
    private Optional<Optional<Suspicion>> suspicion = Optional.empty();

    /// @param recipient the recipient that is looked at, or {@link #MESSAGE}
    /// @param rules say who is suspect
    /// @param delimiter parts recipients' extensions from them
    /// @param before only lines of a smaller rank are wanted
    Search(Attempt attempt, int recipient, Rules rules, RecipientDelimiter delimiter, int before) {
        this.attempt = attempt;
        this.recipient = recipient;
        this.rules = rules;
        this.delimiter = delimiter;
        first = before;
        stepsLeft = recipient == MESSAGE ? STEPS_MAX : STEPS_MAX / attempt.recipients();
    }

    Attempt attempt() {
        return attempt;
    }

    /// Whether there is enough left for some more steps, which are then taken to be done.
    boolean mayTake(int steps) {
        stepsLeft -= steps;
        isCutShort |= stepsLeft < 0;
        return !isCutShort;
    }

    /// Whether more work was wanted than may be done.
    boolean isCutShort() {
        return isCutShort;
    }

    /// The rank of the first line that fits, as far as is known by now.
    int first() {
        return first;
    }

    /// Looks at a line, if it is in force.
    ///
    /// @return whether those behind it need not be looked at
    boolean settles(InForce inForce, int line) {
        return inForce.rank(line) >= first
                || (inForce.holds(line) && settles(inForce, line, inForce.line(line), false));
    }

    /// The same, where the line's condition on the client is known to be true.
    boolean settlesClient(InForce inForce, int line) {
        return inForce.rank(line) >= first
                || (inForce.holds(line) && settles(inForce, line, inForce.line(line), true));
    }

    /// The same, for who has the line.
    boolean settles(InForce inForce, int line, ExemptionLine its) {
        return inForce.rank(line) >= first
                || (inForce.holds(line) && settles(inForce, line, its, false));
    }

    private boolean settles(InForce inForce, int line, ExemptionLine its, boolean isOfClient) {
        if (!mayTake(1)) {
            return true;
        }
        int rank = inForce.rank(line);
        switch (its.fit(this, isOfClient)) {
            case YES -> first = rank;
            case UNKNOWN -> {
                if (open.isEmpty()) {
                    open = new ArrayList<>(1);
                }
                open.add(new Ranked(rank, its));
            }
            case NO -> {}
        }
        return first == rank || isCutShort;
    }

    /// Whether a line may fit when more is known.
    boolean isOpen(InForce inForce, int line) {
        return !open.isEmpty() && open.getLast().rank() == inForce.rank(line);
    }

    /// Notes that a line asks for what the attempt does not tell, nor anybody else.
    void misses(InForce inForce, int line) {
        missing = Math.min(missing, inForce.rank(line));
    }

    /// Asks for all that is unknown to lines which may decide.
    ///
    /// @param before these have a smaller rank
    void ask(Questions questions, int before) {
        if (missing < before) {
            questions.leaveOpen();
        }
        for (Ranked ranked : open) {
            if (ranked.rank() < before) {
                questions.leaveOpen();
                ranked.line().ask(attempt, questions);
            }
        }
    }

    /// Why the client is suspect; empty if that is unknown.
    Optional<Suspicion> suspicion() {
        if (suspicion.isEmpty()) {
            suspicion = Optional.of(rules.suspicion(attempt));
        }
        return suspicion.get();
    }

    private Optional<List<String>> sender() {
        if (sender.isEmpty()) {
            sender =
                    Optional.of(
                            attempt.recipients() == 0 || attempt.isSenderCut()
                                    ? Optional.empty()
                                    : Optional.of(
                                            List.of(NormalForm.ofMailbox(attempt.senderText()))));
        }
        return sender.get();
    }

    private Optional<List<String>> helo() {
        if (helo.isEmpty()) {
            helo =
                    Optional.of(
                            attempt.evidence().helo().isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(
                                            List.of(NormalForm.ofHost(attempt.evidence().helo()))));
        }
        return helo.get();
    }

    /// The confirmed names of the client's host.
    private Optional<List<String>> hosts() {
        if (hosts.isEmpty()) {
            hosts =
                    Optional.of(
                            attempt.evidence()
                                    .hosts()
                                    .map(all -> all.stream().map(NormalForm::ofHost).toList()));
        }
        return hosts.get();
    }

    /// The recipient, see {@link RecipientDelimiter#forms}. Unknown if the message is looked at, or
    /// if the recipient may have been cut: then nobody knows whose it is.
    Optional<List<String>> recipientForms() {
        if (recipientForms.isEmpty()) {
            recipientForms = Optional.of(recipient == MESSAGE ? Optional.empty() : forms());
        }
        return recipientForms.get();
    }

    private Optional<List<String>> forms() {
        String octets = attempt.recipientText(recipient);
        if (octets.length() >= Key.ADDRESS_MAX) {
            return Optional.empty();
        }
        return Optional.of(delimiter.forms(NormalForm.ofMailbox(octets)));
    }

    /// The texts that a condition on the subject is about; empty if they are unknown.
    Optional<List<String>> texts(Subject subject) {
        return switch (subject) {
            case SENDER -> sender();
            case HELO -> helo();
            case HOST -> hosts();
            case RECIPIENT -> recipientForms();
            case CLIENT, CONFIRMED, SUSPECT, SPF, LISTED, TLS, TIME ->
                    Optional.empty(); // Is no text.
        };
    }
}
