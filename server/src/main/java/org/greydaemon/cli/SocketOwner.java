package org.greydaemon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Whether root may trust what a control socket says: its owner, and whoever listens there, has to
/// be root or the daemon's user. Anybody else who can make a socket could tell root anything, and
/// hear what root asks. Other users can harm nobody but themselves. Immutable.
final class SocketOwner {
    /// The daemon's user of the Debian package.
    static final String USER = "greydaemon";

    /// The variable of the environment that names another one.
    static final String VARIABLE = "GREYCTL_USER";

    private static final String ROOT = "root";

    private final String user;
    private final boolean isRoot;

    /// @param user the daemon's user, if the command line names one; else empty
    SocketOwner(String user) {
        this(user, isRoot());
    }

    /// @param isRoot whether root asks
    SocketOwner(String user, boolean isRoot) {
        String environment = Optional.ofNullable(System.getenv(VARIABLE)).orElse("");
        String byDefault = environment.isEmpty() ? USER : environment;
        this.user = user.isEmpty() ? byDefault : user;
        this.isRoot = isRoot;
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return ROOT.equals(System.getProperty("user.name"));
        }
    }

    /// Looks at the socket's file.
    ///
    /// @throws NoAnswerException if root must not trust its owner
    void check(Path socket) throws NoAnswerException {
        if (!isRoot) {
            return;
        }
        try {
            check(socket, Files.getOwner(socket).getName(), "belongs to ");
        } catch (NoSuchFileException e) {
            // To connect fails, with better words.
        } catch (IOException e) {
            throw new NoAnswerException(
                    socket
                            + ": nobody knows whose it is: "
                            + e.getMessage()
                            + "; name another one");
        }
    }

    /// Looks at who listens there.
    ///
    /// @throws NoAnswerException if root must not trust it
    void checkPeer(Path socket, String peer) throws NoAnswerException {
        if (isRoot) {
            check(socket, peer, "is answered by ");
        }
    }

    private void check(Path socket, String owner, String what) throws NoAnswerException {
        if (!owner.equals(ROOT) && !owner.equals(user)) {
            throw new NoAnswerException(
                    "%s: it %s%s, who is neither root nor %s; if greydaemon runs as that user, say --user %s or set %s"
                            .formatted(socket, what, owner, user, owner, VARIABLE));
        }
    }
}
