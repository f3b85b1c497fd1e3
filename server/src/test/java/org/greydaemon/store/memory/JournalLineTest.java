package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;

final class JournalLineTest {
    /// The example of the class comment.
    private static final String EXAMPLE =
            "G 1700000000 192.0.2.1 alice@example.org bob@example.net a2640727";

    private final JournalLine journalLine = new JournalLine();

    private int entryEnd(String line) {
        byte[] octets = ("?" + line + "?").getBytes(ISO_8859_1);
        return journalLine.entryEnd(octets, 1, octets.length - 1) - 1;
    }

    @Test
    void lineIsTheEntryAndItsChecksum() {
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        Name name = Name.triplet("192.0.2.1", "alice@example.org", "bob@example.net");
        int end = journalLine.write(name.key(), 1_700_000_000, 0, line, 0);
        assertThat(new String(line, 0, end, ISO_8859_1)).isEqualTo(EXAMPLE + "\n");
        assertThat(entryEnd(EXAMPLE)).isEqualTo(EXAMPLE.length() - 9);
    }

    @Test
    void checksumIsCrc32c() {
        // The check value of CRC-32C in RFC 3720 B.4 is of 32 zero octets: aa36918a, low octet
        // first.
        assertThat(entryEnd("\0".repeat(32) + " 8a9136aa")).isEqualTo(32);
    }

    @Test
    void everyChangedOctetIsNoticed() {
        byte[] octets = EXAMPLE.getBytes(ISO_8859_1);
        for (int i = 0; i < octets.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                octets[i] ^= (byte) (1 << bit);
                assertThat(journalLine.entryEnd(octets, 0, octets.length)).isEqualTo(-1);
                octets[i] ^= (byte) (1 << bit);
            }
        }
    }

    @Test
    void lineWithoutChecksumIsNone() {
        for (int length = 0; length < EXAMPLE.length(); length++) {
            assertThat(entryEnd(EXAMPLE.substring(0, length))).isEqualTo(-2);
        }
        assertThat(entryEnd(" 00000000")).isEqualTo(-2);
    }

    @Test
    void headerIsNothingElse() {
        byte[] header = JournalLine.header();
        assertThat(JournalLine.isHeader(header, 0, header.length - 1)).isTrue();
        assertThat(JournalLine.isHeader(header, 0, header.length)).isFalse();
        assertThat(JournalLine.isHeader(header, 0, header.length - 2)).isFalse();
        assertThat(JournalLine.isHeader(header, 0, 0)).isFalse();
    }

    @Test
    void longestLineHasRoom() {
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        Name name = Name.triplet("\n".repeat(255), "\n".repeat(1000), "\n".repeat(1000));
        assertThat(journalLine.write(name.key(), Long.MAX_VALUE, 0, line, 0))
                .isLessThanOrEqualTo(line.length);
    }
}
