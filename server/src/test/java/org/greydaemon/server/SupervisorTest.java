package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.log.Lines;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/// What a supervisor hears, as sd_notify(3) words it.
@Timeout(60)
final class SupervisorTest {
    @TempDir private Path folder;

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Lines log = (octets, length) -> logged.add(new String(octets, 0, length, UTF_8));

    private Supervisor supervisor(Path socket, String watchdogMicros) {
        return new Supervisor(
                Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", watchdogMicros), log);
    }

    @Test
    void lifeIsToldInOrder() {
        Path path = folder.resolve("notify");
        try (UnixReceiver systemd = new UnixReceiver(path)) {
            try (Supervisor supervisor = supervisor(path, "0")) {
                supervisor.loading("save file");
                supervisor.ready(() -> true, () -> "well");
                assertThat(supervisor.reloading(() -> true)).isTrue();
                supervisor.stopping();
            }
            assertThat(systemd.receive())
                    .isEqualTo("EXTEND_TIMEOUT_USEC=30000000\nSTATUS=reading save file");
            assertThat(systemd.receive()).isEqualTo("READY=1\nSTATUS=answers");
            assertThat(systemd.receive()).matches("RELOADING=1\nMONOTONIC_USEC=\\d+");
            assertThat(systemd.receive()).isEqualTo("READY=1");
            assertThat(systemd.receive()).isEqualTo("STOPPING=1\nSTATUS=saving");
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void slowLoadAsksForMoreTimeAgainAndAgain() {
        Path path = folder.resolve("notify");
        try (UnixReceiver systemd = new UnixReceiver(path);
                Supervisor supervisor = supervisor(path, "30000")) {
            supervisor.loading("save file");
            systemd.receive("STATUS=reading");
            assertThat(systemd.receive()).isEqualTo("EXTEND_TIMEOUT_USEC=30000");
            assertThat(systemd.receive()).isEqualTo("EXTEND_TIMEOUT_USEC=30000");
        }
    }

    @Test
    void onlyTheLivingLooksAlive() {
        Path path = folder.resolve("notify");
        AtomicBoolean alive = new AtomicBoolean(true);
        try (UnixReceiver systemd = new UnixReceiver(path);
                Supervisor supervisor = supervisor(path, "30000")) {
            supervisor.ready(alive::get, () -> "3 entries");
            assertThat(systemd.receive("WATCHDOG")).isEqualTo("WATCHDOG=1\nSTATUS=3 entries");
            alive.set(false);
            systemd.receive("no longer answers");
            assertThat(systemd.receive()).isEqualTo("STATUS=no longer answers");
        }
    }

    /// A reload that fails has ended all the same: systemd would wait for it.
    @Test
    void failedReloadEnds() {
        Path path = folder.resolve("notify");
        try (UnixReceiver systemd = new UnixReceiver(path);
                Supervisor supervisor = supervisor(path, "0")) {
            try {
                supervisor.reloading(() -> {
                    throw new IllegalStateException("bug");
                });
            } catch (IllegalStateException e) {
                // Its thread shows it.
            }
            systemd.receive("RELOADING=1");
            assertThat(systemd.receive()).isEqualTo("READY=1");
        }
    }

    @Test
    void deafSupervisorIsToldOfOnce() {
        try (Supervisor supervisor = supervisor(folder.resolve("nobody"), "0")) {
            supervisor.loading("save file");
            supervisor.stopping();
        }
        assertThat(logged)
                .containsExactly(
                        "notify: "
                                + folder.resolve("nobody")
                                + ": No such file or directory; the supervisor hears nothing, see"
                                + " NotifyAccess= in its unit");
    }

    @Test
    void withoutSupervisorThereIsNoThread() {
        try (Supervisor supervisor = new Supervisor(Map.of(), log)) {
            supervisor.loading("save file");
            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("notify");
        }
    }
}
