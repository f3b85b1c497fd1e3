package org.greydaemon.wire.policy;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.IntStream;

/// What was just answered about messages, by {@link Instance}, and which have their header. Safe
/// for use by several threads, because the requests may come over several connections.
///
/// Bounded: a message has one of some places, chosen by a secret, and there the one that was asked
/// about longest ago goes first. One that loses its place only loses comfort: it gets one more
/// header, or a retry of it is judged once more. What a verdict depends on is in {@link Bounces}.
///
/// Divided by the same secret, so that the loops seldom wait for each other here: with one lock for
/// all, two of them waited a tenth of their time (async-profiler, `bench/dialog policy`, 20
/// connections).
final class Messages {
    /// The most messages.
    static final int MESSAGES_MAX = 16_384;

    private static final int PARTS_LOG = 4;

    /// 2^64 divided by the golden ratio: the upper bits of a multiple depend on all others.
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    /// What is asked about a message, so that two of its requests are told apart. A digest, since
    /// the client chooses the recipient: if it could compute the hash, it could choose one that
    /// gets another recipient's answer.
    ///
    /// @param digest of state and recipient
    record RequestDigest(Instance digest) {}

    // Otherwise a client could choose messages that all have the same places.
    private final long secret = new SecureRandom().nextLong();

    private final MessagePlaces[] parts =
            IntStream.range(0, 1 << PARTS_LOG)
                    .mapToObj(_ -> new MessagePlaces(MESSAGES_MAX >> PARTS_LOG))
                    .toArray(MessagePlaces[]::new);

    private long hash(Instance message) {
        return (((message.high() ^ secret) * GOLDEN_RATIO) ^ message.low()) * GOLDEN_RATIO;
    }

    private MessagePlaces part(long hash) {
        return parts[(int) (hash >>> (Long.SIZE - PARTS_LOG))];
    }

    /// How the same request about the message was answered a moment ago; empty if it was not.
    Optional<PolicyAnswer> repeated(Instance message, RequestDigest request, long now) {
        long hash = hash(message);
        return part(hash).repeated(message, hash << PARTS_LOG, request, now);
    }

    /// Remembers how a request about the message was answered.
    void answered(Instance message, RequestDigest request, PolicyAnswer answer) {
        long hash = hash(message);
        part(hash).answered(message, hash << PARTS_LOG, request, answer);
    }

    /// Whether the message gets its header now, and from now on no other.
    boolean mark(Instance message) {
        long hash = hash(message);
        return part(hash).mark(message, hash << PARTS_LOG);
    }

    /// How many messages are remembered.
    int size() {
        int size = 0;
        for (MessagePlaces part : parts) {
            size += part.size();
        }
        return size;
    }
}
