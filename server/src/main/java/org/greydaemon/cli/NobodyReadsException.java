package org.greydaemon.cli;

/// The answer is longer than what anybody wants to read.
final class NobodyReadsException extends NoAnswerException {
    private static final long serialVersionUID = 1;

    NobodyReadsException() {
        super("nobody reads any more");
    }
}
