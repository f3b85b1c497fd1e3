package org.greydaemon;

import org.greydaemon.admin.TakeOver;
import org.greydaemon.server.Supervisor;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.Saver;

import java.nio.file.Path;
import java.util.Optional;

/// What the daemon leaves to one that takes over.
///
/// @param saveFile where that is kept
/// @param store what it remembers
/// @param saver writes that to the disk
/// @param supervisor of this process
record DaemonEstate(Path saveFile, MemoryStore store, Saver saver, Supervisor supervisor)
        implements TakeOver.Estate {
    /// How long the disk may need for what is being forced to it, in milliseconds: mail is answered
    /// meanwhile, and the successor waits.
    private static final long DISK_MILLIS = 10_000;

    @Override
    public Optional<String> refusal() {
        if (supervisor.isThere()) {
            return Optional.of(
                    "systemd supervises this daemon, and keeps its sockets; say systemctl restart,"
                            + " which loses no question");
        }
        long unwritten = store.unwritten();
        return unwritten > 0
                ? Optional.of(
                        unwritten
                                + " changes are in no file and would be lost; make room on the disk"
                                + " first, the log says what is wrong")
                : Optional.empty();
    }

    @Override
    public Optional<String> lastRefusal() {
        Optional<String> refusal = refusal();
        return refusal.isPresent() || saver.rest(DISK_MILLIS)
                ? refusal
                : Optional.of(
                        "the disk has not taken the journal for %d s; take over when it answers"
                                .formatted(DISK_MILLIS / 1000));
    }

    @Override
    public void hold() {
        store.holdSaves(true);
    }

    @Override
    public void goOn() {
        store.holdSaves(false);
        saver.force();
    }
}
