package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A store on a disk that can refuse, and what can be said of it after that: that it goes on, says
/// so once, damages nothing, and the first save that works makes everything safe again.
final class FaultySite implements AutoCloseable, Disk.Watcher {
    /// Which kind of change the disk refuses of a file, by its name.
    final Map<String, String> refused = new ConcurrentHashMap<>();

    /// How many octets a write takes at most.
    volatile int takesMost;

    /// How many octets all files of the folder have room for.
    volatile long room = Long.MAX_VALUE;

    /// What happens when the new save file has taken the last of it.
    volatile Runnable whenFull = () -> {};

    final Site site;
    final MemoryStore store;

    /// How many entries were answered.
    int remembered;

    private final Path root;
    private int kills;

    /// @param root an empty folder, with room for more than the store
    FaultySite(Path root, Fsync fsync, int takesMost) throws IOException {
        this.root = root;
        this.takesMost = takesMost;
        Path made = Files.createDirectory(root.resolve("site"));
        Disk disk = new Disk(made);
        disk.watcher = this;
        site = new Site(disk.path(made));
        site.fsync = fsync;
        store = site.open(START);
    }

    /// One that remembers nothing, on a disk that takes what it is given.
    static FaultySite unsaved(Path root, Fsync fsync) throws IOException {
        return new FaultySite(root, fsync, Integer.MAX_VALUE);
    }

    /// One that has saved, and has more in the journal since.
    static FaultySite saved(Path root) throws IOException {
        FaultySite disk = unsaved(root, Fsync.EVERYSEC);
        disk.rememberMore();
        assertThat(disk.store.save(START)).isTrue();
        disk.rememberMore();
        return disk;
    }

    @Override
    public void before(String what, String file, String to) throws IOException {
        if (what.equals(refused.get(file))) {
            throw noSpace(file);
        }
        if (what.equals("write") && free() <= 0) {
            if (file.equals("save.new")) {
                whenFull.run();
            }
            throw noSpace(file);
        }
    }

    private static FileSystemException noSpace(String file) {
        return new FileSystemException(file, null, "No space left on device");
    }

    @Override
    public int takes(String file, int octets) {
        return (int) Math.min(Math.min(takesMost, free()), octets);
    }

    private long free() {
        return room == Long.MAX_VALUE ? room : room - used();
    }

    /// How many octets the files of the folder have.
    long used() {
        long used = 0;
        try (var files = Files.newDirectoryStream(Disk.real(site.folder))) {
            for (Path file : files) {
                used += Files.size(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return used;
    }

    @Override
    public void close() {
        store.close();
    }

    /// Ten more entries that were answered.
    void rememberMore() {
        for (int i = 0; i < 10; i++) {
            rememberOne();
        }
        store.commit();
    }

    /// One more entry, which is not answered yet.
    void rememberOne() {
        Site.remember(store, name(remembered++), START);
    }

    /// The name of the entry with this number.
    static Name name(int i) {
        return Name.triplet("192.0.2." + i, "a@b.c", "d@e.f");
    }

    /// Whether a process that starts on what a killed one left knows everything.
    boolean everythingIsSafe() throws IOException {
        try (MemoryStore after = site.killed(root.resolve("killed" + ++kills)).open(START)) {
            for (int i = 0; i < remembered; i++) {
                if (!Site.knows(after, name(i))) {
                    return false;
                }
            }
            return after.entries() == remembered;
        }
    }

    void troubleIsSaidOnce(String what) {
        assertThat(store.wantsSave()).isTrue();
        assertThat(site.failed).hasSize(1);
        assertThat(site.failed.getFirst()).contains(what);
    }

    void nextSaveHeals() throws IOException {
        assertThat(store.save(START)).isTrue();
        assertThat(store.wantsSave()).isFalse();
        assertThat(everythingIsSafe()).isTrue();
        rememberMore();
        assertThat(everythingIsSafe()).isTrue();
        assertThat(site.oldJournal).doesNotExist();
        assertThat(site.failed).hasSize(1);
        assertThat(site.strange).isEmpty();
        try (var files = Files.list(site.folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("save", "save.journal", "save.lock");
        }
    }
}
