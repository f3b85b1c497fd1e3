package org.greydaemon.cli;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.MessageAttempt;
import org.greydaemon.replay.MessageNames;
import org.greydaemon.replay.Recorded;
import org.greydaemon.replay.TrialDaemon;

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
    /// @param failure that a log cannot be read, or a bug
    private record Batch(
            List<MessageAttempt> attempts, boolean isLast, Optional<Exception> failure) {}

    /// An attempt that is the next one of its log.
    private record Head(Recorded recorded, LogStream log) {}

    /// Begins to read.
    ///
    /// @param judges judge what is read
    ReadAhead(List<LogStream> logs, List<TrialDaemon> judges) {
        names = new MessageNames(judges);
        List<LogStream> all = List.copyOf(logs);
        reader = Thread.ofPlatform().daemon().name("replay-reader").start(() -> read(all));
    }

    private void read(List<LogStream> logs) {
        try {
            Optional<Exception> failure = Optional.empty();
            List<MessageAttempt> batch = new ArrayList<>(BATCH);
            try {
                batch = merge(logs, batch);
            } catch (MistakeException | RuntimeException e) {
                failure = Optional.of(e);
            }
            read.put(new Batch(batch, true, failure));
        } catch (InterruptedException _) {
            // Closed: nobody waits for more.
        }
    }

    /// @return what is left in the end, less than a batch
    private List<MessageAttempt> merge(List<LogStream> logs, List<MessageAttempt> first)
            throws MistakeException, InterruptedException {
        PriorityQueue<Head> heads =
                new PriorityQueue<>(
                        Comparator.comparingLong((Head head) -> head.recorded().time()));
        for (LogStream log : logs) {
            log.next().ifPresent(recorded -> heads.add(new Head(recorded, log)));
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
            LogStream log = head.log();
            log.next().ifPresent(recorded -> heads.add(new Head(recorded, log)));
        }
        return batch;
    }

    /// The next attempts; empty at the end.
    ///
    /// @throws MistakeException if a log cannot be read
    List<MessageAttempt> next() throws MistakeException {
        if (over) {
            return List.of();
        }
        try {
            Batch batch = read.take();
            over = batch.isLast();
            return switch (batch.failure().orElse(null)) {
                case null -> batch.attempts();
                case MistakeException e -> throw e;
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
