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
/// `/proc/net/udp` tells (proc_net(5)).
///
/// @param folder where the system tells of its sockets
public record KernelDrops(Path folder) {
    /// The columns of a line: the local address, and the count.
    private static final int ADDRESS = 1;

    private static final int DROPS = 12;

    /// The count for the socket at an address; 0 where the system does not tell.
    public long of(Endpoint at) {
        return count("udp", at) + count("udp6", at);
    }

    private long count(String file, Endpoint at) {
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
