package org.greydaemon.decision;

import org.greydaemon.mail.Decimal;
import org.greydaemon.net.AddressWriter;
import org.greydaemon.net.IpAddress;

import java.util.Locale;

/// Who asks about an attempt and in which words, for log and metrics only. Mutable and reused;
/// confined to one thread.
public final class Source {
    /// The protocols that front ends speak. The names in lower case are the words of logs, metrics
    /// and documents.
    public enum Protocol {
        /// The original's datagrams, the only ones whose requests the log shows as they came.
        UDP,
        /// Postfix's policy delegation.
        POLICY,
        /// greylistd's words.
        WORDS,
        /// The milter protocol.
        MILTER,
        /// JSON over HTTP.
        HTTP;

        private final String word = name().toLowerCase(Locale.ROOT); // Kept ready, as in Reason.

        /// The word for logs: lower case.
        public String word() {
            return word;
        }
    }

    /// The most octets of `address:port`.
    public static final int PEER_MAX = 47;

    /// Nobody yet.
    static final Source NONE = new Source(Protocol.UDP);

    private static final byte[] UNIX = {'u', 'n', 'i', 'x'};

    private final Protocol protocol;
    private byte[] request = {};
    private int requestLength;
    private boolean local;
    private long peerHigh;
    private long peerLow;
    private int peerPort;

    /// @param protocol what the front end speaks
    public Source(Protocol protocol) {
        this.protocol = protocol;
    }

    /// Says that somebody on this host asks now, over a unix socket.
    public void asksLocally() {
        local = true;
    }

    /// Says who asks now.
    public void asks(long high, long low, int port) {
        local = false;
        peerHigh = high;
        peerLow = low;
        peerPort = port;
    }

    /// Says in which words, until the next request.
    public void request(byte[] octets, int length) {
        request = octets;
        requestLength = length;
    }

    /// What the front end speaks.
    public Protocol protocol() {
        return protocol;
    }

    /// The request as it came; only the first {@link #requestLength} octets count. Not a copy.
    public byte[] request() {
        return request;
    }

    /// The request's octets.
    public int requestLength() {
        return requestLength;
    }

    /// Writes `address:port` of the asker, or `unix`.
    ///
    /// @param to must have room for {@link #PEER_MAX} octets from `at` on
    /// @return the index behind the last octet written
    public int writePeer(byte[] to, int at) {
        if (local) {
            System.arraycopy(UNIX, 0, to, at, UNIX.length);
            return at + UNIX.length;
        }
        boolean isIpv4 = IpAddress.isIpv4(peerHigh, peerLow);
        int out = at;
        if (!isIpv4) {
            to[out++] = '[';
        }
        out = AddressWriter.write(peerHigh, peerLow, to, out);
        if (!isIpv4) {
            to[out++] = ']';
        }
        to[out++] = ':';
        return Decimal.write(peerPort, to, out);
    }
}
