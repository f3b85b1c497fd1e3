package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// The process dies, or the power fails, before every single change that it makes to the disk:
/// whatever was answered by then is known to the next process.
///
/// After a power failure a file holds what was forced to the disk, or what was written since; the
/// folder holds the names as they were when it was forced, and any of the changes since: POSIX
/// promises no order.
final class CrashTest {
    private static final int PENDING_MAX = 6;

    /// A write of more octets than these is done in two.
    private static final int TORN_MIN = 40;

    @TempDir Path root;

    private record Change(String what, String from, String to, int file) {}

    /// The disk as it is and as a power failure may leave it.
    private final class Model implements Disk.Watcher {
        private final Path folder;
        private final boolean losesPower;
        private final Map<String, Integer> numbers = new HashMap<>(); // By inode.
        private final Map<Integer, byte[]> written = new HashMap<>();
        private final Map<Integer, byte[]> forced = new HashMap<>();
        private Map<String, Integer> names = new TreeMap<>();
        private Map<String, Integer> forcedNames = new TreeMap<>();
        private final List<Change> pending = new ArrayList<>();
        private final List<Name> answered = new ArrayList<>();
        private final Set<List<Object>> tried = new HashSet<>();
        private int crashes;

        Model(Path folder, boolean losesPower) {
            this.folder = folder;
            this.losesPower = losesPower;
        }

        void answered(Name name) {
            answered.add(name);
        }

        @Override
        public int takes(String file, int octets) {
            return octets > TORN_MIN ? octets / 2 : octets;
        }

        @Override
        public void before(String what, String file, String to) throws IOException {
            look();
            crash(what + " " + file, names, written);
            if (!losesPower) {
                return;
            }
            int subsets = 1 << Math.min(pending.size(), PENDING_MAX);
            for (int subset = 0; subset < subsets; subset++) {
                Map<String, Integer> left = new TreeMap<>(forcedNames);
                for (int i = 0; i < pending.size(); i++) {
                    if (i >= PENDING_MAX || (subset & 1 << i) != 0) {
                        apply(pending.get(i), left);
                    }
                }
                crash("power " + what + " " + file + " " + left, left, written);
                crash("power " + what + " " + file + " " + left, left, forced);
            }
        }

        /// What was written meanwhile.
        private void look() throws IOException {
            for (Map.Entry<String, Integer> file : names.entrySet()) {
                written.put(file.getValue(), Files.readAllBytes(folder.resolve(file.getKey())));
            }
        }

        private static void apply(Change change, Map<String, Integer> to) {
            if (change.what().equals("rename")) {
                to.remove(change.from());
                to.put(change.to(), change.file());
            } else if (change.what().equals("delete")) {
                to.remove(change.from());
            } else {
                to.put(change.from(), change.file());
            }
        }

        @Override
        public void after(String what, String file, String to) throws IOException {
            if (file.endsWith(".lock")) {
                return;
            }
            switch (what) {
                case "create" -> {
                    numbers.put(to, forced.size());
                    written.put(forced.size(), new byte[0]);
                    change(new Change(what, file, "", forced.size()));
                    forced.put(forced.size(), new byte[0]);
                }
                case "rename" -> change(new Change(what, file, to, number(names, file)));
                case "delete" -> change(new Change(what, file, "", -1));
                case "force" -> {
                    look();
                    int number = number(numbers, to);
                    forced.put(number, written.get(number));
                }
                case "force folder" -> {
                    forcedNames = new TreeMap<>(names);
                    pending.clear();
                }
                default -> {}
            }
        }

        private static int number(Map<String, Integer> numbers, String file) {
            return Objects.requireNonNull(numbers.get(file), file);
        }

        private void change(Change change) {
            if (change.what().equals("delete") && !names.containsKey(change.from())) {
                return;
            }
            names = new TreeMap<>(names);
            apply(change, names);
            pending.add(change);
        }

        private void crash(String label, Map<String, Integer> left, Map<Integer, byte[]> contents)
                throws IOException {
            List<Object> state = new ArrayList<>(List.of(answered.size()));
            left.forEach((name, file) -> {
                state.add(name);
                state.add(ByteBuffer.wrap(contents.getOrDefault(file, new byte[0])));
            });
            if (!tried.add(state)) {
                return;
            }
            Path place = Files.createDirectory(root.resolve("crash" + ++crashes));
            for (Map.Entry<String, Integer> file : left.entrySet()) {
                Files.write(place.resolve(file.getKey()), contents.get(file.getValue()));
            }
            Path saveFile = place.resolve("save");
            new JournalFiles(
                            saveFile,
                            Fsync.NEVER,
                            new JournalBuffer(() -> 0),
                            FileMetrics.unseen(),
                            (file, cause) -> {})
                    .settle();
            Start start = new Start(label);
            Recovery.FoundFiles found = new Recovery(start).readAll(saveFile);
            assertThat(start.known).as(label).containsAll(answered);
            assertThat(found.isBehind()).as("%s: no copy was put back", label).isFalse();
            try (var files = Files.list(place)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(place);
        }
    }

    /// A start that knows only names, as a whole store for each of so many states takes long.
    private static final class Start implements Recovery.Receiver {
        private final String label;
        private final Set<Name> known = new HashSet<>();

        Start(String label) {
            this.label = label;
        }

        @Override
        public void entry(Key key, long entry, boolean isLater) {
            assertThat(entry).as(label).isNotEqualTo(Memory.NEVER);
            known.add(Name.of(key));
        }

        @Override
        public void strange(Path file, long lineNumber, String line) {
            throw new AssertionError(label + ": " + file + ":" + lineNumber + " " + line);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKillTakesNothingThatWasAnswered(Fsync fsync) throws Exception {
        crashEverywhere(fsync, false);
    }

    @Test
    void aPowerFailureTakesNothingThatWasAnsweredIfEachAnswerIsForced() throws Exception {
        crashEverywhere(Fsync.ALWAYS, true);
    }

    private void crashEverywhere(Fsync fsync, boolean losesPower) throws IOException {
        Path folder = Files.createDirectory(root.resolve("save" + fsync));
        Disk disk = new Disk(folder);
        Model model = new Model(folder, losesPower);
        disk.watcher = model;
        Site site = new Site(disk.path(folder));
        site.fsync = fsync;
        int names = 0;
        for (int life = 0; life < 2; life++) {
            try (MemoryStore store = site.open(START)) {
                for (int save = 0; save < 2; save++) {
                    names = remember(store, model, names);
                    site.whileSaving =
                            once(site, () -> remember(store, model, 100 + site.saved.size()));
                    assertThat(store.save(START)).isTrue();
                }
                names = remember(store, model, names);
            }
        }
        assertThat(site.failed).isEmpty();
        assertThat(model.crashes).isGreaterThan(20);
    }

    /// What happens while a save is in its middle; the first line of the journal calls it, too.
    private static Runnable once(Site site, Runnable action) {
        return () -> {
            site.whileSaving = () -> {};
            action.run();
        };
    }

    private static int remember(MemoryStore store, Model model, int first) {
        for (int i = first; i < first + 2; i++) {
            Name name = Name.triplet("192.0.2." + i, "a@b.c", "d@e.f");
            Site.remember(store, name, START);
            store.commit();
            model.answered(name);
        }
        return first + 2;
    }
}
