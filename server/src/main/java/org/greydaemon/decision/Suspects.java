package org.greydaemon.decision;

import java.util.Set;

/// How long clients wait that are less likely to be mail servers. Immutable.
///
/// @param delaySeconds how long a suspect client's triplet waits
/// @param hammer how many retries may come too early before the triplet waits longer
/// @param hammerSeconds how long a triplet waits then
/// @param senders how many senders' mail must have passed until a suspect client is proven; what
///   has passed before is proven for its triplet alone, because a bot that tries again after half
///   an hour would else bring the rest of its list in with the first match
/// @param ourNames what this server is called, in lower case: names and addresses
public record Suspects(
        long delaySeconds, int hammer, long hammerSeconds, int senders, Set<String> ourNames) {
    /// The most senders: what a mark holds ({@link SenderMarks}), and the one that makes it full.
    public static final int SENDERS_MAX = SenderMarks.COUNT + 1;

    /// The most early retries that a mark counts.
    public static final int HAMMER_MAX = 1000;

    /// Nobody is suspect, and nobody hammers.
    public static final Suspects NONE = new Suspects(0, HAMMER_MAX, 0, 1, Set.of());

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the mark of an entry could not hold them
    public Suspects {
        if (hammer < 1 || hammer > HAMMER_MAX || senders < 1 || senders > SENDERS_MAX) {
            throw new IllegalArgumentException("hammer " + hammer + ", senders " + senders);
        }
        ourNames = Set.copyOf(ourNames);
    }
}
