package org.greydaemon.exempt;

import java.util.List;
import java.util.Optional;

/// A line of an exemption file, understood. Immutable.
///
/// @param exemption what it is
/// @param conditions which must all be true, at least one and at most one for each subject
/// @param isOptIn whether it lets nobody pass, but names recipients that want greylisting
record ExemptionLine(Exemption exemption, List<Condition> conditions, boolean isOptIn) {
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

    /// Whether all conditions are true; not if that takes more work than the search may do.
    boolean holds(Search search) {
        for (Condition condition : conditions) {
            boolean holds =
                    switch (condition) {
                        case Condition.Client client ->
                                search.mayTake(client.blocks().size())
                                        && client.holds(search.attempt());
                        case Condition.Text(Subject subject, TextPattern pattern) ->
                                holds(subject, pattern, search);
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Subject subject, TextPattern pattern, Search search) {
        if (subject == Subject.HOST && search.supposesHost()) {
            return search.mayTake(1);
        }
        for (String text : search.texts(subject)) {
            if (search.mayTake(1 + pattern.steps(text)) && pattern.matches(text)) {
                return true;
            }
        }
        return false;
    }

    /// Whether it lets pass whatever the other one does, for at least as long.
    boolean covers(ExemptionLine other) {
        return isOptIn == other.isOptIn
                && exemption.until() >= other.exemption.until()
                && conditions.stream()
                        .allMatch(wide -> other.conditions.stream().anyMatch(wide::covers));
    }
}
