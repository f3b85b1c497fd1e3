package org.greydaemon.dns;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The DNS servers that resolv.conf(5) names. Others take their place while a daemon runs for
/// months, as DHCP and operators write the file anew, but the library reads it only once in the
/// life of the process. Safe for use by several threads.
final class SystemServers {
    /// The file is not read more often, however many names are asked for.
    static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int PORT = 53;
    private static final int OCTETS_MAX = 64 << 10;

    private final Path file;
    private final int port;
    private final LongSupplier nanos;
    private final AtomicLong looked;

    /// @param nanos the monotonic clock, in nanoseconds
    SystemServers(LongSupplier nanos) {
        this(Path.of("/etc/resolv.conf"), PORT, nanos);
    }

    /// @param file that names the servers
    /// @param port where they listen
    /// @param nanos the monotonic clock, in nanoseconds
    SystemServers(Path file, int port, LongSupplier nanos) {
        this.file = file;
        this.port = port;
        this.nanos = nanos;
        looked = new AtomicLong(nanos.getAsLong());
    }

    /// Whether it is time to read the file again; only one who asks is told so, so that no more
    /// than one waits for its disk.
    boolean isDue() {
        long last = looked.get();
        long now = nanos.getAsLong();
        return now - last >= LOOK_NANOS && looked.compareAndSet(last, now);
    }

    /// The servers that the file names now; none while it names none, or cannot be read.
    List<InetSocketAddress> read() {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(OCTETS_MAX), ISO_8859_1);
            return text.lines().flatMap(line -> server(line).stream()).distinct().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /// Where nobody is named: a server on this host, as resolv.conf(5) says.
    InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private Optional<InetSocketAddress> server(String line) {
        String[] words = line.strip().split("\\s+", 3);
        if (words.length < 2 || !words[0].equals("nameserver")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(words[1]), port));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // As libc does: the others may be good.
        }
    }
}
