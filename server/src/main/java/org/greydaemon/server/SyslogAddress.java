package org.greydaemon.server;

import org.greydaemon.mistake.Mistake;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;

/// Where a reader of syslog takes datagrams.
public sealed interface SyslogAddress {
    /// A socket of this host.
    ///
    /// @param path its path, at most {@link UnixDatagrams#PATH_MAX} octets
    record Local(String path) implements SyslogAddress {
        @Override
        public String toString() {
            return StreamAddress.UNIX + path;
        }
    }

    /// A host of the network.
    ///
    /// @param endpoint its address and port
    record Network(Endpoint endpoint) implements SyslogAddress {
        @Override
        public String toString() {
            return UDP + endpoint;
        }
    }

    /// The port of syslog over UDP (RFC 5426 3.3).
    int PORT = 514;

    /// What a host of the network begins with.
    String UDP = "udp:";

    /// Reads `unix:/dev/log` or `udp:` and what {@link Endpoint#parse} reads.
    ///
    /// @throws MistakeException if the text is anything else
    static SyslogAddress parse(String text) throws MistakeException {
        if (text.startsWith(UDP)) {
            return new Network(Endpoint.parse(text.substring(UDP.length()), PORT));
        }
        if (text.startsWith(StreamAddress.UNIX)) {
            return switch (StreamAddress.parse(text, PORT)) {
                case StreamAddress.Unix(var path) -> new Local(path.toString());
                case StreamAddress.Tcp(var endpoint) -> new Network(endpoint);
            };
        }
        throw new MistakeException(
                Mistake.quoted(text) + " is no place of syslog",
                "write unix:/dev/log, or udp:, an address, and a" + " port if it is not 514");
    }
}
