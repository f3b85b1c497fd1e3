package org.greydaemon.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.config.Sources;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.identity.Pools;
import org.greydaemon.wire.http.Token;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A FIFO in the place of any file that is read holds nobody up.
@Timeout(60)
final class RegularFileTest {
    @TempDir Path folder;
    private Path fifo;

    @BeforeEach
    void makeOne() throws Exception {
        fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    }

    @Test
    void aFifoIsRefusedByWhoeverReads() throws Exception {
        assertThatThrownBy(() -> ClientList.read(fifo))
                .hasMessage(fifo + ": it cannot be read: Is a FIFO; name a readable file");
        assertThatThrownBy(() -> ExemptionFile.read(fifo)).hasMessageContaining("Is a FIFO");
        assertThatThrownBy(() -> Pools.read(fifo)).hasMessageContaining("Is a FIFO");
        assertThatThrownBy(() -> Token.of(fifo)).hasMessageContaining("is a FIFO");
        assertThat(new Sources(Optional.of(fifo), Map.of()).read().errors())
                .containsExactly(fifo + ": it cannot be read: Is a FIFO; name a readable file");
        List<String> problems = new ArrayList<>();
        assertThat(AllowedLines.read(fifo, problems::add).size()).isZero();
        assertThat(problems).hasSize(1);
    }

    @Test
    void noMoreIsReadThanAskedFor() throws Exception {
        assertThat(RegularFile.read(Path.of("/dev/zero"), 5)).hasSize(5);
        Path file = Files.writeString(folder.resolve("file"), "four");
        assertThat(RegularFile.read(file, 5)).hasSize(4);
    }

    @Test
    void aTokenIsMadeOnceAndADamagedOneIsSaid() throws Exception {
        Path file = folder.resolve("save.token");
        String token = Token.of(file);
        assertThat(Token.of(file)).isEqualTo(token);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(fifo, file);
        }
        byte[] damaged = Files.readAllBytes(file);
        damaged[3] ^= (byte) 0x80;
        Files.write(file, damaged);
        assertThatThrownBy(() -> Token.of(file)).hasMessageContaining("take the file away");
    }
}
