package org.greydaemon.observe;

import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;

import java.util.Optional;
import java.util.function.LongSupplier;

/// Says when the disk neither takes what the journal writes nor refuses it, as a network's that is
/// gone or one that breaks does: nothing is answered then, for an answer promises that the journal
/// has it. Confined to the thread that looks, but for {@link #problem}.
public final class HangingDisk {
    /// From how many seconds on; a mail server that asks over UDP has given up by then.
    static final long SECONDS = 5;

    private final LongSupplier waits;
    private final LineLog log;
    private long last;

    // For how many looks in a row it has been the same.
    private volatile long seconds;

    /// @param waits on what the journal is kept waiting, each time another number; 0 if on nothing
    public HangingDisk(LongSupplier waits, LineLog log) {
        this.waits = waits;
        this.log = log;
    }

    /// What the operator should know, if there is something.
    Optional<String> problem() {
        long hangs = seconds;
        return hangs < SECONDS ? Optional.empty() : Optional.of("store: the disk " + words(hangs));
    }

    private static String words(long seconds) {
        return "has kept the journal waiting for "
                + seconds
                + " s, and whoever asks with it; see what is wrong with it (dmesg), or start with"
                + " the save file on another one";
    }

    /// Looks; to be called about once a second.
    public void everySecond() {
        long now = waits.getAsLong();
        long before = seconds;
        long hangs = now != 0 && now == last ? before + 1 : 0;
        seconds = hangs;
        last = now;
        if (hangs == SECONDS) {
            log.tell(Event.DISK_HANGS, words(hangs));
        } else if (hangs < before && before >= SECONDS) {
            log.tell(Event.DISK_HANGS, "goes on, after " + before + " s");
        }
    }
}
