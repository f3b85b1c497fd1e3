package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;

import java.io.IOException;
import java.nio.file.Path;

/// What the {@link MemoryStore} has to tell. Called from any of its threads.
public interface StoreListener {
    /// A line of a file is no entry and was skipped.
    void strangeLine(Path file, long lineNumber, String line);

    /// An entry was read at start; the key is only lent.
    void loaded(Key key, long entry);

    /// The bound on entries is reached; entries are evicted from now on.
    void full(long entriesMax);

    /// A file had lines that are no entries; as it was read, it stands beside it.
    void kept(Path file, Path asItWas);

    /// Somebody else has written the save file since the journal; what the journal has beyond it
    /// was added.
    void rewritten(Path file);

    /// The save file is older than its journal, and what was remembered between the two is in no
    /// file.
    ///
    /// @param isThere whether there is one; otherwise all that it held is missing
    default void outdated(Path file, boolean isThere) {}

    /// What a daemon before this one has rescued was read, and is removed by the next save.
    void rescued(Path file);

    /// All entries are in the save file.
    void saved(Path file, long entries);

    /// The files were read, and are written from now on.
    default void loadingEnds() {}

    /// The journal or the save file cannot be written. Answers go on; said once, and once more if
    /// it gets worse.
    ///
    /// @param isJournaled whether the journal has what is answered; otherwise it is in memory only
    void inTrouble(Path file, IOException cause, boolean isJournaled);

    /// Another file cannot be written or removed, on which no answer depends.
    void failed(Path file, IOException cause);

    /// Where the time that files take is measured; asked once.
    default FileMetrics fileMetrics() {
        return FileMetrics.unseen();
    }
}
