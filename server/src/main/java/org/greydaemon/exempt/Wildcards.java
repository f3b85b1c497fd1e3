package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.List;

/// A text in which each `*` stands for any characters. Immutable.
///
/// Nothing is tried twice: the first place where a piece between two stars fits is as good as any
/// later one, and it is found without going back (Knuth, Morris and Pratt 1977). So a comparison
/// takes at most two steps for each character of the other text, whatever its sender puts into it.
final class Wildcards {
    private final String head;
    private final String tail;
    private final List<Piece> pieces = new ArrayList<>();
    private final int leastLength;

    /// Text between two stars.
    private static final class Piece {
        private final String text;
        // How much of it still fits when its next character does not, for each length that fitted.
        private final int[] back;

        Piece(String text) {
            this.text = text;
            back = new int[text.length()];
            int fits = 0;
            for (int i = 1; i < text.length(); i++) {
                fits = fitting(fits, text.charAt(i));
                back[i] = fits;
            }
        }

        private int fitting(int before, char next) {
            int fits = before;
            while (fits > 0 && text.charAt(fits) != next) {
                fits = back[fits - 1];
            }
            return text.charAt(fits) == next ? fits + 1 : fits;
        }

        /// The index behind the first place in `other[from..to)` where the piece fits, or -1.
        int endIn(String other, int from, int to) {
            int fits = 0;
            for (int i = from; i < to; i++) {
                fits = fitting(fits, other.charAt(i));
                if (fits == text.length()) {
                    return i + 1;
                }
            }
            return -1;
        }
    }

    /// @param pattern has a `*`
    Wildcards(String pattern) {
        head = pattern.substring(0, pattern.indexOf('*'));
        tail = pattern.substring(pattern.lastIndexOf('*') + 1);
        int least = head.length() + tail.length();
        for (String piece :
                pattern.substring(head.length(), pattern.length() - tail.length())
                        .split("\\*", -1)) {
            if (!piece.isEmpty()) {
                pieces.add(new Piece(piece));
                least += piece.length();
            }
        }
        leastLength = least;
    }

    /// What every text that is meant begins with.
    String head() {
        return head;
    }

    /// What every text that is meant ends with.
    String tail() {
        return tail;
    }

    /// Whether a text is meant.
    boolean matches(String text) {
        if (text.length() < leastLength || !text.startsWith(head) || !text.endsWith(tail)) {
            return false;
        }
        int at = head.length();
        for (Piece piece : pieces) {
            at = piece.endIn(text, at, text.length() - tail.length());
            if (at < 0) {
                return false;
            }
        }
        return true;
    }
}
