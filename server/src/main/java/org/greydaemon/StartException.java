package org.greydaemon;

import org.greydaemon.cli.ExitStatus;

/// The daemon cannot start; the message tells the operator why and what to do.
final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitStatus status;

    private StartException(ExitStatus status, String message) {
        super(message);
        this.status = status;
    }

    /// For what stays as it is until the operator mends it.
    static StartException toMend(String message) {
        return new StartException(ExitStatus.CONFIGURATION, message);
    }

    /// For what may go away by itself, so that a supervisor should try again.
    static StartException notNow(String message) {
        return new StartException(ExitStatus.NOT_NOW, message);
    }

    /// For one that was told to stop before it answered, where somebody else does.
    static StartException stopped(String message) {
        return new StartException(ExitStatus.STOPPED, message);
    }

    /// How the process ends.
    ExitStatus status() {
        return status;
    }

    /// What the operator is told.
    String words() {
        return String.valueOf(getMessage());
    }
}
