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
    private final Recording recording;
    private final PriorityQueue<Head> others =
            new PriorityQueue<>(
                    Comparator.comparingLong((Head head) -> head.line().time())
                            .thenComparingInt(Head::order));
    private @Nullable Head current; // The file that is being read; none at the end.
    private boolean over;

    /// The next line of a file.
    ///
    /// @param order of the file, for lines of the same second
    private record Head(DatedLine line, ReplayLog log, int order) {}

    /// @param logs of this form; of those that go on in the same second, the first one first
    LogStream(LogForm form, List<ReplayLog> logs, ReadLines counted) throws MistakeException {
        recording = new Recording(form, counted);
        for (int i = 0; i < logs.size(); i++) {
            Optional<DatedLine> line = logs.get(i).next();
            if (line.isPresent()) {
                others.add(new Head(line.get(), logs.get(i), i));
            }
        }
        current = others.poll();
    }

    /// The next attempt; empty at the end.
    Optional<Recorded> next() throws MistakeException {
        while (true) {
            Optional<Recorded> ready = recording.next();
            if (ready.isPresent() || over) {
                return ready;
            }
            if (current == null) {
                over = true;
                recording.end();
            } else {
                recording.line(current.line());
                current = following(current);
            }
        }
    }

    /// The file goes on until another one has an earlier line: lines of a second that stand
    /// together belong together.
    private @Nullable Head following(Head before) throws MistakeException {
        Optional<DatedLine> line = before.log().next();
        if (line.isEmpty()) {
            return others.poll();
        }
        Head head = new Head(line.get(), before.log(), before.order());
        Head other = others.peek();
        if (other == null || line.get().time() <= other.line().time()) {
            return head;
        }
        others.remove();
        others.add(head);
        return other;
    }
}
