package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.store.memory.Site.START;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.Seed;
import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Files that were cut or changed: every line that is whole is kept, every other one is reported
/// with its number, and the daemon starts.
final class DamageTest {
    private static final int ENTRIES = 60;

    /// The lines of a journal that are no entries.
    private static final int HEADER_LINES = 2;

    private static final int LAST_KILOBYTE = 1024;
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final int ROUNDS = SOAK ? 50_000 : 200;

    private static final List<Name> NAMES =
            IntStream.range(0, ENTRIES).mapToObj(DamageTest::name).toList();

    private Site site;

    @TempDir Path folder;

    @BeforeEach
    void fillTheFiles() throws Exception {
        site = new Site(folder);
        try (MemoryStore store = site.open(START)) {
            for (int i = 0; i < ENTRIES; i++) {
                Site.remember(store, NAMES.get(i), START);
            }
            store.commit();
        }
    }

    /// A name that is far from every other one, so that damage cannot make one of another.
    private static Name name(int i) {
        Random random = new Random(i);
        String text = "%08x%08x".formatted(random.nextInt(), random.nextInt());
        return i % 5 == 0
                ? Name.client(text)
                : Name.triplet("192.0.2." + i, "from-" + text + "@x", text + "\u0001\\x@y");
    }

    private byte[] saveFile() throws IOException {
        try (MemoryStore store = site.open(START)) {
            assertThat(store.save(START)).isTrue();
        }
        return Files.readAllBytes(site.saveFile);
    }

    private static List<String> lines(byte[] file) {
        return Arrays.asList(new String(file, ISO_8859_1).split("\n", -1));
    }

    private static int wholeLines(byte[] file, int length) {
        return (int) new String(file, 0, length, ISO_8859_1).chars().filter(c -> c == '\n').count();
    }

    @Test
    void journalCutAnywhereKeepsItsWholeLines() throws Exception {
        byte[] journal = Files.readAllBytes(site.journal);
        for (int cut = journal.length - LAST_KILOBYTE; cut <= journal.length; cut++) {
            Files.write(site.journal, Arrays.copyOf(journal, cut));
            FileContents reading = FileContents.ofJournal(site.journal);
            int whole = wholeLines(journal, cut) - HEADER_LINES;
            assertThat(reading.entries).as("cut at %d", cut).hasSize(whole);
            assertThat(reading.strange).as("cut at %d", cut).isEmpty();
            assertThat(reading.entries).containsEntry(NAMES.get(whole - 1), START);
        }
    }

    @Test
    void journalCutAnywhereGoesOn() throws Exception {
        byte[] journal = Files.readAllBytes(site.journal);
        Name added = Name.client("198.51.100.1");
        int step = SOAK ? 1 : 17;
        for (int cut = journal.length - LAST_KILOBYTE; cut <= journal.length; cut += step) {
            Files.write(site.journal, Arrays.copyOf(journal, cut));
            try (MemoryStore store = site.open(START)) {
                Site.remember(store, added, START);
                store.commit();
            }
            FileContents reading = FileContents.ofJournal(site.journal);
            assertThat(reading.entries).as("cut at %d", cut).hasSize(wholeLines(journal, cut) - 1);
            assertThat(reading.entries).containsKey(added);
            assertThat(reading.strange).isEmpty();
        }
    }

    @Test
    void journalCutInItsFirstLineIsBegunAnew() throws Exception {
        byte[] journal = Files.readAllBytes(site.journal);
        for (int cut = 0; cut <= JournalLine.header().length; cut++) {
            Files.write(site.journal, Arrays.copyOf(journal, cut));
            try (MemoryStore store = site.open(START)) {
                assertThat(store.entries()).isZero();
                Site.remember(store, NAMES.getFirst(), START);
                store.commit();
            }
            assertThat(Files.readString(site.journal, ISO_8859_1))
                    .startsWith("# greydaemon journal 1\n# save 0 00000000 ")
                    .contains("\nI 1700000000 ");
        }
        assertThat(site.strange).isEmpty();
    }

    @Test
    void saveFileCutAnywhereKeepsItsWholeLines() throws Exception {
        byte[] file = saveFile();
        Map<Name, Long> all = FileContents.ofSaveFile(site.saveFile).entries;
        for (int cut = file.length - LAST_KILOBYTE; cut <= file.length; cut++) {
            Files.write(site.saveFile, Arrays.copyOf(file, cut));
            FileContents reading = FileContents.ofSaveFile(site.saveFile);
            // What is left of the last line is an entry, as it was to the original, or reported.
            long whole = wholeLines(file, cut);
            long rest = file[cut - 1] == '\n' ? 0 : 1;
            long right = reading.entries.keySet().stream().filter(all::containsKey).count();
            assertThat(right).as("cut at %d", cut).isBetween(whole, whole + rest);
            assertThat(reading.entries.size() + reading.strange.size()).isEqualTo(whole + rest);
            assertThat(reading.strange.keySet()).isSubsetOf(whole + 1);
        }
    }

    @Test
    void octetsChangedInTheJournalCostTheirLinesOnly() throws Exception {
        byte[] journal = Files.readAllBytes(site.journal);
        List<String> good =
                lines(journal).subList(0, ENTRIES + HEADER_LINES); // Nothing is behind the last.
        changed(
                journal,
                (damaged, label) -> {
                    Files.write(site.journal, damaged);
                    FileContents reading = FileContents.ofJournal(site.journal);
                    Map<Name, Long> kept = new HashMap<>();
                    Set<Long> lost = new TreeSet<>();
                    List<String> lines = lines(damaged);
                    for (int i = 0; i < lines.size() - 1; i++) { // The last one is torn.
                        int number = good.indexOf(lines.get(i));
                        if (number >= HEADER_LINES && i > 0) {
                            kept.put(NAMES.get(number - HEADER_LINES), START);
                        } else if (number < 0) {
                            lost.add(i + 1L);
                        }
                    }
                    assertThat(reading.entries).as(label).isEqualTo(kept);
                    assertThat(reading.strange.keySet()).as(label).isEqualTo(lost);
                });
    }

    @Test
    void octetsChangedInTheSaveFileCostTheirLinesOnly() throws Exception {
        byte[] file = saveFile();
        List<String> good = lines(file);
        changed(
                file,
                (damaged, label) -> {
                    Files.write(site.saveFile, damaged);
                    Set<Name> read = FileContents.ofSaveFile(site.saveFile).entries.keySet();
                    assertThat(lines(damaged).stream().filter(good::contains))
                            .as(label)
                            .filteredOn(line -> !line.isEmpty() && !read.contains(entry(line)))
                            .isEmpty();
                });
    }

    private static Name entry(String line) {
        byte[] octets = line.getBytes(ISO_8859_1);
        Key key = new Key();
        if (new EntryLine().parse(octets, 0, octets.length, key) != START) {
            throw new AssertionError(line);
        }
        return Name.of(key);
    }

    private interface Check {
        void damaged(byte[] file, String label) throws Exception;
    }

    private static void changed(byte[] file, Check check) throws Exception {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = file.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(file.length)] ^= (byte) (1 + random.nextInt(255));
            }
            check.damaged(damaged, "-Dseed=%d, round %d".formatted(seed, round));
        }
    }

    @Test
    void hugeLineIsReportedAndTheRestIsRead() throws Exception {
        byte[] file = saveFile();
        byte[] huge = new byte[3 << 20];
        Arrays.fill(huge, (byte) 'x');
        huge[huge.length - 1] = '\n';
        Files.write(site.saveFile, huge);
        Files.write(site.saveFile, file, StandardOpenOption.APPEND);
        try (MemoryStore store = site.open(START)) {
            assertThat(store.entries()).isEqualTo(ENTRIES);
        }
        assertThat(site.strange).isNotEmpty().allMatch(line -> line.startsWith("save:1 "));
    }

    @Test
    void strangeLineIsReportedAsItStands() throws Exception {
        Files.writeString(site.saveFile, "G 1 a\\x41 b\nI x y\n");
        try (MemoryStore store = site.open(START)) {
            assertThat(store.entries()).isEqualTo(ENTRIES);
        }
        assertThat(site.strange).containsExactly("save:1 G 1 a\\x41 b", "save:2 I x y");
    }

    @Test
    void newerLinesWinAndOldJournalComesBeforeTheNewOne() throws Exception {
        Name triplet = Name.triplet("192.0.2.77", "a", "b");
        Files.delete(site.journal);
        Files.writeString(
                site.saveFile, "G 1700000001 192.0.2.77 a b\nG 1700000002 192.0.2.77 a b\n");
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, triplet)).isEqualTo(START + 2);
            Site.remember(store, triplet, START + 4);
        }
        Files.move(site.journal, site.oldJournal);
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, triplet)).isEqualTo(START + 4);
            assertThat(store.entries()).isEqualTo(1);
            Site.remember(store, triplet, START + 3);
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, triplet)).isEqualTo(START + 3);
            // An old journal that was left behind is gone after the next save, and all it said is
            // in the save file.
            assertThat(store.save(START + 3)).isTrue();
            assertThat(site.oldJournal).doesNotExist();
            assertThat(FileContents.ofJournal(site.journal).entries).isEmpty();
        }
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, triplet)).isEqualTo(START + 3);
            assertThat(store.entries()).isEqualTo(1);
        }
    }

    /// As the original, which drops such lines one by one before they can replace anything.
    @Test
    void lineThatIsTooOldLeavesWhatAnotherOneSays() throws Exception {
        Name client = Name.client("192.0.2.77");
        Name triplet = Name.triplet("192.0.2.78", "a", "b");
        String recent = "I 1699956800 192.0.2.77\nG 1699998200 192.0.2.78 a b\n";
        String tooOld = "I 1699913600 192.0.2.77\nG 1699996400 192.0.2.78 a b\n";
        for (String lines : List.of(recent + tooOld, tooOld + recent)) {
            Files.writeString(site.saveFile, lines);
            try (MemoryStore store = site.open(START)) {
                assertThat(Site.time(store, client)).isEqualTo(START - 43_200);
                assertThat(Site.time(store, triplet)).isEqualTo(START - 1_800);
            }
        }
        Files.writeString(site.saveFile, recent);
        Files.write(site.journal, journalLines(tooOld.lines().toList()));
        try (MemoryStore store = site.open(START)) {
            assertThat(Site.time(store, client)).isEqualTo(START - 43_200);
            assertThat(Site.time(store, triplet)).isEqualTo(START - 1_800);
        }
    }

    /// A journal of entries in the save file's form.
    private static byte[] journalLines(List<String> entries) {
        ByteArrayOutputStream journal = new ByteArrayOutputStream();
        journal.writeBytes(JournalLine.header());
        Key key = new Key();
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        for (String entry : entries) {
            byte[] octets = entry.getBytes(ISO_8859_1);
            long time = new EntryLine().parse(octets, 0, octets.length, key);
            journal.write(line, 0, new JournalLine().write(key, time, 0, line, 0));
        }
        return journal.toByteArray();
    }

    /// What an editor or a file transfer of another system makes of them.
    @Test
    void linesThatEndInCarriageReturnsAreRead() throws Exception {
        byte[] saved = saveFile();
        for (int i = 0; i < ENTRIES; i++) {
            rememberOneMore(i);
        }
        Files.write(site.saveFile, withCarriageReturns(saved));
        Files.write(site.journal, withCarriageReturns(Files.readAllBytes(site.journal)));
        try (MemoryStore store = site.open(START)) {
            assertThat(store.entries()).isEqualTo(2 * ENTRIES);
        }
        assertThat(site.strange).isEmpty();
    }

    private void rememberOneMore(int i) throws IOException {
        try (MemoryStore store = site.open(START)) {
            Site.remember(store, Name.client("198.51.100." + i), START);
            store.commit();
        }
    }

    private static byte[] withCarriageReturns(byte[] file) {
        return new String(file, ISO_8859_1).replace("\n", "\r\n").getBytes(ISO_8859_1);
    }

    /// Whatever the disk makes of them, the daemon starts, names what it skips, and saves.
    @Tag("long")
    @Test
    void flippedBitsInAnyFileNeverStopAStart() throws Exception {
        saveFile();
        for (int i = 0; i < ENTRIES; i++) {
            rememberOneMore(i);
        }
        Files.copy(site.journal, site.oldJournal);
        Map<Path, byte[]> files = new HashMap<>();
        for (Path file : List.of(site.saveFile, site.journal, site.oldJournal)) {
            files.put(file, Files.readAllBytes(file));
        }
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            for (Map.Entry<Path, byte[]> file : files.entrySet()) {
                byte[] damaged = file.getValue().clone();
                for (int flips = random.nextInt(20); flips > 0; flips--) {
                    int bit = random.nextInt(8 * damaged.length);
                    damaged[bit / 8] ^= (byte) (1 << bit % 8);
                }
                Files.write(file.getKey(), damaged);
            }
            try (MemoryStore store = site.open(START)) {
                assertThat(store.save(START)).as("-Dseed=%d, round %d", seed, round).isTrue();
            }
        }
        assertThat(site.strange).allMatch(line -> line.matches("(?s)save[.a-z]*:[0-9]+ .*"));
    }

    @Test
    void secondStoreOnTheSameFileIsRefusedAndTheFirstGoesOn() throws Exception {
        try (MemoryStore store = site.open(START)) {
            assertThatThrownBy(() -> site.open(START))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("save: another greydaemon uses this save file");
            assertThat(store.save(START)).isTrue();
        }
    }

    @Test
    void storeThatCannotReadItsFilesLetsGoOfThem() throws Exception {
        Files.createDirectory(site.saveFile);
        assertThatThrownBy(() -> site.open(START)).isInstanceOf(IOException.class);
        Files.delete(site.saveFile);
        try (MemoryStore store = site.open(START)) {
            assertThat(store.entries()).isEqualTo(ENTRIES);
        }
    }
}
