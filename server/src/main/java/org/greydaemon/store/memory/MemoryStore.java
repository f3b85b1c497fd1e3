package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Places;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.ChangeFeed;
import org.greydaemon.store.SharedStore;
import org.greydaemon.system.PagePool;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/// The embedded store. Safe for use by several threads.
///
/// The order of its promises: a step is in the journal's buffer before another thread can see it;
/// {@link #commit} hands the buffer to the system before an answer leaves; {@link #save} makes the
/// journal superfluous by writing all entries to the save file.
public final class MemoryStore implements SharedStore {
    private final StoreSettings settings;
    private final Saves saves;
    private final Journal journal;
    private final JournalBuffer changes;
    private final Shares shares;
    private final AllShards shards;
    private final Eviction eviction;
    private final Unreturned unreturned;
    private final EntryBound bound;
    private final Loading loading;

    // Written by a reload, read once by each save.
    private volatile Lifetimes lifetimes;

    /// Opens the store, for which it reads the save file and the journal, or only reads what
    /// another process has that is about to leave it. Then {@link #takeOver} comes next, once that
    /// has gone; before it nothing but {@link #entries()}, {@link #catchUp} and what only tells of
    /// the store may be called.
    ///
    /// @param random where the secret of the hash comes from
    /// @param now the time in seconds
    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    /// @param isOthers whether another process has the files, and writes no save file
    /// @throws IOException if a file cannot be read or written, or another process has the store
    ///   and is not about to leave it; the message is for the operator
    public MemoryStore(
            StoreSettings settings,
            StoreListener listener,
            RandomGenerator random,
            long now,
            LongSupplier wallOffsetSeconds,
            boolean isOthers)
            throws IOException {
        this(settings, listener, random, wallOffsetSeconds, now);
        try {
            if (isOthers) {
                loading.preload(now);
            } else {
                loading.start(now);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private MemoryStore(
            StoreSettings settings,
            StoreListener listener,
            RandomGenerator random,
            LongSupplier wallOffsetSeconds,
            long now) {
        this.settings = settings;
        lifetimes = settings.lifetimes();
        KeyHash hash = new KeyHash(random.nextLong(), random.nextLong());
        shares = new Shares(random.nextLong());
        unreturned = new Unreturned(shares, now);
        PagePool pages = new PagePool();
        changes = new JournalBuffer(wallOffsetSeconds);
        ReentrantLock references = new ReentrantLock();
        shards = new AllShards(hash, changes, shares, pages, references);
        saves =
                new Saves(
                        settings, listener, wallOffsetSeconds, changes, shards, unreturned, pages);
        journal = saves.files().journal();
        eviction =
                new Eviction(
                        shards.all(),
                        shares,
                        settings.tripletsPerNetworkMax(),
                        settings.tripletsMin(),
                        lifetimes,
                        new SplittableRandom(random.nextLong()),
                        references);
        bound = new EntryBound(settings, listener, shares, eviction);
        loading = new Loading(settings, listener, shards, shares, bound, saves);
    }

    /// A store without files, which forgets everything when it is closed, and leaves nothing
    /// wherever its process ends.
    ///
    /// @param settings of which the files have no meaning
    /// @param now the time in seconds
    public static MemoryStore withoutFiles(
            StoreSettings settings, StoreListener listener, RandomGenerator random, long now) {
        return new MemoryStore(settings, listener, random, () -> 0, now);
    }

    /// Reads what another process has added to the journal meanwhile, so that {@link #takeOver} has
    /// less to read. If the files are others by now, that says so.
    ///
    /// @param now the time in seconds
    /// @throws IOException if a file cannot be read; the message is for the operator
    public void catchUp(long now) throws IOException {
        loading.catchUp(now);
    }

    /// Goes on with files that another process has left: reads what it has added to the journal
    /// since they were read, or all of them if they are others by now.
    ///
    /// @param now the time in seconds
    /// @throws IOException if a file cannot be read or written, or another process has the store;
    ///   the message is for the operator
    public void takeOver(long now) throws IOException {
        loading.takeOver(now);
    }

    /// The newest time that most entries of the files agree with: none of them is older by more
    /// than a proven client is kept. A clock that is known to be wrong can go on from there.
    ///
    /// @return 0 if there are no entries
    /// @throws IOException if a file cannot be read
    public static long newestTime(StoreSettings settings) throws IOException {
        NewestTime newest = new NewestTime(settings.lifetimes().client());
        Recovery recovery = new Recovery(newest);
        Recovery.FoundFiles _ = recovery.readAll(settings.saveFile());
        return newest.seconds();
    }

    @Override
    public boolean fetches() {
        return true;
    }

    @Override
    public long placeOf(Key key) {
        return shards.hash(key);
    }

    @Override
    public void fetch(Places places) {
        shards.fetch(places);
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
        changes.tell(feed);
    }

    private long step(Key key, Rule rule, long now, Origin origin) {
        long network = MakerNetwork.of(key.networkHigh(), key.networkLow());
        long seen = shards.step(key, network, rule, now, origin);
        if (rule.equals(Rule.LOOK)) {
            return seen; // What others are writing meanwhile is not even looked at.
        }
        if (seen == NEVER) {
            bound.keepShare(network, lifetimes, now);
            bound.keep(lifetimes, now, true);
        }
        if (changes.isFull()) {
            journal.commit();
        }
        return seen;
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
        bound.sayFullAgain();
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
        shards.visit(visitor);
    }

    @Override
    public boolean mayHold(Key.Kind kind) {
        return shares.mayHold(kind);
    }

    @Override
    public long entries() {
        return shares.entries();
    }

    @Override
    public long entries(Key.Kind kind) {
        return shares.entries(kind);
    }

    /// How many entries were evicted because the store was full, or their network had its share.
    public long evicted() {
        return eviction.evicted();
    }

    /// How many of them had not even had the time to come back.
    public long evictedFresh() {
        return eviction.evictedFresh();
    }

    /// To how many recipients of attempts nobody came back; counted when a save finds that their
    /// window is over.
    ///
    /// @param kind of the triplet of the widest identity that was known
    /// @param isSuspect whether the client was suspect
    public long neverCameBack(Key.Kind kind, boolean isSuspect) {
        return unreturned.recipients(kind, isSuspect);
    }

    /// How many attempts, counted once for all their recipients, nobody repeated.
    public long messagesNeverCameBack(Key.Kind kind, boolean isSuspect) {
        return unreturned.messages(kind, isSuspect);
    }

    /// Whether entries had to go lately that had not had the time to come back: mail of newcomers
    /// is delayed for longer than it should be.
    ///
    /// @param now the time in seconds
    public boolean isShortOfRoom(long now) {
        return bound.isShort(now);
    }

    /// Whether journal and save file can be written, as far as is known.
    public boolean works() {
        return saves.works();
    }

    /// On what the journal is kept waiting by the disk, and with it who asks: each time another
    /// number, 0 if on nothing.
    public long waitsForDisk() {
        return journal.waitsForDisk();
    }

    /// What of the journal is being forced to the disk while answers go on: each time another
    /// number, 0 if nothing is.
    public long forcedBehind() {
        return journal.forcedBehind();
    }

    /// How many changes the end of the process would take, since the files cannot be written; all
    /// entries if there is no file left.
    @Override
    public long unwritten() {
        saves.files().check();
        boolean isFileLeft =
                Files.exists(settings.saveFile())
                        || Files.exists(JournalFiles.path(settings.saveFile()));
        return journal.works() || isFileLeft ? journal.unwritten() : entries();
    }

    /// Whether there was no file to read at the start.
    public boolean beganEmpty() {
        return loading.beganEmpty();
    }

    @Override
    public boolean isAsLeft() {
        return loading.isAsLeft();
    }

    /// The length of the journal, in octets.
    public long journalBytes() {
        return journal.size();
    }

    /// What the entries take, in octets.
    public long bytes() {
        return shards.bytes();
    }

    /// Lets another process go on with the files: nobody may be in a step any more, and nothing but
    /// {@link #close} comes next. What was written is not forced to the disk, which that process
    /// does as if it had written it.
    public void leaveFiles() {
        try {
            saves.leaveFiles();
            loading.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }

    /// Gives files and memory back. Does not save: call {@link #save} before it. Nobody may be in a
    /// step any more: whoever answers has been stopped by then, and so has the gate.
    @Override
    public void close() {
        try {
            if (saves.close()) { // Else nobody else may have the files before the process ends.
                loading.close();
            }
        } catch (IOException e) {
            // The lock goes with the process at the latest.
        }
    }
}
