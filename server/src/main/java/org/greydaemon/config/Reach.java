package org.greydaemon.config;

import org.greydaemon.server.Privileges;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What the daemon's user may do with files, or who looks if there is no such user.
///
/// Known limits: of a user, owners and modes are looked at and whether the file system is mounted
/// read-only, but no access control lists.
///
/// @param user whom the daemon becomes
record Reach(Optional<Privileges.User> user) {
    static final int READ = 4;
    static final int WRITE = 2;
    static final int SEARCH = 1;

    /// Who that is, for a sentence.
    String who() {
        return user.map(found -> "user '" + found.name() + "'").orElse("this user");
    }

    /// Whether the user may, as far as it can be told; if it cannot, yes.
    boolean may(Path path, int what) {
        if (user.isEmpty()) {
            return mayWhoLooks(path, what);
        }
        Path absolute = path.toAbsolutePath().normalize();
        return mayComeTo(absolute, user.get())
                && mayComeTo(FileChecks.real(path), user.get())
                && may(user.get(), absolute, what)
                && ((what & WRITE) == 0 || !isReadOnly(absolute));
    }

    /// Of a link the folders count that it lies in, and those that it leads through.
    private static boolean mayComeTo(Path path, Privileges.User user) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (!may(user, above, SEARCH)) {
                return false;
            }
        }
        return true;
    }

    /// Whether who looks may.
    static boolean mayWhoLooks(Path path, int what) {
        return ((what & READ) == 0 || Files.isReadable(path))
                && ((what & WRITE) == 0 || Files.isWritable(path))
                && ((what & SEARCH) == 0 || Files.isExecutable(path));
    }

    /// Whether root looks.
    static boolean isRootLooking() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// The kernel's rule for modes (path_resolution(7)): the first that fits of owner, group and
    /// others decides. The daemon has no groups but its user's own.
    private static boolean may(Privileges.User user, Path path, int what) {
        try {
            int bits = (int) Files.getAttribute(path, "unix:mode");
            if ((int) Files.getAttribute(path, "unix:uid") == user.uid()) {
                bits >>= 6;
            } else if ((int) Files.getAttribute(path, "unix:gid") == user.gid()) {
                bits >>= 3;
            }
            return user.uid() == 0 || (bits & what) == what;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isReadOnly(Path path) {
        try {
            return Files.getFileStore(path).isReadOnly();
        } catch (IOException e) {
            return false;
        }
    }
}
