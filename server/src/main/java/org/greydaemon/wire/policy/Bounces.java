package org.greydaemon.wire.policy;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.metrics.Counter;
import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The messages of the null sender: which recipients were asked about at RCPT, because Postfix does
/// not name several at DATA, and what the verdict was. Safe for use by several threads.
///
/// Bounded, and no bound lets anybody pass. Of a message only so many octets of recipients are
/// kept; with more it counts as cut. When there are too many messages, the oldest of the network
/// that has most of them goes, so that no client pushes out another's; and when the latest of the
/// forgotten ones began is remembered, so that a message that may be among them can be told from
/// one that was never asked about.
final class Bounces {
    /// The most messages, with the octets below some 20 MiB at the worst, and 6 MiB of real ones.
    static final int MESSAGES_MAX = 16_384;

    /// The most octets of recipients that are kept of a message: a bounce has one recipient.
    static final int RECIPIENTS_OCTETS = 1024;

    /// How long a message is kept after the last request about it, in seconds; longer than
    /// Postfix's own limits on a silent session let it wait.
    static final long KEPT_SECONDS = 3600;

    /// Separates recipients; none contains it, as it ends a line of a request.
    private static final String PART = "\n";

    /// One message.
    private static final class Bounce {
        private final long network;
        private final long began;
        private String recipients = "";
        private int asked;
        private boolean cut;
        private boolean grown;
        private @Nullable PolicyAnswer verdict;
        private long lastSeconds;

        Bounce(long network, long began) {
            this.network = network;
            this.began = began;
        }

        void ask(String recipient) {
            asked++;
            if ((PART + recipients).contains(PART + recipient + PART)) {
                return;
            }
            grown = true;
            if (recipients.length() + recipient.length() < RECIPIENTS_OCTETS) {
                recipients += recipient + PART;
            } else {
                cut = true;
            }
        }
    }

    /// What is known of a message.
    ///
    /// @param recipients those that are known, each once
    /// @param asked how many requests at RCPT there were
    /// @param cut whether there were more than could be kept
    /// @param verdict how it was judged, unless it has other recipients now
    record Known(List<String> recipients, int asked, boolean cut, Optional<PolicyAnswer> verdict) {}

    private final Counter forgotten;

    @GuardedBy("this")
    private final Map<Instance, Bounce> bounces = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("this")
    private final Map<Long, Integer> byNetwork = new HashMap<>();

    @GuardedBy("this")
    private long forgottenUpTo;

    /// @param forgotten counts messages that made room for others
    /// @param start when the daemon began, by the wall clock: it knows of nothing before
    Bounces(Counter forgotten, long start) {
        this.forgotten = forgotten;
        forgottenUpTo = start;
    }

    /// A recipient was asked about.
    ///
    /// @param network the client's; its messages make room for each other
    /// @param began when the message began, by the wall clock
    /// @param recipient in the form in which it is compared
    /// @return whether another message made room that was not too old
    synchronized boolean recipient(
            Instance message, long network, long began, String recipient, long now) {
        Bounce bounce = bounces.get(message);
        boolean madeRoom = false;
        if (bounce == null) {
            madeRoom = makeRoom(now);
            bounce = new Bounce(network, began);
            bounces.put(message, bounce);
            byNetwork.merge(network, 1, Integer::sum);
        }
        bounce.lastSeconds = now;
        bounce.ask(recipient);
        return madeRoom;
    }

    /// What is known of a message; empty if nothing was asked about it, or it was forgotten.
    synchronized Optional<Known> find(Instance message, long now) {
        Bounce bounce = bounces.get(message);
        if (bounce == null) {
            return Optional.empty();
        }
        bounce.lastSeconds = now;
        // A message that was deferred and comes again within the session, with more recipients or
        // fewer, is deferred.
        boolean holds =
                bounce.verdict != null
                        && (!bounce.grown || bounce.verdict.kind() == PolicyAnswer.Action.DEFER);
        return Optional.of(
                new Known(
                        bounce.recipients.lines().toList(),
                        bounce.asked,
                        bounce.cut,
                        holds ? Optional.ofNullable(bounce.verdict) : Optional.empty()));
    }

    /// Remembers how a message was judged.
    synchronized void judged(Instance message, PolicyAnswer verdict) {
        Bounce bounce = bounces.get(message);
        if (bounce != null) {
            bounce.verdict = verdict;
            bounce.grown = false;
        }
    }

    /// Whether a message of which nothing is known may have been forgotten.
    ///
    /// @param began when it began, by the wall clock
    synchronized boolean mayBeForgotten(long began) {
        return began <= forgottenUpTo;
    }

    /// Forgets what is too old, and one if there are too many.
    @GuardedBy("this")
    private boolean makeRoom(long now) {
        Iterator<Bounce> oldestFirst = bounces.values().iterator();
        while (oldestFirst.hasNext()) {
            Bounce oldest = oldestFirst.next();
            if (now - oldest.lastSeconds <= KEPT_SECONDS) {
                break;
            }
            forget(oldest);
            oldestFirst.remove();
        }
        boolean isFull = bounces.size() >= MESSAGES_MAX;
        if (isFull) {
            evict();
        }
        return isFull;
    }

    @GuardedBy("this")
    private void evict() {
        int most = byNetwork.values().stream().mapToInt(count -> count).max().orElse(0);
        Iterator<Bounce> oldestFirst = bounces.values().iterator();
        while (oldestFirst.hasNext()) {
            Bounce oldest = oldestFirst.next();
            if (byNetwork.getOrDefault(oldest.network, 0) == most) {
                forget(oldest);
                oldestFirst.remove();
                forgotten.increment();
                return;
            }
        }
    }

    @GuardedBy("this")
    private void forget(Bounce bounce) {
        forgottenUpTo = Math.max(forgottenUpTo, bounce.began);
        byNetwork.computeIfPresent(bounce.network, (_, count) -> count == 1 ? null : count - 1);
    }

    /// How many messages are remembered.
    synchronized int size() {
        return bounces.size();
    }
}
