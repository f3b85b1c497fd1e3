package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Which save file a journal belongs to, and what becomes of one that belongs to another: killed,
/// then the Perl daemon runs on the save file, then this one again.
final class FileIdentityTest {
    private static final Name CLIENT = Name.client("192.0.2.1");
    private static final Name ONLY_IN_JOURNAL = Name.client("192.0.2.2");
    private static final Name TRIPLET = Name.triplet("192.0.2.3", "a", "b");
    private static final Name RENEWED = Name.triplet("192.0.2.4", "a", "b");

    private Site site;

    @TempDir Path folder;

    @BeforeEach
    void dieBetweenTwoSaves() throws IOException {
        Site before = new Site(Files.createDirectory(folder.resolve("before")));
        try (MemoryStore store = before.open(START)) {
            Site.remember(store, CLIENT, START);
            assertThat(store.save(START)).isTrue();
            Site.remember(store, CLIENT, START + 100);
            Site.remember(store, ONLY_IN_JOURNAL, START + 100);
            Site.remember(store, TRIPLET, START + 100);
            Site.remember(store, RENEWED, START + 200);
            store.commit();
            site = before.killed(folder.resolve("killed"));
        }
    }

    private void othersWrite(String lines) throws IOException {
        Files.writeString(site.saveFile, lines);
    }

    private void isKnown(MemoryStore store, Name name, long time) {
        assertThat(Site.time(store, name)).as("%s", name).isEqualTo(time);
    }

    @Test
    void whatOthersHaveWrittenSinceStandsAndTheJournalAddsToIt() throws Exception {
        othersWrite(
                """
                I 1700000500 192.0.2.1
                G 1700000600 192.0.2.3 a b
                G 1699999000 192.0.2.4 a b
                I 1700000500 192.0.2.9
                """);
        for (int life = 0; life < 3; life++) { // Also when it dies before the next save.
            try (MemoryStore store = site.open(START + 1000)) {
                isKnown(store, CLIENT, START + 500);
                isKnown(store, ONLY_IN_JOURNAL, START + 100);
                isKnown(store, TRIPLET, START + 600);
                isKnown(store, RENEWED, START + 200);
                isKnown(store, Name.client("192.0.2.9"), START + 500);
                assertThat(store.isAsLeft()).isEqualTo(life > 0); // The first one has heard it.
                assertThat(store.wantsSave()).isTrue();
                assertThat(store.works()).isTrue();
            }
        }
        assertThat(site.rewritten).hasPositiveValue();
        assertThat(site.failed).isEmpty();
    }

    /// As after `greyctl forget`. What the others know is not the journal's to forget.
    @Test
    void whatTheJournalHasForgottenItselfItDoesNotAdd() throws Exception {
        try (MemoryStore store = site.open(START + 300)) {
            forget(store, CLIENT);
            forget(store, ONLY_IN_JOURNAL);
            forget(store, TRIPLET);
            Site.remember(store, TRIPLET, START + 200);
            store.commit();
            site = site.killed(folder.resolve("forgotten"));
        }
        othersWrite("I 1700000500 192.0.2.1\n");
        try (MemoryStore store = site.open(START + 1000)) {
            isKnown(store, CLIENT, START + 500);
            assertThat(Site.knows(store, ONLY_IN_JOURNAL)).isFalse();
            isKnown(store, TRIPLET, START + 200);
            isKnown(store, RENEWED, START + 200);
        }
    }

    private static void forget(MemoryStore store, Name name) {
        long _ = store.step(name.key(), (_, _) -> Memory.NEVER, START + 300);
    }

    /// The process dies when the save file has its name and the old journal is not gone yet.
    @Test
    void whatWasForgottenBeforeASaveDoesNotComeBack() throws Exception {
        Site dying;
        try (MemoryStore store = site.open(START + 300)) {
            long _ = store.step(TRIPLET.key(), (seen, now) -> Memory.NEVER, START + 300);
            store.commit();
            byte[] old = Files.readAllBytes(site.journal);
            assertThat(store.save(START + 300)).isTrue();
            Site.remember(store, CLIENT, START + 300);
            store.commit();
            dying = site.killed(folder.resolve("dying"));
            Files.write(dying.oldJournal, old);
        }
        try (MemoryStore store = dying.open(START + 300)) {
            assertThat(Site.knows(store, TRIPLET)).isFalse();
            isKnown(store, CLIENT, START + 300);
            isKnown(store, ONLY_IN_JOURNAL, START + 100);
            assertThat(store.wantsSave()).isTrue();
        }
    }

    /// Otherwise it would be read as one of another save file, and what was forgotten comes back.
    @Test
    void aJournalThatCouldNotBeToldOfItsSaveFileIsAReasonToSaveAgain() throws Exception {
        Disk disk = new Disk(folder);
        boolean[] isFull = {false};
        disk.watcher =
                (what, file, to) -> {
                    isFull[0] |= what.equals("force") && file.equals("save.new");
                    isFull[0] &= !what.equals("rename");
                    if (isFull[0] && what.equals("write")) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        Site full = new Site(disk.path(Files.createDirectory(folder.resolve("full"))));
        try (MemoryStore store = full.open(START)) {
            full.whileSaving =
                    () -> {
                        full.whileSaving = () -> {};
                        Site.remember(store, TRIPLET, START);
                        store.commit();
                    };
            assertThat(store.save(START)).isFalse();
            assertThat(full.saved).containsExactly(1L);
            assertThat(store.wantsSave()).isTrue();
            assertThat(full.failed)
                    .singleElement()
                    .asString()
                    .startsWith("save.journal: ")
                    .endsWith("No space left on device");
            assertThat(store.works()).isFalse();
            disk.watcher = (_, _, _) -> {};
            assertThat(store.save(START)).isTrue();
            assertThat(store.wantsSave()).isFalse();
            assertThat(store.works()).isTrue();
            long _ = store.step(TRIPLET.key(), (seen, now) -> Memory.NEVER, START);
            store.commit();
            try (MemoryStore after = full.killed(folder.resolve("after")).open(START)) {
                assertThat(Site.knows(after, TRIPLET)).isFalse();
            }
        }
    }

    /// From then on the journal is the newer one again, whatever its times are.
    @Test
    void whatHappensAfterwardsStands() throws Exception {
        othersWrite("I 1700000500 192.0.2.1\n");
        try (MemoryStore store = site.open(START + 1000)) {
            Site.remember(store, TRIPLET, START - 10); // The clock was set back.
            store.commit();
            site = site.killed(folder.resolve("again"));
        }
        try (MemoryStore store = site.open(START + 1000)) {
            isKnown(store, TRIPLET, START - 10);
            isKnown(store, CLIENT, START + 500);
            assertThat(store.save(START + 1000)).isTrue();
            Site.remember(store, CLIENT, START);
            Site.remember(store, TRIPLET, START - 20);
        }
        site.rewritten.set(0);
        try (MemoryStore store = site.open(START + 1000)) {
            isKnown(store, TRIPLET, START - 20);
            isKnown(store, CLIENT, START);
            assertThat(store.wantsSave()).isFalse();
        }
        assertThat(site.rewritten).hasValue(0);
    }

    @Test
    void aSaveFileThatIsGoneOrCopiedOrTouchedLosesNothing() throws Exception {
        byte[] saved = Files.readAllBytes(site.saveFile);
        Files.delete(site.saveFile);
        Files.write(site.saveFile, saved);
        try (MemoryStore store = site.open(START)) {
            isKnown(store, CLIENT, START + 100);
            assertThat(store.isAsLeft()).isTrue();
            assertThat(store.wantsSave()).isFalse();
        }
        Files.delete(site.saveFile);
        try (MemoryStore store = site.open(START)) {
            isKnown(store, CLIENT, START + 100);
            isKnown(store, TRIPLET, START + 100);
        }
        assertThat(site.rewritten).hasValue(0);
        assertThat(site.outdated).isNotEmpty().containsOnly("missing");
    }

    /// What it lacks beside its journal is in no file: whoever has a copy wants to know.
    @Test
    void aSaveFileThatIsOlderThanItsJournalOrGoneIsTold() throws Exception {
        byte[] older = Files.readAllBytes(site.saveFile);
        try (MemoryStore store = site.open(START + 300)) {
            assertThat(store.save(START + 300)).isTrue();
        }
        byte[] newer = Files.readAllBytes(site.saveFile);
        Files.write(site.saveFile, older);
        try (MemoryStore store = site.open(START + 300)) {
            isKnown(store, CLIENT, START);
            assertThat(store.isAsLeft()).isFalse();
        }
        Files.write(site.saveFile, newer);
        try (MemoryStore store = site.open(START + 300)) {
            isKnown(store, CLIENT, START + 100);
            assertThat(site.outdated).containsExactly("older");
            assertThat(store.save(START + 300)).isTrue();
            Site.remember(store, CLIENT, START + 300);
        }
        Files.delete(site.saveFile);
        for (int life = 0; life < 2; life++) { // Then there is an empty one's journal.
            try (MemoryStore store = site.open(START + 300)) {
                isKnown(store, CLIENT, START + 300);
            }
            assertThat(site.outdated).containsExactly("older", "missing");
        }
        assertThat(site.rewritten).hasValue(0);
    }

    @Test
    void aJournalOfAVersionWithoutIdentitiesIsTheNewerOne() throws Exception {
        String journal = Files.readString(site.journal);
        Files.writeString(site.journal, journal.replaceAll("(?m)^# save .*\n", ""));
        othersWrite("I 1700000500 192.0.2.1\n");
        try (MemoryStore store = site.open(START)) {
            isKnown(store, CLIENT, START + 100);
        }
        othersWrite("I 1700000600 192.0.2.1\n"); // By now it has one.
        try (MemoryStore store = site.open(START)) {
            isKnown(store, CLIENT, START + 600);
        }
    }

    @Test
    void aLineSaysWhatItWasWrittenWith() {
        for (FileIdentity identity :
                new FileIdentity[] {
                    FileIdentity.EMPTY, new FileIdentity(1, -1), new FileIdentity(1L << 40, 0xab)
                }) {
            byte[] line = identity.line();
            assertThat(FileIdentity.of(line, 0, line.length - 1)).isEqualTo(identity);
            for (int bit = 0; bit < 8 * (line.length - 1); bit++) {
                line[bit / 8] ^= (byte) (1 << bit % 8);
                assertThat(FileIdentity.of(line, 0, line.length - 1)).isNull();
                line[bit / 8] ^= (byte) (1 << bit % 8);
            }
        }
        byte[] other = "# s".getBytes(US_ASCII);
        assertThat(FileIdentity.of(other, 0, other.length)).isNull();
        byte[] last = "other line\n#".getBytes(US_ASCII);
        assertThat(FileIdentity.of(last, last.length - 1, last.length)).isNull();
    }

    @Test
    void aSaveFileIsWhatItsOctetsAre() throws Exception {
        FileIdentity read = FileContents.ofSaveFile(site.saveFile).identity;
        assertThat(read.octets()).isEqualTo(Files.size(site.saveFile));
        assertThat(Files.readString(site.journal)).contains(new String(read.line(), US_ASCII));
    }
}
