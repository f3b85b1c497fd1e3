package org.greydaemon.share;

import org.greydaemon.log.Event;
import org.greydaemon.log.Lines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// How far this host is with the others: where it is in each stream, and what they have not heard
/// of it. Lies in `savefile.share`, so that the next start goes on from there. Confined to `share`,
/// but for {@link #leave}.
final class ShareProgress {
    /// What was sent so shortly before a connection went is sent again, in seconds: an engine that
    /// fails over may have lost it.
    static final long AGAIN_SECONDS = 60;

    private static final long NOTHING = Long.MAX_VALUE;

    private final Path file;
    private final String site;
    private final Tombstones tombstones;
    private final Lines log;
    private final BooleanSupplier isKept;
    private final Engine.StreamPlace[] places = new Engine.StreamPlace[Engine.SHARDS];

    /// What is forgotten up to here, in milliseconds of the engine's time, we have heard of.
    private final long[] heard = new long[Engine.SHARDS];

    // Whether our place is in the future of the engine's clock, and may be none of its stream.
    private final boolean[] isInFuture = new boolean[Engine.SHARDS];

    // When we were last seen to have read all of a stream, in milliseconds of the engine's time.
    private final long[] atEnd = new long[Engine.SHARDS];

    // Up to where all that was read is in the store's files: else the next start would neither know
    // it nor read it again.
    private final Engine.StreamPlace[] kept = new Engine.StreamPlace[Engine.SHARDS];

    // What is older the others have heard, in seconds of the engine's time.
    private long whole;

    // What is newer must be sent from the store, in seconds of the engine's time.
    private long owed;

    // The oldest of what waits to be sent, in seconds of the engine's time.
    private long oldest = NOTHING;

    // Held while it is saved.
    private final ReentrantLock saving = new ReentrantLock();

    private volatile boolean isLeft;

    /// @param site its name; another one's file is of no use
    /// @param tombstones what others may not have heard is forgotten; filled from the file
    /// @param isKept whether all that was read is in the store's files
    ShareProgress(
            Path file, String site, Tombstones tombstones, Lines log, BooleanSupplier isKept) {
        this.file = file;
        this.site = site;
        this.tombstones = tombstones;
        this.log = log;
        this.isKept = isKept;
        Arrays.fill(places, Engine.StreamPlace.FIRST);
        Arrays.fill(kept, Engine.StreamPlace.FIRST);
    }

    /// Goes on where the daemon before this one was.
    ///
    /// @param isAsLeft whether the store has all that it had: otherwise what others have told may
    ///   be missing, and is read once more
    void goOn(boolean isAsLeft) {
        Optional<ShareState> state = ShareState.read(file, site);
        whole = state.map(ShareState::whole).orElse(0L);
        owed = whole - AGAIN_SECONDS;
        state.ifPresent(its -> {
            for (int shard = 0; isAsLeft && shard < Engine.SHARDS; shard++) {
                Engine.StreamPlace place = its.shards().get(shard);
                // Who was ended before all else was read may not have heard what is forgotten.
                places[shard] = place.mark().isEmpty() ? Engine.StreamPlace.FIRST : place;
                heard[shard] = places[shard].millis();
            }
            its.forgotten().forEach(tombstones::add);
        });
        System.arraycopy(places, 0, kept, 0, places.length);
        if (!isAsLeft) {
            save(); // The store does not say so once more, should this process be killed now.
        }
    }

    Engine.StreamPlace place(int shard) {
        return places[shard];
    }

    /// Whether we had not heard what was forgotten then.
    ///
    /// @param millis of the engine's time
    boolean isNews(int shard, long millis) {
        return millis > heard[shard];
    }

    /// Whether we had not heard what the engine keeps as forgotten. When it was told stands there
    /// in whole seconds of the clock of who told it, which may be off by {@link
    /// EngineClock#SKEW_SECONDS}: what is in doubt is news.
    boolean isNews(int shard, Timed forgotten) {
        return isNews(shard, 1000 * (forgotten.seconds() + 1 + EngineClock.SKEW_SECONDS));
    }

    /// An entry of a stream was read.
    void read(int shard, Engine.StreamEntry written) {
        places[shard] = new Engine.StreamPlace(written.id(), places[shard].mark());
        heard[shard] = Math.max(heard[shard], written.millis() - 1);
    }

    /// All that stood in a stream then is read, or known by other ways.
    ///
    /// @param millis when, of the engine's time
    void isAtEnd(int shard, long millis) {
        atEnd[shard] = Math.max(atEnd[shard], millis);
    }

    /// Up to when nothing of a stream can have been missed, in milliseconds of the engine's time.
    long knownUntil(int shard) {
        return Math.max(places[shard].millis(), atEnd[shard]);
    }

    /// Whether nothing can have been missed of any stream up to then.
    ///
    /// @param millis when, of the engine's time
    boolean isKnownUntil(long millis) {
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            if (isInFuture[shard] || knownUntil(shard) < millis) {
                return false;
            }
        }
        return true;
    }

    /// Our clock was compared with the engine's. Nothing can have been heard in its future: where
    /// that seems so it is another engine, or its clock was set back, and what we have heard says
    /// nothing about times of this one.
    ///
    /// @param now of the engine's time, in milliseconds
    void compared(long now) {
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            heard[shard] = known(heard[shard], now);
            atEnd[shard] = known(atEnd[shard], now);
            isInFuture[shard] = places[shard].millis() > now;
        }
        if (whole > now / 1000 + AGAIN_SECONDS / 2) {
            whole = 0; // What is told again is reckoned from it.
        }
    }

    /// What a time up to which something is known says at a time of the engine's.
    private static long known(long until, long now) {
        return until > now + 1000 * EngineClock.SKEW_SECONDS ? 0 : Math.min(until, now - 1);
    }

    /// Whether nobody knows if our place is one of the stream, which an id of it shows.
    boolean isInFuture(int shard) {
        return isInFuture[shard];
    }

    /// An id of a stream has shown what our place is: where it is one of another stream, as after a
    /// failover to a replica that was behind, this one is read from its beginning.
    void place(int shard, Engine.PlaceIs its) {
        isInFuture[shard] &= its == Engine.PlaceIs.UNKNOWN;
        if (its == Engine.PlaceIs.OF_ANOTHER) {
            places[shard] =
                    new Engine.StreamPlace(Engine.StreamPlace.FIRST.id(), places[shard].mark());
            kept[shard] = places[shard];
            heard[shard] = 0;
            atEnd[shard] = 0;
        }
    }

    /// The engine has lost a shard: its stream is read from the beginning, we have to read what
    /// else it holds, and until all is sent again the others have heard nothing.
    void startOver(int shard) {
        places[shard] = Engine.StreamPlace.FIRST;
        kept[shard] = Engine.StreamPlace.FIRST;
        isInFuture[shard] = false;
        whole = 0;
    }

    /// We have read all but the stream of a shard with this mark.
    void mark(int shard, String mark) {
        places[shard] = new Engine.StreamPlace(places[shard].id(), mark);
    }

    /// The others must hear once more what is newer.
    ///
    /// @param since in seconds of the engine's time
    void owe(long since) {
        owed = Math.min(owed, since);
    }

    /// A new connection: the engine may have lost what it was told last.
    void owe() {
        owe(whole - AGAIN_SECONDS);
    }

    boolean isOwing() {
        return owed != NOTHING;
    }

    /// Since when the store must be told; from now on nothing is owed.
    long takeOwed() {
        long since = owed;
        owed = NOTHING;
        return since;
    }

    /// Something waits to be sent.
    ///
    /// @param since how old it is, in seconds of the engine's time
    /// @return whether it is so old that the next start would not send it, if this is not saved
    boolean waits(long since) {
        boolean isOldest = since < Math.min(whole - AGAIN_SECONDS, oldest);
        oldest = isOldest ? since : oldest;
        return isOldest;
    }

    /// The others have heard everything, and we have heard of them.
    ///
    /// @param now in seconds of the engine's time
    void isWhole(long now) {
        whole = now;
        oldest = NOTHING;
    }

    /// Nothing is saved any more. Called by who no longer waits for the thread `share`: what that
    /// still reads may come into no file of the store, and the next one may have begun already.
    /// Waits a second at most for what is being saved: the disk may hang.
    void leave() throws InterruptedException {
        isLeft = true;
        if (saving.tryLock(1, TimeUnit.SECONDS)) {
            saving.unlock();
        }
    }

    boolean isLeft() {
        return isLeft;
    }

    /// Does something, and who leaves meanwhile waits for it as he does for {@link #save}.
    ///
    /// @return false if it is not done, as it is left
    boolean unlessLeft(Runnable what) {
        saving.lock();
        try {
            if (!isLeft) {
                what.run();
            }
            return !isLeft;
        } finally {
            saving.unlock();
        }
    }

    /// What is not sent yet is in no stream: the next start sends what is newer than `whole`.
    void save() {
        saving.lock();
        try {
            if (!isLeft) {
                write();
            }
        } finally {
            saving.unlock();
        }
    }

    private void write() {
        if (isKept.getAsBoolean()) {
            System.arraycopy(places, 0, kept, 0, places.length);
        }
        long until = Math.min(Math.min(owed, whole), oldest);
        try {
            new ShareState(
                            site,
                            Math.max(0, until),
                            List.of(kept),
                            tombstones.since(1000 * (until - AGAIN_SECONDS)))
                    .write(file);
        } catch (IOException e) {
            log.tell(
                    Event.SHARE,
                    file
                            + ": cannot be written: "
                            + e.getMessage()
                            + "; the next start exchanges everything",
                    "state");
        }
    }
}
