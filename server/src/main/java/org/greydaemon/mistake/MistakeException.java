package org.greydaemon.mistake;

import java.util.List;
import java.util.stream.Collectors;

/// Something that an operator wrote cannot be meant, or a file cannot be used: at least one {@link
/// Mistake}. The message is all of them, one on each line.
public final class MistakeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Mistake> mistakes;

    /// @param mistakes at least one
    public MistakeException(List<Mistake> mistakes) {
        super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
        this.mistakes = List.copyOf(mistakes);
    }

    /// At a place.
    public MistakeException(String place, String problem, String remedy) {
        this(List.of(new Mistake(place, problem, remedy)));
    }

    /// At a place that whoever asked knows.
    public MistakeException(String problem, String remedy) {
        this("", problem, remedy);
    }

    /// All that is wrong.
    public List<Mistake> mistakes() {
        return mistakes;
    }

    /// All that is wrong, each with its place, for the operator.
    public List<String> problems() {
        return mistakes.stream().map(Mistake::toString).toList();
    }

    /// The same in one line.
    public String inOneLine() {
        return String.join("; ", problems());
    }

    /// The same, seen from somewhere else.
    public MistakeException at(String place) {
        return new MistakeException(mistakes.stream().map(each -> each.at(place)).toList());
    }
}
