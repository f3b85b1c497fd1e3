package org.greydaemon.wire.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What was just answered about messages, by {@link Instance}, and which have their header. Safe
/// for use by several threads, because the requests may come over several connections.
///
/// Bounded: the messages that were asked about longest ago go first. One that loses its place only
/// loses comfort: it gets one more header, or a retry of it is judged once more. What a verdict
/// depends on is in {@link Bounces}.
final class Messages {
    /// The most messages; each takes some 200 octets.
    static final int MESSAGES_MAX = 16_384;

    /// How long after an answer the same request is a second copy of it, in seconds. Postfix sends
    /// it one second after a connection broke (`smtpd_policy_service_retry_delay`); the same
    /// recipient given anew by the client later is a new request.
    private static final long REPEAT_SECONDS = 10;

    /// What is asked about a message, so that two of its requests are told apart. A digest, since
    /// the client chooses the recipient: if it could compute the hash, it could choose one that
    /// gets another recipient's answer.
    ///
    /// @param digest of state and recipient
    record RequestDigest(Instance digest) {
        static RequestDigest of(String state, String recipient) {
            return new RequestDigest(Instance.of(state, recipient, ""));
        }
    }

    /// One message.
    private static final class Message {
        private boolean marked;
        private @Nullable RequestDigest request;
        private @Nullable PolicyAnswer answer;
    }

    @GuardedBy("this")
    private final Map<Instance, Message> messages =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Instance, Message> eldest) {
                    return size() > MESSAGES_MAX;
                }
            };

    /// How the same request about the message was answered a moment ago; empty if it was not.
    synchronized Optional<PolicyAnswer> repeated(
            Instance message, RequestDigest request, long now) {
        Message found = messages.get(message);
        return found == null
                        || found.answer == null
                        || !request.equals(found.request)
                        || now - found.answer.at() > REPEAT_SECONDS
                ? Optional.empty()
                : Optional.of(found.answer);
    }

    /// Remembers how a request about the message was answered.
    synchronized void answered(Instance message, RequestDigest request, PolicyAnswer answer) {
        Message entry = findOrAdd(message);
        entry.request = request;
        entry.answer = answer;
    }

    /// Whether the message gets its header now, and from now on no other.
    synchronized boolean mark(Instance message) {
        Message entry = findOrAdd(message);
        boolean first = !entry.marked;
        entry.marked = true;
        return first;
    }

    @GuardedBy("this")
    private Message findOrAdd(Instance message) {
        return messages.computeIfAbsent(message, _ -> new Message());
    }

    /// How many messages are remembered.
    synchronized int size() {
        return messages.size();
    }
}
