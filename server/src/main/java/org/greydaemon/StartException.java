package org.greydaemon;

/// The daemon cannot start; the message tells the operator why and what to do.
final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    StartException(String message) {
        super(message);
    }
}
