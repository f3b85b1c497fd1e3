package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/// Finds the lines that mean a host name or a mail address, without trying all of them. Safe for
/// use by several threads once it is complete.
final class TextIndex {
    /// How many of the first or last characters of a pattern with `*` tell it apart.
    private static final int ENDS_MAX = 32;

    private final Subject subject;
    private final Map<String, List<ExemptionLine>> byKey = new HashMap<>();
    // Those with a *, by what all their texts end with, else by what these begin with.
    private final Map<String, List<ExemptionLine>> byTail = new HashMap<>();
    private final Map<String, List<ExemptionLine>> byHead = new HashMap<>();
    private final TreeSet<Integer> tailLengths = new TreeSet<>();
    private final TreeSet<Integer> headLengths = new TreeSet<>();

    /// @param subject which condition of the lines it goes by
    TextIndex(Subject subject) {
        this.subject = subject;
    }

    /// Adds a line that has a condition on the subject.
    void add(ExemptionLine line) {
        TextPattern pattern = line.pattern(subject).orElseThrow();
        if (!pattern.hasWildcard()) {
            put(byKey, pattern.key(), line);
            return;
        }
        String tail = pattern.tail();
        String head = pattern.head();
        if (tail.isEmpty()) {
            String key = head.substring(0, Math.min(head.length(), ENDS_MAX));
            headLengths.add(key.length());
            put(byHead, key, line);
        } else {
            String key = tail.substring(Math.max(0, tail.length() - ENDS_MAX));
            tailLengths.add(key.length());
            put(byTail, key, line);
        }
    }

    private static void put(
            Map<String, List<ExemptionLine>> lines, String key, ExemptionLine line) {
        lines.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(line);
    }

    /// Whether there is nothing to find.
    boolean isEmpty() {
        return byKey.isEmpty() && byTail.isEmpty() && byHead.isEmpty();
    }

    /// The exemption of the first line found.
    ///
    /// @return {@link Exemption#NONE} if there is none, or the search was cut short
    Exemption find(Search search) {
        Look look = new Look(line -> line.holds(search), search::mayTake);
        if (subject == Subject.HOST && search.supposesHost()) {
            return any(look);
        }
        for (String text : search.texts(subject)) {
            Exemption found = find(text, look);
            if (found != Exemption.NONE) {
                return found;
            }
        }
        return Exemption.NONE;
    }

    /// The exemption of the first line found, whatever work that is.
    ///
    /// @param text in normal form
    /// @param holds whether all conditions of a line are true
    Exemption find(String text, Predicate<ExemptionLine> holds) {
        return find(text, new Look(holds, _ -> true));
    }

    /// @param holds whether all conditions of a line are true
    /// @param mayTake whether some more steps may be done
    private record Look(Predicate<ExemptionLine> holds, IntPredicate mayTake) {}

    private Exemption find(String text, Look look) {
        Exemption found = Exemption.NONE;
        for (String key : TextPattern.keys(subject, text)) {
            found = found == Exemption.NONE ? find(byKey, key, look) : found;
        }
        for (int length : tailLengths.headSet(text.length(), true)) {
            String key = text.substring(text.length() - length);
            found = found == Exemption.NONE ? find(byTail, key, look) : found;
        }
        for (int length : headLengths.headSet(text.length(), true)) {
            String key = text.substring(0, length);
            found = found == Exemption.NONE ? find(byHead, key, look) : found;
        }
        return found;
    }

    private static Exemption find(Map<String, List<ExemptionLine>> lines, String key, Look look) {
        return look.mayTake().test(key.length())
                ? any(lines.getOrDefault(key, List.of()), look)
                : Exemption.NONE;
    }

    /// The exemption of any line, whatever its condition on the subject says.
    private Exemption any(Look look) {
        for (Map<String, List<ExemptionLine>> all : List.of(byKey, byTail, byHead)) {
            for (List<ExemptionLine> lines : all.values()) {
                Exemption found = any(lines, look);
                if (found != Exemption.NONE) {
                    return found;
                }
            }
        }
        return Exemption.NONE;
    }

    private static Exemption any(List<ExemptionLine> lines, Look look) {
        for (ExemptionLine line : lines) {
            if (!look.mayTake().test(1)) {
                break;
            }
            if (look.holds().test(line)) {
                return line.exemption();
            }
        }
        return Exemption.NONE;
    }
}
