package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A primary and a replica with a Sentinel: when the primary dies the hosts go on with the other.
final class ShareSentinelIT {
    @TempDir Path folder;

    @Test
    void theReplicaTakesOver() throws IOException {
        int port = Ports.free();
        try (RedisServer primary = new RedisServer(folder.resolve("primary"));
                RedisServer replica =
                        new RedisServer(
                                folder.resolve("replica"),
                                "--replicaof",
                                "127.0.0.1 " + primary.port(),
                                "--repl-ping-replica-period",
                                "1")) {
            Eventually.holds(
                    "it is a replica",
                    () -> replica.call("INFO").contains("master_link_status:up"));
            Path file = folder.resolve("sentinel.conf");
            Files.write(
                    file,
                    List.of(
                            "port " + port,
                            "bind 127.0.0.1",
                            "dir " + folder,
                            "sentinel monitor ours 127.0.0.1 " + primary.port() + " 1",
                            "sentinel down-after-milliseconds ours 1000",
                            "sentinel failover-timeout ours 5000"));
            String[] share = {Mx.servers("127.0.0.1:" + port), "sentinel = \"ours\""};
            try (RedisServer sentinel = RedisServer.sentinel(folder, port, file);
                    Mx one = new Mx(folder.resolve("one"), share);
                    Mx other = new Mx(folder.resolve("other"), share)) {
                assertThat(one.ask("10.5.1.1", "a@example.org")).isEqualTo(Reply.NEW);
                Eventually.holds("up to date", () -> one.isUpToDate() && other.isUpToDate());
                Eventually.holds(
                        "the Sentinel knows the replica",
                        () ->
                                sentinel.call("SENTINEL", "REPLICAS", "ours")
                                        .contains("" + replica.port()));
                Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
                primary.kill();
                assertThat(other.forgets("10.5.1.1")).isTrue();
                assertThat(other.ask("10.5.2.1", "b@example.org")).isEqualTo(Reply.NEW);
                Eventually.holds(
                        "the replica is the primary",
                        () -> replica.call("ROLE").startsWith("master"));
                assertThat(one.ask("10.5.3.1", "c@example.org")).isEqualTo(Reply.NEW);
                Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
                assertThat(one.remembers()).hasSize(2).noneMatch(line -> line.contains("10.5.1.1"));
            }
        }
    }
}
