package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The steps that a save makes on the disk, what a start makes of one that was not ended, and that
/// none of them leaves a file open.
final class SaveOrderTest {
    private final List<String> steps = new ArrayList<>();
    private final Map<String, String> refused = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // Made by each test before it is needed.
    private Site site;

    @TempDir Path folder;

    private MemoryStore open(Fsync fsync) throws IOException {
        Disk disk = new Disk(folder);
        disk.watcher =
                (what, file, to) -> {
                    steps.add((what + ' ' + file).strip());
                    if (what.equals(refused.get(file))) {
                        throw new FileSystemException(file, null, "No space left on device");
                    }
                };
        site = new Site(disk.path(folder));
        site.fsync = fsync;
        return site.open(START);
    }

    /// The journal is forced by the name with which it was opened.
    @ParameterizedTest
    @EnumSource
    void eachStepIsOnTheDiskBeforeTheNextIfThatWasPromised(Fsync fsync) throws IOException {
        try (MemoryStore store = open(fsync)) {
            for (int i = 0; i < 100; i++) {
                Site.remember(store, Name.client("client" + i), START);
            }
            store.commit();
            steps.clear();
            assertThat(store.save(START)).isTrue();
        }
        List<String> made = steps.subList(0, steps.indexOf("delete save.journal.old") + 1);
        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "create save.journal.new",
                                "write save.journal.new",
                                "write save.journal.new",
                                "force folder",
                                "force save.journal",
                                "rename save.journal",
                                "force folder",
                                "rename save.journal.new",
                                "force folder",
                                "create save.new",
                                "write save.new",
                                "force save.new",
                                "write save.journal.new",
                                "force save.journal.new",
                                "rename save.new",
                                "force folder",
                                "delete save.journal.old"));
        if (fsync == Fsync.NEVER) { // But for the save file itself.
            expected.removeIf(
                    step -> step.equals("force folder") || step.startsWith("force save.journal"));
            expected.add(expected.size() - 1, "force folder");
        }
        assertThat(made).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void aJournalThatIsMadeWhereItWasRemovedIsOnTheDisk(Fsync fsync) throws IOException {
        try (MemoryStore store = open(fsync)) {
            refused.put("save.new", "write");
            Site.remember(store, Name.client("192.0.2.1"), START);
            assertThat(store.save(START)).isFalse(); // An old journal is left.
            Files.delete(site.journal);
            assertThat(store.wantsSave()).isTrue();
            refused.put("save.journal", "write");
            assertThat(store.save(START)).isFalse();
            assertThat(site.journal).as("one that the next start could not use").doesNotExist();
            refused.remove("save.journal");
            steps.clear();
            assertThat(store.save(START)).isFalse();
        }
        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "create save.journal",
                                "write save.journal",
                                "write save.journal",
                                "force folder",
                                "create save.new"));
        if (fsync == Fsync.NEVER) {
            expected.remove("force folder");
        }
        assertThat(steps).startsWith(expected.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "save.journal, now",
        "save.journal.new, now",
        "save.journal.old save.journal, old now",
        "save.journal.old save.journal.new, old now",
        "save.journal save.journal.new, old now",
        "save.journal.old save.journal save.journal.new, old now"
    })
    void aChangeOfJournalsThatWasNotEndedIsEnded(String files, String known) throws IOException {
        String[] names = files.split(" ", -1);
        String[] said = known.split(" ", -1);
        for (int i = 0; i < names.length; i++) {
            String client = i < said.length ? said[i] : "begun";
            Files.write(folder.resolve(names[i]), journal(client));
        }
        try (MemoryStore store = open(Fsync.NEVER)) {
            assertThat(store.entries()).isEqualTo(said.length);
            for (String client : said) {
                assertThat(Site.knows(store, Name.client(client))).as(client).isTrue();
            }
            assertThat(store.save(START)).isTrue();
            assertThat(site.oldJournal).doesNotExist();
        }
        assertThat(site.strange).isEmpty();
    }

    private static byte[] journal(String client) {
        byte[] line = new byte[JournalLine.LENGTH_MAX];
        int end = new JournalLine().write(Name.client(client).key(), START, 0, line, 0);
        byte[] header = JournalLine.header();
        byte[] journal = Arrays.copyOf(header, header.length + end);
        System.arraycopy(line, 0, journal, header.length, end);
        return journal;
    }

    /// What this process has open in the folder.
    private List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all) {
                try {
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(folder.toRealPath())) {
                        open.add(file.getFileName().toString());
                    }
                } catch (IOException e) {
                    // That of the list itself, which has gone.
                }
            }
        }
        return open;
    }

    @Test
    void noFileStaysOpenThatIsNotUsed() throws IOException {
        MemoryStore store = open(Fsync.EVERYSEC);
        Site.remember(store, Name.client("192.0.2.1"), START);
        List<String[]> refusals =
                List.of(
                        new String[] {"save.new", "write"},
                        new String[] {"save.new", "force"},
                        new String[] {"save.new", "rename"},
                        new String[] {"save.journal.new", "write"},
                        new String[] {"save.journal.new", "create"},
                        new String[] {"", "force folder"});
        for (String[] refusal : refusals) {
            refused.put(refusal[0], refusal[1]);
            assertThat(store.save(START)).as(String.join(" ", refusal)).isFalse();
            refused.clear();
            assertThat(openFiles())
                    .as(String.join(" ", refusal))
                    .containsOnlyOnce("save.lock")
                    .hasSize(2);
            assertThat(store.save(START)).isTrue();
            assertThat(openFiles()).containsExactlyInAnyOrder("save.lock", "save.journal");
        }
        store.close();
        assertThat(openFiles()).isEmpty();
    }

    @Test
    void aStartThatFailsLeavesNoFileOpen() throws IOException {
        Files.createDirectory(folder.resolve("save"));
        try {
            open(Fsync.NEVER).close();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("is a folder");
        }
        assertThat(openFiles()).isEmpty();
        Files.delete(folder.resolve("save"));
        try (MemoryStore _ = open(Fsync.NEVER)) {
            List<String> before = openFiles();
            try {
                site.open(START).close();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("another greydaemon");
            }
            assertThat(openFiles()).isEqualTo(before);
        }
    }
}
