package org.greydaemon.admin;

import org.greydaemon.mail.Octets;
import org.greydaemon.server.Connection;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// Takes lines from a connection, each of a bounded length. Confined to one thread.
final class ConnectionLines {
    /// The most octets of a line: an entry of the longest addresses, each octet of them escaped,
    /// has some 22000.
    static final int LINE_MAX = 32 << 10;

    /// How long the peer may take for one line, in seconds.
    private static final long LINE_SECONDS = 30;

    private final Connection connection;
    private final byte[] octets = new byte[LINE_MAX];
    private int from;
    private int to;

    ConnectionLines(Connection connection) {
        this.connection = connection;
    }

    /// The next line without its end; empty when there are no more. A last line needs no end.
    ///
    /// @throws RequestException if the line is too long; nothing can be read after it
    /// @throws IOException if the peer is gone or too slow
    Optional<byte[]> line() throws IOException, RequestException {
        return line(LINE_SECONDS);
    }

    /// The same, when the peer has more to do before.
    ///
    /// @param seconds how long it may take
    Optional<byte[]> line(long seconds) throws IOException, RequestException {
        connection.within(seconds);
        int looked = from;
        while (true) {
            int end = Octets.indexOf(octets, looked, to, '\n');
            if (end >= 0) {
                byte[] line = Arrays.copyOfRange(octets, from, end);
                from = end + 1;
                connection.asked();
                return Optional.of(line);
            }
            makeRoom();
            looked = to;
            int count = connection.read(octets, to, LINE_MAX - to);
            if (count < 0) {
                return rest();
            }
            to += count;
        }
    }

    private void makeRoom() throws RequestException {
        System.arraycopy(octets, from, octets, 0, to - from);
        to -= from;
        from = 0;
        if (to == LINE_MAX) {
            throw new RequestException(
                    "a line is longer than " + LINE_MAX + " octets; send shorter ones");
        }
    }

    private Optional<byte[]> rest() {
        if (from == to) {
            return Optional.empty();
        }
        byte[] line = Arrays.copyOfRange(octets, from, to);
        from = to;
        connection.asked();
        return Optional.of(line);
    }
}
