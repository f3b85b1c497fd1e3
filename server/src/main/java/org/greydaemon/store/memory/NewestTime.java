package org.greydaemon.store.memory;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;

import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Finds the newest time that most entries of the files agree with, so that a few that a wrong
/// clock or a bad disk has made do not decide. Confined to one thread.
final class NewestTime implements Recovery.Receiver {
    private static final int MINUTE = 60;

    private final long window;
    private final NavigableMap<Long, Minute> minutes = new TreeMap<>();
    private long entries;

    private static final class Minute {
        private long entries;
        private long newest;
    }

    /// @param window how far apart entries of one time may be, in seconds
    NewestTime(long window) {
        this.window = window;
    }

    @Override
    public void entry(Key key, long entry, boolean isLater) {
        if (entry == Memory.NEVER) {
            return;
        }
        long time = Entry.time(entry);
        entries++;
        Minute minute = minutes.computeIfAbsent(time / MINUTE, _ -> new Minute());
        minute.entries++;
        minute.newest = Math.max(minute.newest, time);
    }

    @Override
    public void strange(Path file, long lineNumber, String line) {
        // The start, which reads the files again, says so.
    }

    /// The time in seconds; 0 if there are no entries.
    long seconds() {
        for (Map.Entry<Long, Minute> newest : minutes.descendingMap().entrySet()) {
            long first = newest.getKey() - window / MINUTE;
            long agreeing =
                    minutes.subMap(first, true, newest.getKey(), true).values().stream()
                            .mapToLong(minute -> minute.entries)
                            .sum();
            if (agreeing * 2 >= entries) {
                return newest.getValue().newest;
            }
        }
        return 0;
    }
}
