package org.greydaemon.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.mail.EscapedText;

import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The fields of a line, whose octets are a character each because nobody knows their encoding.
final class FieldText {
    /// What the daemon compares of an address (`decision.Key`). More of it would only make a line
    /// that is too long for the daemon.
    private static final int ADDRESS_MAX = 2048;

    /// What is shown of a text that is wrong.
    private static final int SHOWN_MAX = 128;

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    private FieldText() {}

    /// An address as the daemon takes it.
    static String escaped(String octets) {
        byte[] raw = octets.getBytes(ISO_8859_1);
        return escaped(raw, Math.min(raw.length, ADDRESS_MAX));
    }

    /// An address that is escaped already as far as somebody did that.
    static String reescaped(String octets) {
        byte[] raw = octets.getBytes(ISO_8859_1);
        return escaped(raw, Math.min(EscapedText.unescape(raw, 0, raw.length), ADDRESS_MAX));
    }

    private static String escaped(byte[] raw, int length) {
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * length + Long.BYTES];
        return new String(escaped, 0, EscapedText.writeField(raw, 0, length, escaped, 0), UTF_8);
    }

    /// Whether an address of an entry is the same text unescaped, and may be written where nobody
    /// unescapes it.
    static boolean isPlain(String address) {
        return !address.contains("\\x");
    }

    /// A text that is wrong, for people.
    static String shown(String octets) {
        boolean cut = octets.length() > SHOWN_MAX;
        byte[] raw = octets.substring(0, cut ? SHOWN_MAX : octets.length()).getBytes(ISO_8859_1);
        byte[] escaped = new byte[EscapedText.EXPANSION_MAX * raw.length + Long.BYTES];
        int end = EscapedText.writeLine(raw, 0, raw.length, escaped, 0);
        return "'" + new String(escaped, 0, end, UTF_8) + (cut ? "...'" : "'");
    }

    /// Seconds since 1970.
    static OptionalLong seconds(String text) {
        return SECONDS.matcher(text).matches()
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
