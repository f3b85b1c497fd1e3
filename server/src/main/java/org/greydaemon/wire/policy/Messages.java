package org.greydaemon.wire.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the requests about one message must know of each other, by Postfix's `instance`. Safe for
/// use by several threads, because the requests may come over several connections.
///
/// Bounded: the messages that were asked about longest ago go first. Who loses its place here only
/// loses comfort: a header more, or a bounce that is not greylisted.
final class Messages {
    /// The most octets of text kept, over all messages.
    private static final int OCTETS_MAX = 4 << 20;

    /// What a message costs beside its text.
    private static final int MESSAGE_OCTETS = 300;

    /// The most recipients of a message that are kept; RFC 5321 4.5.3.1.8 asks for 100.
    static final int RECIPIENTS_MAX = 100;

    /// How long a message is kept after the last request about it, in seconds; longer than
    /// Postfix's own limits on a session let it wait.
    private static final long KEPT_SECONDS = 3600;

    /// How long after an answer the same request is a second copy of it, in seconds. Postfix sends
    /// it one second after a connection broke (`smtpd_policy_service_retry_delay`); the same
    /// recipient given anew by the client later is a new request.
    private static final long REPEAT_SECONDS = 10;

    /// One message.
    private static final class Message {
        private final List<String> recipients = new ArrayList<>();
        private int octets = MESSAGE_OCTETS;
        private long lastSeconds;
        private boolean judged;
        private boolean marked;
        private String request = "";
        private String action = "";
    }

    @GuardedBy("this")
    private final Map<String, Message> messages = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("this")
    private long octets;

    /// The action that the same request about the message was answered with a moment ago; empty if
    /// it was not.
    synchronized String repeated(String message, String request, long now) {
        Message found = find(message, now);
        return found != null
                        && found.request.equals(request)
                        && now - found.lastSeconds <= REPEAT_SECONDS
                ? found.action
                : "";
    }

    /// Remembers how a request about the message was answered.
    synchronized void answered(String message, String request, String action, long now) {
        Message entry = findOrAdd(message, now);
        grow(
                entry,
                request.length()
                        + action.length()
                        - entry.request.length()
                        - entry.action.length());
        entry.request = request;
        entry.action = action;
        entry.lastSeconds = now;
        evict(now);
    }

    /// Remembers a recipient of a message that is judged later; beyond {@link #RECIPIENTS_MAX} it
    /// is not.
    synchronized void recipient(String message, String recipient, long now) {
        Message entry = findOrAdd(message, now);
        if (entry.recipients.size() < RECIPIENTS_MAX && !entry.recipients.contains(recipient)) {
            entry.recipients.add(recipient);
            grow(entry, recipient.length());
        }
        evict(now);
    }

    /// The recipients of a message that are remembered.
    synchronized List<String> recipients(String message, long now) {
        Message found = find(message, now);
        return found == null ? List.of() : List.copyOf(found.recipients);
    }

    /// Remembers that the message, or a recipient of it, was judged.
    synchronized void judged(String message, long now) {
        findOrAdd(message, now).judged = true;
    }

    /// Whether the message was judged.
    synchronized boolean isJudged(String message, long now) {
        Message found = find(message, now);
        return found != null && found.judged;
    }

    /// Whether the message gets its header now, and from now on no other.
    synchronized boolean mark(String message, long now) {
        Message entry = findOrAdd(message, now);
        boolean first = !entry.marked;
        entry.marked = true;
        return first;
    }

    @GuardedBy("this")
    private @Nullable Message find(String message, long now) {
        Message found = messages.get(message);
        return found == null || now - found.lastSeconds > KEPT_SECONDS ? null : found;
    }

    @GuardedBy("this")
    private Message findOrAdd(String message, long now) {
        Message entry = messages.get(message);
        if (entry == null) {
            entry = new Message();
            messages.put(message, entry);
            octets += MESSAGE_OCTETS;
            grow(entry, message.length());
        }
        entry.lastSeconds = now;
        return entry;
    }

    @GuardedBy("this")
    private void grow(Message entry, int by) {
        entry.octets += by;
        octets += by;
    }

    /// Forgets what is too old, and the oldest ones while there is too much.
    @GuardedBy("this")
    private void evict(long now) {
        Iterator<Message> oldestFirst = messages.values().iterator();
        while (oldestFirst.hasNext()) {
            Message oldest = oldestFirst.next();
            if (octets <= OCTETS_MAX && now - oldest.lastSeconds <= KEPT_SECONDS) {
                return;
            }
            octets -= oldest.octets;
            oldestFirst.remove();
        }
    }

    /// How many octets of text are kept.
    synchronized long octets() {
        return octets;
    }
}
