package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Name;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// A folder with a save file, the settings of the stores that are opened on it one after the other,
/// and what they tell.
final class Site implements StoreListener {
    /// The time at which tests begin.
    static final long START = 1_700_000_000;

    /// An hour for a triplet in a file, two in memory, a day for a client.
    static final Lifetimes LIFETIMES = new Lifetimes(3_600, 7_200, 86_400, 0);

    final Path folder;
    final Path saveFile;
    final Path journal;
    final Path oldJournal;
    final Path newJournal;
    final List<String> strange = Collections.synchronizedList(new ArrayList<>());
    final List<String> failed = Collections.synchronizedList(new ArrayList<>());
    final List<Boolean> journaled = Collections.synchronizedList(new ArrayList<>());
    final List<Long> saved = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger rescued = new AtomicInteger();
    final List<Name> loaded = new ArrayList<>();
    final List<String> kept = new ArrayList<>();
    final AtomicInteger rewritten = new AtomicInteger();
    final List<String> outdated = new ArrayList<>();
    final AtomicInteger full = new AtomicInteger();

    Lifetimes lifetimes = LIFETIMES;
    long entriesMax = 1_000_000;
    Optional<Path> rescue = Optional.empty();
    Fsync fsync = Fsync.NEVER;
    FileMetrics metrics = FileMetrics.unseen();
    volatile long wallOffset;

    /// Is run in each save between the change of journals and the first entry, and at each line of
    /// the journal.
    volatile Runnable whileSaving = () -> {};

    Site(Path folder) {
        this.folder = folder;
        saveFile = folder.resolve("save");
        journal = folder.resolve("save.journal");
        oldJournal = folder.resolve("save.journal.old");
        newJournal = folder.resolve("save.journal.new");
    }

    MemoryStore open(long now) throws IOException {
        return open(now, false);
    }

    /// Only reads what another store has that is about to leave it.
    MemoryStore preload(long now) throws IOException {
        return open(now, true);
    }

    private MemoryStore open(long now, boolean isOthers) throws IOException {
        // The secret of the hash is always the same, so that a failure can be seen again.
        return new MemoryStore(
                new StoreSettings(saveFile, rescue, fsync, entriesMax, lifetimes),
                this,
                new Random(1),
                now,
                () -> {
                    whileSaving.run();
                    return wallOffset;
                },
                isOthers);
    }

    /// The files as a process that dies now would leave them, in another folder.
    Site killed(Path otherFolder) throws IOException {
        Site site = new Site(Files.createDirectories(otherFolder));
        site.lifetimes = lifetimes;
        site.entriesMax = entriesMax;
        site.fsync = fsync;
        copy(saveFile, site.saveFile);
        copy(journal, site.journal);
        copy(oldJournal, site.oldJournal);
        copy(newJournal, site.newJournal);
        return site;
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.write(to, Files.readAllBytes(from));
        }
    }

    /// What a store remembers of a name.
    static long time(MemoryStore store, Name name) {
        return store.step(name.key(), (seen, now) -> seen, START);
    }

    /// Lets a store remember a name.
    static void remember(MemoryStore store, Name name, long time) {
        store.step(name.key(), (seen, now) -> now, time);
    }

    static boolean knows(MemoryStore store, Name name) {
        return time(store, name) != Memory.NEVER;
    }

    @Override
    public void strangeLine(Path file, long lineNumber, String line) {
        strange.add(file.getFileName() + ":" + lineNumber + " " + line);
    }

    @Override
    public void loaded(Key key, long time) {
        loaded.add(Name.of(key));
    }

    @Override
    public void full(long max) {
        full.incrementAndGet();
    }

    @Override
    public void kept(Path file, Path asItWas) {
        kept.add(file.getFileName() + " as " + asItWas.getFileName());
    }

    @Override
    public void rewritten(Path file) {
        rewritten.incrementAndGet();
    }

    @Override
    public void outdated(Path file, boolean isThere) {
        outdated.add(isThere ? "older" : "missing");
    }

    @Override
    public void rescued(Path file) {
        rescued.incrementAndGet();
    }

    @Override
    public void saved(Path file, long entries) {
        saved.add(entries);
    }

    @Override
    public void failed(Path file, IOException cause) {
        failed.add(file.getFileName() + ": " + cause);
    }

    @Override
    public void inTrouble(Path file, IOException cause, boolean isJournaled) {
        failed(file, cause);
        journaled.add(isJournaled);
    }

    @Override
    public FileMetrics fileMetrics() {
        return metrics;
    }
}
