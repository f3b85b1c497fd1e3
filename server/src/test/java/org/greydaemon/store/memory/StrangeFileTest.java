package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Somebody has named a file that is none of ours, or the disk has erred: no octet of it is lost.
final class StrangeFileTest {
    private static final Name KNOWN = Name.client("192.0.2.1");

    @TempDir Path folder;

    private Site site;
    private Path file;

    @BeforeEach
    void makeSite() {
        site = new Site(folder);
        file = site.saveFile;
    }

    private Path beside(String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private void saveOnce(long now) throws IOException {
        try (MemoryStore store = site.open(now)) {
            Site.remember(store, KNOWN, now);
            assertThat(store.save(now)).isTrue();
        }
    }

    @Test
    void aFileOfSomebodyElseIsKeptAsItWas() throws IOException {
        byte[] notes = "precious\nand no entry\u0000 at all".getBytes(UTF_8);
        Files.write(file, notes);
        saveOnce(START);
        assertThat(beside(".strange")).hasBinaryContent(notes);
        assertThat(site.kept)
                .containsExactly(file.getFileName() + " as " + beside(".strange").getFileName());
        saveOnce(START + 10);
        assertThat(beside(".strange")).hasBinaryContent(notes);
        assertThat(site.kept).hasSize(1);
    }

    @Test
    void oneStrangeLineIsEnough() throws IOException {
        saveOnce(START);
        Files.writeString(file, "Z " + START + " of a later version\n", StandardOpenOption.APPEND);
        byte[] before = Files.readAllBytes(file);
        saveOnce(START + 10);
        assertThat(beside(".strange")).hasBinaryContent(before);
        try (MemoryStore store = site.open(START + 20)) {
            assertThat(Site.time(store, KNOWN)).isEqualTo(START + 10);
        }
    }

    @Test
    void aStrangeJournalIsKeptToo() throws IOException {
        byte[] notes = "somebody's journal\nof a journey\n".getBytes(UTF_8);
        Files.write(beside(".journal"), notes);
        saveOnce(START);
        assertThat(beside(".journal.strange")).hasBinaryContent(notes);
        assertThat(beside(".strange")).doesNotExist();
    }

    @Test
    void nothingIsKeptOfFilesThatAreWell() throws IOException {
        saveOnce(START);
        saveOnce(START + 10);
        assertThat(site.kept).isEmpty();
        assertThat(beside(".strange")).doesNotExist();
    }

    @Test
    void theNameOfTheFileMayBeALinkToIt() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes"), "precious\n");
        Files.createSymbolicLink(file, notes);
        saveOnce(START);
        assertThat(beside(".strange")).hasContent("precious\n");
    }
}
