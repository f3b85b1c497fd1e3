package org.greydaemon.store;

import org.greydaemon.decision.Memory;

/// A place that remembers entries and survives the process. Safe for use by several threads.
public interface Store extends Memory, AutoCloseable {
    /// Returns when every step that this thread has made would survive the death of the process.
    /// Answers are sent after this, so that nothing answered is ever forgotten.
    void commit();

    /// How many entries are remembered, expired ones that have not been removed yet among them.
    long entries();

    /// Ends the store in good order. Idempotent.
    @Override
    void close();
}
