package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

final class EscapedTextTest {
    private static final int ROUNDS = 20_000;

    /// Here one character is one octet.
    private static String field(String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        byte[] to = new byte[EscapedText.EXPANSION_MAX * octets.length + 2];
        Arrays.fill(to, (byte) '!');
        int end = EscapedText.writeField(octets, 0, octets.length, to, 1);
        assertThat(to[0]).isEqualTo((byte) '!');
        assertThat(to[end]).isEqualTo((byte) '!');
        return new String(to, 1, end - 1, ISO_8859_1);
    }

    private static String line(String text) {
        byte[] octets = text.getBytes(ISO_8859_1);
        byte[] to = new byte[EscapedText.EXPANSION_MAX * octets.length];
        return new String(
                to, 0, EscapedText.writeLine(octets, 0, octets.length, to, 0), ISO_8859_1);
    }

    private static String unescaped(String text) {
        byte[] octets = ("?" + text + "\\x41").getBytes(ISO_8859_1);
        int end = EscapedText.unescape(octets, 1, 1 + text.length());
        assertThat(octets[0]).isEqualTo((byte) '?');
        return new String(octets, 1, end - 1, ISO_8859_1);
    }

    @Test
    void dangerousOctetsOfAFieldAreEscaped() {
        becomes("alice@example.org", "alice@example.org");
        becomes("a b", "a\\x20b");
        becomes("a\nG 1 x", "a\\x0aG\\x201\\x20x");
        becomes("\u0000\u001b[2J\u007f", "\\x00\\x1b[2J\\x7f");
        // A backslash stays, unless it looks like the beginning of an escape.
        becomes("a\\b\\", "a\\b\\");
        becomes("\\x41", "\\x5cx41");
        becomes("\\\\x41", "\\\\x5cx41");
        becomes("\\X41", "\\X41");
        becomes("\\x", "\\x5cx");
    }

    private static void becomes(String text, String escaped) {
        assertThat(field(text)).isEqualTo(escaped);
        assertThat(unescaped(escaped)).isEqualTo(text);
    }

    /// RFC 3629 4, its table of well-formed sequences, at each edge.
    @ParameterizedTest
    @CsvSource({
        "c2a0, yes",
        "dfbf, yes",
        "e0a080, yes",
        "ecbfbf, yes",
        "ed9fbf, yes",
        "ee8080, yes",
        "efbfbf, yes",
        "f0908080, yes",
        "f48fbfbf, yes",
        "80, no",
        "bf, no",
        "c080, no",
        "c1bf, no",
        "c280, no", // C1 controls
        "c29f, no",
        "c2, no",
        "c241, no",
        "e09fbf, no", // too long for what it says
        "eda080, no", // a surrogate
        "edbfbf, no",
        "e0a0, no",
        "e0a041, no",
        "f08fbfbf, no",
        "f4908080, no", // beyond U+10FFFF
        "f5808080, no",
        "f0908041, no",
        "f09080, no",
        "ff, no",
    })
    void lettersBeyondAsciiStayAndBrokenOnesAreEscaped(String hex, String isLetter) {
        String text = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
        assertThat(field("<" + text + ">").equals("<" + text + ">"))
                .isEqualTo(isLetter.equals("yes"));
        assertThat(unescaped(field("<" + text + ">"))).isEqualTo("<" + text + ">");
    }

    @Test
    void lineKeepsBlanksAndShowsNulAsOne() {
        assertThat(line("I1.2.3.4\u0000Fa b\u0000\n\u001b\\x"))
                .isEqualTo("I1.2.3.4 Fa b \\x0a\\x1b\\x5cx");
    }

    @Test
    void whatIsNoEscapeIsText() {
        for (String text : new String[] {"\\x4", "\\x4g", "\\xFF", "\\x", "\\", "x41", "\\\\"}) {
            assertThat(unescaped(text)).isEqualTo(text);
        }
        assertThat(unescaped("\\x4\\x41")).isEqualTo("\\x4A");
    }

    @Test
    void everyTextComesBackAndIsHarmlessOnItsWay() {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String text = text(random);
            String escaped = field(text);
            assertThat(unescaped(escaped)).as("-Dseed=%d", seed).isEqualTo(text);
            assertHarmless(escaped);
            assertThat(escaped).doesNotContain(" ");
            assertHarmless(line(text));
        }
    }

    @Test
    void whatIsPlainStaysAsItIs() {
        for (int c = 0; c < 256; c++) {
            byte[] octets = {'a', (byte) c, 'b'};
            String text = new String(octets, ISO_8859_1);
            boolean isPlain = EscapedText.isPlain(octets, 0, octets.length);
            assertThat(isPlain).as("%x", c).isEqualTo(field(text).equals(text) && c != '\\');
            assertThat(EscapedText.isPlain(octets, 2, 3)).isTrue();
        }
    }

    /// Pieces of escapes, controls and letters, and any octets.
    private static String text(Random random) {
        String[] pieces = {
            "\\", "x", "\\x", "4", "a", "\n", "\u0000", "\u00c2", "\u00e2\u0082\u00ac", " "
        };
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            if (random.nextInt(4) == 0) {
                text.append((char) random.nextInt(256));
            } else {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
        }
        return text.toString();
    }

    private static void assertHarmless(String escaped) {
        try {
            String text =
                    UTF_8.newDecoder()
                            .decode(ByteBuffer.wrap(escaped.getBytes(ISO_8859_1)))
                            .toString();
            assertThat(text.codePoints().noneMatch(Character::isISOControl)).isTrue();
        } catch (CharacterCodingException e) {
            throw new AssertionError(escaped + " is no UTF-8", e);
        }
    }
}
