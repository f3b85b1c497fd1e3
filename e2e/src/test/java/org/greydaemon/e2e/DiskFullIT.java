package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The disk runs full under the daemon, and has room again.
final class DiskFullIT {
    private static final int PAGE = 4096;

    @TempDir Path folder;
    private Path state = Path.of("");

    @BeforeEach
    void mountASmallDisk() throws IOException {
        Tools.requireRoot();
        state = Files.createDirectory(folder.resolve("state"));
        assertThat(
                        Runs.program(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                "size=256k",
                                "tmpfs",
                                state.toString()))
                .describedAs("mounting a tmpfs")
                .isZero();
    }

    @AfterEach
    void unmount() {
        assertThat(Runs.program("umount", state.toString())).isZero();
    }

    @Test
    void answersGoOnTheGoodFileStaysAndRoomHeals() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.signal("USR1");
            daemon.awaitLine(line -> line.equals("save status to state/save"));
            String good = Files.readString(daemon.saveFile());

            Path filler = fill();
            for (int i = 0; i < 100; i++) {
                assertThat(daemon.ask("192.0.2.1", "full" + i + "@b", "c@d")).isEqualTo(Reply.NEW);
            }
            assertThat(daemon.awaitLine(line -> line.startsWith("store: ")))
                    .contains("No space left on device", "answering from memory");
            daemon.signal("USR1");
            assertThat(daemon.ask("192.0.2.1", "full0@b", "c@d")).isEqualTo(Reply.EARLY);
            assertThat(Files.readString(daemon.saveFile())).isEqualTo(good);
            assertThat(daemon.logLines().stream().filter(line -> line.startsWith("store: ")))
                    .describedAs("said once")
                    .hasSize(1);

            Files.delete(filler);
            int saves = saves(daemon);
            daemon.signal("USR1");
            daemon.awaitLine(line -> saves(daemon) > saves);
            assertThat(daemon.ask("192.0.2.1", "after@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.kill();
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.EARLY);
            assertThat(daemon.ask("192.0.2.1", "full99@b", "c@d")).isEqualTo(Reply.EARLY);
            assertThat(daemon.ask("192.0.2.1", "after@b", "c@d")).isEqualTo(Reply.EARLY);
        }
    }

    private static int saves(Daemon daemon) {
        return (int) daemon.logLines().stream().filter(line -> line.startsWith("save ")).count();
    }

    private Path fill() {
        Path filler = state.resolve("filler");
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(new byte[PAGE]);
            }
        } catch (IOException full) {
            return filler;
        }
    }
}
