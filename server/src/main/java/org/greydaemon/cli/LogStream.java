package org.greydaemon.cli;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.replay.DatedLine;
import org.greydaemon.replay.LogForm;
import org.greydaemon.replay.ReadLines;
import org.greydaemon.replay.Recorded;
import org.greydaemon.replay.Recording;
import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// The attempts of logs that are of one form, which are read as one log, their lines in the order
/// of time: what a rotated file begins ends in the next one. Confined to one thread.
final class LogStream {
    private static final int NONE = -1;

    private final Recording recording;
    private final List<ReplayLog> logs;
    private final PriorityQueue<Head> others =
            new PriorityQueue<>(
                    Comparator.comparingLong((Head head) -> head.line().time())
                            .thenComparingInt(Head::log));
    private int current = NONE; // The file that is being read, and its next line.
    private @Nullable DatedLine line;
    private boolean over;

    /// The next line of a file that is not being read.
    private record Head(DatedLine line, int log) {}

    /// @param logs of this form; of those that go on in the same second, the first one first
    LogStream(LogForm form, List<ReplayLog> logs, ReadLines counted) throws MistakeException {
        this.logs = List.copyOf(logs);
        recording = new Recording(form, counted);
        for (int i = 0; i < logs.size(); i++) {
            DatedLine first = logs.get(i).next();
            if (first != null) {
                others.add(new Head(first, i));
            }
        }
        readOther();
    }

    /// The next attempt; empty at the end.
    Optional<Recorded> next() throws MistakeException {
        while (true) {
            Optional<Recorded> ready = recording.next();
            if (ready.isPresent() || over) {
                return ready;
            }
            if (line == null) {
                over = true;
                recording.end();
            } else {
                recording.line(line);
                goOn();
            }
        }
    }

    /// The file goes on until another one has an earlier line: lines of a second that stand
    /// together belong together.
    private void goOn() throws MistakeException {
        line = logs.get(current).next();
        Head other = others.peek();
        if (line == null) {
            readOther();
        } else if (other != null && other.line().time() < line.time()) {
            Head left = new Head(line, current);
            readOther();
            others.add(left);
        }
    }

    private void readOther() {
        Head head = others.poll();
        current = head == null ? NONE : head.log();
        line = head == null ? null : head.line();
    }
}
