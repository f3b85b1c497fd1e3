package org.greydaemon.admin;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.net.CidrSet;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.StreamAddress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/// The unix socket on which operators ask. Created, started and stopped by `main`.
///
/// Who may write to the socket's file may connect (unix(7)): root and the daemon's user, and the
/// daemon's group if it bears the user's name. A group of another name, `nogroup` or qmail's
/// `nofiles`, is shared with programs that have no business here.
public final class ControlSocket implements AutoCloseable {
    private static final ConnectionServer.Limits LIMITS =
            new ConnectionServer.Limits(32, 10, 30, 1);

    private static final long LEFT_SECONDS = 5;

    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER_AND_GROUP =
            PosixFilePermissions.fromString("rw-rw----");

    private final ConnectionServer server;

    /// @param budget what connections may hold
    /// @param onBug hears of exceptions that no peer can cause
    public ControlSocket(ConnectionBudget budget, ConnectionServer.OnBug onBug) {
        server = new ConnectionServer("control", CidrSet.EMPTY, LIMITS, budget, onBug);
    }

    /// Listens and begins to answer.
    ///
    /// @throws IOException if the system refuses; the message is for the operator
    public void start(Path path, ControlHandler handler) throws IOException {
        int octets = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (octets > StreamAddress.Unix.PATH_MAX) {
            throw new IOException(
                    "the path has "
                            + octets
                            + " octets, and the system allows a socket "
                            + StreamAddress.Unix.PATH_MAX);
        }
        AtomicReference<PosixFileAttributes> socket = new AtomicReference<>();
        server.listen(
                new StreamAddress.Unix(path),
                beside -> {
                    socket.set(beside);
                    return groupIsOwners(beside) ? OWNER_AND_GROUP : OWNER;
                });
        server.start(connection -> {
            PosixFileAttributes file = Objects.requireNonNull(socket.get());
            handler.serve(connection, groupIsOwners(file) || isOwner(connection, file));
        });
    }

    private static boolean groupIsOwners(PosixFileAttributes file) {
        return file.group().getName().equals(file.owner().getName());
    }

    /// Looks at who is there even though the file's mode should do: an operator may have changed
    /// it.
    private static boolean isOwner(Connection connection, PosixFileAttributes file) {
        String user = connection.peer().user();
        return user.equals("root") || user.equals(file.owner().getName());
    }

    /// Ends all connections, within a second. Who waits for a disk then is waited for a little
    /// longer. Idempotent.
    ///
    /// @return how many commands have not ended
    @CanIgnoreReturnValue
    public int stop() {
        return server.stop(LEFT_SECONDS);
    }

    /// Where it listened, if it has ended without removing the socket's file.
    public List<StreamAddress> left() {
        return server.left();
    }

    @Override
    public void close() {
        stop();
    }
}
