package org.greydaemon.wire.words;

import java.util.ArrayList;
import java.util.List;

/// Finds the words of a line. They are parted by white space and commas, but not within quotes or
/// angle brackets; a comma is a word of its own.
final class Words {
    /// One word.
    ///
    /// @param text in ASCII lower case; octets stand for characters
    /// @param followsGap whether more than one blank stands before it: something between them may
    ///   be empty
    record Word(String text, boolean followsGap) {}

    private final List<Word> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean escaped;
    private boolean quoted;
    private boolean bracketed;
    private int blanks;

    /// The words of a line, which ends at the first line feed.
    ///
    /// @param cut whether octets behind the last one are missing; the last word may then be torn
    static List<Word> of(byte[] octets, int length, boolean cut) throws AmbiguousException {
        Words line = new Words();
        for (int i = 0; i < length && octets[i] != '\n'; i++) {
            line.put((char) (octets[i] & 0xff));
        }
        if (!cut && (line.quoted || line.bracketed)) {
            throw new AmbiguousException("A quote or an angle bracket is not closed");
        }
        line.end();
        return List.copyOf(line.words);
    }

    private void put(char c) {
        if (escaped) {
            escaped = false;
            append(c);
        } else if (c == '\\') {
            escaped = true;
            append(c);
        } else if (quoted) {
            quoted = c != '"';
            append(c);
        } else if (c == '"') {
            quoted = true;
            append(c);
        } else if (bracketed) {
            bracketed = c != '>';
            append(c);
        } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
            end();
            blanks++;
        } else if (c == ',') {
            end();
            append(c);
            end();
        } else {
            bracketed = c == '<' && word.isEmpty();
            append(c);
        }
    }

    private void append(char c) {
        word.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
    }

    private void end() {
        if (!word.isEmpty()) {
            words.add(new Word(word.toString(), blanks > 1));
            word.setLength(0);
            blanks = 0;
        }
    }
}
