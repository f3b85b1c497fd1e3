package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Finds the lines that mean a host name or a mail address, without trying all of them. Safe for
/// use by several threads once it is complete.
final class TextIndex {
    private final Subject subject;
    private final Map<String, List<ExemptionLine>> byKey = new HashMap<>();
    private final List<ExemptionLine> wildcards = new ArrayList<>();

    /// @param subject which condition of the lines it goes by
    TextIndex(Subject subject) {
        this.subject = subject;
    }

    /// Adds a line that has a condition on the subject.
    void add(ExemptionLine line) {
        TextPattern pattern = line.pattern(subject).orElseThrow();
        if (pattern.hasWildcard()) {
            wildcards.add(line);
        } else {
            byKey.computeIfAbsent(pattern.key(), _ -> new ArrayList<>(1)).add(line);
        }
    }

    /// Which condition of the lines it goes by.
    Subject subject() {
        return subject;
    }

    /// Whether there is nothing to find.
    boolean isEmpty() {
        return byKey.isEmpty() && wildcards.isEmpty();
    }

    /// The exemption of the first line found.
    ///
    /// @param text in lower case
    /// @param holds whether all conditions of a line are true
    /// @return {@link Exemption#NONE} if there is none
    Exemption find(String text, Predicate<ExemptionLine> holds) {
        for (String key : TextPattern.keys(subject, text)) {
            for (ExemptionLine line : byKey.getOrDefault(key, List.of())) {
                if (holds.test(line)) {
                    return line.exemption();
                }
            }
        }
        return findAny(wildcards, holds);
    }

    /// The exemption of any line, whatever its condition on the subject says.
    Exemption findAny(Predicate<ExemptionLine> holds) {
        for (List<ExemptionLine> lines : byKey.values()) {
            Exemption found = findAny(lines, holds);
            if (found != Exemption.NONE) {
                return found;
            }
        }
        return findAny(wildcards, holds);
    }

    private static Exemption findAny(List<ExemptionLine> lines, Predicate<ExemptionLine> holds) {
        for (ExemptionLine line : lines) {
            if (holds.test(line)) {
                return line.exemption();
            }
        }
        return Exemption.NONE;
    }
}
