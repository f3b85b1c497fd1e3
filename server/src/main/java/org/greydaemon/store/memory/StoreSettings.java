package org.greydaemon.store.memory;

import org.greydaemon.decision.Rules.Lifetimes;

import java.nio.file.Path;
import java.util.Optional;

/// What bounds and keeps the {@link MemoryStore}.
///
/// @param saveFile the save file; the journal and the lock lie beside it
/// @param rescue where {@link MemoryStore#rescue} saves, and the next start looks, if anywhere
/// @param fsync when the journal is forced to the disk
/// @param entriesMax the most entries, from 1 on; one of more than 256 octets counts for one for
///   every 256 octets begun, so that memory is bounded too
/// @param lifetimes how long entries are worth keeping
public record StoreSettings(
        Path saveFile, Optional<Path> rescue, Fsync fsync, long entriesMax, Lifetimes lifetimes) {
    /// Without a place for what cannot be saved.
    public StoreSettings(Path saveFile, Fsync fsync, long entriesMax, Lifetimes lifetimes) {
        this(saveFile, Optional.empty(), fsync, entriesMax, lifetimes);
    }

    /// The most triplets of one client network: a sixteenth of all, but never so few that one big
    /// sender is too many.
    int tripletsPerNetworkMax() {
        return Math.clamp(entriesMax / 16, 1000, Integer.MAX_VALUE);
    }

    /// How many triplets proven clients make room for, instead of the other way round.
    long tripletsMin() {
        return Math.max(1, entriesMax / 16);
    }

    /// How much more room is made than is wanted, so that it is made seldom.
    int roomAhead() {
        return Math.clamp(entriesMax >> 14, 0, 63);
    }
}
