package org.greydaemon.admin;

/// A request that cannot be answered; the message is for who has sent it, an operator or a program:
/// `where: what is wrong, with the value; what to do`.
final class RequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final Refusal cause;
    private final boolean isWide;

    /// Why a request is refused: what decides whether it is worth sending again.
    enum Refusal {
        /// It cannot be meant as it is.
        WRONG,
        /// What it is about is not there, or not any more.
        NOT_THERE,
        /// So much was asked already that it has to wait.
        TOO_OFTEN,
        /// The daemon cannot do it now.
        NOT_NOW
    }

    RequestException(String message) {
        this(message, Refusal.WRONG, false);
    }

    RequestException(String message, Refusal cause) {
        this(message, cause, false);
    }

    private RequestException(String message, Refusal cause, boolean isWide) {
        super(message, null, false, false);
        this.cause = cause;
        this.isWide = isWide;
    }

    /// The clients are so many that `wide` has to be said.
    static RequestException wide(String message) {
        return new RequestException(message, Refusal.WRONG, true);
    }

    /// Why it is refused.
    Refusal why() {
        return cause;
    }

    /// Whether the same request can be answered with `wide`.
    boolean isWide() {
        return isWide;
    }
}
