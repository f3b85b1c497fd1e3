package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// Two MX hosts and one Redis: whoever is asked, they remember the same.
final class ShareIT {
    private static final String ALICE = "alice@example.org";

    @TempDir static Path folder;

    private static RedisServer redis;
    private static Mx one;
    private static Mx other;

    @BeforeAll
    static void start() {
        redis = new RedisServer(folder.resolve("redis"));
        one = new Mx(folder.resolve("one"), Mx.servers(redis.place()));
        other = new Mx(folder.resolve("other"), Mx.servers(redis.place()));
        Eventually.holds("both are up to date", () -> one.isUpToDate() && other.isUpToDate());
    }

    @AfterAll
    static void stop() {
        redis.close(); // First: a daemon that did not start is none to close.
        one.close();
        other.close();
    }

    private static void same() {
        Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
    }

    private static void prove(Mx mx, String client) {
        assertThat(mx.ask(client, ALICE)).isEqualTo(Reply.NEW);
        Eventually.is(client + " passes", Reply.PASSED, () -> mx.ask(client, ALICE));
    }

    @Test
    void theRetryIsKnownWhereverItComes() {
        assertThat(one.ask("10.1.1.1", ALICE)).isEqualTo(Reply.NEW);
        same();
        Reply retry = other.ask("10.1.1.1", ALICE);
        assertThat(retry).isIn(Reply.EARLY, Reply.PASSED); // The two seconds may be over.
        if (retry.equals(Reply.EARLY)) {
            Eventually.is("it passes", Reply.PASSED, () -> other.ask("10.1.1.1", ALICE));
        }
        Eventually.is("it is known", Reply.KNOWN, () -> one.ask("10.1.1.1", "other@example.org"));
        same();
    }

    @Test
    void whoComesBackTellsNobodyWhatItWasTold() {
        try (Mx third = new Mx(folder.resolve("back"), Mx.servers(redis.place()))) {
            Eventually.holds("it is up to date", third::isUpToDate);
            assertThat(third.daemon().stop()).isZero();
            for (int i = 1; i <= 200; i++) {
                assertThat(one.ask("10.9." + i + ".1", ALICE)).isEqualTo(Reply.NEW);
            }
            same();
            long told = changes();
            third.daemon().restart();
            Eventually.is("what the third remembers", "", () -> Mx.difference(one, third));
            Eventually.holds("it is up to date", third::isUpToDate);
            // Up to a minute from before it was stopped is told again.
            assertThat(changes() - told).isLessThan(100);
            assertThat(third.ask("10.10.1.1", ALICE)).isEqualTo(Reply.NEW);
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, third));
        }
    }

    /// How many changes stand in the streams.
    private static long changes() {
        long count = 0;
        for (int shard = 0; shard < 16; shard++) {
            String key = "greydaemon:{greydaemon:%02d}:s".formatted(shard);
            count +=
                    redis.call("XRANGE", key, "-", "+")
                            .lines()
                            .filter(line -> line.matches("[NRF] \\d{13} .*"))
                            .count();
        }
        return count;
    }

    @Test
    void whatIsForgottenStaysSoThoughTheOtherUsesItMeanwhile() {
        prove(one, "10.1.2.1");
        same();
        // Digits would make them one sender in its normal form, and its mail a retry.
        for (String sender : List.of("dora", "erik", "fritz")) {
            assertThat(one.greyctl("forget", "--yes", "--client", "10.1.2.1").toString())
                    .contains("forgot");
            Reply meanwhile = other.ask("10.1.2.1", sender + "@example.org");
            assertThat(meanwhile).isIn(Reply.KNOWN, Reply.NEW);
            Eventually.holds(
                    "no host knows the client",
                    () -> !one.knows("10.1.2.1") && !other.knows("10.1.2.1"));
        }
        same();
    }

    @Test
    void aHostThatComesLaterAndOneThatWasKilledAreWhole() {
        prove(one, "10.1.3.1");
        assertThat(other.ask("10.1.4.1", ALICE)).isEqualTo(Reply.NEW);
        same();
        other.daemon().kill();
        assertThat(one.ask("10.1.5.1", ALICE)).isEqualTo(Reply.NEW);
        assertThat(one.greyctl("forget", "--yes", "--client", "10.1.3.1").toString())
                .contains("forgot");
        other.daemon().restart();
        same();
        assertThat(other.knows("10.1.3.1")).isFalse();
        try (Mx third = new Mx(folder.resolve("third"), Mx.servers(redis.place()))) {
            Eventually.is("what the third remembers", "", () -> Mx.difference(one, third));
            Eventually.holds("they see each other", () -> one.status().matches(".*with .*, .*"));
            assertThat(third.status())
                    .as("nobody hears again what he has said")
                    .contains("; 0 changes sent,");
        }
    }

    @Test
    void withoutTheEngineEachGoesOnAndAfterwardsAllIsMadeUpFor() {
        prove(one, "10.1.6.1");
        same();
        redis.kill();
        assertThat(one.ask("10.1.6.1", "x@example.org")).isEqualTo(Reply.KNOWN);
        assertThat(one.ask("10.1.7.1", ALICE)).isEqualTo(Reply.NEW);
        assertThat(other.ask("10.1.8.1", ALICE)).isEqualTo(Reply.NEW);
        Eventually.holds(
                "an operator is told",
                () -> one.control("status").toString().contains("\"share: "));
        assertThat(one.greyctl("forget", "--yes", "--client", "10.1.6.1").toString())
                .contains("forgot");
        redis.restart(); // It has lost everything.
        same();
        assertThat(other.remembers())
                .anyMatch(line -> line.contains("10.1.7.1"))
                .anyMatch(line -> line.contains("10.1.8.1"));
        assertThat(other.knows("10.1.6.1")).isFalse();
        one.daemon().awaitLine(line -> line.contains("well again"));
    }

    @Test
    void whoIsAllowedOnOneHostPassesOnTheOtherUntilThatOneDisallowsIt() {
        String client = "10.1.11.1";
        one.say("{\"command\":\"allow\",\"client\":\"" + client + "\"}");
        one.say(
                "{\"command\":\"allow\",\"client\":\"@late.example\",\"for\":3600,"
                        + "\"reason\":\"ticket 4711\"}");
        Eventually.is("it passes there", Reply.EXEMPT, () -> other.ask(client, ALICE));
        Eventually.is(
                "so does the sender",
                Reply.EXEMPT,
                () -> other.ask("10.1.12.1", "dora@late.example"));
        assertThat(other.control("exemptions").toString()).contains("ticket 4711");
        one.daemon().kill();
        assertThat(other.greyctl("disallow", client).toString()).contains("no longer allowed");
        one.daemon().restart();
        Eventually.holds(
                "it is disallowed here",
                () -> !one.control("exemptions").toString().contains(client));
        other.daemon().kill();
        other.daemon().restart();
        redis.kill();
        one.say("{\"command\":\"allow\",\"client\":\"10.1.13.1\"}");
        redis.restart(); // It has lost everything.
        Eventually.is("it passes too", Reply.EXEMPT, () -> other.ask("10.1.13.1", ALICE));
        assertThat(other.control("exemptions").toString())
                .contains("late.example")
                .doesNotContain(client);
        assertThat(one.control("exemptions").toString())
                .contains("late.example")
                .doesNotContain(client);
    }

    @Test
    void whatIsOverOnOneHostIsDisallowedOnNone() {
        one.say("{\"command\":\"allow\",\"client\":\"10.1.14.1\",\"for\":1}");
        Eventually.is("it is over", Reply.NEW, () -> one.ask("10.1.14.1", "new@over.example"));
        one.say("{\"command\":\"allow\",\"client\":\"10.1.14.2\"}");
        Eventually.is("it has heard all", Reply.EXEMPT, () -> other.ask("10.1.14.2", ALICE));
        one.daemon().kill();
        one.daemon().restart();
        Eventually.holds("both have compared", () -> one.isUpToDate() && other.isUpToDate());
        assertThat(redis.call("ZRANGE", "greydaemon:{greydaemon:00}:a", "0", "-1"))
                .contains(" client 10.1.14.1\t")
                .doesNotContain("D 0 client 10.1.14.1");
    }

    @Test
    void aReloadBeginsAndEndsIt() {
        one.write(List.of());
        one.greyctl("reload");
        assertThat(one.status()).isEmpty();
        assertThat(one.ask("10.1.9.1", ALICE)).isEqualTo(Reply.NEW);
        one.write(List.of(), Mx.servers(redis.place()));
        one.greyctl("reload");
        same();
        assertThat(other.remembers()).anyMatch(line -> line.contains("10.1.9.1"));
    }
}
