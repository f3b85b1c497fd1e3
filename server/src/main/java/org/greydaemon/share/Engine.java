package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The engine, a Valkey or Redis, asked through its client library, which is loaded when it is
/// needed. Each shard has, below one hash tag so that a Cluster keeps it together,
///
/// ```
/// greydaemon:{NAME:00}:s    a stream of changes, trimmed by age: an entry has h, who wrote it, and
///                           c, lines of {@link ChangeLine}
/// greydaemon:{NAME:00}:p    what has proven itself, by when it has last served
/// greydaemon:{NAME:00}:f    what was forgotten, by when this was told, see {@link Timed}: who was
///                           away looks whether he has heard it, and only what is older goes
/// greydaemon:{NAME:00}:e    a mark: when it is another one, all of this was lost
/// greydaemon:{NAME:00}:a    of the first shard: what operators allow and disallow, by when they said
///                           so in milliseconds, see {@link WordLine}
/// greydaemon:{NAME:00}:h    of the first shard: the hosts, by when they were last here
/// ```
///
/// Confined to one thread.
final class Engine implements AutoCloseable {
    /// How many streams there are.
    static final int SHARDS = 16;

    /// How many entries of a stream are read at a time.
    static final int READ_COUNT = 32;

    /// How many names of a shard are read at a time: of all shards at once no more than {@link
    /// BoundedReplies#REPLIES_MAX}, however long the names are.
    private static final int SCAN_COUNT = 256;

    private static final NamePage NONE = new NamePage(List.of(), Optional.empty());

    private final EngineConnection connection;
    private final String name;

    private Engine(EngineConnection connection, String name) {
        this.connection = connection;
        this.name = name;
    }

    /// What one host wrote to a stream at once.
    ///
    /// @param id where it stands in the stream
    /// @param host who wrote it
    /// @param lines what was written, octets
    record StreamEntry(String id, String host, ByteBuffer lines) {
        /// When it was written, in milliseconds of the engine's time; 0 if the place is none.
        long millis() {
            return StreamEntries.millis(id);
        }
    }

    /// What our place in a stream is where something was just added.
    enum PlaceIs {
        /// Nothing was added.
        UNKNOWN,
        /// Before what was added.
        BEFORE_IT,
        /// Not before it, so it is a place of another stream: this one would tell nothing until its
        /// ids have come as far, and never what was written until then.
        OF_ANOTHER
    }

    /// What came of a round for one shard.
    ///
    /// @param written by others and ourselves
    /// @param isRead whether that could be asked
    /// @param place what our place is
    /// @param isAdded whether the stream has taken all that was for it
    /// @param fault why nothing was read, or not all was sent
    record ShardRound(
            List<StreamEntry> written,
            boolean isRead,
            PlaceIs place,
            boolean isAdded,
            Optional<EngineException> fault) {
        static ShardRound failed(EngineException fault) {
            return new ShardRound(List.of(), false, PlaceIs.UNKNOWN, false, Optional.of(fault));
        }

        /// Whether there may be more.
        boolean isMore() {
            return written.size() == READ_COUNT || place == PlaceIs.OF_ANOTHER;
        }
    }

    /// Where a host is in a stream.
    ///
    /// @param id the last entry that it has read
    /// @param mark of the shard; empty if it is not known
    record StreamPlace(String id, String mark) {
        /// Before the first entry.
        static final StreamPlace FIRST = new StreamPlace("0-0", "");

        long millis() {
            return StreamEntries.millis(id);
        }
    }

    /// Connects.
    static Engine open(ShareSettings settings, AnswerDeadline deadline) throws EngineException {
        return new Engine(EngineConnection.open(settings, deadline), settings.name());
    }

    /// Whether it forgets what it was told when it is short of memory.
    boolean evicts() {
        return connection.evicts();
    }

    /// The engine's time in milliseconds since 1970.
    long millis() throws EngineException {
        return connection.millis();
    }

    static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private byte[] key(int shard, char what) {
        return octets(key(name, shard, what));
    }

    /// A key, whatever digits the daemon's locale has.
    static String key(String name, int shard, char what) {
        return String.format(Locale.ROOT, "greydaemon:{%s:%02d}:%c", name, shard, what);
    }

    /// Sends changes and reads what others have written, all in one go.
    ///
    /// @param host who we are
    /// @param changes of each shard
    /// @param after where we are in each stream
    /// @param trim what is older goes, in milliseconds of the engine's time
    /// @param now in seconds of the engine's time
    /// @return an outcome for each shard: some may fail while others go on
    List<ShardRound> exchange(
            String host, List<Outbox.Batch> changes, String[] after, long trim, long now)
            throws EngineException {
        return new StreamExchange(connection, name, host, trim, now).of(changes, after);
    }

    /// A page of names.
    ///
    /// @param next where to go on; empty after the last page
    record NamePage(List<Timed> names, Optional<ScanPlace> next) {}

    /// What has proven itself, page by page, of several shards in one go.
    ///
    /// @param from of each shard where to go on, empty for the beginning
    Map<Integer, NamePage> proven(Map<Integer, Optional<ScanPlace>> from) throws EngineException {
        return pages('p', from);
    }

    /// What was forgotten, as {@link #proven}.
    Map<Integer, NamePage> forgotten(Map<Integer, Optional<ScanPlace>> from)
            throws EngineException {
        return pages('f', from);
    }

    /// What operators have said, page by page, with milliseconds for seconds.
    NamePage said(Optional<ScanPlace> from) throws EngineException {
        return pages('a', Map.of(SharedWords.SHARD, from)).getOrDefault(SharedWords.SHARD, NONE);
    }

    private Map<Integer, NamePage> pages(char what, Map<Integer, Optional<ScanPlace>> from)
            throws EngineException {
        Map<Integer, ScanResult<Tuple>> found = new HashMap<>();
        connection.piped(pipeline -> {
            Map<Integer, Response<ScanResult<Tuple>>> asked = new HashMap<>();
            from.forEach((shard, at) ->
                    asked.put(
                            shard,
                            pipeline.zscan(
                                    key(shard, what),
                                    octets(at.orElse(ScanPlace.FIRST).cursor()),
                                    new ScanParams().count(SCAN_COUNT))));
            pipeline.sync();
            asked.forEach((shard, reply) -> found.put(shard, reply.get()));
            return found;
        });
        Map<Integer, NamePage> pages = new HashMap<>();
        for (Map.Entry<Integer, ScanResult<Tuple>> one : found.entrySet()) {
            int shard = one.getKey();
            ScanPlace at = from.getOrDefault(shard, Optional.empty()).orElse(ScanPlace.FIRST);
            pages.put(shard, at.page(one.getValue()));
        }
        return pages;
    }

    /// Takes words away for which there are later ones.
    void unsay(List<String> members) throws EngineException {
        for (int from = 0; from < members.size(); from += SCAN_COUNT) {
            byte[][] some =
                    members.subList(from, Math.min(members.size(), from + SCAN_COUNT)).stream()
                            .map(Engine::octets)
                            .toArray(byte[][]::new);
            long _ = connection.ask(client -> client.zrem(key(SharedWords.SHARD, 'a'), some));
        }
    }

    /// What a shard is.
    ///
    /// @param mark another one if everything was lost
    /// @param hasStream whether anything was ever written
    record StreamMark(String mark, boolean hasStream) {}

    /// The mark of each shard, which is made if there is none.
    ///
    /// @param mark a new one
    List<StreamMark> marks(String mark) throws EngineException {
        List<Response<byte[]>> marks = new ArrayList<>();
        List<Response<Boolean>> streams = new ArrayList<>();
        return connection.piped(pipeline -> {
            for (int shard = 0; shard < SHARDS; shard++) {
                Response<?> _ =
                        pipeline.set(
                                key(shard, 'e'),
                                mark.getBytes(ISO_8859_1),
                                SetParams.setParams().nx());
                marks.add(pipeline.get(key(shard, 'e')));
                streams.add(pipeline.exists(key(shard, 's')));
            }
            pipeline.sync();
            List<StreamMark> all = new ArrayList<>();
            for (int shard = 0; shard < SHARDS; shard++) {
                all.add(
                        new StreamMark(
                                EngineConnection.text(marks.get(shard).get()),
                                streams.get(shard).get()));
            }
            return all;
        });
    }

    /// Lets go what is over, and what nobody has touched for long.
    ///
    /// @param now in seconds of the engine's time
    /// @param window how long changes are kept, in seconds
    /// @param life how long what has proven itself is known
    void expire(long now, long window, long life) throws EngineException {
        List<Response<?>> all = new ArrayList<>();
        connection.piped(pipeline -> {
            for (int shard = 0; shard < SHARDS; shard++) {
                all.add(pipeline.zremrangeByScore(key(shard, 'p'), 0, (double) (now - life)));
                all.add(pipeline.zremrangeByScore(key(shard, 'f'), 0, (double) (now - life)));
                if (shard == SharedWords.SHARD) {
                    all.add(pipeline.expire(key(shard, 'a'), life + window));
                }
                all.add(pipeline.expire(key(shard, 's'), 2 * window));
                all.add(pipeline.expire(key(shard, 'p'), life + window));
                all.add(pipeline.expire(key(shard, 'f'), life + window));
                all.add(pipeline.expire(key(shard, 'e'), life + window));
            }
            pipeline.sync();
            all.forEach(Response::get);
            return all;
        });
    }

    /// Who is there.
    Introductions introductions() {
        return new Introductions(connection, key(0, 'h'));
    }

    @Override
    public void close() {
        connection.close();
    }
}
