package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// The requests that were sent before a stop and that the JDK's server has not begun to read: it
/// would drop them, with the connections that still wait to be accepted.
///
/// It accepts one connection after the other and reads whichever has something to say. So one more
/// connection, with a line that is no request, is answered when all that came before it have been
/// accepted; and a second one, when what they had sent is being read, as those that have something
/// to say at once are looked at in any order. Neither counts as a request.
///
/// @param server where it listens
record LastRequests(Endpoint server) {
    private static final int PATIENCE_MILLIS = 1_000;

    private static final byte[] NO_REQUEST = "last\r\n".getBytes(US_ASCII);

    /// Returns when the server reads them; after some seconds in any case.
    void await() {
        pass();
        pass();
    }

    private void pass() {
        try (Socket last = new Socket()) {
            last.setSoTimeout(PATIENCE_MILLIS);
            last.connect(new InetSocketAddress(host(), server.port()), PATIENCE_MILLIS);
            last.getOutputStream().write(NO_REQUEST);
            InputStream answer = last.getInputStream();
            while (answer.read() >= 0) {
                // It ends the connection.
            }
        } catch (IOException e) {
            // It has no room for one more, which it finds out by accepting it; or it is stuck.
        }
    }

    /// One that listens at all addresses does so on loopback.
    private InetAddress host() throws IOException {
        IpAddress address = server.address();
        InetAddress host = InetAddress.getByAddress(address.toBytes());
        if (!host.isAnyLocalAddress()) {
            return host;
        }
        return InetAddress.ofLiteral(address.isIpv4() ? "127.0.0.1" : "::1");
    }
}
