package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `kill -9` or TERM of either daemon at any moment while one takes over from the other: whatever
/// was answered still holds, and whoever is left answers.
final class TakeOverKillIT {
    private static final int ROUNDS = Boolean.getBoolean("soak") ? 200 : 3;

    /// Longer than a daemon takes to take over.
    private static final int MOMENTS_MILLIS = 2_500;

    /// So many that the successor rehearses.
    private static final int ENTRIES = 5_000;

    private static final String TAKE_OVER = "--take-over";

    @TempDir Path folder;

    private final List<Daemon> daemons = new ArrayList<>();
    private int triplets;

    @AfterEach
    void tearDown() {
        daemons.forEach(Daemon::close);
    }

    @BeforeEach
    void remember() throws IOException {
        Path file = Files.createDirectory(folder.resolve("state")).resolve("save");
        long now = System.currentTimeMillis() / 1_000;
        Files.writeString(
                file,
                IntStream.range(0, ENTRIES)
                        .mapToObj(i ->
                                "G %d 10.%d.%d.1 a@b.example c@d.example\n"
                                        .formatted(now, i >> 8, i & 0xff))
                        .collect(Collectors.joining()));
    }

    @Test
    void everyAnswerHolds() throws InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Daemon running = closedInTheEnd(Daemon.start(folder, TAKE_OVER));
        for (int round = 0; round < ROUNDS; round++) {
            running = after(running, random, "seed " + seed + ", round " + round);
        }
    }

    private Daemon closedInTheEnd(Daemon daemon) {
        daemons.add(daemon);
        return daemon;
    }

    /// One round.
    ///
    /// @return the daemon that answers after it
    private Daemon after(Daemon first, Random random, String when) throws InterruptedException {
        Daemon second = closedInTheEnd(Daemon.launchAt(first.listen(), folder, TAKE_OVER));
        boolean killsFirst = random.nextBoolean();
        boolean kills = random.nextBoolean();
        int moment = random.nextInt(MOMENTS_MILLIS);
        Thread killer =
                Thread.ofPlatform()
                        .start(() -> {
                            Daemon.pause(moment);
                            Daemon hit = killsFirst ? first : second;
                            if (kills) {
                                hit.kill();
                            } else {
                                hit.tellToStop();
                            }
                        });
        List<String> answered = new ArrayList<>();
        while (killer.isAlive()) {
            String sender = sender();
            // One each: an answer that comes late is not the next question's.
            try (UdpPeer peer = new UdpPeer(first.listen())) {
                peer.send(UdpPeer.request("192.0.2.1", sender, "r@example.net"));
                peer.receive(1_000).ifPresent(_ -> answered.add(sender));
            }
        }
        killer.join();
        Daemon left = left(first, second, killsFirst);
        for (String sender : answered) {
            assertThat(left.ask("192.0.2.1", sender, "r@example.net"))
                    .as(
                            "%s, %s of %s after %d ms, %s",
                            when,
                            kills ? "KILL" : "TERM",
                            killsFirst ? "the first" : "the second",
                            moment,
                            sender)
                    .isEqualTo(Reply.EARLY);
        }
        return left;
    }

    private String sender() {
        StringBuilder letters = new StringBuilder();
        for (int rest = ++triplets; rest > 0; rest /= 26) {
            letters.append((char) ('a' + rest % 26));
        }
        return letters + "@example.org"; // Digits would be one sender.
    }

    /// Who was not killed may have ended, because the other one had taken over; then nobody is
    /// left.
    private Daemon left(Daemon first, Daemon second, boolean killsFirst) {
        if (killsFirst) {
            second.awaitLine(line -> line.startsWith("started greydaemon on "));
            return second;
        }
        int _ = second.awaitEnd();
        try (UdpPeer peer = new UdpPeer(first.listen())) {
            while (first.isAlive()) {
                peer.send(UdpPeer.request("192.0.2.2", sender(), "r@example.net"));
                if (peer.receive(200).isPresent()) {
                    return first;
                }
            }
        }
        return closedInTheEnd(Daemon.startAt(first.listen(), folder, TAKE_OVER));
    }
}
