package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.List;

/// A white list or exemption file that cannot be used. The message is its problems, one on each
/// line.
public final class UnusableListException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ArrayList<String> problems;

    /// @param problems as {@link #problems} returns them
    public UnusableListException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = new ArrayList<>(problems);
    }

    /// For the operator, at least one: `file:line: what is wrong, with the value; what to do`.
    public List<String> problems() {
        return List.copyOf(problems);
    }
}
