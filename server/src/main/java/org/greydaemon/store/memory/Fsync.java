package org.greydaemon.store.memory;

/// When the journal is forced to the disk. The death of the process loses nothing with any of them;
/// they differ in what a power failure can take.
public enum Fsync {
    /// Before every answer: nothing.
    ALWAYS,
    /// Once a second: the last second.
    EVERYSEC,
    /// When the system likes: some seconds, usually up to 30.
    NEVER
}
