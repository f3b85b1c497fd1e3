package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;

/// Asks which line decides.
final class Asked {
    static final Rules RULES = new OriginalRules(new RetryWindow(300, 43_200), new Retention(7));

    private Asked() {}

    /// The line that decides about all recipients.
    static Exemption ofMessage(Exemptions exemptions, Attempt attempt) {
        return exemptions.decide(attempt, RULES, new Questions());
    }

    /// The line that decides about a recipient.
    static Exemption ofRecipient(Exemptions exemptions, Attempt attempt, int recipient) {
        return ofRecipient(exemptions, attempt, recipient, RULES);
    }

    /// The same, when these say who is suspect.
    static Exemption ofRecipient(
            Exemptions exemptions, Attempt attempt, int recipient, Rules rules) {
        Exemption whole = exemptions.decide(attempt, rules, new Questions());
        if (whole != Exemption.NONE) {
            return whole;
        }
        return attempt.cause(recipient) instanceof Exemption each ? each : Exemption.NONE;
    }

    /// What must be found out first.
    static Questions questions(Exemptions exemptions, Attempt attempt) {
        Questions questions = new Questions();
        exemptions.decide(attempt, RULES, questions);
        return questions;
    }
}
