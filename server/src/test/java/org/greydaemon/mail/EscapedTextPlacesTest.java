package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

/// Text is looked at in words of eight octets, so everything is tried at every place of a word.
final class EscapedTextPlacesTest {
    private static final int PLACES = 20;
    private static final int ROOM = EscapedText.EXPANSION_MAX * 64;

    @Test
    void everyOctetAtEveryPlaceOfAField() {
        for (int octet = 0; octet < 256; octet++) {
            boolean plain = octet > ' ' && octet < 0x7f;
            String shown = plain ? Character.toString(octet) : "\\x%02x".formatted(octet);
            assertEverywhere(new byte[] {(byte) octet}, shown);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00e4", "\u20ac", "\ud83d\udcec", "\\", "\\y", "x\\", "jos\u00e9"})
    void readableTextStaysAsItIs(String text) {
        assertEverywhere(text.getBytes(UTF_8), text);
    }

    @Test
    void whatLooksEscapedIsEscaped() {
        assertEverywhere("\\x41".getBytes(UTF_8), "\\x5cx41");
    }

    private static void assertEverywhere(byte[] octets, String shown) {
        for (int place = 0; place <= PLACES; place++) {
            String before = "a".repeat(place);
            String after = "z".repeat(PLACES - place);
            byte[] text = join(before.getBytes(UTF_8), octets, after.getBytes(UTF_8));
            byte[] to = new byte[ROOM];
            int end = EscapedText.writeField(text, 0, text.length, to, 1);
            assertThat(new String(to, 1, end - 1, UTF_8)).isEqualTo(before + shown + after);
            int readTo = EscapedText.unescape(to, 1, end);
            assertThat(Arrays.copyOfRange(to, 1, readTo)).isEqualTo(text);
        }
    }

    @Test
    void lineKeepsBlanksAndShowsNulAsOne() {
        byte[] text = "I192.0.2.1\0Fa b@example.org\0T\u0001c@example.net\0\0".getBytes(ISO_8859_1);
        byte[] to = new byte[ROOM];
        int end = EscapedText.writeLine(text, 0, text.length, to, 0);
        assertThat(new String(to, 0, end, UTF_8))
                .isEqualTo("I192.0.2.1 Fa b@example.org T\\x01c@example.net  ");
    }

    private static byte[] join(byte[] a, byte[] b, byte[] c) {
        byte[] all = Arrays.copyOf(a, a.length + b.length + c.length);
        System.arraycopy(b, 0, all, a.length, b.length);
        System.arraycopy(c, 0, all, a.length + b.length, c.length);
        return all;
    }
}
