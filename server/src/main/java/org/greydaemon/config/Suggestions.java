package org.greydaemon.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What somebody may have meant by a word that means nothing.
public final class Suggestions {
    private static final int SUGGESTIONS_MAX = 3;

    private Suggestions() {}

    /// `; did you mean 'a' or 'b'?`, or `otherwise` if nothing is near.
    public static String question(String word, Collection<String> words, String otherwise) {
        List<String> near = near(word, words);
        return near.isEmpty() ? otherwise : "; did you mean '" + String.join("' or '", near) + "'?";
    }

    /// The words that differ by few letters, and the keys that have the same last part, nearest
    /// first.
    static List<String> near(String word, Collection<String> words) {
        return words.stream()
                .filter(candidate ->
                        lastPart(candidate).equals(lastPart(word))
                                || distance(word, candidate) <= lettersMax(word)
                                || distance(lastPart(word), lastPart(candidate))
                                        <= lettersMax(lastPart(word)))
                .sorted(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .limit(SUGGESTIONS_MAX)
                .toList();
    }

    private static int lettersMax(String word) {
        return word.length() / 3;
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    /// How many letters to insert, remove or replace (Levenshtein's distance).
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
