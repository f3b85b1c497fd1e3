package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;

import java.util.List;
import java.util.Optional;

/// A line of an exemption file, understood. Immutable.
///
/// @param exemption what it is
/// @param conditions which must all be true, at least one and at most one for each subject
/// @param isOptIn whether it lets nobody pass, but names recipients that want greylisting
record ExemptionLine(Exemption exemption, List<Condition> conditions, boolean isOptIn) {
    /// No recipient: the message as a whole is looked at.
    static final int MESSAGE = -1;

    /// The condition on a name or mail address.
    Optional<TextPattern> pattern(Subject subject) {
        for (Condition condition : conditions) {
            if (condition instanceof Condition.Text text && text.subject() == subject) {
                return Optional.of(text.pattern());
            }
        }
        return Optional.empty();
    }

    /// The condition on the client, if it is the only one.
    Optional<Condition.Client> onlyClient() {
        return conditions.size() == 1 && conditions.getFirst() instanceof Condition.Client client
                ? Optional.of(client)
                : Optional.empty();
    }

    /// Whether it asks for the name of the client's host.
    boolean asksForHost() {
        return pattern(Subject.HOST).isPresent();
    }

    /// Whether all conditions are true.
    ///
    /// @param recipient the recipient that is looked at, or {@link #MESSAGE}
    /// @param supposesHost whether unknown names of the host are supposed to match
    boolean holds(Attempt attempt, int recipient, boolean supposesHost) {
        for (Condition condition : conditions) {
            boolean holds =
                    switch (condition) {
                        case Condition.Client client -> client.holds(attempt);
                        case Condition.Text(Subject subject, TextPattern pattern) ->
                                switch (subject) {
                                    case HOST -> holdsHost(pattern, attempt, supposesHost);
                                    case HELO -> pattern.matches(attempt.helo());
                                    case SENDER -> pattern.matches(attempt.senderText());
                                    case RECIPIENT ->
                                            recipient != MESSAGE
                                                    && pattern.matches(
                                                            attempt.recipientText(recipient));
                                    case CLIENT -> false; // Is no text.
                                };
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static boolean holdsHost(TextPattern pattern, Attempt attempt, boolean supposed) {
        return attempt.hosts()
                .map(names -> names.stream().anyMatch(pattern::matches))
                .orElse(supposed);
    }

    /// Whether it lets pass whatever the other one does, for at least as long.
    boolean covers(ExemptionLine other) {
        return isOptIn == other.isOptIn
                && exemption.until() >= other.exemption.until()
                && conditions.stream()
                        .allMatch(wide -> other.conditions.stream().anyMatch(wide::covers));
    }
}
