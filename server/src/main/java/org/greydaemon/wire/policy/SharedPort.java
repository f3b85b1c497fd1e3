package org.greydaemon.wire.policy;

import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionHandler;

import java.io.IOException;

/// Lets one port answer both Postfix's policy requests and greylistd's words: a policy request
/// begins with `name=`, and no word does. Stateless except for the two handlers.
public final class SharedPort implements ConnectionHandler {
    /// The most octets that are looked at; a name longer than that is none.
    private static final int START_MAX = 4 << 10;

    private static final int NAME_MAX = 64;

    private final ConnectionHandler policy;
    private final ConnectionHandler words;

    /// @param policy serves requests of Postfix's
    /// @param words serves greylistd's words
    public SharedPort(ConnectionHandler policy, ConnectionHandler words) {
        this.policy = policy;
        this.words = words;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        byte[] start = new byte[START_MAX];
        int length = 0;
        int name = 0;
        boolean more = true;
        while (more && name == length && name < NAME_MAX) {
            int count = connection.read(start, length, START_MAX - length);
            length += Math.max(count, 0);
            name = nameTo(start, length);
            // A request on a unix socket comes in one piece: what has no end by now has none.
            more = count != -1 && !connection.isUnix();
        }
        connection.unread(start, 0, length);
        boolean isPolicy = name > 0 && name < length && start[name] == '=';
        (isPolicy ? policy : words).serve(connection);
    }

    private static int nameTo(byte[] octets, int length) {
        int to = 0;
        while (to < length && ((octets[to] >= 'a' && octets[to] <= 'z') || octets[to] == '_')) {
            to++;
        }
        return to;
    }
}
