package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.DecisionLog;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Shows decisions to operators who watch, beside the log. Safe for use by several threads; never
/// waits, and creates no garbage while nobody watches. Who reads too slowly misses lines, and is
/// told how many.
public final class Watchers {
    /// The most lines that wait for one operator.
    static final int QUEUE_MAX = 10_000;

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
        Watcher[] all = watchers; // One read: an iterator would be garbage.
        for (int i = 0; i < all.length; i++) {
            all[i].decided(attempt, decision, now);
        }
    }

    /// Begins to watch.
    ///
    /// @param reason the only reason of interest; empty for all
    Watcher watch(Optional<Reason> reason, Envelope envelope) {
        Watcher watcher = new Watcher(reason, envelope);
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
        private final Envelope envelope;
        private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(QUEUE_MAX);
        private final AtomicLong dropped = new AtomicLong();

        private Watcher(Optional<Reason> reason, Envelope envelope) {
            this.reason = reason;
            this.envelope = envelope;
        }

        private void decided(Attempt attempt, Decision decision, long now) {
            if (reason.isPresent() && reason.get() != decision.reason()) {
                return;
            }
            EntryText names = names(attempt);
            if (!envelope.isEverybody() && !envelope.holds(names)) {
                return;
            }
            if (lines.remainingCapacity() == 0
                    || !lines.offer(line(attempt, decision, names, now))) {
                dropped.incrementAndGet();
            }
        }

        private EntryText names(Attempt attempt) {
            if (attempt.fault() == Attempt.Fault.NO_CLIENT) {
                return new EntryText("", "", "");
            }
            boolean hasRecipient =
                    attempt.fault() != Attempt.Fault.NO_SENDER && attempt.recipients() > 0;
            return EntryText.of(hasRecipient ? attempt.tripletKey(0) : attempt.clientKey());
        }

        private String line(Attempt attempt, Decision decision, EntryText names, long now) {
            JsonLine line = new JsonLine().put("time", now + wallOffsetSeconds.getAsLong());
            line.put("reason", decision.reason().word());
            line.put("proto", attempt.source().protocol().word());
            line.put("client", names.client());
            line.put("sender", names.sender()).put("recipient", names.recipient());
            line.put("recipients", attempt.recipients());
            if (decision.waitedSeconds() > 0) {
                line.put("waited", decision.waitedSeconds());
            }
            if (decision.retryInSeconds() > 0) {
                line.put("retry_in", decision.retryInSeconds());
            }
            return line.toString();
        }

        /// Waits up to a second for the next line.
        Optional<String> next() {
            try {
                return Optional.ofNullable(lines.poll(1, TimeUnit.SECONDS));
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
