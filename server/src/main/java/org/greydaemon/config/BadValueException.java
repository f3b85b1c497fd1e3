package org.greydaemon.config;

/// A text that means nothing; the message says what is wrong, with the text, and what to do.
public final class BadValueException extends Exception {
    private static final long serialVersionUID = 1;

    BadValueException(String message) {
        super(message);
    }

    /// The message, which is never missing.
    public String problem() {
        return String.valueOf(getMessage());
    }
}
