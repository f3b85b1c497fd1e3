package org.greydaemon.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.log.LineLog;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A disk that hangs is said once, and once that it has gone on.
final class HangingDiskTest {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private long waits;

    private void lookAt(HangingDisk disk, long on, int seconds) {
        waits = on;
        for (int i = 0; i <= seconds; i++) {
            disk.everySecond();
        }
    }

    @Test
    void whatTakesLongIsSaidOnce() {
        try (LineLog log = new LineLog(read)) {
            HangingDisk disk = new HangingDisk(HangingDisk.Task.ANSWERS, () -> waits, log);
            lookAt(disk, 0, 9);
            lookAt(disk, 1, 4); // As saves have it now and then.
            lookAt(disk, 2, 4);
            assertThat(disk.problem()).isEmpty();
            lookAt(disk, 3, 60);
            assertThat(disk.problem().orElseThrow()).contains("for 60 s");
            lookAt(disk, 4, 0);
            assertThat(disk.problem()).isEmpty();
            lookAt(disk, 5, 9);
            lookAt(disk, 0, 0);
        }
        assertThat(read.toString(StandardCharsets.UTF_8).lines())
                .map(line -> line.replaceFirst("^.*?store: ", ""))
                .containsExactly(
                        "the disk has kept the journal waiting for 5 s, and whoever asks with it;"
                            + " see what is wrong with it (dmesg), or start with the save file on"
                            + " another one",
                        "the disk goes on, after 60 s",
                        "the disk has kept the journal waiting for 5 s, and whoever asks with it;"
                            + " see what is wrong with it (dmesg), or start with the save file on"
                            + " another one",
                        "the disk goes on, after 9 s");
    }

    /// It may take long while a save is written, and nobody waits for it.
    @Test
    void whatOnlyAPowerCutWouldTakeIsSaidLater() {
        try (LineLog log = new LineLog(read)) {
            HangingDisk disk = new HangingDisk(HangingDisk.Task.FORCE, () -> waits, log);
            lookAt(disk, 1, 29);
            lookAt(disk, 2, 29);
            assertThat(disk.problem()).isEmpty();
            lookAt(disk, 3, 40);
            assertThat(disk.problem().orElseThrow()).contains("for 40 s");
            lookAt(disk, 0, 0);
            assertThat(disk.problem()).isEmpty();
        }
        assertThat(read.toString(StandardCharsets.UTF_8).lines())
                .map(line -> line.replaceFirst("^.*?store: ", ""))
                .containsExactly(
                        "the disk has not taken the journal for 30 s; answers go on, but a power"
                            + " cut would take what came since; see what is wrong with it (dmesg)",
                        "the disk has taken the journal, after 40 s");
    }
}
