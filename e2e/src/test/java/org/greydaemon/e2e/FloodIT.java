package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/// Floods of nonsense, and a log that nobody reads: mail is answered all the same.
final class FloodIT {
    @TempDir Path folder;

    @Test
    void garbageIsCountedAndNamedABoundedNumberOfTimes() {
        Random random = new Random(20_261_123);
        try (Daemon daemon = Daemon.start(folder);
                UdpPeer flood = new UdpPeer(daemon.listen())) {
            for (int i = 0; i < 5_000; i++) {
                byte[] garbage = new byte[random.nextInt(1_000)];
                random.nextBytes(garbage);
                if (garbage.length > 0) {
                    garbage[0] = 0; // Whatever follows, the first field has no client.
                }
                flood.send(garbage);
            }
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.signal("USR1");
            assertThat(daemon.awaitLine(line -> line.startsWith("stats ")))
                    .containsPattern(" malformed=[1-9][0-9]{2,} ");
            // 60 at once and then one a second; the test takes some seconds.
            assertThat(daemon.logLines().stream().filter(line -> line.contains(" bad req no I")))
                    .hasSizeBetween(60, 120);
        }
    }

    @Test
    void theLongestDatagramIsReadWhole() {
        try (Daemon daemon = Daemon.start(folder)) {
            String longest = "x".repeat(65_507 - "I192.0.2.1\0Fa@b\0T\0Tlast\0".length());
            assertThat(daemon.ask("192.0.2.1", "a@b", longest, "last")).isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.1", "a@b", "last")).isEqualTo(Reply.EARLY);
        }
    }

    @Test
    void aLogThatNobodyReadsDelaysNoAnswer() throws IOException, InterruptedException {
        Path errors = folder.resolve("errors.txt");
        Process process =
                new ProcessBuilder(
                                Daemon.root().resolve("greydaemon").toString(),
                                "127.0.0.1:0",
                                "state/save")
                        .directory(folder.toFile())
                        .redirectError(errors.toFile())
                        .start();
        try (var log = process.inputReader(ISO_8859_1)) {
            String started = log.readLine();
            assertThat(started).startsWith("started greydaemon on ");
            // From here on nobody reads: 64 KiB fill the pipe, 1 MiB the daemon's buffer.
            String sender = "s".repeat(1_000) + "@example.org";
            try (UdpPeer peer = new UdpPeer(started.substring("started greydaemon on ".length()))) {
                for (int i = 0; i < 3_000; i++) {
                    assertThat(peer.ask("192.0.2.1", sender, "r" + i)).isEqualTo(Reply.NEW);
                }
            }
            String line = log.readLine();
            while (line != null
                    && !line.matches("log: [0-9]+ lines dropped because nobody read them")) {
                line = log.readLine();
            }
            assertThat(line).describedAs("the count of dropped lines").isNotNull();
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(errors)).isEmpty();
    }
}
