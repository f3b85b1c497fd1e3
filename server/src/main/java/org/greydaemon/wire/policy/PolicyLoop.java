package org.greydaemon.wire.policy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.server.ConnectionPeer;

import java.util.ArrayDeque;
import java.util.Deque;

/// What the connections of a thread share, each while it is its turn: what a question needs stays
/// in the processor's cache then, however many they are, and hundreds of idle ones hold hardly
/// anything. Confined to the thread.
final class PolicyLoop {
    /// As many connections are heard in a round, or fewer.
    private static final int READERS_MAX = 32;

    private final QuestionRound round;
    private final Workplace room = new Workplace();
    private final RequestReader nobodys = new RequestReader();

    // The one that was given back last is asked for first: it is still in the processor's cache.
    private final Deque<RequestReader> readers = new ArrayDeque<>();

    PolicyLoop(QuestionRound round) {
        this.round = round;
    }

    /// What the answer to one question needs. A late one has a room of its own.
    static final class Workplace {
        final Digests digests = new Digests();
        final Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        final Decision decision = new Decision(Bounces.RECIPIENTS_OCTETS);
        final StringBuilder words = new StringBuilder();
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

    /// Stands for the reader of a connection that has none; holds nothing, and nobody puts anything
    /// there.
    RequestReader nobodys() {
        return nobodys;
    }

    /// Lends a reader to a connection that has none.
    RequestReader lend() {
        RequestReader free = readers.poll();
        return free == null ? new RequestReader() : free;
    }

    /// Takes a reader back; but those that were kept for long, or whose requests were long, are
    /// more than a round needs.
    void takeBack(RequestReader reader) {
        if (reader.isAsNew() && readers.size() < READERS_MAX) {
            readers.push(reader);
        }
    }
}
