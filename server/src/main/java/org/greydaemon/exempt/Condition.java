package org.greydaemon.exempt;

import org.greydaemon.decision.Attempt;
import org.greydaemon.net.CidrBlock;

import java.util.List;

/// What must be true of an attempt for an exemption to hold. Immutable.
sealed interface Condition {
    /// What it looks at.
    Subject subject();

    /// Whether every attempt for which the other one holds is one for which this holds.
    boolean covers(Condition other);

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

        boolean holds(Attempt attempt) {
            if (!attempt.isAddress()) {
                return false;
            }
            for (CidrBlock block : blocks) {
                if (block.contains(attempt.addressHigh(), attempt.addressLow())) {
                    return true;
                }
            }
            return false;
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
        public boolean covers(Condition other) {
            return other instanceof Text text
                    && text.subject == subject
                    && pattern.covers(text.pattern);
        }
    }
}
