package org.greydaemon.store.memory;

import static org.greydaemon.decision.Memory.NEVER;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.file.RegularFile;
import org.greydaemon.file.StrangeFile;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Makes the files ours and brings what they hold into the shards: when the store is opened, or
/// when another process leaves them to this one. Confined to one thread; no other uses the store
/// meanwhile.
final class Loading {
    /// What a line of the save file takes, about, in octets.
    private static final int USUAL_LINE = 80;

    /// By how much the entries may outweigh the bound while files are read: an entry stands in the
    /// journal before the ones that made room for it.
    private static final long SLACK = 4_096;

    private final StoreSettings settings;
    private final StoreListener listener;
    private final Lifetimes lifetimes;
    private final AllShards shards;
    private final Shares shares;
    private final EntryBound bound;
    private final Saves saves;

    // Missing while another process has the files.
    private @Nullable FileChannel lockFile;

    // What was read while another process had the files; none once they are ours.
    private @Nullable Preloaded preloaded;

    // Files with lines that are no entries.
    private final Set<Path> strange = new LinkedHashSet<>();

    // Whether what is read comes second to what was read before.
    private boolean isAdding;

    private boolean beganEmpty;

    // Whether the files had all that was remembered before.
    private boolean isAsLeft;

    /// What was read of files that another process still writes.
    private record Preloaded(
            Recovery.FoundFiles found, @Nullable Object saveFileKey, @Nullable Object journalKey) {}

    /// @param saves is told what the files are
    Loading(
            StoreSettings settings,
            StoreListener listener,
            AllShards shards,
            Shares shares,
            EntryBound bound,
            Saves saves) {
        this.settings = settings;
        this.listener = listener;
        lifetimes = settings.lifetimes();
        this.shards = shards;
        this.shares = shares;
        this.bound = bound;
        this.saves = saves;
    }

    /// Reads the files, and writes to them from now on.
    ///
    /// @param now the time in seconds
    /// @throws IOException if a file cannot be read or written, or another process has the store;
    ///   the message is for the operator
    void start(long now) throws IOException {
        lock();
        saves.files().settle();
        Recovery recovery = recovery(now);
        open(readAll(recovery), recovery, false, now);
    }

    /// Only reads the files, which another process has.
    void preload(long now) throws IOException {
        // Those of before they are read: if they are the same afterwards, it was these files.
        Object saveFileKey = StoreFiles.key(settings.saveFile());
        Object journalKey = StoreFiles.key(JournalFiles.path(settings.saveFile()));
        Recovery.FoundFiles found = readAll(recovery(now));
        preloaded = new Preloaded(found, saveFileKey, journalKey);
    }

    /// {@link MemoryStore#catchUp}.
    void catchUp(long now) throws IOException {
        Preloaded before = Objects.requireNonNull(preloaded);
        if (areTheSame(before)) {
            preloaded = readAdded(before, recovery(now));
        }
    }

    /// {@link MemoryStore#takeOver}.
    void takeOver(long now) throws IOException {
        Preloaded before = Objects.requireNonNull(preloaded);
        lock();
        saves.files().settle();
        Recovery recovery = recovery(now);
        if (areTheSame(before)) {
            open(readAdded(before, recovery).found(), recovery, true, now);
        } else {
            forgetAll();
            open(readAll(recovery), recovery, false, now);
        }
        preloaded = null;
    }

    /// What was read was of other files.
    private void forgetAll() {
        shards.visit((key, _) -> shards.unload(key, Long.MAX_VALUE));
        shards.closeHoles(); // Else what is read next takes its place beside them.
        adding(false);
    }

    private void adding(boolean is) {
        if (is != isAdding) {
            isAdding = is;
            shards.adding(is);
        }
    }

    private boolean areTheSame(Preloaded before) throws IOException {
        Path journalFile = JournalFiles.path(settings.saveFile());
        return Objects.equals(before.saveFileKey(), StoreFiles.key(settings.saveFile()))
                && Objects.equals(before.journalKey(), StoreFiles.key(journalFile))
                && StoreFiles.size(journalFile) >= before.found().journalEnd();
    }

    private Preloaded readAdded(Preloaded before, Recovery recovery) throws IOException {
        Recovery.FoundFiles found = before.found();
        long end =
                recovery.readJournal(
                        JournalFiles.path(settings.saveFile()),
                        found.belongs(),
                        found.journalEnd());
        return new Preloaded(found.endingAt(end), before.saveFileKey(), before.journalKey());
    }

    private void lock() throws IOException {
        Path saveFile = settings.saveFile();
        FileChannel channel =
                StoreFiles.open(saveFile.resolveSibling(saveFile.getFileName() + ".lock"));
        try {
            StoreFiles.lock(channel, saveFile);
            lockFile = channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private Recovery recovery(long now) {
        return new Recovery(
                new Recovery.Receiver() {
                    @Override
                    public void entry(Key key, long entry, boolean isLater) {
                        load(key, entry, isLater, now);
                    }

                    @Override
                    public void strange(Path file, long lineNumber, String line) {
                        listener.strangeLine(file, lineNumber, line);
                        strange.add(file);
                    }
                });
    }

    private Recovery.FoundFiles readAll(Recovery recovery) throws IOException {
        long lines = StoreFiles.size(settings.saveFile()) / USUAL_LINE;
        int entries = (int) (Math.min(lines, settings.entriesMax()) / shards.all().length);
        for (Shard shard : shards.all()) {
            shard.expect(entries);
        }
        Recovery.FoundFiles found = recovery.readAll(settings.saveFile());
        for (Shard shard : shards.all()) {
            shard.loaded();
        }
        return found;
    }

    /// @param wasOthers whether another process has written the journal until now
    private void open(Recovery.FoundFiles found, Recovery recovery, boolean wasOthers, long now)
            throws IOException {
        Path file = settings.saveFile();
        keepStrange();
        beganEmpty = found.isNothing();
        saves.read(found.saveFile().octets());
        Rescued rescued = readRescued(found, recovery);
        keepStrange();
        boolean isWhole = rescued != Rescued.INSTEAD;
        if (wasOthers && found.belongs() && found.journalEnd() > 0) {
            saves.files().goOn(found, isWhole);
        } else {
            saves.files().open(found, isWhole);
        }
        isAsLeft = !isWhole || (!beganEmpty && found.belongs() && !found.isBehind());
        if (isWhole) {
            tellOf(found);
        }
        saves.stale(
                !found.belongs()
                        || rescued != Rescued.NOTHING
                        || RegularFile.exists(JournalFiles.oldPath(file)));
        bound.keep(lifetimes, now, true);
        listener.loadingEnds();
    }

    private void tellOf(Recovery.FoundFiles found) throws IOException {
        Path file = settings.saveFile();
        boolean isThere = RegularFile.exists(file);
        if (!isThere && !found.belongs()) {
            listener.outdated(file, false); // What is none has once been one.
        } else if (!found.belongs()) {
            listener.rewritten(file);
        } else if (found.isBehind()) {
            listener.outdated(file, isThere);
        }
    }

    /// The next save leaves out what it cannot read: it may be the only copy of something, if a
    /// wrong file was named here or the disk has erred.
    private void keepStrange() throws IOException {
        for (Path file : strange) {
            boolean isReplaced = file.equals(settings.saveFile());
            try {
                listener.kept(file, StrangeFile.keep(file, isReplaced));
            } catch (IOException e) {
                if (isReplaced) {
                    throw e; // The next save would destroy it.
                }
                listener.failed(file, e); // A full disk is no reason to answer nobody.
            }
        }
        strange.clear();
    }

    /// What a rescue file was read as.
    private enum Rescued {
        /// There was none.
        NOTHING,
        /// It was added to what the files say.
        ADDED,
        /// It was read instead of the files.
        INSTEAD
    }

    private Rescued readRescued(Recovery.FoundFiles found, Recovery recovery) throws IOException {
        if (settings.rescue().isEmpty() || !RegularFile.exists(settings.rescue().get())) {
            return Rescued.NOTHING;
        }
        Path rescue = settings.rescue().get();
        Path saveFile = settings.saveFile();
        List<Path> journals = List.of(JournalFiles.oldPath(saveFile), JournalFiles.path(saveFile));
        Superseded before = recovery.superseded(rescue);
        boolean isInstead = before != null && before.isThere(found.saveFile(), journals);
        if (isInstead) {
            forgetAll(); // What the files say was read to know what they are.
        }
        FileIdentity _ = recovery.readSaveFile(rescue, isInstead);
        if (isInstead) {
            readBehind(journals, Objects.requireNonNull(before).journals().octets(), recovery);
        }
        listener.rescued(rescue);
        return isInstead ? Rescued.INSTEAD : Rescued.ADDED;
    }

    /// What a daemon that has read the rescue file, or was without it, has added since.
    ///
    /// @param octets of the journals come before that
    private static void readBehind(List<Path> journals, long octets, Recovery recovery)
            throws IOException {
        long before = octets;
        for (Path journal : journals) {
            long size = StoreFiles.size(journal);
            if (size > before) {
                long _ = recovery.readJournal(journal, true, before);
            }
            before = Math.max(0, before - size);
        }
    }

    private void load(Key key, long fileEntry, boolean isLater, long now) {
        if (!isLater) {
            adding(true);
        }
        if (fileEntry == NEVER) {
            forget(key, isLater);
            return;
        }
        // No entry can be so far ahead: one of the two clocks was wrong. Taken as it is, a triplet
        // would be early until its time comes; a proof serves either way (docs/adr/0017).
        boolean isAhead = key.isTriplet() && Entry.time(fileEntry) - now > lifetimes.client();
        long entry = isAhead ? Entry.of(now, Entry.mark(fileEntry)) : fileEntry;
        if (!lifetimes.isSaved(key.kind(), entry, now)) {
            // As if the line were not there: a later one about the same key stands as it is, and an
            // earlier one was replaced by this, which is of no use any more.
            if (isLater) {
                shards.unload(key, Entry.time(entry));
            }
            return;
        }
        listener.loaded(key, entry);
        shards.load(key, entry, isLater);
        if (shares.weight() > settings.entriesMax() + SLACK) {
            bound.keep(lifetimes, now, false);
        }
    }

    /// What others have written may say that it was seen again since; what only the same journal
    /// has said, it takes back.
    private void forget(Key key, boolean isLater) {
        if (isLater) {
            shards.unload(key, Long.MAX_VALUE);
        } else {
            shards.unloadAdded(key);
        }
    }

    /// Whether there was no file to read.
    boolean beganEmpty() {
        return beganEmpty;
    }

    /// {@link MemoryStore#isAsLeft}.
    boolean isAsLeft() {
        return isAsLeft;
    }

    /// Leaves the files to others.
    void close() throws IOException {
        if (lockFile != null) {
            lockFile.close();
        }
    }
}
