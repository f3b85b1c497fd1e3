package org.greydaemon.identity;

import java.util.ArrayList;
import java.util.List;

/// A file of pools that cannot be used. The message is its problems, one on each line.
public final class UnusablePoolsException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    /// @param problems as {@link #problems} returns them
    public UnusablePoolsException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = new ArrayList<>(problems);
    }

    /// For the operator, at least one: `file:line: what is wrong, with the value; what to do`.
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
