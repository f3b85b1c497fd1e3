package org.greydaemon.e2e.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/// Text that cannot steer a terminal, forge a line or hide anything.
final class Harmless {
    private Harmless() {}

    /// Makes sure that text is UTF-8 without anything that is not to be seen but line feeds.
    ///
    /// @param octets each stands for a character
    static void check(String octets) {
        try {
            String text =
                    UTF_8.newDecoder()
                            .decode(ByteBuffer.wrap(octets.getBytes(ISO_8859_1)))
                            .toString();
            for (String line : text.split("\n", -1)) {
                if (!line.codePoints().allMatch(Harmless::isSeen)) {
                    throw new AssertionError("what cannot be seen is in: " + visible(line));
                }
            }
        } catch (CharacterCodingException e) {
            throw new AssertionError("no UTF-8: " + visible(octets), e);
        }
    }

    private static boolean isSeen(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }

    /// For the message of a failure.
    static String visible(String text) {
        StringBuilder visible = new StringBuilder();
        text.chars()
                .limit(4_000)
                .forEach(c ->
                        visible.append(
                                c >= ' ' && c < 0x7f ? "" + (char) c : "\\x%02x".formatted(c)));
        return visible.toString();
    }
}
