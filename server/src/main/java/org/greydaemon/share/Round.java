package org.greydaemon.share;

import org.greydaemon.metrics.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Sends what waits and takes what others have written since, of all shards in one go. Confined to
/// `share`.
final class Round {
    /// How a round ends.
    enum End {
        /// There was no more to read.
        QUIET,
        /// There may be more to read or to send.
        MORE,
        /// Some of it failed and waits, the connection goes on.
        FAULT
    }

    private final String id;
    private final Peers peers;
    private final Host host;
    private final Figures figures;
    private final Histogram lag;
    private final EngineHealth health;
    private final EngineClock clock;
    private final Tombstones tombstones;
    private final ShareProgress progress;
    private final Outbox outbox;
    private final SharedWords words;
    private final Adoption adoption;

    /// @param id who we are in the streams
    /// @param peers hears how late each of the others is
    /// @param lag how late we hear of what others write
    Round(
            String id,
            Peers peers,
            Histogram lag,
            OurSide side,
            SharedWords words,
            Adoption adoption) {
        this.id = id;
        this.peers = peers;
        this.lag = lag;
        this.words = words;
        this.adoption = adoption;
        host = side.host();
        figures = side.figures();
        health = side.health();
        clock = side.clock();
        tombstones = side.tombstones();
        progress = side.progress();
        outbox = side.outbox();
    }

    /// Sends and reads once.
    ///
    /// @param isSending whether what waits may be sent
    /// @throws EngineException if the connection is over
    End exchange(Engine engine, boolean isSending) throws EngineException {
        words.take();
        words.send(outbox);
        List<Outbox.Batch> changes = new ArrayList<>();
        String[] after = new String[Engine.SHARDS];
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            changes.add(batch(shard, isSending));
            after[shard] = progress.place(shard).id();
        }
        long asked = clock.millis();
        List<Engine.ShardRound> outcomes =
                engine.exchange(id, changes, after, clock.trimMillis(), clock.seconds());
        long adoptedBefore = adoption.adopted();
        boolean isMore = false;
        Optional<EngineException> fault = Optional.empty();
        long latest = 0;
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            Engine.ShardRound outcome = outcomes.get(shard);
            fault = outcome.fault().isPresent() ? outcome.fault() : fault;
            if (outcome.fault().isEmpty()) {
                outbox.sent(shard, changes.get(shard));
                figures.sent.addAndGet(changes.get(shard).alive());
            } else if (outcome.isAdded()) {
                outbox.added(shard, changes.get(shard));
            }
            for (Engine.StreamEntry written : outcome.written()) {
                take(shard, written);
                latest = Math.max(latest, clock.millis() - written.millis());
            }
            if (outcome.isRead() && !outcome.isMore()) {
                progress.isAtEnd(shard, asked);
            }
            progress.place(shard, outcome.place());
            isMore |= outcome.isMore();
        }
        host.store().commit();
        words.take();
        figures.lagMillis = latest;
        figures.lagChanges = adoption.adopted() - adoptedBefore;
        tell();
        return end(fault, isSending, isMore || (isSending && outbox.isHalfFull()));
    }

    private Outbox.Batch batch(int shard, boolean isSending) {
        Outbox.Batch waiting =
                isSending
                        ? outbox.first(shard, adoption::isAlive, !tombstones.isEmpty())
                        : Outbox.Batch.NONE;
        return progress.isInFuture(shard) ? waiting.withEntry() : waiting;
    }

    private void take(int shard, Engine.StreamEntry written) {
        boolean isOurs = written.host().equals(id);
        if (!isOurs && !figures.isBehind) {
            lag.observe(Math.max(0, clock.millis() - written.millis()));
        }
        long before = adoption.adopted();
        adoption.lines(written.lines().array(), isOurs, progress.isNews(shard, written.millis()));
        if (!isOurs) {
            long late = clock.millis() - written.millis();
            peers.took(written.host(), late, adoption.adopted() - before);
        }
        progress.read(shard, written);
    }

    private void tell() {
        figures.waiting = (long) outbox.count() + words.waiting();
        figures.adopted.set(adoption.adopted() + words.taken());
        figures.strange.set(adoption.strange() + words.strange());
    }

    private End end(Optional<EngineException> fault, boolean isSending, boolean isMore)
            throws EngineException {
        if (fault.isEmpty()) {
            health.well(isSending);
            return isMore ? End.MORE : End.QUIET;
        }
        if (fault.get().isConnectionOver()) {
            throw fault.get();
        }
        health.trouble(fault.get().words());
        return End.FAULT;
    }
}
