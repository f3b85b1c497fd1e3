package org.greydaemon.share;

import org.jspecify.annotations.Nullable;

import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ZAddParams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a round asks an {@link Engine}: that it takes changes, and what others have written, of all
/// shards in one go. Confined to one thread.
final class StreamExchange {
    private final EngineConnection connection;
    private final String name;
    private final String host;
    private final long trim;
    private final long now;

    /// What was asked of a shard.
    ///
    /// @param added what was added to the stream
    /// @param sent whatever was sent, that too
    private record AskedShard(
            List<Response<Object>> added,
            List<Response<?>> sent,
            String after,
            Response<Object> read) {}

    /// @param name the site's
    /// @param host who we are
    /// @param trim what is older goes, in milliseconds of the engine's time
    /// @param now in seconds of the engine's time
    StreamExchange(EngineConnection connection, String name, String host, long trim, long now) {
        this.connection = connection;
        this.name = name;
        this.host = host;
        this.trim = trim;
        this.now = now;
    }

    /// Asks.
    ///
    /// @param changes of each shard
    /// @param after where we are in each stream
    List<Engine.ShardRound> of(List<Outbox.Batch> changes, String[] after) throws EngineException {
        Map<Integer, AskedShard> asked = new HashMap<>();
        connection.piped(pipeline -> {
            for (int shard = 0; shard < Engine.SHARDS; shard++) {
                if (!StreamEntries.isBeyond(after[shard])) {
                    asked.put(shard, ask(pipeline, shard, changes.get(shard), after[shard]));
                }
            }
            pipeline.sync();
            return asked;
        });
        List<Engine.ShardRound> outcomes = new ArrayList<>();
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            outcomes.add(outcome(shard, asked.get(shard)));
        }
        return outcomes;
    }

    private AskedShard ask(
            AbstractPipeline pipeline, int shard, Outbox.Batch changes, String after) {
        List<Response<Object>> added = new ArrayList<>();
        for (byte[] lines : changes.lines()) {
            added.add(
                    pipeline.sendCommand(StreamEntries.added(key(shard, 's'), trim, host, lines)));
        }
        List<Response<?>> sent = new ArrayList<>(added);
        // One by one and in this order: what was proven before is forgotten, what comes after is
        // not.
        for (Change change : changes.named()) {
            sent.addAll(
                    switch (change.kind()) {
                        case SAID -> sendSaid(pipeline, shard, change);
                        case FORGOTTEN -> sendForgotten(pipeline, shard, change);
                        case NEW, REVIVED, REFRESHED -> sendProven(pipeline, shard, change);
                    });
        }
        return new AskedShard(
                added,
                sent,
                after,
                pipeline.sendCommand(
                        StreamEntries.read(key(shard, 's'), after, Engine.READ_COUNT)));
    }

    private List<Response<?>> sendSaid(AbstractPipeline pipeline, int shard, Change change) {
        byte[] words = key(shard, 'a');
        List<Response<?>> sent = new ArrayList<>();
        sent.add(set(pipeline, words, (double) change.seconds(), change.name()));
        if (!change.proof().isEmpty()) {
            sent.add(pipeline.zrem(words, Engine.octets(change.proof())));
        }
        return sent;
    }

    private List<Response<?>> sendForgotten(AbstractPipeline pipeline, int shard, Change change) {
        // Rounded up: what was made in the same second may have been before.
        long late = now - Math.ceilDiv(change.made(), 1000);
        double told = new Timed(change.name(), now, late).score();
        return List.of(
                set(pipeline, key(shard, 'f'), told, change.name()),
                pipeline.zrem(key(shard, 'p'), Engine.octets(change.proof())));
    }

    private List<Response<?>> sendProven(AbstractPipeline pipeline, int shard, Change change) {
        List<Response<?>> sent = new ArrayList<>();
        if (change.kind() == Change.Meaning.REVIVED) {
            sent.add(pipeline.zrem(key(shard, 'f'), Engine.octets(change.name())));
        }
        if (!change.proof().isEmpty()) {
            // Nothing has served later than now: who reads it would take it for strange.
            double served = (double) Math.min(change.seconds(), now);
            sent.add(set(pipeline, key(shard, 'p'), served, change.proof()));
        }
        return sent;
    }

    /// Of two times of a name the later one stays.
    private static Response<?> set(
            AbstractPipeline pipeline, byte[] key, double score, String name) {
        return pipeline.zadd(key, score, Engine.octets(name), ZAddParams.zAddParams().gt());
    }

    /// @param asked null if there is no sense in asking
    private Engine.ShardRound outcome(int shard, @Nullable AskedShard asked) {
        String stream = Engine.key(name, shard, 's');
        String mark = Engine.key(name, shard, 'e');
        if (asked == null) {
            return Engine.ShardRound.failed(EngineFault.beyond(stream, mark));
        }
        try {
            List<Engine.StreamEntry> written =
                    connection.asked(() ->
                            StreamEntries.written(
                                    asked.read().get(), asked.after(), Engine.READ_COUNT));
            // A server that is full takes nothing, but what others have written can be read.
            return new Engine.ShardRound(
                    written,
                    true,
                    place(asked),
                    !asked.added().isEmpty() && refusal(asked.added()).isEmpty(),
                    refusal(asked.sent()).map(its -> EngineFault.in(stream, mark, its)));
        } catch (EngineException e) {
            return Engine.ShardRound.failed(EngineFault.in(stream, mark, e));
        }
    }

    /// What the id that the first entry was given says of our place.
    private Engine.PlaceIs place(AskedShard asked) {
        if (asked.added().isEmpty() || refusal(List.of(asked.added().getFirst())).isPresent()) {
            return Engine.PlaceIs.UNKNOWN;
        }
        String id = EngineConnection.text(asked.added().getFirst().get());
        return StreamEntries.isBehind(id, asked.after())
                ? Engine.PlaceIs.BEFORE_IT
                : Engine.PlaceIs.OF_ANOTHER;
    }

    private Optional<EngineException> refusal(List<? extends Response<?>> sent) {
        try {
            return connection.asked(() -> {
                sent.forEach(Response::get);
                return Optional.empty();
            });
        } catch (EngineException e) {
            return Optional.of(e);
        }
    }

    private byte[] key(int shard, char what) {
        return Engine.octets(Engine.key(name, shard, what));
    }
}
