package org.greydaemon.exempt;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// By which of its texts a line is found that has several: by the one by which the fewest lines
/// before it are. Thousands of lines may share one, the recipient's domain or a partner's, and
/// would all be looked at for each mail that has it. Confined to one thread.
final class MostTelling {
    private final List<Subject> subjects;
    private final Map<Condition.Text, Integer> found = new HashMap<>();

    /// @param subjects of the texts; of those that tell as much the first is taken
    MostTelling(List<Subject> subjects) {
        this.subjects = List.copyOf(subjects);
    }

    /// The text of the next line; empty if it has none.
    Optional<Condition.Text> of(ExemptionLine line) {
        Optional<Condition.Text> telling = Optional.empty();
        int fewest = Integer.MAX_VALUE;
        int texts = 0;
        for (Subject subject : subjects) {
            Optional<TextPattern> pattern = line.pattern(subject);
            if (pattern.isPresent()) {
                Condition.Text text = new Condition.Text(subject, pattern.get());
                int lines = lines(text);
                if (telling.isEmpty() || lines < fewest) {
                    telling = Optional.of(text);
                    fewest = lines;
                }
                texts++;
            }
        }
        if (texts > 1) { // Else there is no choice, and nobody needs to know.
            telling.ifPresent(text -> found.merge(text, 1, Integer::sum));
        }
        return telling;
    }

    /// One with a `*` is found by a part of it only.
    private int lines(Condition.Text text) {
        return text.pattern().hasWildcard() ? Integer.MAX_VALUE : found.getOrDefault(text, 0);
    }
}
