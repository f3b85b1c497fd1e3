package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.UdpPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Three hosts on a bad network, and `kill -9` of hosts and server at random, while mail comes in
/// and an operator forgets: after quiet all remember the same, nothing that was answered is lost,
/// and nothing that was forgotten comes back.
final class ShareKillIT {
    private static final int ROUNDS = Boolean.getBoolean("soak") ? 200 : 2;
    private static final int HOSTS = 3;
    private static final int ASKED = 60;

    @TempDir Path folder;

    private final long seed = Long.getLong("seed", 20_261_128);
    private final Random random = new Random(seed);
    private final List<Proxy> proxies = new ArrayList<>();
    private final List<Mx> hosts = new ArrayList<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> forgotten = new HashSet<>();
    private final List<String> proven = new ArrayList<>();
    private int clients;

    @Test
    void afterQuietAllRememberTheSame() throws InterruptedException {
        try (RedisServer redis = new RedisServer(folder.resolve("redis"))) {
            for (int i = 0; i < HOSTS; i++) {
                proxies.add(new Proxy(redis.port()));
                hosts.add(new Mx(folder.resolve("mx" + i), Mx.servers(proxies.get(i).place())));
            }
            for (int round = 0; round < ROUNDS; round++) {
                round(redis, "seed " + seed + ", round " + round);
            }
        } finally {
            hosts.forEach(Mx::close);
            proxies.forEach(Proxy::close);
        }
    }

    private void round(RedisServer redis, String where) throws InterruptedException {
        prove();
        proxies.forEach(proxy -> {
            proxy.cutsOneOf = 60;
            proxy.delayMillis = 10;
        });
        int victim = random.nextInt(HOSTS + 2);
        int delay = random.nextInt(800);
        Thread killer =
                Thread.ofPlatform()
                        .start(() -> {
                            Eventually.pause(delay);
                            kill(redis, victim);
                        });
        for (int i = 0; i < ASKED; i++) {
            ask(random.nextInt(HOSTS), stranger(), true);
            if (i % 10 == 5) {
                forget();
            }
            Eventually.pause(15);
        }
        killer.join();
        proxies.forEach(proxy -> {
            proxy.cutsOneOf = 0;
            proxy.delayMillis = 0;
        });
        // All in one go: of two that are alike neither may have heard yet of what the third knows.
        Eventually.is(
                where + ": they differ",
                1L,
                () -> hosts.stream().map(Mx::remembers).distinct().count());
        for (Mx host : hosts) {
            String all = host.control("list").toString();
            assertThat(answered)
                    .as(where)
                    .allMatch(client -> all.contains("\"client\":\"" + client + "\""));
            assertThat(forgotten).as(where).noneMatch(host::knows);
        }
    }

    /// Some clients that have proven themselves, as all hosts know: nobody can have forgotten what
    /// he has not heard of.
    private void prove() {
        List<String> some = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            some.add(stranger());
        }
        Mx host = hosts.get(random.nextInt(HOSTS));
        some.forEach(client -> assertThat(host.ask(client, client)).isEqualTo(Reply.NEW));
        Eventually.pause(2_100);
        some.forEach(client -> assertThat(host.ask(client, client)).isEqualTo(Reply.PASSED));
        Eventually.holds(
                "all know them",
                () -> hosts.stream().allMatch(one -> some.stream().allMatch(one::knows)));
        proven.addAll(some);
        answered.addAll(some);
    }

    /// One host has a client forgotten while the others use it.
    private void forget() {
        if (proven.isEmpty()) {
            return;
        }
        String client = proven.removeFirst();
        answered.remove(client);
        int host = random.nextInt(HOSTS);
        boolean isForgotten = hosts.get(host).forgets(client);
        ask((host + 1) % HOSTS, client, false);
        if (isForgotten) {
            forgotten.add(client);
        }
    }

    private void kill(RedisServer redis, int victim) {
        if (victim < HOSTS) {
            hosts.get(victim).daemon().kill();
            Eventually.pause(300);
            hosts.get(victim).daemon().restart();
        } else {
            redis.kill();
            Eventually.pause(300);
            redis.restart();
        }
    }

    private void ask(int host, String client, boolean counts) {
        try (UdpPeer peer = new UdpPeer(hosts.get(host).daemon().listen())) {
            peer.send(UdpPeer.request(client, clients + "@example.org", "bob@example.net"));
            Optional<Reply> reply = peer.receive(300);
            if (reply.isPresent() && counts) {
                answered.add(client);
            }
        } catch (IllegalStateException e) {
            // It was killed.
        }
    }

    private String stranger() {
        clients++;
        return "10." + (10 + clients / 250) + "." + clients % 250 + ".1";
    }
}
