package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.store.memory.Site.LIFETIMES;
import static org.greydaemon.store.memory.Site.START;

import com.google.errorprone.annotations.FormatMethod;

import org.greydaemon.decision.Entry;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What a start makes of lines that are ahead of it, and of files with lines that are none.
final class LoadingTest {
    private static final Name TRIPLET = Name.triplet("192.0.2.1", "a", "b");
    private static final Name CLIENT = Name.client("192.0.2.2");

    private Site site;

    @TempDir Path folder;

    @BeforeEach
    void makeSite() {
        site = new Site(folder);
    }

    @FormatMethod
    private void write(String text, Object... values) throws IOException {
        Files.writeString(site.saveFile, text.formatted(values));
    }

    private long loaded(Name name) throws IOException {
        try (MemoryStore store = site.open(START)) {
            return Site.time(store, name);
        }
    }

    @Test
    void aTripletOfAWrongClockBeginsNow() throws IOException {
        long most = START + LIFETIMES.client();
        write("G %d 192.0.2.1 a b 7\n", most);
        assertThat(loaded(TRIPLET)).isEqualTo(Entry.of(most, 7));
        write("G %d 192.0.2.1 a b 7\n", most + 1);
        assertThat(loaded(TRIPLET)).isEqualTo(Entry.of(START, 7));
    }

    @Test
    void aProofOfAWrongClockServesAsItIs() throws IOException {
        write("I %d 192.0.2.2\n", START + 10 * LIFETIMES.client());
        assertThat(loaded(CLIENT)).isEqualTo(START + 10 * LIFETIMES.client());
    }

    /// Or the next start would let it begin once more.
    @Test
    void whenATripletOfAWrongClockBeganIsJournaledWithItsNextChange() throws IOException {
        write("G %d 192.0.2.1 a b\n", START + 2 * LIFETIMES.client());
        try (MemoryStore store = site.open(START)) {
            long _ = store.step(TRIPLET.key(), (seen, _) -> Entry.of(seen, 1), START + 1);
            store.commit();
            try (MemoryStore killed = site.killed(folder.resolve("killed")).open(START + 60)) {
                assertThat(Site.time(killed, TRIPLET)).isEqualTo(Entry.of(START, 1));
            }
        }
    }

    @Test
    void whatOfAStrangeSaveFileCannotBeKeptIsNotRisked() throws IOException {
        write("precious\n");
        Files.createDirectories(folder.resolve("save.strange/in the way"));
        assertThatThrownBy(() -> site.open(START)).isInstanceOf(FileSystemException.class);
        assertThat(site.saveFile).hasContent("precious\n");
    }

    @Test
    void aStrangeJournalThatCannotBeKeptStopsNobody() throws IOException {
        Files.writeString(site.journal, "precious\n");
        Files.createDirectories(folder.resolve("save.journal.strange/in the way"));
        try (MemoryStore store = site.open(START)) {
            assertThat(site.failed).hasSize(1);
            assertThat(site.failed.getFirst()).startsWith("save.journal: ");
            assertThat(store.save(START)).isTrue();
        }
        assertThat(site.kept).isEmpty();
    }

    @Test
    void aStrangeLineOfWhatWasRescuedIsKeptToo() throws IOException {
        Path rescue = folder.resolve("rescued");
        Files.writeString(rescue, "precious\n");
        site.rescue = Optional.of(rescue);
        try (MemoryStore store = site.open(START)) {
            assertThat(site.kept).containsExactly("rescued as rescued.strange");
            assertThat(store.wantsSave()).isTrue();
            assertThat(store.save(START)).isTrue();
            assertThat(store.wantsSave()).isFalse();
        }
        assertThat(rescue).doesNotExist();
        assertThat(folder.resolve("rescued.strange")).hasContent("precious\n");
    }

    @Test
    void whatWasLoadedIsHeardOf() throws IOException {
        write("I %d 192.0.2.2\nI 5 192.0.2.3\n", START);
        site.open(START).close();
        assertThat(site.loaded).containsExactly(CLIENT);
    }
}
