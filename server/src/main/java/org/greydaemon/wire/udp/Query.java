package org.greydaemon.wire.udp;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Source;

/// One request of a mail server, as it was read. Mutable and reused; confined to one thread.
final class Query {
    private static final int DATAGRAM_MAX = 65_536;

    private final Source source = new Source(Source.Protocol.UDP);
    private int room;
    private Attempt attempt;

    /// @param room the octets of the longest request that is expected; for a longer one more room
    ///   is made
    Query(int room) {
        this.room = room;
        attempt = new Attempt(room, QueryCodec.RECIPIENTS_MAX);
    }

    /// Says who asks.
    void asks(long high, long low, int port) {
        source.asks(high, low, port);
    }

    /// Reads a request.
    ///
    /// @param request its octets, which stay as they are until the attempt has been judged
    /// @param length how many count
    /// @param anyClient see {@link QueryCodec#parse}
    void read(byte[] request, int length, boolean anyClient) {
        if (length > room) {
            room = DATAGRAM_MAX;
            attempt = new Attempt(room, QueryCodec.RECIPIENTS_MAX);
        }
        source.request(request, length);
        QueryCodec.parse(request, length, source, attempt, anyClient);
    }

    /// What it asks about.
    Attempt attempt() {
        return attempt;
    }
}
