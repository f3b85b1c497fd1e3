package org.greydaemon.cli;

/// Text as it fits into the columns of a terminal and cannot steer it.
final class TerminalText {
    /// Stands for what was cut off.
    private static final char CUT = '…';

    /// Stands for what must not or cannot be shown in a row.
    private static final char HIDDEN = '?';

    private TerminalText() {}

    /// As much of a text as fits. Control characters, those that turn the direction of the text,
    /// and those that stand above others are replaced: in an address from the network they would
    /// move the rest of the row, or the cursor.
    ///
    /// @param width from 1 on
    static String fit(String text, int width) {
        StringBuilder row = new StringBuilder();
        int used = 0;
        int cutAt = 0; // As far as there is room for the sign that something was cut off.
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int shown = shown(text.codePointAt(i));
            used += isWide(shown) ? 2 : 1;
            if (used > width) {
                row.setLength(cutAt);
                return row.append(CUT).toString();
            }
            row.appendCodePoint(shown);
            cutAt = used < width ? row.length() : cutAt;
        }
        return row.toString();
    }

    /// How many columns of a terminal a text takes in which nothing has to be escaped any more.
    static int columns(String text) {
        return text.codePoints()
                .map(c ->
                        switch (Character.getType(c)) {
                            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> 0;
                            default -> isWide(c) ? 2 : 1;
                        })
                .sum();
    }

    private static int shown(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.COMBINING_SPACING_MARK ->
                    HIDDEN;
            default -> character;
        };
    }

    /// Whether terminals give the character two columns: the blocks of Unicode TR 11 that are wide
    /// as a whole. Of others a few are, and then a row is too long by as much.
    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115f)
                || (c >= 0x2e80 && c <= 0xa4cf)
                || (c >= 0xa960 && c <= 0xa97c)
                || (c >= 0xac00 && c <= 0xd7a3)
                || (c >= 0xf900 && c <= 0xfaff)
                || (c >= 0xfe30 && c <= 0xfe6f)
                || (c >= 0xff00 && c <= 0xff60)
                || (c >= 0xffe0 && c <= 0xffe6)
                || (c >= 0x1f300 && c <= 0x1faff)
                || (c >= 0x20000 && c <= 0x3fffd);
    }
}
