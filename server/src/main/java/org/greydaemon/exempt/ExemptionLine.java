package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Questions;
import org.greydaemon.net.CidrBlock;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/// A line of an exemption file, understood. Immutable.
///
/// @param exemption what it is
/// @param conditions which must all be true; what is not negated at most once for each subject
/// @param isOptIn whether it lets nobody pass, but names recipients that want greylisting
record ExemptionLine(Exemption exemption, List<Condition> conditions, boolean isOptIn) {
    /// The condition on a name or mail address that is not negated.
    Optional<TextPattern> pattern(Subject subject) {
        for (Condition condition : conditions) {
            if (condition instanceof Condition.Text text && text.subject() == subject) {
                return Optional.of(text.pattern());
            }
        }
        return Optional.empty();
    }

    /// The condition on the client that is not negated.
    Optional<Condition.Client> client() {
        for (Condition condition : conditions) {
            if (condition instanceof Condition.Client client) {
                return Optional.of(client);
            }
        }
        return Optional.empty();
    }

    /// The condition on the client, if it is the only one.
    Optional<Condition.Client> onlyClient() {
        return conditions.size() == 1 ? client() : Optional.empty();
    }

    /// How many networks its conditions name.
    int blocks() {
        int blocks = 0;
        for (Condition condition : conditions) {
            blocks +=
                    switch (condition) {
                        case Condition.Client(List<CidrBlock> its) -> its.size();
                        case Condition.Not(Condition.Client(List<CidrBlock> its)) -> its.size();
                        default -> 0;
                    };
        }
        return blocks;
    }

    /// Whether recipients fit it one by one.
    boolean concernsRecipients() {
        return conditions.stream().anyMatch(each -> each.subject() == Subject.RECIPIENT);
    }

    /// Whether DNS may be asked for it.
    boolean asks() {
        return conditions.stream().anyMatch(Condition::asks);
    }

    /// Whether an index finds it, or it has to be tried.
    boolean isIndexed() {
        return conditions.stream()
                .anyMatch(condition ->
                        condition instanceof Condition.Client
                                || (condition instanceof Condition.Text text
                                        && !text.pattern().hasWildcard()));
    }

    /// Whether it is in force: it has not come to its end, and its times of the day are now.
    ///
    /// @param wall in seconds since 1970
    boolean holds(long wall, ZoneId zone) {
        if (exemption.isOver(wall)) {
            return false;
        }
        for (Condition condition : conditions) {
            Optional<TimeOfDay> time = time(condition);
            if (time.isPresent()
                    && time.get().holds(wall, zone) == condition instanceof Condition.Not) {
                return false;
            }
        }
        return true;
    }

    /// Whether an object of it need not be there while nobody looks at it: it lets mail pass, is
    /// found by its client, sender, recipient or host, and has no other conditions.
    boolean isPlain() {
        return exemption.effect() == Effect.Pass.ALWAYS
                && !isOptIn
                && conditions.stream().allMatch(ExemptionLine::isPlain);
    }

    private static boolean isPlain(Condition condition) {
        return condition instanceof Condition.Client
                || (condition instanceof Condition.Text(Subject subject, TextPattern pattern)
                        && subject != Subject.HELO
                        && !pattern.hasWildcard());
    }

    /// When {@link #holds} is another next by the time of the day, in seconds since 1970; {@link
    /// Exemption#FOREVER} if never.
    long next(long wall, ZoneId zone) {
        long next = Exemption.FOREVER;
        for (TimeOfDay time : times()) {
            next = Math.min(next, time.next(wall, zone));
        }
        return next;
    }

    private List<TimeOfDay> times() {
        return conditions.stream().flatMap(condition -> time(condition).stream()).toList();
    }

    private static Optional<TimeOfDay> time(Condition condition) {
        return switch (condition) {
            case Condition.Time(TimeOfDay time) -> Optional.of(time);
            case Condition.Not(Condition.Time(TimeOfDay time)) -> Optional.of(time);
            default -> Optional.empty();
        };
    }

    /// Whether all conditions are true of a line in force. What is unknown and will stay so does
    /// not fit; nor does what takes more work than the search may do.
    ///
    /// @param isOfClient whether the condition on the client is known to be true
    Fit fit(Search search, boolean isOfClient) {
        boolean open = false;
        for (Condition condition : conditions) {
            if (isOfClient && condition instanceof Condition.Client) {
                continue;
            }
            switch (condition.fit(search)) {
                case YES -> {}
                case NO -> {
                    return Fit.NO;
                }
                case UNKNOWN -> {
                    if (!condition.mayAsk(search.attempt())) {
                        return Fit.NO;
                    }
                    open = true;
                }
            }
        }
        return open ? Fit.UNKNOWN : Fit.YES;
    }

    /// Asks for all that is unknown.
    void ask(Attempt attempt, Questions questions) {
        for (Condition condition : conditions) {
            if (condition.mayAsk(attempt)) {
                condition.ask(questions);
            }
        }
    }

    /// Whether it fits whatever the other one does, for at least as long.
    boolean covers(ExemptionLine other) {
        return isOptIn == other.isOptIn
                && exemption.until() >= other.exemption.until()
                && conditions.stream()
                        .allMatch(wide -> other.conditions.stream().anyMatch(wide::covers));
    }
}
