package org.greydaemon.admin;

/// A request that cannot be answered; the message is for the operator: `what is wrong; what to do`.
final class RequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean isWide;

    RequestException(String message) {
        this(message, false);
    }

    private RequestException(String message, boolean isWide) {
        super(message, null, false, false);
        this.isWide = isWide;
    }

    /// The clients are so many that `wide` has to be said.
    static RequestException wide(String message) {
        return new RequestException(message, true);
    }

    /// Whether the same request can be answered with `wide`.
    boolean isWide() {
        return isWide;
    }
}
