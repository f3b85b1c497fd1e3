package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// A word of a line that is none of those that lines begin a condition with. No state.
final class UnknownWord {
    private UnknownWord() {}

    /// What to say of a word that is no subject: perhaps the value stands alone, as in a white
    /// list.
    static MistakeException mistake(String written) {
        String word = ListZone.shown(written); // Perhaps of a line that lacks `listed`.
        boolean isClient;
        try {
            isClient = !ClientPattern.parse(word).isEmpty();
        } catch (MistakeException e) {
            isClient = false;
        }
        String meant =
                isClient
                        ? "client " + word
                        : word.contains("@")
                                ? "sender " + word + "' or 'recipient " + word
                                : isHost(written) ? "host " + word : "";
        if (!meant.isEmpty()) {
            return new MistakeException(
                    quoted(word) + " stands alone", "did you mean '" + meant + "'?");
        }
        if (Subject.named(word).isPresent()) {
            return new MistakeException(
                    quoted(word) + " stands alone",
                    "write behind it who or what is meant, such as client 192.0.2.0/24");
        }
        String other = word.toLowerCase(Locale.ROOT).replaceFirst("[:=].*", "");
        if (Subject.named(other).isPresent()) {
            return new MistakeException(
                    quoted(word) + " is no word of a line",
                    "did you mean '" + other + "' and a blank behind it?");
        }
        String subjects =
                Arrays.stream(Subject.values())
                        .map(Subject::word)
                        .collect(Collectors.joining(", "));
        return new MistakeException(
                quoted(word)
                        + " is none of "
                        + subjects
                        + ", null-sender, opt-in, opt-out, not and until",
                "write one of these before its value, and a reason behind #");
    }

    private static boolean isHost(String word) {
        try {
            TextPattern.parse(Subject.HOST, word);
            return word.indexOf('.') >= 0;
        } catch (MistakeException e) {
            return false;
        }
    }
}
