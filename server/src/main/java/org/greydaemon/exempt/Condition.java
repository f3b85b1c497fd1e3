package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;

import java.util.List;

/// What must be true of an attempt for an exemption to hold. Immutable.
sealed interface Condition {
    /// What it looks at.
    Subject subject();

    /// Whether every attempt for which the other one holds is one for which this holds.
    boolean covers(Condition other);

    /// The client has one of these addresses.
    ///
    /// @param set the blocks, for looking one up
    record Client(List<CidrBlock> blocks, CidrSet set) implements Condition {
        /// A condition on these blocks.
        static Client in(List<CidrBlock> blocks) {
            return new Client(List.copyOf(blocks), CidrSet.of(blocks));
        }

        @Override
        public Subject subject() {
            return Subject.CLIENT;
        }

        boolean holds(Attempt attempt) {
            return attempt.isAddress() && set.contains(attempt.addressHigh(), attempt.addressLow());
        }

        @Override
        public boolean covers(Condition other) {
            return other instanceof Client client && client.blocks.stream().allMatch(set::covers);
        }
    }

    /// A name or mail address matches.
    record Text(Subject subject, TextPattern pattern) implements Condition {
        @Override
        public boolean covers(Condition other) {
            return other instanceof Text text
                    && text.subject == subject
                    && pattern.covers(text.pattern);
        }
    }
}
