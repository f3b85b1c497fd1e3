package org.greydaemon.cli;

import org.greydaemon.json.Json;

/// The daemon answered that it will not or cannot do what was asked.
final class RefusedException extends NoAnswerException {
    private static final long serialVersionUID = 1;

    private final String line;
    private final boolean isWide;

    /// @param answer the last line of the answer
    RefusedException(ControlClient.Line answer) {
        super(answer.text("error"));
        line = answer.text();
        isWide = answer.members().get("wide") == Json.Word.TRUE;
    }

    /// Whether that is only because the clients are so many.
    boolean isWide() {
        return isWide;
    }

    /// The answer as it came.
    String line() {
        return line;
    }
}
