package org.greydaemon.store.memory;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.jspecify.annotations.Nullable;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// What a save file holds, in short: its length and the CRC-32C of its octets. A journal has a line
/// for each save file that it belongs to:
///
/// ```
/// # save 71 5e2f0c11 a2640727
/// ```
///
/// the last field being the CRC-32C of the text before. A journal none of whose lines names the
/// save file beside it is stale: somebody else, the Perl daemon for example, has written that since
/// (docs/adr/0016).
///
/// @param octets the length of the file
/// @param checksum the CRC-32C of it
record FileIdentity(long octets, int checksum) {
    /// That of an empty file, and of none.
    static final FileIdentity EMPTY = new FileIdentity(0, 0);

    private static final byte[] BEGIN = "# save ".getBytes(US_ASCII);
    private static final Pattern LINE =
            Pattern.compile("(# save ([0-9]{1,18}) ([0-9a-f]{8})) ([0-9a-f]{8})");

    /// A line of a journal, with its end.
    byte[] line() {
        String text = "# save %d %08x".formatted(octets, checksum);
        return "%s %08x\n".formatted(text, checksum(text)).getBytes(US_ASCII);
    }

    /// The CRC-32C of a text.
    static int checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(US_ASCII));
        return (int) crc.getValue();
    }

    /// What a line of a journal, without its end, says.
    ///
    /// @return null if it is no such line, or damaged
    static @Nullable FileIdentity of(byte[] line, int from, int to) {
        if (to - from < BEGIN.length || line[from] != BEGIN[0] || line[from + 2] != BEGIN[2]) {
            return null; // Most lines.
        }
        Matcher found = LINE.matcher(new String(line, from, to - from, US_ASCII));
        return found.matches() && hex(found.group(4)) == checksum(found.group(1))
                ? new FileIdentity(Long.parseLong(found.group(2)), hex(found.group(3)))
                : null;
    }

    /// What eight digits say.
    static int hex(String digits) {
        return Integer.parseUnsignedInt(digits, 16);
    }
}
