package org.greydaemon;

import org.greydaemon.admin.TakeOver;
import org.greydaemon.server.Supervisor;
import org.greydaemon.store.memory.MemoryStore;

import java.util.Optional;

/// What the daemon leaves to one that takes over.
///
/// @param store what it remembers
/// @param supervisor of this process
record DaemonEstate(MemoryStore store, Supervisor supervisor) implements TakeOver.Estate {
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
    public void holdSaves(boolean isHeld) {
        store.holdSaves(isHeld);
    }
}
