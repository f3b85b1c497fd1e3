package org.greydaemon.observe;

import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;

import java.util.Optional;
import java.util.function.LongSupplier;

/// Says when the disk neither takes what the journal gives it nor refuses it, as a network's that
/// is gone or one that breaks does. Confined to the thread that looks, but for {@link #problem}.
public final class HangingDisk {
    /// What the disk is given.
    enum Task {
        /// What is written, and forced with `--fsync always`: nothing is answered then, for an
        /// answer promises that the journal has it. A mail server that asks over UDP has given up
        /// after so many seconds.
        ANSWERS(
                5,
                "has kept the journal waiting for %d s, and whoever asks with it; see what is wrong"
                        + " with it (dmesg), or start with the save file on another one",
                "goes on, after %d s"),

        /// What is forced while answers go on, which may wait for a large save file.
        FORCE(
                30,
                "has not taken the journal for %d s; answers go on, but a power cut would take what"
                        + " came since; see what is wrong with it (dmesg)",
                "has taken the journal, after %d s");

        private final long seconds;
        private final String hangs;
        private final String isOver;

        Task(long seconds, String hangs, String isOver) {
            this.seconds = seconds;
            this.hangs = hangs;
            this.isOver = isOver;
        }
    }

    private final Task task;
    private final LongSupplier waits;
    private final LineLog log;
    private long last;

    // For how many looks in a row it has been the same.
    private volatile long seconds;

    /// @param waits what the disk has been given and not taken, each time another number; 0 if it
    ///   has taken all
    HangingDisk(Task task, LongSupplier waits, LineLog log) {
        this.task = task;
        this.waits = waits;
        this.log = log;
    }

    /// What the operator should know, if there is something.
    Optional<String> problem() {
        long hangs = seconds;
        return hangs < task.seconds
                ? Optional.empty()
                : Optional.of("store: the disk " + task.hangs.formatted(hangs));
    }

    /// Looks; to be called about once a second.
    public void everySecond() {
        long now = waits.getAsLong();
        long before = seconds;
        long hangs = now != 0 && now == last ? before + 1 : 0;
        seconds = hangs;
        last = now;
        if (hangs == task.seconds) {
            log.tell(Event.DISK_HANGS, task.hangs.formatted(hangs));
        } else if (hangs < before && before >= task.seconds) {
            log.tell(Event.DISK_HANGS, task.isOver.formatted(before));
        }
    }
}
