package org.greydaemon;

import org.greydaemon.net.Endpoint;
import org.greydaemon.server.FileFault;
import org.greydaemon.server.StreamAddress;
import org.greydaemon.server.SystemError;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;

/// What the system's refusal to listen somewhere means to the operator.
///
/// @param basis of the daemon that wants to listen
record ListenFault(Basis basis) {

    /// What to do when an address cannot be listened at.
    ///
    /// @param command shows who listens where
    StartException at(Endpoint place, String command, IOException cause) {
        if (SystemError.ADDRESS_TAKEN.isIn(cause)) {
            return StartException.notNow(
                    place
                            + ": Address already in use; "
                            + whoElse()
                            + "stop what listens there ("
                            + command
                            + " shows it), or choose another address or port");
        }
        if (SystemError.NO_SUCH_ADDRESS.isIn(cause)) {
            return StartException.notNow(
                    place + ": this host has no such address; choose one that ip address shows");
        }
        if (SystemError.PERMISSION_DENIED.isIn(cause)) {
            return StartException.toMend(
                    place
                            + ": this user may not listen there; choose a port from 1024 on, or"
                            + " start as root with -u");
        }
        return StartException.notNow(
                place + ": " + cause.getMessage() + "; choose another address or port");
    }

    /// The same for a unix socket.
    StartException at(StreamAddress.Unix place, IOException cause) {
        if (cause instanceof FileAlreadyExistsException) {
            return StartException.toMend(
                    place + ": a file that is no socket is there; name another place");
        }
        if (SystemError.READ_ONLY.isIn(cause)) {
            return StartException.toMend(FileFault.words(place.path(), cause));
        }
        if (SystemError.NO_SUCH_FILE.isIn(cause)) {
            return StartException.toMend(place + ": its folder is missing; create the folder");
        }
        if (SystemError.PERMISSION_DENIED.isIn(cause)) {
            return StartException.toMend(
                    place
                            + ": this user may not make a socket there; give the folder to the user"
                            + " that the daemon starts as, or choose another");
        }
        return StartException.notNow(
                place
                        + ": "
                        + cause.getMessage()
                        + "; "
                        + whoElse()
                        + "stop what listens there, or choose another place");
    }

    /// Of two successors one comes too late: the daemon before them has gone already, and the other
    /// one is not asked yet.
    private String whoElse() {
        return basis.soughtInVain()
                ? "nobody answers at "
                        + basis.settings().control()
                        + " to be taken over from: if another successor has come first, start again"
                        + " when it answers; else "
                : "";
    }
}
