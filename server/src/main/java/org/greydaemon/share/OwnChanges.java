package org.greydaemon.share;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.ChangeFeed;

import java.util.OptionalLong;

/// What is changed here, on its way from those who answer to the outbox. Confined to `share`, but
/// for the feed.
final class OwnChanges {
    /// A refresh is sent at most once in such a part of a life.
    private static final long REFRESHES = 20;

    private final Host host;
    private final Figures figures;
    private final EngineClock clock;
    private final Tombstones tombstones;
    private final ShareProgress progress;
    private final Outbox outbox;
    private final ChangeFeed feed;
    private final ChangeLine line = new ChangeLine();
    private long feedDropped;
    private long taken;
    private boolean mustOutlive;

    /// @param feed where those who answer add to
    OwnChanges(OurSide side, ChangeFeed feed) {
        this.feed = feed;
        feedDropped = feed.dropped();
        host = side.host();
        figures = side.figures();
        clock = side.clock();
        tombstones = side.tombstones();
        progress = side.progress();
        outbox = side.outbox();
    }

    /// Takes what has changed since the last look.
    ///
    /// @param isAll whether even if there is hardly room
    void take(boolean isAll) {
        if (!outbox.isFull() || isAll) {
            feed.take(this::add);
        }
        long dropped = feed.dropped();
        if (dropped > feedDropped) {
            long oldest = feed.takeOldestDropped();
            long now = clock.seconds();
            boolean isAny = oldest != Long.MAX_VALUE;
            miss(dropped - feedDropped, isAny ? Math.min(now, oldest + clock.toEngine()) : now);
            feedDropped = dropped;
        }
    }

    /// How many were taken since the start.
    long taken() {
        return taken;
    }

    /// Whether something has changed since this was last asked that the store would not tell of by
    /// itself after the end of the process: it was forgotten, or is older than its change.
    boolean mustOutlive() {
        boolean must = mustOutlive;
        mustOutlive = false;
        return must;
    }

    /// Has what a line has last read sent; what finds no room is made up for from the store.
    ///
    /// @param made when it was changed, in milliseconds of the engine's time
    void put(ChangeLine its, Change.Meaning kind, long made) {
        put(its, kind, made, made / 1000);
    }

    /// @param since from when on the store has to be told for the change to be among it, in seconds
    ///   of the engine's time
    private void put(ChangeLine its, Change.Meaning kind, long made, long since) {
        long toEngine = clock.toEngine();
        boolean fits =
                its.isPlain(kind)
                        ? outbox.add(
                                its.shard(),
                                made,
                                kind,
                                its.text(),
                                its.write(kind, made, toEngine))
                        : outbox.add(its.change(kind, made, toEngine));
        if (!fits) {
            miss(1, since);
        }
    }

    /// @param since in seconds of the engine's time
    private void miss(long changes, long since) {
        figures.dropped.addAndGet(changes);
        progress.owe(since - ShareProgress.AGAIN_SECONDS);
    }

    private void add(long steadyMade, long before, byte[] text, int from, int to) {
        taken++;
        if (!line.readEntry(text, from, to)) {
            throw new IllegalStateException("a line of our own cannot be read");
        }
        if (!line.isCarried()) {
            return;
        }
        long made = clock.millis(steadyMade);
        if (line.entry() == Memory.NEVER) {
            tombstones.add(line.name(), made);
            mustOutlive = true;
            put(line, Change.Meaning.FORGOTTEN, made);
            return;
        }
        Change.Meaning kind = kind(before);
        if (kind == Change.Meaning.NEW && isForgottenBefore(made)) {
            tombstones.remove(line.name(), made);
            mustOutlive = true;
            kind = Change.Meaning.REVIVED;
        }
        if (kind != Change.Meaning.REFRESHED || (isDue(before) && !line.isOnlyOurs())) {
            long since = since(before, made);
            mustOutlive |= progress.waits(since);
            put(line, kind, made, since);
        }
    }

    /// Whether what was last read was forgotten, and before this: who has it forgotten later means
    /// what was new until then.
    private boolean isForgottenBefore(long made) {
        if (tombstones.isEmpty()) {
            return false;
        }
        OptionalLong forgotten = tombstones.of(line.name());
        return forgotten.isPresent() && made > forgotten.getAsLong();
    }

    /// What is brought in from elsewhere is older than the change: it begins or moves back.
    private long since(long before, long made) {
        long time = Entry.time(line.entry());
        boolean isOlder = before == Memory.NEVER || time < before;
        return isOlder ? Math.min(made / 1000, time + clock.toEngine()) : made / 1000;
    }

    private Change.Meaning kind(long before) {
        if (before == Memory.NEVER) {
            return Change.Meaning.NEW;
        }
        long time = Entry.time(line.entry());
        boolean isProof = Lifetimes.isProof(line.key().kind(), line.entry());
        boolean isNew =
                (line.key().isTriplet() && !isProof)
                        ? time != before
                        : time - before >= host.lifetimes().get().client();
        return isNew ? Change.Meaning.NEW : Change.Meaning.REFRESHED;
    }

    /// Whether others should hear that something has served again. Each key has its own times, so
    /// that not all are sent at once.
    private boolean isDue(long before) {
        if (line.key().isTriplet()) {
            return true;
        }
        long part = Math.max(1, host.lifetimes().get().client() / REFRESHES);
        long phase = line.digest() % part;
        return (Entry.time(line.entry()) + phase) / part != (before + phase) / part;
    }
}
