package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Whatever is wrong with the server, mail is answered, an operator is told what to do, and when it
/// is well again the hosts remember the same.
final class ShareFaultsIT {
    private static final String ALICE = "alice@example.org";

    @TempDir static Path folder;

    private static RedisServer redis;
    private static Proxy proxy;
    private static Mx one;
    private static Mx other;
    private static int clients;

    @BeforeAll
    static void start() {
        redis = new RedisServer(folder.resolve("redis"));
        proxy = new Proxy(redis.port());
        one = new Mx(folder.resolve("one"), Mx.servers(proxy.place()));
        other = new Mx(folder.resolve("other"), Mx.servers(redis.place()));
        Eventually.holds("both are up to date", () -> one.isUpToDate() && other.isUpToDate());
    }

    @AfterAll
    static void stop() {
        redis.close(); // First: a daemon that did not start is none to close.
        one.close();
        other.close();
        proxy.close();
    }

    private static String stranger() {
        clients++;
        return "10.2." + clients + ".1";
    }

    /// Mail is answered though something is wrong, which an operator is told.
    private static void toldAndAnswered(String words) {
        Eventually.holds(
                "the operator is told: " + words + ", not " + one.control("status"),
                () -> one.control("status").toString().contains(words));
        assertThat(one.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
    }

    private static void well() {
        Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
        Eventually.holds(
                "all is well",
                () -> !one.control("status").toString().contains("\"share: ") && one.isUpToDate());
    }

    @Test
    void outOfMemory() {
        redis.call("CONFIG", "SET", "maxmemory", "1");
        assertThat(one.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
        toldAndAnswered("share: OOM command not allowed");
        redis.call("CONFIG", "SET", "maxmemory", "0");
        well();
    }

    /// However often a host looks after what it has in the server: that is every five seconds.
    @Test
    void whileItIsFullNobodySaysThatItIsWell() {
        redis.call("CONFIG", "SET", "maxmemory", "1");
        toldAndAnswered("share: OOM command not allowed");
        long end = System.nanoTime() + Duration.ofSeconds(12).toNanos();
        while (System.nanoTime() < end) {
            assertThat(one.control("status").toString()).contains("share: OOM");
            Eventually.pause(20);
        }
        redis.call("CONFIG", "SET", "maxmemory", "0");
        well();
    }

    @Test
    void aReplicaThatIsReadOnly() {
        redis.call("REPLICAOF", "127.0.0.1", "1");
        toldAndAnswered("name the primary, or Sentinels");
        redis.call("REPLICAOF", "NO", "ONE");
        well();
    }

    @Test
    void somebodyElsesDataBelowOurNames() {
        for (int shard = 0; shard < 16; shard++) {
            redis.call("SET", "greydaemon:{greydaemon:%02d}:s".formatted(shard), "mine");
        }
        toldAndAnswered("choose another share.name");
        redis.call("FLUSHALL");
        well();
    }

    /// After it the server has no id for what hosts would add.
    @Test
    void anIdAtTheEndOfAllTimes() {
        String stream = "greydaemon:{greydaemon:02}:s";
        String last = "18446744073709551615-18446744073709551615";
        redis.call("XADD", stream, last, "h", "x", "c", "");
        toldAndAnswered(stream + ": an entry has an id at the end of all times");
        int before = other.remembers().size();
        for (int client = 0; client < 64; client++) {
            assertThat(one.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
        }
        Eventually.holds( // One in 16 waits.
                "the other shards are shared", () -> other.remembers().size() > before + 40);
        redis.call("DEL", stream, "greydaemon:{greydaemon:02}:e"); // As it is told.
        well();
    }

    @Test
    void rubbishInTheStreams() {
        for (String line :
                List.of(
                        "rubbish\n",
                        "N 1 G 1 10.9.9.9 a@example.org\n",
                        "N 99999999999999999999 I 5 10.9.9.9\n",
                        "N 4102444800 I 4102444800 10.9.9.9\n",
                        "F 1 G\n",
                        "x".repeat(200_000) + "\n",
                        "no end")) {
            redis.call("XADD", "greydaemon:{greydaemon:03}:s", "*", "h", "x", "c", line);
        }
        redis.call("XADD", "greydaemon:{greydaemon:03}:s", "*", "other", "fields");
        Eventually.holds(
                "it is counted",
                () -> one.control("status").toString().contains("\"share_changes_strange\":7"));
        assertThat(one.control("list").toString()).doesNotContain("10.9.9.9");
        well();
    }

    @Test
    void itHangs() {
        redis.signal("STOP");
        toldAndAnswered("does not answer in time");
        redis.signal("CONT");
        well();
    }

    @Test
    void whatIsEvictedOrFlushedIsMadeUpFor() {
        assertThat(one.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
        well();
        redis.call("FLUSHALL");
        try (Mx third = new Mx(folder.resolve("third"), Mx.servers(redis.place()))) {
            Eventually.is("what the third remembers", "", () -> Mx.difference(one, third));
        }
    }

    @Test
    void aBadNetworkLosesAndDoublesNothing() {
        proxy.cutsOneOf = 40;
        proxy.delayMillis = 30;
        String client = "10.3.0.";
        for (int i = 1; i < 200; i++) {
            one.ask(client + i, i + "@example.org");
            other.ask(client + i, "x" + i + "@example.org");
            if (i % 40 == 0) {
                proxy.cut();
            }
        }
        proxy.cutsOneOf = 0;
        proxy.delayMillis = 0;
        well();
        assertThat(one.remembers().size()).isGreaterThan(390);
    }

    @Test
    void aWrongPasswordAVersionThatIsTooOldAndRightsThatAreMissing() throws IOException {
        redis.call("ACL", "SETUSER", "mx", "on", ">secret", "~*", "+@all");
        Path password = Files.writeString(folder.resolve("password"), "wrong\n");
        try (Mx third =
                new Mx(
                        folder.resolve("users"),
                        Mx.servers(redis.place()),
                        "username = \"mx\"",
                        "password-file = \"" + password + "\"")) {
            third.daemon()
                    .awaitLine(line ->
                            line.contains("WRONGPASS") && line.contains("share.password-file"));
            Files.writeString(password, "secret\n"); // Read at the next try.
            Eventually.holds("it is up to date", third::isUpToDate);
            redis.call("ACL", "SETUSER", "mx", "-xadd");
            assertThat(third.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
            third.daemon()
                    .awaitLine(line -> line.contains("NOPERM") && line.contains("the rights"));
        }
    }

    @Test
    void theLineOfTheDocumentGivesAllRightsThatAreNeeded() throws IOException {
        String document = Files.readString(Daemon.root().resolve("docs/several-hosts.md"));
        int from = document.indexOf("```acl\n") + "```acl\n".length();
        String line = document.substring(from, document.indexOf('\n', from));
        String[] words =
                line.replaceFirst("^user ", "ACL SETUSER ")
                        .replace("PASSWORD", "secret")
                        .split(" ");
        assertThat(redis.call(words)).isEqualTo("OK");
        try (Mx third =
                new Mx(
                        folder.resolve("acl"),
                        Mx.servers(redis.place()),
                        "username = \"greydaemon\"",
                        "password = \"secret\"")) {
            assertThat(third.ask(stranger(), ALICE)).isEqualTo(Reply.NEW);
            Eventually.is("what the third remembers", "", () -> Mx.difference(one, third));
            Eventually.holds("they see each other", () -> third.status().contains("with "));
            assertThat(String.join("\n", third.daemon().logLines()))
                    .doesNotContain("NOPERM")
                    .doesNotContain("secret");
        }
    }
}
