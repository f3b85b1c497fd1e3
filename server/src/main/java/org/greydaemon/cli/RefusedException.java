package org.greydaemon.cli;

/// The daemon answered that it will not or cannot do what was asked.
final class RefusedException extends NoAnswerException {
    private static final long serialVersionUID = 1;

    private final String line;

    /// @param answer the last line of the answer
    RefusedException(ControlClient.Line answer) {
        super(answer.text("error"));
        line = answer.text();
    }

    /// The answer as it came.
    String line() {
        return line;
    }
}
