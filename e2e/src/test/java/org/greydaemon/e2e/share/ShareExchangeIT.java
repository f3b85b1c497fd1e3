package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host that is ended in the middle of a full exchange, by a server that refuses or without
/// warning, ends, and the next start makes whole what is not.
final class ShareExchangeIT {
    /// More than the half of what may wait to be sent, as nobody waits for the server before. As
    /// long as they are, few are enough.
    private static final int TRIPLETS = 10_000;

    private static final String LONG = "a".repeat(1_000) + "@example.org";

    private static final String AS_LONG = "b".repeat(950) + "@example.net";

    /// Five pages of each shard.
    private static final int PROVEN = 20_000;

    private static final int SHARDS = 16;

    private static final Pattern ENTRIES = Pattern.compile("\"entries\":(\\d+)");

    private static final Pattern TRIPLET =
            Pattern.compile("^[NR] \\d{13} G \\d{10} (\\S+) " + LONG + " " + AS_LONG + "$");

    @TempDir Path folder;

    private static int entries(Mx mx) {
        Matcher found = ENTRIES.matcher(mx.control("status").toString());
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    private static String client(int number) {
        return "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255);
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    /// Lets a host remember before it is started.
    private void remember(Path host) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < TRIPLETS; i++) {
            text.append("G %d %s %s %s\n".formatted(now(), client(i), LONG, AS_LONG));
        }
        Path state = Files.createDirectories(host.resolve("state"));
        Files.writeString(state.resolve("save"), text, ISO_8859_1);
    }

    @Test
    void aServerThatRefusesKeepsNobodyFromEndingAndNothingIsLost() throws IOException {
        try (RedisServer redis = new RedisServer(folder.resolve("redis"))) {
            int room = Integer.parseInt(figure(redis, "used_memory")) + (3 << 20);
            redis.call("CONFIG", "SET", "maxmemory", "" + room);
            remember(folder.resolve("one"));
            try (Mx mx = new Mx(folder.resolve("one"), Mx.servers(redis.place()))) {
                isTold(mx, "share: OOM command not allowed"); // After some was sent.
                assertThat(mx.daemon().stop()).isZero();
                redis.call("CONFIG", "SET", "maxmemory", "0");

                redis.call("REPLICAOF", "127.0.0.1", "1");
                mx.daemon().restart();
                isTold(mx, "share: READONLY");
                redis.call("REPLICAOF", "NO", "ONE");
                cannotSave(redis);
                isTold(mx, "share: MISCONF");
                assertThat(mx.daemon().stop()).isZero();
                redis.call("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");

                mx.daemon().restart();
                Eventually.holds("it has heard all", mx::isUpToDate);
                Eventually.is("all is sent", TRIPLETS, () -> told(redis).size());
            }
        }
    }

    /// The clients whose triplets are in the streams.
    private static Set<String> told(RedisServer redis) {
        Set<String> clients = new HashSet<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            redis.call("XRANGE", "greydaemon:{greydaemon:%02d}:s".formatted(shard), "-", "+")
                    .lines()
                    .map(TRIPLET::matcher)
                    .filter(Matcher::find)
                    .forEach(triplet -> clients.add(triplet.group(1)));
        }
        return clients;
    }

    private static void isTold(Mx mx, String words) {
        Eventually.holds(
                "the operator is told: " + words + ", not " + mx.control("status"),
                () -> mx.control("status").toString().contains(words));
    }

    /// Its own file cannot be written, for which it refuses all else.
    private void cannotSave(RedisServer redis) throws IOException {
        Files.createDirectories(folder.resolve("redis/dump.rdb/taken"));
        redis.call("CONFIG", "SET", "save", "3600 1");
        redis.call("BGSAVE");
        Eventually.is("it cannot", "err", () -> figure(redis, "rdb_last_bgsave_status"));
    }

    private static String figure(RedisServer redis, String name) {
        return redis.call("INFO")
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @Test
    void whoIsEndedWhileItReadsBeginsAgain() throws IOException {
        wasAwayForLongerThanTheStreamsReach("late");
        try (RedisServer redis = new RedisServer(folder.resolve("redis"));
                Proxy proxy = new Proxy(redis.port())) {
            remember(redis);
            proxy.delayMillis = 40;
            try (Mx late = new Mx(folder.resolve("late"), Mx.servers(proxy.place()))) {
                Eventually.holds("it reads", () -> entries(late) > 0);
                late.daemon().kill();
                late.daemon().restart();
                int before = entries(late);
                Eventually.holds("it reads", () -> entries(late) > before);
                assertThat(late.daemon().stop()).isZero();
                proxy.delayMillis = 0;
                late.daemon().restart();
                assertThat(before).isLessThan(PROVEN);
                Eventually.is("it is told all", PROVEN, () -> entries(late));
                Eventually.holds("it is whole", late::isUpToDate);
            }
        }
    }

    private void wasAwayForLongerThanTheStreamsReach(String host) throws IOException {
        StringBuilder text = new StringBuilder("greydaemon share 1 greydaemon\n");
        text.append("whole ").append(now()).append('\n');
        for (int shard = 0; shard < SHARDS; shard++) {
            text.append("shard ").append(shard).append(" 1-0 mark\n");
        }
        Path state = Files.createDirectories(folder.resolve(host).resolve("state"));
        Files.writeString(state.resolve("save.share"), text.append("end\n"), ISO_8859_1);
    }

    /// What other hosts have told a server that has lost nothing since this one was there.
    private static void remember(RedisServer redis) {
        for (int shard = 0; shard < SHARDS; shard++) {
            String key = "greydaemon:{greydaemon:%02d}:".formatted(shard);
            redis.call("SET", key + "e", "mark");
            redis.call("XADD", key + "s", "*", "h", "another", "c", "");
            List<String> proven = new ArrayList<>(List.of("ZADD", key + "p"));
            for (int i = shard; i < PROVEN; i += SHARDS) {
                proven.add("" + now());
                proven.add("I 0 " + client(i));
            }
            redis.call(proven.toArray(String[]::new));
        }
    }

    @Test
    void whoReadsEverythingKnowsWhatIsNewerThanAForgettingThatWasToldLate() {
        try (RedisServer redis = new RedisServer(folder.resolve("redis"))) {
            String key = "greydaemon:{greydaemon:00}:";
            redis.call("SET", key + "e", "mark");
            // Forgotten 100 s ago, by a host that has told it 10 s ago.
            String told = String.format(Locale.ROOT, "%.9f", now() - 10 + 90.0 / (1 << 22));
            redis.call("ZADD", key + "f", told, "F I 10.0.0.1", told, "F I 10.0.0.2");
            String lines = told(now() - 50, "10.0.0.1") + told(now() - 150, "10.0.0.2");
            redis.call("XADD", key + "s", "*", "h", "another", "c", lines);
            try (Mx mx = new Mx(folder.resolve("new"), Mx.servers(redis.place()))) {
                Eventually.holds("it has read all", mx::isUpToDate);
                assertThat(mx.proven()).containsExactly("10.0.0.1");
                assertThat(mx.forgets("10.0.0.1")).isTrue();
                Eventually.holds("that is told", () -> told(redis, "F I 10.0.0.1") > now() - 60);
            }
        }
    }

    private static String told(long made, String client) {
        return "N %d000 I %d %s\n".formatted(made, now() - 5, client);
    }

    /// When it was forgotten what is told to have been, the latest.
    private static long told(RedisServer redis, String name) {
        long latest = 0;
        for (int shard = 0; shard < SHARDS; shard++) {
            String key = "greydaemon:{greydaemon:%02d}:f".formatted(shard);
            String score = redis.call("ZSCORE", key, name);
            if (!score.isEmpty()) {
                double told = Double.parseDouble(score);
                long seconds = (long) told;
                latest = Math.max(latest, seconds - Math.round((told - seconds) * (1 << 22)));
            }
        }
        return latest;
    }
}
