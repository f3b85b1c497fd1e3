package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    /// Asks about so many new triplets on a full disk.
    private static void askOnAFullDisk(Daemon daemon, int attempts) {
        for (int i = 0; i < attempts; i++) {
            assertThat(daemon.ask("192.0.2.1", "full" + i + "@b", "c@d")).isEqualTo(Reply.NEW);
        }
    }

    @Test
    void aStopThatCannotSaveSaysHowMuchIsLost() throws IOException {
        try (Daemon daemon = Daemon.start(folder, "--stop-wait", "1")) {
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.NEW);
            Path filler = fill();
            askOnAFullDisk(daemon, 300);
            int status = daemon.stop();
            assertThat(status).isEqualTo(74);
            List<String> said =
                    daemon.logLines().stream().filter(line -> line.contains("unsaved: ")).toList();
            assertThat(said.getFirst())
                    .matches("unsaved: [0-9]+ changes, trying again for 1 s; .*");
            long lost = Long.parseLong(said.getFirst().split(" ", 3)[1]);
            assertThat(daemon.logLines())
                    .contains(
                            "unsaved: "
                                    + lost
                                    + " changes, which end with this process; make room or name a"
                                    + " folder for such cases with --rescue")
                    .noneMatch(line -> line.startsWith("stopped "));
            Files.delete(filler);
            daemon.restart();
            int known = 0;
            for (int i = 0; i < 300; i++) {
                Reply reply = daemon.ask("192.0.2.1", "full" + i + "@b", "c@d");
                known += reply.equals(Reply.EARLY) ? 1 : 0;
            }
            assertThat(known).isEqualTo(300 - lost);
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.EARLY);
        }
    }

    @Test
    void aStopSavesElsewhereAndTheNextStartKnowsAll() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        try (Daemon daemon =
                Daemon.start(folder, "--stop-wait", "1", "--rescue", other.toString())) {
            Path filler = fill();
            askOnAFullDisk(daemon, 300);
            assertThat(daemon.stop()).isZero();
            assertThat(other.resolve("save")).isNotEmptyFile();
            Files.delete(filler);
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "full299@b", "c@d")).isEqualTo(Reply.EARLY);
            assertThat(daemon.stop()).isZero();
            assertThat(other).isEmptyDirectory();
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "full299@b", "c@d")).isEqualTo(Reply.EARLY);
        }
    }

    /// Who has tried in vain to begin a new journal leaves nothing that the next one takes for it.
    @Test
    void afterKillOnAFullDiskTheNextOneAnswers() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.NEW);
            Path _ = fill();
            askOnAFullDisk(daemon, 100);
            Greyctl.run(Path.of(daemon.saveFile() + ".ctl"), "save");
            daemon.kill();
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "before@b", "c@d")).isEqualTo(Reply.EARLY);
        }
    }

    @Test
    void aStopWaitsForRoom() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            Path filler = fill();
            askOnAFullDisk(daemon, 300);
            daemon.signal("TERM");
            daemon.awaitLine(line -> line.startsWith("unsaved: "));
            Files.delete(filler);
            daemon.awaitLine(line -> line.startsWith("stopped "));
            assertThat(daemon.awaitEnd()).isZero();
            daemon.restart();
            assertThat(daemon.ask("192.0.2.1", "full299@b", "c@d")).isEqualTo(Reply.EARLY);
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
