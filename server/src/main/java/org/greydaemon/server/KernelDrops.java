package org.greydaemon.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/// The datagrams that the system has dropped because the socket's buffer was full, as
/// `/proc/net/udp` tells (proc_net(5)). It counts by socket, and sockets outlive the daemon, those
/// of systemd and those of a take-over: what it counted before is not this daemon's. Safe for use
/// by several threads.
public final class KernelDrops {
    /// The columns of a line: the local address, and the count.
    private static final int ADDRESS = 1;

    private static final int DROPS = 12;

    private final Path folder;
    private final Endpoint at;
    private final long before;

    /// Counts from now on.
    ///
    /// @param folder where the system tells of its sockets
    /// @param at where the socket listens
    public KernelDrops(Path folder, Endpoint at) {
        this.folder = folder;
        this.at = at;
        before = all();
    }

    /// How many were dropped since it counts; 0 where the system does not tell.
    public long count() {
        return Math.max(0, all() - before);
    }

    private long all() {
        return count("udp") + count("udp6");
    }

    private long count(String file) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(file), US_ASCII);
            return lines.stream()
                    .skip(1) // The names of the columns.
                    .map(line -> line.strip().split(" +", -1))
                    .filter(columns -> columns.length > DROPS && at.equals(endpoint(columns)))
                    .mapToLong(columns -> Long.parseLong(columns[DROPS]))
                    .sum();
        } catch (IOException | IllegalArgumentException e) {
            return 0;
        }
    }

    /// An address stands there as words of 32 bits, each in the order of this machine's octets.
    private static Endpoint endpoint(String... columns) {
        String[] parts = columns[ADDRESS].split(":", -1);
        byte[] octets = HexFormat.of().parseHex(parts[0]);
        byte[] address = new byte[octets.length];
        boolean isLittle = java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < address.length; i++) {
            address[i] = octets[isLittle ? i ^ 3 : i];
        }
        return new Endpoint(IpAddress.ofBytes(address), Integer.parseInt(parts[1], 16));
    }
}
