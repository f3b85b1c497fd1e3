package org.greydaemon.store;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;

/// A place that remembers entries and survives the process. Safe for use by several threads.
public interface Store extends Memory, AutoCloseable {
    /// Returns when every step that this thread has made would survive the death of the process.
    /// Answers are sent after this, so that nothing answered is ever forgotten.
    void commit();

    /// Receives entries.
    interface Visitor {
        /// One entry, a {@link org.greydaemon.decision.Entry}; the key is only lent.
        void entry(Key key, long entry);
    }

    /// Shows every entry that stays while it runs, expired ones that have not been removed yet
    /// included, in no particular order. No step waits for the visitor.
    void visit(Visitor visitor);

    /// How many entries are remembered, expired ones that have not been removed yet included.
    long entries();

    /// How many of them are of a kind. Cheap.
    long entries(Key.Kind kind);

    /// Ends the store in good order. Idempotent.
    @Override
    void close();
}
