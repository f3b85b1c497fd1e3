package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Cluster of three primaries and three replicas: a slot is moved and a primary killed while mail
/// comes in, and afterwards the hosts remember the same.
final class ShareClusterIT {
    private static final int SLOTS = 16_384;

    @TempDir Path folder;

    private final List<RedisServer> nodes = new ArrayList<>();

    @AfterEach
    void stop() {
        nodes.forEach(RedisServer::close);
    }

    /// Three primaries, and a replica of the first one.
    private void start() {
        for (int i = 0; i < 4; i++) {
            nodes.add(
                    new RedisServer(
                            folder.resolve("node" + i),
                            "--cluster-enabled",
                            "yes",
                            "--cluster-node-timeout",
                            "1500",
                            "--repl-ping-replica-period",
                            "1"));
        }
        for (int i = 0; i < 3; i++) {
            String from = "" + i * SLOTS / 3;
            String to = "" + ((i + 1) * SLOTS / 3 - 1);
            assertThat(nodes.get(i).call("CLUSTER", "ADDSLOTSRANGE", from, to)).isEqualTo("OK");
            nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
        }
        for (RedisServer node : nodes) {
            nodes.getFirst().call("CLUSTER", "MEET", "127.0.0.1", "" + node.port());
        }
        Eventually.holds(
                "the Cluster is there",
                () ->
                        nodes.stream()
                                .allMatch(node ->
                                        node.call("CLUSTER", "INFO")
                                                .contains("cluster_known_nodes:4")));
        String first = nodes.getFirst().call("CLUSTER", "MYID");
        Eventually.is(
                "it is a replica", "OK", () -> nodes.get(3).call("CLUSTER", "REPLICATE", first));
        Eventually.holds(
                "it is well",
                () ->
                        nodes.stream()
                                        .allMatch(node ->
                                                node.call("CLUSTER", "INFO")
                                                        .contains("cluster_state:ok"))
                                && nodes.get(3).call("INFO").contains("master_link_status:up"));
    }

    @Test
    void aSlotMovesAndAPrimaryDiesWhileMailComesIn() {
        start();
        String[] share = {Mx.servers(nodes.get(1).place(), nodes.get(2).place()), "cluster = true"};
        try (Mx one = new Mx(folder.resolve("one"), share);
                Mx other = new Mx(folder.resolve("other"), share)) {
            Eventually.holds("both are up to date", () -> one.isUpToDate() && other.isUpToDate());
            ask(one, other, 1);
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
            move("greydaemon:{greydaemon:05}:s");
            assertThat(one.forgets("10.1.0.1")).isTrue();
            ask(one, other, 2);
            nodes.getFirst().kill();
            assertThat(other.forgets("10.1.1.1")).isTrue();
            ask(one, other, 3);
            Eventually.holds(
                    "the replica is the primary",
                    () -> nodes.get(3).call("ROLE").startsWith("master"));
            ask(one, other, 4);
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
            assertThat(one.remembers())
                    .hasSize(4 * 60 - 2)
                    .noneMatch(
                            line -> line.contains("\"10.1.0.1\"") || line.contains("\"10.1.1.1\""));
        }
    }

    private static void ask(Mx one, Mx other, int part) {
        for (int i = 0; i < 60; i++) {
            Mx mx = i % 2 == 0 ? one : other;
            String client = "10." + part + "." + i + ".1";
            assertThat(mx.ask(client, part + "." + i + "@example.org")).isEqualTo(Reply.NEW);
        }
    }

    /// Moves the slot of a key from the second to the third primary, or the other way round.
    private void move(String key) {
        String slot = nodes.get(1).call("CLUSTER", "KEYSLOT", key);
        int number = Integer.parseInt(slot);
        int owner = number < SLOTS / 3 ? 0 : number < 2 * SLOTS / 3 ? 1 : 2;
        RedisServer from = nodes.get(owner);
        RedisServer to = nodes.get(owner == 1 ? 2 : 1);
        to.call("CLUSTER", "SETSLOT", slot, "IMPORTING", from.call("CLUSTER", "MYID"));
        from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", to.call("CLUSTER", "MYID"));
        for (String one : from.call("CLUSTER", "GETKEYSINSLOT", slot, "100").lines().toList()) {
            if (!one.isEmpty()) {
                from.call("MIGRATE", "127.0.0.1", "" + to.port(), one, "0", "5000");
            }
        }
        String id = to.call("CLUSTER", "MYID");
        to.call("CLUSTER", "SETSLOT", slot, "NODE", id);
        from.call("CLUSTER", "SETSLOT", slot, "NODE", id);
    }
}
