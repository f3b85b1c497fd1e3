package org.greydaemon.cli;

import org.greydaemon.replay.MessageAttempt;
import org.greydaemon.replay.MessageNames;
import org.greydaemon.replay.Recorded;
import org.greydaemon.replay.TrialDaemon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Reads the attempts of logs in the order of time, in a thread of its own, so that they are read
/// while others are played; as long as some wait to be played, it does a part of the judges' work.
/// The logs, and what counts their lines, belong to that thread until all is read or this is
/// closed. {@link #next} is for one thread.
final class ReadAhead implements AutoCloseable {
    private static final int BATCH = 1_024;

    /// The most batches that wait for the player: what is prepared of all of them is still known
    /// when they are played.
    private static final int BATCHES_MAX = 4;

    private final MessageNames names;
    private final BlockingQueue<Batch> read = new ArrayBlockingQueue<>(BATCHES_MAX);
    private final Thread reader;
    private boolean over;

    /// Attempts, and what ended them.
    ///
    /// @param isLast whether there are no more
    /// @param failure a log that cannot be read, or a bug
    private record Batch(
            List<MessageAttempt> attempts, boolean isLast, Optional<Exception> failure) {}

    /// An attempt that is the next one of its log.
    private record Head(Recorded recorded, ReplayLog log) {}

    /// A log that cannot be read to its end.
    static final class UnreadableException extends Exception {
        private static final long serialVersionUID = 1;

        private final String file;
        private final IOException why;

        UnreadableException(String file, IOException why) {
            super(why);
            this.file = file;
            this.why = why;
        }

        String file() {
            return file;
        }

        IOException why() {
            return why;
        }
    }

    /// Begins to read.
    ///
    /// @param judges judge what is read
    ReadAhead(List<ReplayLog> logs, List<TrialDaemon> judges) {
        names = new MessageNames(judges);
        List<ReplayLog> all = List.copyOf(logs);
        reader = Thread.ofPlatform().daemon().name("replay-reader").start(() -> read(all));
    }

    private void read(List<ReplayLog> logs) {
        try {
            Optional<Exception> failure = Optional.empty();
            List<MessageAttempt> batch = new ArrayList<>(BATCH);
            try {
                batch = merge(logs, batch);
            } catch (UnreadableException | RuntimeException e) {
                failure = Optional.of(e);
            }
            read.put(new Batch(batch, true, failure));
        } catch (InterruptedException _) {
            // Closed: nobody waits for more.
        }
    }

    /// @return what is left in the end, less than a batch
    private List<MessageAttempt> merge(List<ReplayLog> logs, List<MessageAttempt> first)
            throws UnreadableException, InterruptedException {
        PriorityQueue<Head> heads =
                new PriorityQueue<>(
                        Comparator.comparingLong((Head head) -> head.recorded().time()));
        for (ReplayLog log : logs) {
            next(log).ifPresent(recorded -> heads.add(new Head(recorded, log)));
        }
        List<MessageAttempt> batch = first;
        boolean hasTime = false;
        for (Head head = heads.poll(); head != null; head = heads.poll()) {
            batch.add(names.of(head.recorded(), hasTime));
            if (batch.size() == BATCH) {
                read.put(new Batch(batch, false, Optional.empty()));
                batch = new ArrayList<>(BATCH);
                hasTime = read.size() > 1;
            }
            ReplayLog log = head.log();
            next(log).ifPresent(recorded -> heads.add(new Head(recorded, log)));
        }
        return batch;
    }

    private static Optional<Recorded> next(ReplayLog log) throws UnreadableException {
        try {
            return log.next();
        } catch (IOException e) {
            throw new UnreadableException(log.file(), e);
        }
    }

    /// The next attempts; empty at the end.
    ///
    /// @throws UnreadableException if a log cannot be read
    List<MessageAttempt> next() throws UnreadableException {
        if (over) {
            return List.of();
        }
        try {
            Batch batch = read.take();
            over = batch.isLast();
            return switch (batch.failure().orElse(null)) {
                case null -> batch.attempts();
                case UnreadableException e -> throw e;
                case Exception e -> throw new IllegalStateException(e);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = true;
            return List.of();
        }
    }

    /// Ends the reading, wherever it is.
    @Override
    public void close() {
        reader.interrupt();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
