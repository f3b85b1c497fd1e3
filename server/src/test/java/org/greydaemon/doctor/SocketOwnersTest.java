package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who listens, as ss of iproute2 6.1 shows it to root, and to others.
final class SocketOwnersTest {
    private static final String SS =
            """
            LISTEN 0      128    127.0.0.1:2525 0.0.0.0:* users:(("gld",pid=11,fd=3),("gld",pid=12,fd=3))
            LISTEN 0      128    192.0.2.1:2525 0.0.0.0:* users:(("other",pid=13,fd=3))
            LISTEN 0      128        [::1]:2525    [::]:* users:(("sixth",pid=14,fd=3))
            """;

    private static List<List<String>> at(String host, String said) {
        Map<Path, String> files =
                Map.of(
                        Path.of("/proc/11/cmdline"), "/usr/sbin/gld\0-d\0",
                        Path.of("/proc/12/cmdline"), "/usr/sbin/gld -d\0\0\0",
                        Path.of("/proc/13/cmdline"), "other\0",
                        Path.of("/proc/14/cmdline"), "sixth\0");
        return new SocketOwners(
                        command ->
                                command.equals(List.of("ss", "-Hltnp", "sport", "=", ":2525"))
                                        ? Optional.of(said)
                                        : Optional.empty(),
                        path -> Optional.ofNullable(files.get(path)))
                .at(new Place("", host, 2525));
    }

    @Test
    void processesOfAPlaceSayWhatTheyAre() {
        assertThat(at("127.0.0.1", SS))
                .containsExactly(List.of("/usr/sbin/gld", "-d"), List.of("/usr/sbin/gld", "-d"));
        assertThat(at("::1", SS)).containsExactly(List.of("sixth"));
        assertThat(at("192.0.2.1", SS)).containsExactly(List.of("other"));
    }

    /// Who listens everywhere listens on loopback too; another host's places nobody sees.
    @Test
    void whoListensEverywhereIsThere() {
        for (String any : List.of("0.0.0.0:2525", "*:2525", "[::]:2525")) {
            String said = SS.lines().findFirst().orElse("").replace("127.0.0.1:2525", any);
            assertThat(at("127.0.0.1", said)).as(any).hasSize(2);
            assertThat(at("localhost", said)).as(any).hasSize(2);
            assertThat(at("198.51.100.1", said)).as(any).isEmpty();
        }
        assertThat(at("localhost", SS)).hasSize(3);
    }

    @Test
    void whomNobodyMaySeeIsUnknown() {
        assertThat(at("127.0.0.1", SS.replaceAll(" users:.*", ""))).isEmpty();
        assertThat(at("127.0.0.1", SS.replace("pid=1", "pid=9"))).isEmpty();
        assertThat(at("127.0.0.1", "")).isEmpty();
        SocketOwners without = new SocketOwners(_ -> Optional.empty(), _ -> Optional.empty());
        assertThat(without.at(new Place("", "127.0.0.1", 2525))).isEmpty();
        assertThat(without.at(new Place("/run/gld", "", 0))).isEmpty();
    }
}
