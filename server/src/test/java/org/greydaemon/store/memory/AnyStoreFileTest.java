package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.Mutations;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/// Save files and journals with lines that may say anything, and whose checksums may be right all
/// the same: the store starts, goes on, and what it saves is read back whole.
final class AnyStoreFileTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final long SEED = Long.getLong("seed", SOAK ? System.nanoTime() : 20_261_128);
    private static final int CASES = 150;
    private static final long SOAK_NANOS = 120_000_000_000L;
    private static final int LINES = 12;

    private static final List<String> ENTRIES =
            List.of(
                    "I %d 192.0.2.7",
                    "I %d 2001:db8::7",
                    "I %d any.text\\x20at\\x00all",
                    "G %d 192.0.2.7 a@example.org b@example.net",
                    "G %d 192.0.2.7 . b@example.net 3",
                    "G %d 2001:db8::7 a\\x0a@example.org b\\x20c@example.net",
                    "U %d 192.0.2.9 77",
                    "N %d 0123456789abcdef0123456789abcdef 192.0.2.0",
                    "H %d 0123456789abcdef0123456789abcdef -",
                    "D %d 0123456789abcdef0123456789abcdef 2001:db8::",
                    "O %d example.com 192.0.2.0",
                    "S %d example.org -",
                    "P %d example.com example.org 192.0.2.0",
                    "F I 192.0.2.7",
                    "F G 192.0.2.7 a@example.org b@example.net",
                    "F N 0123456789abcdef0123456789abcdef");

    @TempDir Path folder;

    @Tag("long")
    @Test
    void whateverTheySayTheStoreStartsAndGoesOn() throws Exception {
        long end = System.nanoTime() + SOAK_NANOS;
        for (int i = 0; SOAK ? System.nanoTime() < end : i < CASES; i++) {
            try {
                startsAndGoesOn(new Mutations(SEED + i));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dseed=" + SEED + ", case " + i, e);
            }
        }
    }

    private void startsAndGoesOn(Mutations with) throws Exception {
        Site site = new Site(folder);
        Files.writeString(site.saveFile, lines(with, false), ISO_8859_1);
        String header = with.oneIn(8) ? "" : new String(JournalLine.header(), ISO_8859_1);
        Files.writeString(site.journal, header + lines(with, true), ISO_8859_1);
        if (with.oneIn(4)) {
            Files.writeString(site.oldJournal, header + lines(with, true), ISO_8859_1);
        }
        Name added = Name.triplet("203.0.113.1", "x@y", "z@w");
        long entries;
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, added, START);
            store.commit();
            entries = store.entries();
        }
        site.strange.clear();
        try (MemoryStore store = site.killed(folder.resolve("killed")).open(START)) {
            assertThat(Site.time(store, added)).isEqualTo(START);
            assertThat(store.entries()).isEqualTo(entries);
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(store.save(START)).isTrue();
        }
        site.strange.clear();
        try (MemoryStore store = site.open(START)) {
            assertThat(store.entries()).isLessThanOrEqualTo(entries);
            assertThat(site.strange).isEmpty();
            assertThat(Site.time(store, added)).isEqualTo(START);
        }
        for (Path file : List.of(site.saveFile, site.journal, site.oldJournal)) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder.resolve("killed").resolve(file.getFileName()));
        }
    }

    private static String lines(Mutations with, boolean journal) {
        StringBuilder all = new StringBuilder();
        for (int i = with.below(LINES); i >= 0; i--) {
            long time = START - with.below(4_000) + (with.oneIn(9) ? 1_000_000 : 0);
            String line = with.any(ENTRIES).formatted(time);
            String text = with.oneIn(3) ? with.octets(line) : line;
            all.append(journal && !with.oneIn(9) ? text + " " + checksum(text) : text).append('\n');
        }
        return with.oneIn(9) ? with.octets(all.toString()) : all.toString();
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(ISO_8859_1));
        return "%08x".formatted((int) crc.getValue());
    }
}
