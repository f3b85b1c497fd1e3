package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The lines are a kernel's, 6.1 on amd64, with counts put in.
final class KernelDropsTest {
    private static final String UDP =
            """
               sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
              102: 0100007F:07CF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19 2 0000000000000000 17
              103: 0200007F:07CF 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 20 2 0000000000000000 5
            """;
    private static final String UDP6 =
            """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
              102: B80D0120000000000000000001000000:07CF 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 19 2 0000000000000000 3
            """;

    @TempDir Path folder;

    private KernelDrops drops(String at) throws MistakeException {
        return new KernelDrops(folder, Endpoint.parse(at, 1999));
    }

    private void write(int drops, int drops6) throws IOException {
        Files.writeString(folder.resolve("udp"), UDP.replace(" 17\n", " " + drops + "\n"));
        Files.writeString(folder.resolve("udp6"), UDP6.replace(" 3\n", " " + drops6 + "\n"));
    }

    @Test
    void theCountIsTheOneOfTheSocket() throws IOException, MistakeException {
        KernelDrops one = drops("127.0.0.1");
        KernelDrops other = drops("127.0.0.2");
        KernelDrops six = drops("[2001:db8::1]:1999");
        KernelDrops nobody = drops("127.0.0.1:2000");
        write(17, 3);
        assertThat(one.count()).isEqualTo(17);
        assertThat(other.count()).isEqualTo(5);
        assertThat(six.count()).isEqualTo(3);
        assertThat(nobody.count()).isZero();
    }

    @Test
    void whatTheSocketDroppedForADaemonBeforeIsNotCounted() throws IOException, MistakeException {
        write(7, 1);
        KernelDrops drops = drops("127.0.0.1");
        assertThat(drops.count()).isZero();
        write(9, 1);
        assertThat(drops.count()).isEqualTo(2);
        write(0, 0);
        assertThat(drops.count()).as("another socket").isZero();
    }

    @Test
    void aSystemThatDoesNotTellHasDroppedNothing() throws MistakeException {
        assertThat(drops("127.0.0.1").count()).isZero();
    }
}
