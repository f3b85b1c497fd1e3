package org.greydaemon;

import org.greydaemon.observe.StoreNotices;
import org.greydaemon.server.Predecessor;
import org.greydaemon.server.Signals;
import org.greydaemon.store.memory.MemoryStore;

import java.io.IOException;
import java.nio.file.Path;

/// How a successor gets what the other daemon remembers ([ADR
/// 25](docs/adr/0025-sockets-outlive-the-process.md)).
///
/// @param basis with the other daemon
/// @param kept what bounds and keeps the store
/// @param notices of the store
record StoreTakeOver(Basis basis, MemoryStore.Settings kept, StoreNotices notices) {
    /// Reads and rehearses while the other daemon still answers; reads what it has added when it
    /// does not any more.
    ///
    /// @param signals may say that this one is to stop instead
    MemoryStore store(Signals signals) throws IOException, StartException {
        Predecessor predecessor = basis.predecessor().orElseThrow();
        MemoryStore store = Start.read(basis, kept, notices, true);
        int _ =
                new Rehearsal(basis.settings(), basis.clock(), store.entries())
                        .play(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            store.catchUp(basis.clock().getAsLong());
            requireToGoOn(signals);
            predecessor.leaves();
            if (store.takeOver(basis.clock().getAsLong())) {
                return store;
            }
        } catch (IOException | StartException e) {
            store.close();
            throw e;
        }
        store.close();
        return Start.read(basis, kept, notices, false);
    }

    /// The last moment at which the other daemon can go on: if this one stopped afterwards, nobody
    /// would answer.
    private void requireToGoOn(Signals signals) throws StartException {
        if (signals.isToStop()) {
            throw StartException.stopped(
                    basis.settings().control()
                            + ": told to stop before the daemon that runs has made way; that one"
                            + " goes on");
        }
    }
}
