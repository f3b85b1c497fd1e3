package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.DecisionLog;
import org.greydaemon.log.JsonLines;
import org.greydaemon.log.OriginalLines;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Shows decisions to operators who watch, beside the log, and keeps the {@link Waits} for those
/// who ask later. Safe for use by several threads; never waits for a reader, and creates no garbage
/// while nobody watches, but for mail that passes after a wait. Who reads too slowly misses lines,
/// and is told how many.
public final class Watchers {
    /// The most lines that wait for one operator.
    static final int QUEUE_MAX = 10_000;

    /// The most characters in them, divided by the number of operators: ten thousand lines of the
    /// usual length, and not a heap full of addresses that are 2048 octets long.
    static final int WAITING_MAX = 4 << 20;

    private final Waits waits = new Waits();
    private final LongSupplier wallOffsetSeconds;

    // Replaced whole under `this`, read by every decision.
    private volatile Watcher[] watchers = {};

    /// @param wallOffsetSeconds what to add to a time to get the time of the wall clock
    public Watchers(LongSupplier wallOffsetSeconds) {
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// A log that tells both this log and whoever watches.
    public DecisionLog beside(DecisionLog log) {
        return (attempt, decision, now) -> {
            log.decided(attempt, decision, now);
            decided(attempt, decision, now);
        };
    }

    private void decided(Attempt attempt, Decision decision, long now) {
        waits.decided(attempt, decision, now);
        Watcher[] all = watchers; // One read: an iterator would be garbage.
        for (int i = 0; i < all.length; i++) {
            all[i].decided(attempt, decision, now, WAITING_MAX / all.length);
        }
    }

    /// The waits that came to an end.
    Waits waits() {
        return waits;
    }

    /// Begins to watch.
    ///
    /// @param reason the only reason of interest; empty for all
    Watcher watch(Optional<Reason> reason, WhoseMail whose) {
        Watcher watcher = new Watcher(reason, whose);
        synchronized (this) {
            Watcher[] more = Arrays.copyOf(watchers, watchers.length + 1);
            more[watchers.length] = watcher;
            watchers = more;
        }
        return watcher;
    }

    private synchronized void end(Watcher watcher) {
        watchers = Arrays.stream(watchers).filter(one -> one != watcher).toArray(Watcher[]::new);
    }

    /// One operator who watches, until closed.
    final class Watcher implements AutoCloseable {
        private final Optional<Reason> reason;
        private final WhoseMail whose;
        private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE_MAX);
        private final AtomicLong dropped = new AtomicLong();
        // The characters in `lines`; for a moment more, while a decision adds a line.
        private final AtomicLong waiting = new AtomicLong();

        private Watcher(Optional<Reason> reason, WhoseMail whose) {
            this.reason = reason;
            this.whose = whose;
        }

        private void decided(Attempt attempt, Decision decision, long now, int waitingMax) {
            if (reason.isPresent() && reason.get() != decision.reason()) {
                return;
            }
            EntryText names = EntryText.of(attempt);
            if (!whose.isEverybody() && !isAnyMeant(attempt, names)) {
                return;
            }
            if (lines.remainingCapacity() == 0 || waiting.get() >= waitingMax) {
                dropped.incrementAndGet();
                return;
            }
            String line = line(attempt, decision, names, now).toString();
            waiting.addAndGet(line.length());
            if (!lines.offer(line)) {
                waiting.addAndGet(-line.length());
                dropped.incrementAndGet();
            }
        }

        /// Whether the mail of one of the recipients is meant that a line shows.
        private boolean isAnyMeant(Attempt attempt, EntryText first) {
            boolean isMeant = whose.holds(first);
            int shown = Math.min(attempt.recipients(), OriginalLines.LINES_MAX);
            for (int i = 1; i < shown && !isMeant && whose.recipient().isPresent(); i++) {
                String recipient = EntryText.recipient(attempt, i);
                isMeant = whose.holds(new EntryText(first.client(), first.sender(), recipient));
            }
            return isMeant;
        }

        /// All that the log would show in any of its forms, by the names of {@link JsonLines}.
        private JsonLine line(Attempt attempt, Decision decision, EntryText names, long now) {
            JsonLine line = new JsonLine().put("time", now + wallOffsetSeconds.getAsLong());
            line.put("reason", decision.reason().word());
            line.put("proto", attempt.source().protocol().word());
            line.put("peer", peer(attempt.source()));
            line.put("client", names.client());
            String host = EntryText.hostName(attempt);
            if (!host.isEmpty()) {
                line.put("client_name", host);
            }
            line.put("sender", names.sender()).put("recipient", names.recipient());
            line.put("recipients", attempt.recipients());
            if (attempt.recipients() > 1) {
                line.putLines("each", each(attempt, decision));
            }
            outcome(attempt, decision, line);
            return line;
        }

        private static void outcome(Attempt attempt, Decision decision, JsonLine line) {
            if (attempt.isCut()) {
                line.put("cut", true);
            }
            if (decision.isObserved()) {
                line.put("observed", "defer");
            }
            if (decision.cause().isLine()) {
                line.put("by", by(decision.cause()));
            }
            if (decision.identity() != Identity.NONE) {
                line.put("identity", decision.identity().word());
            }
            if (decision.suspicion() != Suspicion.NONE) {
                line.put("suspect", decision.suspicion().word());
            }
            if (decision.waitedSeconds() > 0) {
                line.put("waited", decision.waitedSeconds());
            }
            if (decision.retryInSeconds() > 0) {
                line.put("retry_in", decision.retryInSeconds());
            }
        }

        private static String by(Cause cause) {
            byte[] text = new byte[Cause.TEXT_MAX];
            return new String(text, 0, cause.write(text, 0), StandardCharsets.US_ASCII);
        }

        private static String peer(Source source) {
            byte[] peer = new byte[Source.PEER_MAX];
            return new String(peer, 0, source.writePeer(peer, 0), StandardCharsets.US_ASCII);
        }

        /// Every recipient, with its reason if it was judged by itself.
        private static List<JsonLine> each(Attempt attempt, Decision decision) {
            List<JsonLine> each = new ArrayList<>();
            for (int i = 0; i < Math.min(attempt.recipients(), OriginalLines.LINES_MAX); i++) {
                JsonLine one = new JsonLine().put("recipient", EntryText.recipient(attempt, i));
                if (i < decision.recipients()) {
                    one.put("reason", decision.recipientReason(i).word());
                }
                each.add(one);
            }
            return each;
        }

        /// Waits up to a second for the next line.
        Optional<String> next() {
            try {
                Optional<String> line = Optional.ofNullable(lines.poll(1, TimeUnit.SECONDS));
                line.ifPresent(text -> waiting.addAndGet(-text.length()));
                return line;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        /// Whether more lines wait.
        boolean hasMore() {
            return !lines.isEmpty();
        }

        /// How many lines were dropped since this was asked last.
        long takeDropped() {
            return dropped.getAndSet(0);
        }

        @Override
        public void close() {
            end(this);
        }
    }
}
