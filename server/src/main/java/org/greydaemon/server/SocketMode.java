package org.greydaemon.server;

import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Who may connect to a unix socket: those who may write to its file (unix(7)).
@FunctionalInterface
public interface SocketMode {
    /// The permissions of the socket.
    ///
    /// @param beside of a file of ours in the same folder: the socket gets the same owner and group
    Set<PosixFilePermission> of(PosixFileAttributes beside);

    /// These permissions, whoever owns the socket.
    static SocketMode always(Set<PosixFilePermission> permissions) {
        return _ -> permissions;
    }
}
