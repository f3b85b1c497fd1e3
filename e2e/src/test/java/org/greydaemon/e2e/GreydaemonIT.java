package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The daemon as a process: starts, answers, stops, and remembers.
final class GreydaemonIT {
    @TempDir Path folder;

    @Test
    void aRetryAfterTheDelayProvesTheClient() {
        try (Daemon daemon = Daemon.start(folder, "-m", "0.1")) {
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.EARLY);
            Daemon.pause(7_100);
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.PASSED);
            assertThat(daemon.ask("192.0.2.1", "other@example.org", "b@example.net"))
                    .isEqualTo(Reply.KNOWN);
        }
    }

    @Test
    void everythingIsKnownAfterATermAndAfterAKill() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("2001:DB8::1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            assertThat(daemon.stop()).isZero();
            assertThat(Files.readString(daemon.saveFile()))
                    .matches("G \\d+ 2001:db8::1 a@example.org b@example.net\n");
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            daemon.kill();
            daemon.restart();
            assertThat(daemon.ask("2001:db8:0::1", "A@example.org", "b@example.net"))
                    .isEqualTo(Reply.EARLY);
            assertThat(daemon.ask("::ffff:192.0.2.1", "a@example.org", "b@example.net"))
                    .isEqualTo(Reply.EARLY);
        }
    }

    @Test
    void itListensOnIpv6() {
        Tools.requireIpv6();
        try (Daemon daemon = Daemon.startAt("[::1]:0", folder)) {
            assertThat(daemon.ask("192.0.2.1", "", "b@example.net")).isEqualTo(Reply.NEW);
            assertThat(daemon.awaitLine(line -> line.contains("new grey"))).startsWith("[::1]:");
        }
    }
}
