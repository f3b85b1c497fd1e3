package org.greydaemon.store.memory;

import static java.util.concurrent.TimeUnit.SECONDS;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.system.PagePool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Writes what the shards remember to the save file, which makes the journal superfluous, and knows
/// whether the files are in trouble. All that moves records happens here, one thing at a time. Safe
/// for use by several threads.
final class Saves {
    /// A journal up to this size is never a reason to save.
    private static final long JOURNAL_MIN = 16 << 20;

    /// How long a save is waited for that is under way when the store is closed: others have waited
    /// before.
    private static final long CLOSE_SECONDS = 5;

    private final StoreSettings settings;
    private final StoreListener listener;
    private final FileMetrics metrics;
    private final LongSupplier wallOffsetSeconds;
    private final AllShards shards;
    private final Unreturned unreturned;
    private final JournalFiles files;
    private final PagePool pages;
    private final Journal journal;
    private final ReentrantLock saving = new ReentrantLock();

    // Set by whoever meets trouble with a file, reset by the save that makes up for it.
    private final AtomicBoolean inTrouble = new AtomicBoolean();

    // Likewise, whether that was or is the journal, so that something is in memory only.
    private final AtomicBoolean inMemory = new AtomicBoolean();

    // Whether the save file lacks what an old journal, or one of another save file, has added, or
    // the journal would be taken for one of another save file.
    private final AtomicBoolean isStale = new AtomicBoolean();

    // Written under `saving`, read by whoever wonders whether a save is due: stale is fine.
    private volatile long savedOctets;

    // Written and read under `saving`.
    private boolean isHeld;
    private boolean closed;

    // Whether the journal says that it belongs to the save file written last.
    private boolean isTold;

    /// @param changes what the shards tell the journal
    /// @param unreturned meets what is no longer worth keeping
    Saves(
            StoreSettings settings,
            StoreListener listener,
            LongSupplier wallOffsetSeconds,
            JournalBuffer changes,
            AllShards shards,
            Unreturned unreturned,
            PagePool pages) {
        this.settings = settings;
        this.listener = listener;
        this.wallOffsetSeconds = wallOffsetSeconds;
        this.shards = shards;
        this.unreturned = unreturned;
        this.pages = pages;
        metrics = listener.fileMetrics();
        files =
                new JournalFiles(
                        settings.saveFile(), settings.fsync(), changes, metrics, this::failed);
        journal = files.journal();
    }

    /// Where is kept what has changed since the last save.
    JournalFiles files() {
        return files;
    }

    /// The save file was read.
    ///
    /// @param octets its length
    void read(long octets) {
        savedOctets = octets;
    }

    /// Whether files hold what the save file lacks.
    void stale(boolean is) {
        isStale.set(is);
    }

    /// {@link MemoryStore#wantsSave}.
    boolean isDue() {
        files.check();
        return inTrouble.get()
                || isStale.get()
                || journal.size() > Math.max(JOURNAL_MIN, savedOctets);
    }

    /// Whether journal and save file can be written, as far as is known.
    boolean works() {
        return !inTrouble.get() && journal.works();
    }

    /// {@link MemoryStore#save}.
    boolean save(Lifetimes lifetimes, long now) {
        saving.lock();
        try {
            if (isHeld || closed) {
                isStale.set(true); // Who asked had a reason: it is done when nobody reads any more.
                return false;
            }
            long started = metrics.save.start();
            boolean isJournalNew = rotate();
            long unwritten = journal.unwritten(); // All of them are seen by the walk.
            long saved = writeSaveFile(lifetimes, now);
            if (!isJournalNew && rotate()) {
                // An old journal, left behind by a save that went wrong, was in the way and is gone
                // now. What the journal took meanwhile is older than the save file: once more.
                isJournalNew = true;
                unwritten = journal.unwritten();
                saved = writeSaveFile(lifetimes, now);
            }
            if (!isJournalNew) {
                return false;
            }
            journal.madeUpFor(unwritten);
            inTrouble.set(!isTold);
            inMemory.set(false);
            isStale.set(!isTold);
            metrics.save.stop(started);
            listener.saved(settings.saveFile(), saved);
            return isJournalWritten() && isTold;
        } catch (IOException e) {
            inVain(e);
            return false;
        } catch (OutOfMemoryError e) { // Of the system's: the heap's ends the process.
            inVain(new IOException(e.getMessage(), e));
            return false;
        } finally {
            saving.unlock();
        }
    }

    private void inVain(IOException cause) {
        failed(settings.saveFile(), cause);
        goOnWithJournal();
        if (settings.fsync() != Fsync.NEVER) {
            journal.synchronise(); // Whoever ends now asks whether it has everything.
        }
    }

    /// The journal may have met the disk that a new save file had filled.
    private void goOnWithJournal() {
        if (!journal.works()) {
            boolean _ = rotate();
        }
    }

    /// {@link MemoryStore#holdSaves}.
    void hold(boolean hold) {
        saving.lock();
        try {
            isHeld = hold;
        } finally {
            saving.unlock();
        }
    }

    /// Unless another name of the save file's folder makes it the save file.
    private void dropRescued() {
        Optional<Path> rescued = settings.rescue();
        try {
            if (rescued.isPresent()
                    && Files.exists(rescued.get())
                    && !Files.isSameFile(rescued.get(), settings.saveFile())) {
                Files.delete(rescued.get());
            }
        } catch (IOException e) {
            listener.failed(rescued.orElseThrow(), e); // All is in the save file.
        }
    }

    /// {@link MemoryStore#rescue}.
    boolean rescue(Lifetimes lifetimes, long now) {
        Path file = settings.rescue().orElseThrow();
        saving.lock();
        try (SaveFile out = new SaveFile(file, wallOffsetSeconds.getAsLong())) {
            nameSuperseded(out);
            walk(lifetimes, now, out);
            FileIdentity _ = out.commit(_ -> {});
            return true;
        } catch (IOException e) {
            metrics.saveFailures.increment();
            listener.failed(file, e);
            return false;
        } finally {
            saving.unlock();
        }
    }

    private void nameSuperseded(SaveFile rescue) {
        try {
            rescue.begin(files.superseded().line());
        } catch (IOException e) {
            // The journal cannot be read either; what is rescued is added to what the next start
            // reads of it.
        }
    }

    private boolean rotate() {
        try {
            return files.rotate();
        } catch (IOException e) {
            failed(JournalFiles.path(settings.saveFile()), e);
            return false;
        }
    }

    private long writeSaveFile(Lifetimes lifetimes, long now) throws IOException {
        try (SaveFile out = new SaveFile(settings.saveFile(), wallOffsetSeconds.getAsLong())) {
            walk(lifetimes, now, out);
            files.savedAs(out.commit(identity -> isTold = journal.savesAs(identity)));
            savedOctets = out.octets();
            dropRescued(); // At once: by now it would bring back what was forgotten since.
            return out.entries();
        }
    }

    /// The journal may have failed while the save went well; then the trouble is not over.
    private boolean isJournalWritten() {
        boolean works = journal.works();
        if (!works) {
            inTrouble.set(true);
            inMemory.set(true);
        }
        return works;
    }

    private void walk(Lifetimes lifetimes, long now, SaveFile out) {
        unreturned.begin(now);
        for (Shard shard : shards.all()) {
            boolean hadFailed = out.hasFailed();
            ShardWalks.Walk walk = shard.walks().walk();
            while (walk.next(lifetimes, now, out, unreturned)) {}
            if (out.hasFailed() && !hadFailed) {
                goOnWithJournal();
            }
        }
    }

    /// {@link MemoryStore#closeHoles}.
    void closeHoles() {
        saving.lock();
        try {
            if (!closed) {
                shards.closeHoles();
            }
            pages.trim();
        } finally {
            saving.unlock();
        }
    }

    private void failed(Path file, IOException cause) {
        boolean isSaveFile = file.equals(settings.saveFile());
        (isSaveFile ? metrics.saveFailures : metrics.journalFailures).increment();
        files.check(); // It may have gone as well.
        boolean isJournaled = journal.works();
        boolean isNew = inTrouble.compareAndSet(false, true);
        boolean isWorse = !isJournaled && inMemory.compareAndSet(false, true);
        if (isNew || isWorse) {
            listener.inTrouble(file, cause, isJournaled);
        }
    }

    /// {@link MemoryStore#leaveFiles}.
    void leaveFiles() {
        saving.lock();
        try {
            isHeld = true;
            journal.leave();
        } finally {
            saving.unlock();
        }
    }

    /// Whether nobody saves any more. The one who asks has to let others save again.
    private boolean isEnded() {
        try {
            return saving.tryLock(CLOSE_SECONDS, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return saving.tryLock();
        }
    }

    /// Gives journal and memory back, once; not if a save hangs, which needs both until the process
    /// ends.
    ///
    /// @return whether that is done
    /// @throws IOException if the journal cannot be closed well
    boolean close() throws IOException {
        if (!isEnded()) {
            return false;
        }
        try {
            if (!closed) {
                closed = true;
                journal.close();
                shards.close();
                pages.close();
            }
            return true;
        } finally {
            saving.unlock();
        }
    }
}
