package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How large the journal gets before it is a reason to save.
final class DueTest {
    private static final String EXPIRED = "I 5 " + "x".repeat(200) + "\n";

    @TempDir Path folder;

    /// A journal that is so large when it is told what it belongs to.
    private static byte[] journal(int octets, FileIdentity saveFile) {
        int size = octets - saveFile.line().length;
        ByteArrayOutputStream journal = new ByteArrayOutputStream(size);
        byte[] header = JournalLine.header();
        while (size - journal.size() > 3 * header.length) {
            journal.writeBytes(header);
        }
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        int rest = size - journal.size();
        Name name = Name.client("x".repeat(rest - "I 5  01234567\n".length()));
        journal.write(line, 0, new JournalLine().write(name.key(), 5, 0, line, 0));
        assertThat(journal.size()).isEqualTo(size);
        return journal.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"0, 16777216", "1000, 16777216", "100000, 20500000"})
    void aJournalMayBeAsLargeAsTheSaveFileAndSixteenMebioctetsInAnyCase(int lines, int most)
            throws IOException {
        Site site = new Site(folder);
        Files.write(site.saveFile, EXPIRED.repeat(lines).getBytes(ISO_8859_1));
        FileIdentity saved = FileContents.ofSaveFile(site.saveFile).identity;
        Files.write(site.journal, journal(most, saved));
        try (MemoryStore store = site.open(START)) {
            assertThat(store.journalBytes()).isEqualTo(most);
            assertThat(store.wantsSave()).isFalse();
            Site.remember(store, Name.client("192.0.2.1"), START);
            store.commit();
            assertThat(store.wantsSave()).isTrue();
            assertThat(store.save(START)).isTrue();
            assertThat(store.journalBytes()).isLessThan(100);
            assertThat(store.wantsSave()).isFalse();
        }
        assertThat(site.strange).isEmpty();
    }
}
