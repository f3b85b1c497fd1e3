package org.greydaemon.wire.policy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.server.ConnectionPeer;

/// What the connections of a thread share, each while it is its turn: what a question needs stays
/// in the processor's cache then, however many they are, and hundreds of idle ones hold hardly
/// anything. Confined to the thread.
final class PolicyLoop {
    private final QuestionRound round;
    private final Workplace room = new Workplace();
    private RequestReader reader = new RequestReader();

    PolicyLoop(QuestionRound round) {
        this.round = round;
    }

    /// What the answer to one question needs. A late one has a room of its own.
    static final class Workplace {
        final Digests digests = new Digests();
        final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        final Decision decision = new Decision(Bounces.RECIPIENTS_OCTETS);
        final Source source = new Source(Source.Protocol.POLICY);

        /// Says who asks now.
        void asks(ConnectionPeer peer) {
            if (peer.isUnix()) {
                source.asksLocally();
            } else {
                source.asks(peer.address().high(), peer.address().low(), peer.port());
            }
        }
    }

    /// The questions that are answered together.
    QuestionRound round() {
        return round;
    }

    /// Nobody's while it is nobody's turn.
    Workplace room() {
        return room;
    }

    /// Reads what has arrived at a connection that keeps nothing of what came before.
    RequestReader emptyReader() {
        if (!reader.isAsNew()) { // Its connection broke while it was its turn.
            reader = new RequestReader();
        }
        return reader;
    }

    /// Says that a connection keeps what it has read.
    void giveReaderAway() {
        reader = new RequestReader();
    }
}
