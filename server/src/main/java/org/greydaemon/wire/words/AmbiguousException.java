package org.greydaemon.wire.words;

/// Words may mean two things, or nothing; never leaves this package.
final class AmbiguousException extends Exception {
    private static final long serialVersionUID = 1;

    /// @param why what is wrong, and what to do
    AmbiguousException(String why) {
        super(why, null, false, false);
    }

    /// What is wrong, and what to do.
    String why() {
        return String.valueOf(getMessage());
    }
}
