package org.greydaemon.wire.policy;

import org.greydaemon.server.Connection;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Arrays;

/// Lets one port answer both Postfix's policy requests and greylistd's words: a policy request
/// begins with `name=`, and no word does. Confined to the thread of its loop.
public final class SharedPort implements Conversations {
    /// The most octets that are looked at; a name longer than that is none.
    private static final int START_MAX = 4 << 10;

    private static final int NAME_MAX = 64;
    private static final byte[] NOTHING = {};

    private final Conversations policy;
    private final Conversations words;

    // What arrives first: of nearly every connection its whole request.
    private final byte[] piece = new byte[START_MAX];

    /// @param policy serves requests of Postfix's
    /// @param words serves greylistd's words
    public SharedPort(Conversations policy, Conversations words) {
        this.policy = policy;
        this.words = words;
    }

    @Override
    public Conversation begin(Connection connection) {
        return new Start(connection);
    }

    @Override
    public void beforeReplies() {
        policy.beforeReplies();
        words.beforeReplies();
    }

    /// One connection; once it is known what is spoken there, the one who speaks it has it.
    private final class Start implements Conversation {
        private final Connection connection;
        private byte[] start = NOTHING; // Shorter than a name may be, until it is known.
        private @Nullable Conversation chosen;

        Start(Connection connection) {
            this.connection = connection;
        }

        @Override
        public boolean receive() throws IOException {
            if (chosen == null) {
                choose(connection.read(piece, 0, START_MAX - start.length));
            }
            return chosen == null || chosen.receive();
        }

        private void choose(int count) {
            if (count == 0) {
                return;
            }
            int more = Math.max(count, 0);
            start = Arrays.copyOf(start, start.length + more);
            System.arraycopy(piece, 0, start, start.length - more, more);
            int name = nameTo(start);
            // A request on a unix socket comes in one piece: what has no end by now has none.
            boolean mayBeName = count > 0 && !connection.peer().isUnix();
            if (mayBeName && name == start.length && name < NAME_MAX) {
                return;
            }
            boolean isPolicy = name > 0 && name < start.length && start[name] == '=';
            connection.unread(start, 0, start.length);
            start = NOTHING;
            chosen = (isPolicy ? policy : words).begin(connection);
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            return chosen == null ? Next.MORE : chosen.answer(mayWait);
        }

        @Override
        public void sent() {
            if (chosen != null) {
                chosen.sent();
            }
        }
    }

    private static int nameTo(byte[] octets) {
        int to = 0;
        while (to < octets.length
                && ((octets[to] >= 'a' && octets[to] <= 'z') || octets[to] == '_')) {
            to++;
        }
        return to;
    }
}
