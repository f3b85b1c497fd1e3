package org.greydaemon.replay;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Consumer;

/// The attempts of one log, which may stand in several files, in the order of their time. Whoever
/// has the log's lines hands them over; an attempt comes out when no earlier one can follow.
/// Confined to one thread.
public final class Recording {
    /// How much later than its attempt a line may stand: a message's sender and recipients are
    /// known only when it is being delivered.
    static final int LATE_SECONDS = 120;

    /// The most attempts that wait for earlier ones.
    private static final int WAITING_MAX = 50_000;

    private final LineReader reader;
    private final ReadLines counted;
    private final Queue<Recorded> ready = new ArrayDeque<>();
    private final Consumer<Recorded> finds = this::found;

    // Nearly all stand in the order of their time; those that are earlier than one before them
    // wait beside.
    private final Queue<Recorded> inOrder = new ArrayDeque<>();
    private final PriorityQueue<Waiting> behind = new PriorityQueue<>();
    private long latest = Long.MIN_VALUE; // Of those that were ever in order.
    private long found;
    private long newest = Long.MIN_VALUE;
    private long last = Long.MIN_VALUE;

    /// An attempt that is earlier than one before it; those of a second keep their order.
    private record Waiting(Recorded attempt, long number) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            return attempt.time() != other.attempt.time()
                    ? Long.compare(attempt.time(), other.attempt.time())
                    : Long.compare(number, other.number);
        }
    }

    /// @param form what wrote the log
    /// @param counted counts the lines
    public Recording(LogForm form, ReadLines counted) {
        reader = form.reader(counted);
        this.counted = counted;
    }

    /// Reads a line.
    public void line(DatedLine line) {
        String why = reader.line(line.time(), line.text(), line.from(), finds);
        if (!why.isEmpty()) {
            counted.malformed(line.place(), why);
        }
        newest = Math.max(newest, line.time());
        release(Math.min(newest - LATE_SECONDS, reader.since()));
    }

    private void found(Recorded recorded) {
        if (recorded.time() >= latest) {
            latest = recorded.time();
            inOrder.add(recorded);
        } else {
            behind.add(new Waiting(recorded, found++));
        }
    }

    /// There are no more lines.
    public void end() {
        reader.end(finds);
        release(Long.MAX_VALUE);
    }

    private void release(long until) {
        while (true) {
            Waiting late = behind.peek();
            Recorded next = inOrder.peek();
            // Of the same second, those in order stood before: later ones are later than the late.
            boolean isLate = late != null && (next == null || late.attempt().time() < next.time());
            Recorded first = isLate ? late.attempt() : next;
            if (first == null
                    || (first.time() >= until && inOrder.size() + behind.size() <= WAITING_MAX)) {
                return;
            }
            (isLate ? behind : inOrder).remove();
            if (first.time() < last) {
                counted.countBackward();
            }
            last = Math.max(last, first.time());
            ready.add(
                    last == first.time()
                            ? first
                            : new Recorded(
                                    last, first.envelope(), first.recipients(), first.accepted()));
        }
    }

    /// The next attempt, if it is known yet.
    public Optional<Recorded> next() {
        return Optional.ofNullable(ready.poll());
    }
}
