package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Questions;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.Optional;

/// What must be true of an attempt for a line to fit. Immutable.
///
/// What nobody knows is {@link Fit#UNKNOWN}, and then neither the condition nor its negation holds.
sealed interface Condition {
    /// What it looks at.
    Subject subject();

    /// Whether it is true.
    Fit fit(Search search);

    /// Whether it is worth asking for what is unknown.
    default boolean mayAsk(Attempt attempt) {
        return false;
    }

    /// Asks for it.
    default void ask(Questions questions) {
        // Nobody could answer.
    }

    /// Whether it may ask at all.
    default boolean asks() {
        return false;
    }

    /// Whether every attempt of which the other one is true is one of which this is.
    default boolean covers(Condition other) {
        return equals(other);
    }

    /// The other one is not true.
    record Not(Condition condition) implements Condition {
        @Override
        public Subject subject() {
            return condition.subject();
        }

        @Override
        public Fit fit(Search search) {
            return condition instanceof Time time
                    ? time.fit(search)
                    : condition.fit(search).negated();
        }

        @Override
        public boolean mayAsk(Attempt attempt) {
            return condition.mayAsk(attempt);
        }

        @Override
        public void ask(Questions questions) {
            condition.ask(questions);
        }

        @Override
        public boolean asks() {
            return condition.asks();
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Not(Condition narrow) && narrow.covers(condition);
        }
    }

    /// The client has one of these addresses.
    record Client(List<CidrBlock> blocks) implements Condition {
        /// Takes a copy.
        public Client {
            blocks = List.copyOf(blocks);
        }

        @Override
        public Subject subject() {
            return Subject.CLIENT;
        }

        @Override
        public Fit fit(Search search) {
            Attempt attempt = search.attempt();
            if (!attempt.isAddress() || !search.mayTake(blocks.size())) {
                return Fit.UNKNOWN;
            }
            for (CidrBlock block : blocks) {
                if (block.contains(attempt.addressHigh(), attempt.addressLow())) {
                    return Fit.YES;
                }
            }
            return Fit.NO;
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Client client
                    && client.blocks.stream()
                            .allMatch(narrow ->
                                    blocks.stream().anyMatch(block -> block.covers(narrow)));
        }
    }

    /// A name or mail address matches.
    record Text(Subject subject, TextPattern pattern) implements Condition {
        @Override
        public Fit fit(Search search) {
            Optional<List<String>> texts = search.texts(subject);
            if (texts.isEmpty()) {
                return Fit.UNKNOWN;
            }
            for (String text : texts.get()) {
                if (!search.mayTake(1 + pattern.steps(text))) {
                    return Fit.UNKNOWN;
                }
                if (pattern.matches(text)) {
                    return Fit.YES;
                }
            }
            return Fit.NO;
        }

        @Override
        public boolean mayAsk(Attempt attempt) {
            return asks() && attempt.mayAskForHosts();
        }

        @Override
        public void ask(Questions questions) {
            questions.askForHosts();
        }

        @Override
        public boolean asks() {
            return subject == Subject.HOST;
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Text text
                    && text.subject == subject
                    && pattern.covers(text.pattern);
        }
    }

    /// What the names of the client's host tell, which are asked for.
    sealed interface ByHost extends Condition {
        @Override
        default boolean mayAsk(Attempt attempt) {
            return attempt.mayAskForHosts();
        }

        @Override
        default void ask(Questions questions) {
            questions.askForHosts();
        }

        @Override
        default boolean asks() {
            return true;
        }
    }

    /// The client's host has a confirmed name.
    record Confirmed() implements ByHost {
        @Override
        public Subject subject() {
            return Subject.CONFIRMED;
        }

        @Override
        public Fit fit(Search search) {
            return search.attempt()
                    .evidence()
                    .hosts()
                    .map(names -> Fit.of(!names.isEmpty()))
                    .orElse(Fit.UNKNOWN);
        }

        /// A line with `host` is about confirmed names.
        @Override
        public boolean covers(Condition other) {
            return equals(other)
                    || (other instanceof Text(Subject of, var _) && of == Subject.HOST);
        }
    }

    /// The client is suspect (docs/rules.md).
    record Suspect() implements ByHost {
        @Override
        public Subject subject() {
            return Subject.SUSPECT;
        }

        @Override
        public Fit fit(Search search) {
            return search.suspicion()
                    .map(suspicion -> Fit.of(suspicion != Suspicion.NONE))
                    .orElse(Fit.UNKNOWN);
        }
    }

    /// SPF says this of client and sender.
    record Spf(Evidence.Spf said) implements Condition {
        @Override
        public Subject subject() {
            return Subject.SPF;
        }

        @Override
        public Fit fit(Search search) {
            return switch (search.attempt().evidence().spf()) {
                case UNKNOWN, NO_ANSWER -> Fit.UNKNOWN;
                case PASS, FAIL, NONE, OTHER -> Fit.of(search.attempt().evidence().spf() == said);
            };
        }

        @Override
        public boolean mayAsk(Attempt attempt) {
            return attempt.mayAskForSpf();
        }

        @Override
        public void ask(Questions questions) {
            questions.askForSpf();
        }

        @Override
        public boolean asks() {
            return true;
        }
    }

    /// A list in DNS has the client, and says so by one of these addresses.
    record Listed(String zone, ListedValues values) implements Condition {
        @Override
        public Subject subject() {
            return Subject.LISTED;
        }

        @Override
        public Fit fit(Search search) {
            Optional<List<IpAddress>> answer = search.attempt().evidence().listing(zone);
            return answer.map(all -> Fit.of(all.stream().anyMatch(values::hold)))
                    .orElse(Fit.UNKNOWN);
        }

        @Override
        public boolean mayAsk(Attempt attempt) {
            return attempt.mayAskForListing(zone);
        }

        @Override
        public void ask(Questions questions) {
            questions.askForListing(zone);
        }

        @Override
        public boolean asks() {
            return true;
        }
    }

    /// The client speaks TLS.
    record Tls() implements Condition {
        @Override
        public Subject subject() {
            return Subject.TLS;
        }

        @Override
        public Fit fit(Search search) {
            return switch (search.attempt().evidence().tls()) {
                case UNKNOWN -> Fit.UNKNOWN;
                case YES -> Fit.YES;
                case NO -> Fit.NO;
            };
        }
    }

    /// It is this time of the day, or, negated, it is not: {@link ExemptionLine#holds} looks at it
    /// as at the end of a line, and no line is compared that is not in force.
    record Time(TimeOfDay time) implements Condition {
        @Override
        public Subject subject() {
            return Subject.TIME;
        }

        @Override
        public Fit fit(Search search) {
            return Fit.YES;
        }
    }
}
