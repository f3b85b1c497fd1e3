package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// `kill -9` at random points under load: whatever was answered before still holds afterwards.
final class KillIT {
    private static final int ROUNDS = Boolean.getBoolean("soak") ? 200 : 10;
    private static final int CLIENTS = 400;

    @TempDir Path folder;

    /// What the daemon has said so far.
    private final Set<String> seenTriplets = new HashSet<>();

    private final Set<String> provenClients = new HashSet<>();

    @Test
    void everyAnswerHoldsAfterAKill() throws InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        // 1.2 s of delay lets clients prove themselves within the rounds; -s 0.02 saves about once
        // a second, so that kills fall into saves too.
        try (Daemon daemon = Daemon.start(folder, "-m", "0.02", "-s", "0.02")) {
            for (int round = 0; round < ROUNDS; round++) {
                int millis = 200 + random.nextInt(1_500);
                askOnce(daemon, random); // On a busy machine the first answer may come late.
                Thread killer = killAfter(daemon, millis);
                askUntilSilence(daemon, random);
                killer.join();
                daemon.restart();
                verify(daemon, random, "seed " + seed + ", round " + round);
            }
            assertThat(provenClients).describedAs("seed %d", seed).isNotEmpty();
        }
    }

    private static Thread killAfter(Daemon daemon, int millis) {
        return Thread.ofPlatform()
                .start(() -> {
                    Daemon.pause(millis);
                    daemon.kill();
                });
    }

    private void askUntilSilence(Daemon daemon, Random random) {
        try (UdpPeer peer = new UdpPeer(daemon.listen())) {
            while (isAnswered(peer, random, 2_000)) {
                // One more.
            }
        }
    }

    private void askOnce(Daemon daemon, Random random) {
        try (UdpPeer peer = new UdpPeer(daemon.listen())) {
            assertThat(isAnswered(peer, random, 60_000)).isTrue();
        }
    }

    private boolean isAnswered(UdpPeer peer, Random random, int millis) {
        String client = client(random);
        String sender = "s" + random.nextInt(3) + "@example.org";
        peer.send(UdpPeer.request(client, sender, "r@example.net"));
        Optional<Reply> reply = peer.receive(millis);
        reply.ifPresent(its -> note(client, client + " " + sender, its));
        return reply.isPresent();
    }

    private static String client(Random random) {
        int n = random.nextInt(CLIENTS);
        return n % 3 == 0
                ? "2001:db8::" + Integer.toHexString(n + 1)
                : "192.0." + n / 200 + "." + n % 200;
    }

    private void note(String client, String triplet, Reply reply) {
        if (reply.accept()) {
            provenClients.add(client);
        } else {
            assertThat(provenClients).doesNotContain(client);
            if (reply.equals(Reply.NEW)) {
                assertThat(seenTriplets).doesNotContain(triplet);
            }
            seenTriplets.add(triplet);
        }
    }

    /// Asks again about what was answered: all clients, and some triplets of those not proven.
    private void verify(Daemon daemon, Random random, String where) {
        Map<String, Reply> wrong = new HashMap<>();
        try (UdpPeer peer = new UdpPeer(daemon.listen())) {
            for (String client : provenClients) {
                Reply reply = peer.ask(client, "other@example.com", "o@example.net");
                if (!reply.equals(Reply.KNOWN)) {
                    wrong.put(client, reply);
                }
            }
            List<String> triplets = new ArrayList<>(seenTriplets);
            java.util.Collections.shuffle(triplets, random);
            for (String triplet : triplets.subList(0, Math.min(200, triplets.size()))) {
                String[] parts = triplet.split(" ", -1);
                Reply reply = peer.ask(parts[0], parts[1], "r@example.net");
                if (reply.equals(Reply.NEW)) {
                    wrong.put(triplet, reply);
                }
                note(parts[0], triplet, reply.equals(Reply.NEW) ? Reply.EARLY : reply);
            }
        }
        assertThat(wrong).describedAs(where).isEmpty();
    }
}
