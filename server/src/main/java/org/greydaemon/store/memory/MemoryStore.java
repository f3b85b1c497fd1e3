package org.greydaemon.store.memory;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.file.RegularFile;
import org.greydaemon.store.ChangeFeed;
import org.greydaemon.store.SharedStore;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The embedded store. Safe for use by several threads.
///
/// The order of its promises: a step is in the journal's buffer before another thread can see it;
/// {@link #commit} hands the buffer to the system before an answer leaves; {@link #save} makes the
/// journal superfluous by writing all entries to the save file.
public final class MemoryStore implements SharedStore {
    private static final int SHARDS = 64;

    /// What a line of the save file takes, about, in octets.
    private static final int USUAL_LINE = 80;

    /// By how much the entries may outweigh the bound while files are read: an entry stands in the
    /// journal before the ones that made room for it.
    private static final long LOAD_SLACK = 4_096;

    /// How long the store is said to be short of room, in seconds.
    private static final long SHORT_SECONDS = 600;

    /// What bounds and keeps the store.
    ///
    /// @param saveFile the save file; the journal and the lock lie beside it
    /// @param rescue where {@link #rescue} saves, and the next start looks, if anywhere
    /// @param fsync when the journal is forced to the disk
    /// @param entriesMax the most entries, from 1 on; one of more than 256 octets counts for one
    ///   for every 256 octets begun, so that memory is bounded too
    /// @param lifetimes how long entries are worth keeping
    public record Settings(
            Path saveFile,
            Optional<Path> rescue,
            Fsync fsync,
            long entriesMax,
            Lifetimes lifetimes) {
        /// What has no place for what cannot be saved.
        public Settings(Path saveFile, Fsync fsync, long entriesMax, Lifetimes lifetimes) {
            this(saveFile, Optional.empty(), fsync, entriesMax, lifetimes);
        }

        /// The most triplets of one client network: a sixteenth of all, but never so few that one
        /// big sender is too many.
        int tripletsPerNetworkMax() {
            return Math.clamp(entriesMax / 16, 1000, Integer.MAX_VALUE);
        }

        /// How many triplets proven clients make room for, instead of the other way round.
        long tripletsMin() {
            return Math.max(1, entriesMax / 16);
        }

        /// How much more room is made than is wanted, so that it is made seldom.
        int roomAhead() {
            return Math.clamp(entriesMax >> 14, 0, 63);
        }
    }

    /// What the store has to tell. Called from any of its threads.
    public interface Listener {
        /// A line of a file is no entry and was skipped.
        void strangeLine(Path file, long lineNumber, String line);

        /// An entry was read at start; the key is only lent.
        void loaded(Key key, long entry);

        /// The bound on entries is reached; entries are evicted from now on.
        void full(long entriesMax);

        /// Somebody else has written the save file since the journal; what the journal has beyond
        /// it was added.
        void rewritten(Path file);

        /// What a daemon before this one has rescued was read, and is removed by the next save.
        void rescued(Path file);

        /// All entries are in the save file.
        void saved(Path file, long entries);

        /// The journal or the save file cannot be written. Answers go on from memory.
        void failed(Path file, IOException cause);

        /// Where is measured what the files take; asked once.
        default FileMetrics fileMetrics() {
            return FileMetrics.unseen();
        }
    }

    private final Settings settings;
    private final Listener listener;
    private final SipHash hash;
    private final Saves saves;
    private final Journal journal;
    private final Shard[] shards = new Shard[SHARDS];
    private final Shares shares;
    private final Eviction eviction;
    private final Unreturned unreturned;

    // Missing while another process has the files: see the constructor.
    private @Nullable FileChannel lockFile;

    // What was read while another process had the files; none once they are ours.
    private @Nullable Preloaded preloaded;

    // Any thread may find the store full; the first one says so, a save with room again resets it.
    private final AtomicBoolean saidFull = new AtomicBoolean();

    // Written by a reload, read once by each save.
    private volatile Lifetimes lifetimes;

    private boolean beganEmpty;

    /// What was read of files that another process still writes.
    private record Preloaded(
            Recovery.Found found, @Nullable Object saveFileKey, @Nullable Object journalKey) {}

    /// Opens the store: reads the save file and the journal.
    ///
    /// @param random where the secret of the hash comes from
    /// @param now the time in seconds
    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    /// @throws IOException if a file cannot be read or written, or another process has the store;
    ///   the message is for the operator
    public MemoryStore(
            Settings settings,
            Listener listener,
            RandomGenerator random,
            long now,
            LongSupplier wallOffsetSeconds)
            throws IOException {
        this(settings, listener, random, now, wallOffsetSeconds, false);
    }

    /// Opens the store, or only reads what another process has that is about to leave it. Then
    /// {@link #takeOver} comes next, once that has gone; nothing else may be called before.
    ///
    /// @param isOthers whether another process has the files, and writes no save file
    public MemoryStore(
            Settings settings,
            Listener listener,
            RandomGenerator random,
            long now,
            LongSupplier wallOffsetSeconds,
            boolean isOthers)
            throws IOException {
        this.settings = settings;
        lifetimes = settings.lifetimes();
        this.listener = listener;
        hash = new SipHash(random.nextLong(), random.nextLong());
        lockFile = isOthers ? null : lock(settings.saveFile());
        shares = new Shares(random.nextLong());
        unreturned = new Unreturned(shares, now);
        saves = new Saves(settings, listener, wallOffsetSeconds, shards, unreturned);
        journal = saves.journal();
        ReentrantLock references = new ReentrantLock();
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new Shard(hash, journal, shares, references);
        }
        eviction =
                new Eviction(
                        shards,
                        shares,
                        settings.tripletsPerNetworkMax(),
                        settings.tripletsMin(),
                        lifetimes,
                        new SplittableRandom(random.nextLong()),
                        references);
        try {
            if (isOthers) {
                preload(now);
            } else {
                journal.settle();
                Recovery recovery = recovery(now);
                open(readAll(recovery), recovery, now);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static FileChannel lock(Path saveFile) throws IOException {
        Path path = saveFile.resolveSibling(saveFile.getFileName() + ".lock");
        FileChannel channel = StoreFiles.open(path);
        try {
            StoreFiles.lock(channel, saveFile);
            return channel;
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
                    }
                });
    }

    private void open(Recovery.Found found, Recovery recovery, long now) throws IOException {
        Path file = settings.saveFile();
        beganEmpty = found.isNothing();
        saves.read(found.saveFile().octets());
        journal.open(found.journalEnd(), found.saveFile(), found.belongs());
        if (!found.belongs()) {
            listener.rewritten(file);
        }
        saves.stale(!found.belongs() || RegularFile.exists(Journal.oldPath(file)));
        readRescued(recovery);
        makeRoom(now, true);
    }

    private Recovery.Found readAll(Recovery recovery) throws IOException {
        long lines = StoreFiles.size(settings.saveFile()) / USUAL_LINE;
        int entries = (int) (Math.min(lines, settings.entriesMax()) / SHARDS);
        for (Shard shard : shards) {
            shard.expect(entries);
        }
        Recovery.Found found = recovery.readAll(settings.saveFile());
        for (Shard shard : shards) {
            shard.loaded();
        }
        return found;
    }

    /// The keys of the files are those of before they were read: if they are the same afterwards,
    /// it was these files that were read.
    private void preload(long now) throws IOException {
        Object saveFileKey = StoreFiles.key(settings.saveFile());
        Object journalKey = StoreFiles.key(Journal.path(settings.saveFile()));
        Recovery.Found found = readAll(recovery(now));
        preloaded = new Preloaded(found, saveFileKey, journalKey);
    }

    /// Goes on with files that another process has left: reads what it has added to the journal
    /// since they were read.
    ///
    /// @param now the time in seconds
    /// @return whether it worked; if not, the files are others than those that were read: close
    ///   this store and open them anew
    /// @throws IOException if a file cannot be read or written, or another process has the store;
    ///   the message is for the operator
    public boolean takeOver(long now) throws IOException {
        Preloaded before = Objects.requireNonNull(preloaded);
        Path journalFile = Journal.path(settings.saveFile());
        lockFile = lock(settings.saveFile());
        journal.settle();
        if (!Objects.equals(before.saveFileKey(), StoreFiles.key(settings.saveFile()))
                || !Objects.equals(before.journalKey(), StoreFiles.key(journalFile))
                || StoreFiles.size(journalFile) < before.found().journalEnd()) {
            return false;
        }
        Recovery recovery = recovery(now);
        Recovery.Found found = before.found();
        open(
                found.endingAt(
                        recovery.readJournal(journalFile, found.belongs(), found.journalEnd())),
                recovery,
                now);
        preloaded = null;
        return true;
    }

    private void readRescued(Recovery recovery) throws IOException {
        if (settings.rescue().isEmpty() || !RegularFile.exists(settings.rescue().get())) {
            return;
        }
        FileIdentity _ = recovery.readSaveFile(settings.rescue().get(), false);
        listener.rescued(settings.rescue().get());
        saves.stale(true);
    }

    /// The newest time that most entries of the files agree with: none of them is older by more
    /// than a proven client is kept. A clock that is known to be wrong can go on from there.
    ///
    /// @return 0 if there are no entries
    /// @throws IOException if a file cannot be read
    public static long newestTime(Settings settings) throws IOException {
        NewestTime newest = new NewestTime(settings.lifetimes().client());
        Recovery recovery = new Recovery(newest);
        Recovery.Found _ = recovery.readAll(settings.saveFile());
        return newest.seconds();
    }

    private void load(Key key, long fileEntry, boolean isLater, long now) {
        long keyHash = hash.hash(key);
        Shard shard = shard(keyHash);
        if (fileEntry == NEVER) {
            if (isLater) { // Else it may have been seen again since.
                shard.unload(key, (int) keyHash, Long.MAX_VALUE);
            }
            return;
        }
        // No entry can be so far ahead: one of the two clocks was wrong. Taken as it is, a triplet
        // would be early until its time comes; a proof serves either way (docs/adr/0017).
        boolean isAhead = key.isTriplet() && Entry.time(fileEntry) - now > lifetimes.client();
        long entry = isAhead ? Entry.of(now, Entry.mark(fileEntry)) : fileEntry;
        if (!lifetimes.isSaved(key.kind(), entry, now)) {
            // As if the line were not there: what another one says that is later is not touched by
            // it. What is earlier has become this, which is of no use any more.
            if (isLater) {
                shard.unload(key, (int) keyHash, Entry.time(entry));
            }
            return;
        }
        listener.loaded(key, entry);
        long network = MakerNetwork.of(key.networkHigh(), key.networkLow());
        if (shard.load(key, (int) keyHash, network, entry, !isAhead, isLater)
                && shares.weight() > settings.entriesMax() + LOAD_SLACK) {
            makeRoom(now, false);
        }
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        return step(key, rule, now, Origin.HERE);
    }

    @Override
    public long adopt(Key key, Rule rule, long now) {
        return step(key, rule, now, Origin.OTHERS);
    }

    @Override
    public void tell(Optional<ChangeFeed> feed) {
        journal.tell(feed);
    }

    private long step(Key key, Rule rule, long now, Origin origin) {
        long keyHash = hash.hash(key);
        long network = MakerNetwork.of(key.networkHigh(), key.networkLow());
        long seen = shard(keyHash).step(key, (int) keyHash, network, rule, now, origin);
        if (seen == NEVER && !rule.equals(Rule.LOOK)) {
            boundShare(network, now);
            makeRoom(now, true);
        }
        if (journal.isFull()) {
            journal.commit();
        }
        return seen;
    }

    private Shard shard(long keyHash) {
        return shards[(int) (keyHash >>> Integer.SIZE) & SHARDS - 1];
    }

    /// @param network that may have one triplet more
    private void boundShare(long network, long now) {
        int max = settings.tripletsPerNetworkMax();
        if (shares.weight() > max && shares.triplets(network) > max) {
            eviction.toShare(network, max, settings.roomAhead(), lifetimes, now);
        }
    }

    private void makeRoom(long now, boolean isJournaled) {
        if (shares.weight() > settings.entriesMax()) {
            if (saidFull.compareAndSet(false, true)) {
                listener.full(settings.entriesMax());
            }
            eviction.toWeight(
                    settings.entriesMax(), settings.roomAhead(), lifetimes, now, isJournaled);
        }
    }

    @Override
    public void commit() {
        journal.commit();
    }

    /// Forces the journal to the disk, for {@link Fsync#EVERYSEC}. Delays nobody else.
    public void synchronise() {
        journal.synchronise();
    }

    /// Looks after the files; to be called about once a second.
    ///
    /// @return whether a save is due: the journal has grown so large that one should make it small
    ///   again, or a file is in trouble
    public boolean wantsSave() {
        return saves.isDue();
    }

    /// Writes all entries to the save file, forgets the expired ones on the way, and starts the
    /// journal anew. Others wait for no more than one turn of the walk.
    ///
    /// @param now the time in seconds
    /// @return whether it worked; if not, the listener knows why
    public boolean save(long now) {
        boolean isSaved = saves.save(lifetimes, now);
        sayFullAgain();
        return isSaved;
    }

    /// Writes no save file from now on, or does so again: another process is about to read the
    /// files. Waits for a save that is under way.
    public void holdSaves(boolean hold) {
        saves.hold(hold);
    }

    /// Writes all entries where the next start looks for them, since they cannot be saved.
    ///
    /// @param now the time in seconds
    /// @return whether it worked; if not, the listener knows why
    public boolean rescue(long now) {
        return saves.rescue(lifetimes, now);
    }

    private void sayFullAgain() {
        if (shares.weight() < settings.entriesMax() - settings.entriesMax() / 10) {
            saidFull.set(false);
        }
    }

    /// Gives memory back that entries have left which were forgotten since the last save; to be
    /// called about once a second, so that what they leave stays a part of the whole.
    public void closeHoles() {
        saves.closeHoles();
    }

    /// Changes how long entries are worth keeping, from the next save on.
    public void keep(Lifetimes changed) {
        lifetimes = changed;
    }

    @Override
    public void visit(Visitor visitor) {
        RecordKey scratch = new RecordKey();
        for (Shard shard : shards) {
            try (Arena arena = Arena.ofConfined()) {
                for (RecordCursor record : shard.copies(arena)) {
                    while (record.next()) {
                        visitor.entry(record.readKey(scratch), record.entry());
                    }
                }
            }
        }
    }

    @Override
    public boolean mayHold(Key.Kind kind) {
        return shares.entries(kind) > 0;
    }

    @Override
    public long entries() {
        return shares.entries();
    }

    @Override
    public long entries(Key.Kind kind) {
        return shares.entries(kind);
    }

    /// How many entries were evicted because the store was full.
    public long evicted() {
        return eviction.evicted();
    }

    /// How many of them had not even had the time to come back.
    public long evictedFresh() {
        return eviction.evictedFresh();
    }

    /// For how many recipients of attempts nobody came back; counted when a save finds that their
    /// window is over.
    ///
    /// @param kind of the triplet of the widest identity that was known
    /// @param isSuspect whether the client was suspect
    public long neverCameBack(Key.Kind kind, boolean isSuspect) {
        return unreturned.recipients(kind, isSuspect);
    }

    /// With how many attempts, all their recipients together, nobody came back.
    public long messagesNeverCameBack(Key.Kind kind, boolean isSuspect) {
        return unreturned.messages(kind, isSuspect);
    }

    /// Whether entries had to go lately that had not had the time to come back: mail of newcomers
    /// is delayed for longer than it should be.
    ///
    /// @param now the time in seconds
    public boolean isShortOfRoom(long now) {
        return eviction.lastFresh() > now - SHORT_SECONDS;
    }

    /// Whether journal and save file can be written, as far as is known.
    public boolean works() {
        return saves.works();
    }

    /// How many changes the end of the process would take, since the files cannot be written; all
    /// entries if there is no file left.
    public long unwritten() {
        journal.check();
        boolean isFileLeft =
                Files.exists(settings.saveFile())
                        || Files.exists(Journal.path(settings.saveFile()));
        return journal.works() || isFileLeft ? journal.unwritten() : entries();
    }

    /// Whether there was no file to read at the start.
    public boolean beganEmpty() {
        return beganEmpty;
    }

    /// The length of the journal, in octets.
    public long journalBytes() {
        return journal.size();
    }

    /// What the entries take, in octets.
    public long bytes() {
        long bytes = 0;
        for (Shard shard : shards) {
            bytes += shard.bytes();
        }
        return bytes;
    }

    /// Gives files and memory back. Does not save: call {@link #save} before it. Nobody may be in a
    /// step any more.
    @Override
    public void close() {
        try {
            saves.close();
            if (lockFile != null) {
                lockFile.close();
            }
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
