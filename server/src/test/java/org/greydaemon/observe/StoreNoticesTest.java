package org.greydaemon.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.SteadyClock;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// What the log says of files in trouble.
final class StoreNoticesTest {
    @Test
    void whatACrashWouldLoseIsSaidOfWhatAnswersDependOn() {
        DaemonSettings settings =
                DaemonCommand.parse(new String[] {"127.0.0.1:1999", "save"})
                        .settings()
                        .orElseThrow();
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try (LineLog log = new LineLog(read)) {
            StoreNotices notices =
                    new StoreNotices(
                            log, settings, new SteadyClock(() -> 0, () -> 0), new Metrics());
            IOException full = new IOException("No space left on device");
            notices.inTrouble(Path.of("save"), full, true);
            notices.inTrouble(Path.of("save.journal"), full, false);
            notices.failed(Path.of("rescue/save"), full);
        }
        assertThat(read.toString(StandardCharsets.UTF_8).lines())
                .map(line -> line.replaceFirst("^.*?store: ", ""))
                .containsExactly(
                        "save: No space left on device; make room; the journal keeps what is"
                                + " answered; trying again every 10 s",
                        "save.journal: No space left on device; make room; answering from memory,"
                                + " which a crash would lose; trying again every 10 s",
                        "rescue/save: No space left on device; make room");
    }
}
