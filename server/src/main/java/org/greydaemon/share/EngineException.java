package org.greydaemon.share;

/// The engine did not do what it was asked. The message is for the operator: what is wrong and what
/// to do.
final class EngineException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean isConnectionOver;

    /// @param isConnectionOver whether another connection might do better
    EngineException(String message, boolean isConnectionOver, Throwable cause) {
        super(message, cause);
        this.isConnectionOver = isConnectionOver;
    }

    boolean isConnectionOver() {
        return isConnectionOver;
    }

    String words() {
        return String.valueOf(getMessage());
    }
}
