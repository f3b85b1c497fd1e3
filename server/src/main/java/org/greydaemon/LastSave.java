package org.greydaemon;

import org.greydaemon.cli.ExitStatus;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.Event;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.Signals;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;

/// The save with which the daemon ends. If the disk does not take it, it is tried again for a
/// while, then in another folder; and what is lost in the end is said. Confined to `main`.
final class LastSave {
    private final MemoryStore store;
    private final SteadyClock clock;
    private final DaemonSettings settings;
    private final Signals signals;
    private final LineLog log;

    LastSave(
            MemoryStore store,
            SteadyClock clock,
            DaemonSettings settings,
            Signals signals,
            LineLog log) {
        this.store = store;
        this.clock = clock;
        this.settings = settings;
        this.signals = signals;
        this.log = log;
    }

    /// Saves, or does what else there is to do at once: somebody waits to be answered.
    ///
    /// @return how the process ends
    ExitStatus saveAtOnce() {
        return store.save(clock.getAsLong()) || store.unwritten() == 0
                ? ExitStatus.STOPPED
                : lastResort(store.unwritten());
    }

    /// Saves, or tries to.
    ///
    /// @return how the process ends
    ExitStatus save() {
        long end = clock.getAsLong() + settings.stopWaitSeconds();
        boolean saidWait = false;
        while (!store.save(clock.getAsLong())) {
            long changes = store.unwritten();
            if (changes == 0) {
                return ExitStatus.STOPPED; // The journal has everything; why is in the log.
            }
            if (!saidWait) {
                saidWait = true;
                log.tell(
                        Event.UNSAVED,
                        "%d %s, trying again for %d s; another SIGTERM ends the wait"
                                .formatted(
                                        changes,
                                        changes == 1 ? "change" : "changes",
                                        settings.stopWaitSeconds()));
            }
            if (clock.getAsLong() >= end || signals.awaitAnother(1)) {
                return lastResort(changes);
            }
        }
        return ExitStatus.STOPPED;
    }

    /// Says what is lost if nothing can be saved: a save hangs, and so would every other one.
    ///
    /// @return how the process ends
    ExitStatus none() {
        long changes = store.unwritten();
        if (store.waitsForDisk() != 0) {
            return lost("what the journal has not taken, whose disk hangs as well");
        }
        return changes == 0 ? ExitStatus.STOPPED : lost(changes + " changes, as a save hangs");
    }

    private ExitStatus lastResort(long changes) {
        if (settings.rescue().isPresent() && store.rescue(clock.getAsLong())) {
            log.tell(
                    Event.UNSAVED,
                    "%d changes, all is in %s, which the next start reads"
                            .formatted(changes, settings.rescue().get()));
            return ExitStatus.STOPPED;
        }
        return lost(
                changes
                        + " changes, which end with this process; make room or name a folder for"
                        + " such cases with --rescue");
    }

    private ExitStatus lost(String lost) {
        log.tell(Event.UNSAVED, lost);
        System.err.println("greydaemon: " + settings.saveFile() + ": not saved: " + lost);
        return ExitStatus.NOT_SAVED;
    }
}
