package org.greydaemon.cli;

/// Why the daemon has ended, as its supervisor hears it. The table in greydaemon(8) is checked
/// against it, and the systemd unit does not start it again after those that {@link #isFinal}.
public enum ExitStatus {
    /// It was told to stop.
    STOPPED(0),
    /// It could not start, for a reason that may go away by itself: a port that is taken, a disk
    /// that is full.
    NOT_NOW(1),
    /// The command line is wrong.
    USAGE(2),
    /// The JVM ran out of memory; the number is that of its option ExitOnOutOfMemoryError.
    OUT_OF_MEMORY(3),
    /// A bug (EX_SOFTWARE of sysexits.h).
    BUG(70),
    /// It was told to stop and could not save everything (EX_IOERR of sysexits.h).
    NOT_SAVED(74),
    /// Something stays wrong until an operator mends it: the configuration, the white list, the
    /// user, who owns a folder (EX_CONFIG of sysexits.h).
    CONFIGURATION(78);

    private final int number;

    ExitStatus(int number) {
        this.number = number;
    }

    /// What exit(3) is given.
    public int number() {
        return number;
    }

    /// Whether starting again without doing anything ends in the same way.
    public boolean isFinal() {
        return switch (this) {
            case USAGE, CONFIGURATION -> true;
            case STOPPED, NOT_NOW, OUT_OF_MEMORY, BUG, NOT_SAVED -> false;
        };
    }
}
