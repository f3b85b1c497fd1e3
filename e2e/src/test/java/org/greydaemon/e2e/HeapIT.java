package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The heap that a crowd of connections needed is given back to the system when they are gone.
final class HeapIT {
    private static final int CROWD = 800;
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    /// What the daemon must give back of at least twice as much that the crowd needs, in octets.
    private static final long MUCH = 7 << 20;

    private static final byte[] HALF_A_REQUEST =
            ("request=smtpd_access_policy\n" + ("sender=" + "x".repeat(3_000) + '\n').repeat(4))
                    .getBytes(ISO_8859_1);

    @TempDir Path folder;

    @Test
    void whatACrowdNeededIsGivenBack() throws Exception {
        try (Daemon daemon = Daemon.start(folder, "--policy=127.0.0.1:0")) {
            long before = resident(daemon);
            List<SocketChannel> crowd = crowd(place(daemon));
            long crowded = awaitResident(daemon, 0, before + 2 * MUCH);
            assertThat(crowded).isGreaterThan(before + 2 * MUCH);
            for (SocketChannel one : crowd) {
                one.close();
            }
            assertThat(awaitResident(daemon, crowded - MUCH, Long.MAX_VALUE))
                    .isLessThan(crowded - MUCH);
            assertThat(daemon.stop()).isZero();
        }
    }

    private static InetSocketAddress place(Daemon daemon) {
        String begin = "listening for policy on 127.0.0.1:";
        String line = daemon.awaitLine(text -> text.startsWith(begin));
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(line.substring(begin.length())));
    }

    private static List<SocketChannel> crowd(InetSocketAddress to) throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            SocketChannel channel = SocketChannel.open(to);
            channel.write(ByteBuffer.wrap(HALF_A_REQUEST));
            crowd.add(channel);
        }
        return crowd;
    }

    /// Waits until the daemon takes less, or more, or patience ends.
    ///
    /// @return what it takes then
    private static long awaitResident(Daemon daemon, long less, long more) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        long resident;
        do {
            Thread.sleep(100);
            resident = resident(daemon);
        } while (resident >= less && resident <= more && System.nanoTime() < end);
        return resident;
    }

    private static long resident(Daemon daemon) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + daemon.pid() + "/smaps_rollup")).stream()
                .filter(line -> line.startsWith("Anonymous:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
