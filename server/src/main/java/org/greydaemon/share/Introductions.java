package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.Tuple;

import java.util.ArrayList;
import java.util.List;

/// The hosts that have told an {@link Engine} that they are there. Confined to one thread.
final class Introductions {
    /// For how long the engine keeps that a host was there, in seconds.
    static final long KEPT_SECONDS = 3_600;

    /// A clock may be so far ahead, in seconds.
    static final long AHEAD_SECONDS = 60;

    /// The most that are read.
    static final int HOSTS_MAX = 100;

    private final EngineConnection connection;
    private final byte[] key;

    Introductions(EngineConnection connection, byte[] key) {
        this.connection = connection;
        this.key = key;
    }

    /// Says that we are there.
    ///
    /// @param us what we say of ourselves
    /// @param now in seconds of the engine's time
    /// @return as {@link #read}
    List<Timed> say(String us, long now) throws EngineException {
        return connection.piped(pipeline -> {
            Response<Long> added = pipeline.zadd(key, (double) now, us.getBytes(ISO_8859_1));
            Response<Long> removed =
                    pipeline.zremrangeByScore(key, 0, (double) (now - KEPT_SECONDS));
            Response<Long> kept = pipeline.expire(key, KEPT_SECONDS);
            Response<List<Tuple>> hosts = hosts(pipeline, now);
            pipeline.sync();
            List.of(added, removed, kept).forEach(Response::get);
            return timed(hosts.get());
        });
    }

    /// Who has said so in the last hour, the latest first.
    ///
    /// @param now in seconds of the engine's time
    List<Timed> read(long now) throws EngineException {
        return connection.piped(pipeline -> {
            Response<List<Tuple>> hosts = hosts(pipeline, now);
            pipeline.sync();
            return timed(hosts.get());
        });
    }

    private Response<List<Tuple>> hosts(AbstractPipeline pipeline, long now) {
        double from = (double) (now - KEPT_SECONDS);
        double to = (double) (now + AHEAD_SECONDS);
        return pipeline.zrevrangeByScoreWithScores(key, to, from, 0, HOSTS_MAX);
    }

    private static List<Timed> timed(List<Tuple> hosts) {
        List<Timed> all = new ArrayList<>();
        for (Tuple host : hosts) {
            String one = new String(host.getBinaryElement(), ISO_8859_1);
            all.add(new Timed(one, Math.round(host.getScore())));
        }
        return all;
    }
}
