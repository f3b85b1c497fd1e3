package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

/// Errors of the system that mean something of their own to the operator. Java's exceptions tell
/// them only in the system's words, which are in the operator's language; this compares with the
/// same words.
public enum SystemError {
    /// ENOENT.
    NO_SUCH_FILE(2),
    /// EACCES.
    PERMISSION_DENIED(13),
    /// ENOTDIR.
    NOT_A_FOLDER(20),
    /// EISDIR.
    IS_A_FOLDER(21),
    /// ENOSPC.
    NO_SPACE(28),
    /// EROFS.
    READ_ONLY(30),
    /// ENAMETOOLONG.
    NAME_TOO_LONG(36),
    /// EADDRINUSE.
    ADDRESS_TAKEN(98),
    /// EADDRNOTAVAIL.
    NO_SUCH_ADDRESS(99);

    private final int errno; // The numbers of Linux on all but a few old processors.

    SystemError(int errno) {
        this.errno = errno;
    }

    /// Whether this is what an exception tells.
    public boolean isIn(Exception e) {
        return String.valueOf(e.getMessage()).contains(SystemCall.message(errno));
    }
}
