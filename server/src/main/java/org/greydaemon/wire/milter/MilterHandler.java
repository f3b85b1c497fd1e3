package org.greydaemon.wire.milter;

import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Replies;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionPeer;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;

/// Serves the milter connections of mail servers. Safe for use by several threads.
public final class MilterHandler {
    /// How long a mail server may be silent. It is while the content of a message passes, however
    /// slow the SMTP client; as long as libmilter waits (its MI_TIMEOUT).
    private static final long IDLE_SECONDS = 7_210;

    private static final int READ_MAX = 4_096;

    private final Gate gate;
    private final SteadyClock clock;
    private final Wording words;
    private final FaultLog faults;

    /// What SMTP clients and the readers of messages are told.
    ///
    /// @param replies to a deferred recipient
    /// @param header the header of a message that was held up
    public record Wording(Replies replies, DelayHeader header) {}

    /// @param faults hears of connections that speak nothing of the protocol
    public MilterHandler(Gate gate, SteadyClock clock, Wording words, FaultLog faults) {
        this.gate = gate;
        this.clock = clock;
        this.words = words;
        this.faults = faults;
    }

    /// Speaks the protocol in one of the threads that share all of this.
    public Conversations inLoop() {
        Judge.Loop loop = new Judge.Loop(gate);
        byte[] octets = new byte[READ_MAX];
        return Conversations.of(
                connection -> new Session(connection, loop, octets), loop.round()::commit);
    }

    /// One connection.
    private final class Session implements Conversation {
        private final Connection connection;
        private final byte[] octets;
        private final MilterSession session;

        /// @param octets where what comes lies for a moment
        Session(Connection connection, Judge.Loop loop, byte[] octets) {
            this.connection = connection;
            this.octets = octets;
            session =
                    new MilterSession(
                            new Judge(gate, clock, words, source(connection.peer()), loop));
            connection.within(IDLE_SECONDS);
        }

        @Override
        public boolean receive() throws IOException {
            connection.within(IDLE_SECONDS);
            // Mail servers write macros and their command separately.
            connection.acknowledgeAtOnce();
            int length = connection.read(octets, 0, octets.length);
            if (length < 0 || !connection.hold(session.octetsToHear(length))) {
                return false;
            }
            session.hear(octets, length);
            return true;
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            for (byte[] answer : session.answers(mayWait)) {
                connection.write(answer, 0, answer.length);
            }
            if (session.hasAsked()) {
                connection.asked();
            }
            if (session.isLate()) {
                return Next.LATE_ANSWER;
            }
            if (!session.fault().isEmpty()) {
                faults.closed("milter " + connection.peer(), session.fault());
            }
            if (session.isOver() || !connection.hold(session.octets())) {
                return Next.END;
            }
            return session.hasMore() ? Next.NEXT_TURN : Next.MORE;
        }
    }

    private static Source source(ConnectionPeer peer) {
        Source source = new Source(Source.Protocol.MILTER);
        if (peer.isUnix()) {
            source.asksLocally();
        } else {
            source.asks(peer.address().high(), peer.address().low(), peer.port());
        }
        return source;
    }
}
