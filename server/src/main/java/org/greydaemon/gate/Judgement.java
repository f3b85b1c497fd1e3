package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.decision.Wait;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Store;

import java.util.Optional;

/// What an attempt deserves: the operator's lines, then the rules on what is remembered. It counts
/// how often lines are used and nothing else, and it neither logs nor learns: `Gate`, which judges,
/// does that, and `Ledger`, which only asks, does not. Safe for use by several threads; never
/// waits.
final class Judgement {
    private final HostNames hostNames;
    private final Store store;
    private final Memory unchanged;

    /// @param store what is remembered
    /// @param hostNames what is known of clients' hosts by now
    Judgement(Store store, HostNames hostNames) {
        this.hostNames = hostNames;
        this.store = store;
        unchanged = (key, _, at) -> store.step(key, Rule.LOOK, at);
    }

    /// Judges an attempt, which is remembered.
    ///
    /// @param now the time in seconds
    /// @param decision receives the verdict
    /// @return false if something must be found out first, {@link Decision#questions}; nothing was
    ///   changed then
    boolean judge(Attempt attempt, Gate.Terms terms, long now, Decision decision) {
        return judge(attempt, terms, true, now, decision);
    }

    /// What {@link #judge} would say; nothing changes.
    boolean foresee(Attempt attempt, Gate.Terms terms, long now, Decision decision) {
        return judge(attempt, terms, false, now, decision);
    }

    /// What is remembered, for those who must not change it.
    Memory unchanged() {
        return unchanged;
    }

    /// How long the operator's lines have such mail wait; empty if that depends on something that
    /// the attempt does not tell and that nobody has found out yet.
    Optional<Wait> waits(Attempt attempt, Gate.Terms terms) {
        Questions open = new Questions();
        boolean _ = isNamedAtOnce(attempt);
        Exemption whole = terms.exemptions().foresee(attempt, terms.rules(), open);
        if (open.isLeftOpen()) {
            return Optional.empty();
        }
        return Optional.of((whole == Exemption.NONE ? attempt.cause(0) : whole).waits());
    }

    private boolean judge(
            Attempt attempt, Gate.Terms terms, boolean remembers, long now, Decision decision) {
        decision.start();
        if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
            return true; // Malformed, as each decision is until something else is known.
        }
        if (attempt.evidence().isAuthenticated()) {
            decision.conclude(Reason.AUTHENTICATED);
        } else if (isUnidentified(attempt, terms.rules())) {
            if (!isHalf(attempt)) {
                decision.conclude(Reason.UNIDENTIFIED);
            }
        } else {
            return judgeByLines(attempt, terms, remembers, now, decision);
        }
        return true;
    }

    /// The first line of the operator's that fits decides: it lets mail pass, or the rules judge it
    /// (docs/terms.md). Recipients that a line lets pass by themselves are left out then: otherwise
    /// a message to anybody would pass that is also addressed to the postmaster.
    private boolean judgeByLines(
            Attempt attempt, Gate.Terms terms, boolean remembers, long now, Decision decision) {
        Exemptions lines = terms.exemptions();
        Questions questions = decision.questions();
        Exemption whole =
                remembers
                        ? lines.decide(attempt, terms.rules(), questions)
                        : lines.foresee(attempt, terms.rules(), questions);
        if (decision.questions().hosts() && isNamedAtOnce(attempt)) {
            return judge(attempt, terms, remembers, now, decision); // Before the rules are asked.
        }
        boolean passes = whole.passes() || passesEach(attempt);
        boolean waits =
                !decision.questions().isEmpty()
                        && answerMatters(attempt, terms, passes, now, decision.questions());
        if (!waits) {
            decision.questions().clear();
            if (remembers && !takesAll(attempt)) {
                return judgeByLines(attempt, terms, true, now, decision);
            }
            if (!passes) {
                terms.rules().judge(attempt, remembers ? store : unchanged, now, decision);
            }
        }
        if (decision.questions().hosts() && isNamedAtOnce(attempt)) {
            return judge(attempt, terms, remembers, now, decision);
        }
        if (!decision.questions().isEmpty()) {
            return false;
        }
        tellLine(attempt, whole, passes, decision);
        if (isDeferred(decision.reason())
                && (terms.observe() || isOnlyObserved(attempt, whole, decision))) {
            decision.observe();
        }
        if (remembers) {
            use(attempt, whole);
        }
        return true;
    }

    private static boolean passesEach(Attempt attempt) {
        for (int i = 0; i < attempt.recipients(); i++) {
            if (!attempt.isExempt(i)) {
                return false;
            }
        }
        return attempt.recipients() > 0;
    }

    /// Whether the lines that were found may still decide: one that holds for a single message may
    /// have been taken for another one meanwhile. The next search does not find it.
    private static boolean takesAll(Attempt attempt) {
        for (int i = 0; i < attempt.recipients(); i++) {
            if (!attempt.cause(i).take(attempt)) {
                return false;
            }
        }
        return true;
    }

    /// Whether mail that passes might have to wait, or the other way round, if a line turned out to
    /// fit: mail that passes in any case waits for no answer.
    ///
    /// @param passes whether it passes by the lines that fit now
    /// @param questions what the lines ask; receives what the rules ask besides
    private boolean answerMatters(
            Attempt attempt, Gate.Terms terms, boolean passes, long now, Questions questions) {
        boolean mayGreylist = terms.exemptions().answersMayGreylist();
        if (passes && !mayGreylist) {
            return false;
        }
        Decision foreseen = new Decision(Math.max(1, attempt.recipients()));
        terms.rules().judge(attempt, unchanged, now, foreseen);
        questions.askAll(foreseen.questions());
        if (!foreseen.questions().isEmpty()) {
            return true;
        }
        Reason reason = foreseen.reason();
        return reason != Reason.KNOWN
                && reason != Reason.MALFORMED
                && (mayGreylist || !reason.accepts());
    }

    /// Notes which line has decided; of several, that of the first recipient.
    private static void tellLine(
            Attempt attempt, Exemption whole, boolean passes, Decision decision) {
        if (whole.passes()) {
            decision.exempt(whole);
        } else if (passes) {
            decision.exemptEach(attempt.recipients(), attempt.cause(0));
        } else {
            for (int i = 0; i < attempt.recipients(); i++) {
                if (!attempt.isExempt(i)) {
                    decision.judgedBy(attempt.cause(i));
                    return;
                }
            }
        }
    }

    /// Whether all that keeps mail waiting that was deferred is lines that only observe: with
    /// several recipients, for each one that would not pass anyway.
    private static boolean isOnlyObserved(Attempt attempt, Exemption whole, Decision decision) {
        if (whole != Exemption.NONE) {
            return whole.observes();
        }
        for (int i = 0; i < attempt.recipients(); i++) {
            boolean passes =
                    attempt.isExempt(i)
                            || attempt.cause(i).observes()
                            || decision.recipientReason(i).accepts();
            if (!passes) {
                return false;
            }
        }
        return true;
    }

    private static void use(Attempt attempt, Exemption whole) {
        if (whole != Exemption.NONE) {
            whole.use();
            return;
        }
        for (int i = 0; i < attempt.recipients(); i++) {
            attempt.cause(i).use();
        }
    }

    private static boolean isDeferred(Reason reason) {
        return !reason.accepts() && reason != Reason.MALFORMED;
    }

    /// Whether nobody knows who the client is: the mail server told no address, and all such
    /// clients would count as one.
    private static boolean isUnidentified(Attempt attempt, Rules rules) {
        boolean anyClient =
                attempt.source().protocol() == Protocol.UDP && rules instanceof OriginalRules;
        return !anyClient && !attempt.isAddress();
    }

    /// Whether a datagram stops before a recipient: it is no mail server's, and gets no answer.
    private static boolean isHalf(Attempt attempt) {
        return attempt.source().protocol() == Protocol.UDP
                && (attempt.fault() != Attempt.Fault.NONE || attempt.recipients() == 0);
    }

    /// Whether the names of the client's host are known already, without asking anybody.
    private boolean isNamedAtOnce(Attempt attempt) {
        if (attempt.mayAskForHosts()) {
            hostNames
                    .cached(new IpAddress(attempt.addressHigh(), attempt.addressLow()))
                    .ifPresent(attempt.evidence()::hosts);
        }
        return attempt.evidence().hosts().isPresent();
    }
}
