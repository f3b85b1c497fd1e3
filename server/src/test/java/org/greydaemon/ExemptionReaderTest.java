package org.greydaemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.cli.DaemonCommand;
import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LineLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class ExemptionReaderTest {
    @TempDir Path folder;

    /// Who reloads is to see it, not only who reads the log.
    @Test
    void whatIsStrangeInTheWhiteListIsTold() throws Exception {
        Path white = folder.resolve("white");
        Files.writeString(white, "192.0.2.1\n0.0.0.0/0\n");
        DaemonSettings settings =
                DaemonCommand.parse(
                                "-w",
                                white.toString(),
                                "127.0.0.1:1999",
                                folder.resolve("save").toString())
                        .settings()
                        .orElseThrow();
        List<String> told = new ArrayList<>();
        ExemptionReader.read(settings, new LineLog(new ByteArrayOutputStream()), told::add);
        assertThat(told)
                .containsExactly(
                        white
                                + ":2: every IPv4 client is exempt, so none is greylisted; remove"
                                + " the line unless it is meant");
    }
}
