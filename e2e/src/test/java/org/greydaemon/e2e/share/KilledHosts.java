package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.UdpPeer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/// Three hosts on a bad network, and `kill -9` of hosts and server at random, while mail comes in
/// and an operator forgets: after quiet all remember the same, nothing that was answered is lost,
/// and nothing that was forgotten comes back.
final class KilledHosts implements AutoCloseable {
    private static final int HOSTS = 3;
    private static final int ASKED = 60;

    private final Random random;
    private final RedisServer redis;
    private final List<Proxy> proxies = new ArrayList<>();
    private final List<Mx> hosts = new ArrayList<>();
    private final Set<String> answered = new HashSet<>();
    private final Set<String> forgotten = new HashSet<>();
    private final List<String> waiting = new ArrayList<>();
    private final List<String> proven = new ArrayList<>();
    private int clients;
    private int hostKills;
    private int serverKills;

    KilledHosts(Path folder, long seed) {
        random = new Random(seed);
        redis = new RedisServer(folder.resolve("redis"));
        try {
            for (int i = 0; i < HOSTS; i++) {
                proxies.add(new Proxy(redis.port()));
                hosts.add(new Mx(folder.resolve("mx" + i), Mx.servers(proxies.get(i).place())));
            }
            introduce();
        } catch (RuntimeException | AssertionError e) {
            close(); // Who gets an exception has nothing to close.
            throw e;
        }
    }

    /// One of them is killed, or two shortly after each other: the second while others still make
    /// up for the first.
    ///
    /// @param where what it is called if something is wrong
    void round(String where) {
        prove();
        introduce();
        network(60, 10);
        int[] delays = random.ints(1 + random.nextInt(2), 0, 800).toArray();
        int[] victims = random.ints(delays.length, 0, HOSTS + 2).toArray();
        CompletableFuture<Void> kills =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < delays.length; i++) {
                                Eventually.pause(delays[i]);
                                kill(victims[i]);
                            }
                        },
                        task -> Thread.ofVirtual().start(task));
        for (int i = 0; i < ASKED; i++) {
            ask(random.nextInt(HOSTS), stranger(), true);
            if (i % 10 == 5) {
                forget();
            }
            Eventually.pause(15);
        }
        kills.join();
        network(0, 0);
        isWell(where);
    }

    private void network(int cutsOneOf, int delayMillis) {
        proxies.forEach(proxy -> {
            proxy.cutsOneOf = cutsOneOf;
            proxy.delayMillis = delayMillis;
        });
    }

    private void isWell(String where) {
        // To ask for this costs the hosts little, to ask what they remember a lot.
        Eventually.holds(
                where + ": they are quiet", () -> hosts.stream().allMatch(KilledHosts::isQuiet));
        Eventually.is(where + ": they differ", "", this::difference);
        for (Mx host : hosts) {
            assertThat(host.clients()).as(where).containsAll(answered);
            assertThat(host.proven()).as(where).doesNotContainAnyElementsOf(forgotten);
        }
    }

    private static boolean isQuiet(Mx host) {
        String status = host.status();
        return status.startsWith("up to date") && status.contains(" 0 waiting");
    }

    /// What not all remember; all are asked in one go: of two that are alike neither may have heard
    /// yet of what the third knows.
    private String difference() {
        List<Set<String>> all = hosts.stream().map(Mx::remembers).toList();
        return all.stream()
                .map(one -> Mx.difference(all.getFirst(), one))
                .collect(Collectors.joining());
    }

    /// Strangers who are told to wait; they come back in the next round.
    private void introduce() {
        Mx host = hosts.get(random.nextInt(HOSTS));
        for (int i = 0; i < 6; i++) {
            String client = stranger();
            assertThat(host.ask(client, client)).isEqualTo(Reply.NEW);
            waiting.add(client);
            answered.add(client);
        }
    }

    /// They prove themselves, as all hosts know: nobody can have forgotten what he has not heard
    /// of.
    private void prove() {
        Mx host = hosts.get(random.nextInt(HOSTS));
        waiting.forEach(client ->
                Eventually.is(client + " passes", Reply.PASSED, () -> host.ask(client, client)));
        Eventually.holds(
                "all know them",
                () -> hosts.stream().allMatch(one -> one.proven().containsAll(waiting)));
        proven.addAll(waiting);
        waiting.clear();
    }

    /// One host has a client forgotten while the others use it.
    private void forget() {
        String client = proven.removeFirst();
        answered.remove(client);
        int host = random.nextInt(HOSTS);
        boolean isForgotten = hosts.get(host).forgets(client);
        ask((host + 1) % HOSTS, client, false);
        if (isForgotten) {
            forgotten.add(client);
        }
    }

    private void kill(int victim) {
        if (victim < HOSTS) {
            hostKills++;
            hosts.get(victim).daemon().kill();
            Eventually.pause(300);
            hosts.get(victim).daemon().restart();
        } else {
            serverKills++;
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

    /// What was done.
    String summary() {
        return "%d clients are remembered, %d forgotten; killed: the server %d times, hosts %d"
                .formatted(answered.size(), forgotten.size(), serverKills, hostKills);
    }

    @Override
    public void close() {
        hosts.forEach(Mx::close);
        proxies.forEach(Proxy::close);
        redis.close();
    }
}
