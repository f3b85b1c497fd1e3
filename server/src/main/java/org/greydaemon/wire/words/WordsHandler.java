package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.log.FaultLog;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionPeer;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.util.Optional;

/// Answers greylistd's words: `white` or `grey` for a client, sender and recipient. Safe for use by
/// several threads.
///
/// A proven client is white whatever its sender and recipient, as everywhere in this daemon; nobody
/// is ever `black`. What changes entries other than by a mail, and what shows them, is only for the
/// operator: root or the user that started the daemon, on a unix socket.
public final class WordsHandler {
    /// The most octets of a request.
    static final int REQUEST_MAX = 4 << 10;

    /// How long a peer may take for its request and for taking the answer, in seconds.
    private static final long REQUEST_SECONDS = 30;

    /// Whoever connects and says nothing has looked whether somebody is there, as a successor does:
    /// it is told so, and is no fault.
    private static final String NOTHING_SAID = WordsCommands.error("No data received");

    private final Gate gate;
    private final SteadyClock clock;
    private final WordsCommands commands;
    private final FaultLog faults;

    /// @param host the name of this host, for `mrtg`
    /// @param faults hears of requests that make no sense
    public WordsHandler(
            Gate gate, SteadyClock clock, Operator operator, String host, FaultLog faults) {
        this.gate = gate;
        this.clock = clock;
        this.faults = faults;
        commands =
                new WordsCommands(
                        clock, operator, new WordsFigures(operator.counts(), clock, host));
    }

    /// Speaks the protocol in one of the threads that share all of this.
    public Conversations inLoop() {
        Loop loop = new Loop(new QuestionRound(gate, Source.Protocol.WORDS));
        return Conversations.of(connection -> new Session(connection, loop), loop.round::commit);
    }

    /// What the connections of a thread share: each would need it for one question only.
    private static final class Loop {
        private final QuestionRound round;
        private final byte[] piece = new byte[REQUEST_MAX];
        private final Attempt attempt = WordsEnvelope.attempt();
        private final Decision decision = new Decision(WordsEnvelope.RECIPIENTS_MAX);

        Loop(QuestionRound round) {
            this.round = round;
        }
    }

    /// One connection, which has one request.
    private final class Session implements Conversation {
        private final Connection connection;
        private final Loop loop;
        private final WordsReader request;

        Session(Connection connection, Loop loop) {
            this.connection = connection;
            this.loop = loop;
            request = new WordsReader(loop.piece, connection.peer().isUnix());
            connection.within(REQUEST_SECONDS);
        }

        @Override
        public boolean receive() throws IOException {
            request.receive(connection);
            return true;
        }

        @Override
        public Next answer(boolean mayWait) throws IOException {
            if (!request.isComplete()) {
                return Next.MORE;
            }
            connection.asked();
            Optional<String> text = answer(mayWait ? Optional.empty() : Optional.of(loop));
            if (text.isEmpty()) {
                return Next.LATE_ANSWER;
            }
            connection.within(REQUEST_SECONDS);
            byte[] answer = text.get().getBytes(ISO_8859_1);
            connection.write(answer, 0, answer.length);
            // To wait for the peer's end takes a turn. But else one that still writes gets SIGPIPE,
            // and one that has written more gets ECONNRESET behind the answer; over TCP, instead.
            return connection.peer().isUnix() && request.isAll() ? Next.END : Next.FINISH;
        }

        private Optional<String> answer(Optional<Loop> hurry) throws IOException {
            boolean cut = request.isCut();
            try {
                Optional<WordsRequest> parsed =
                        WordsRequest.parse(request.octets(), request.octets().length, cut);
                return parsed.isPresent()
                        ? WordsHandler.this.answer(parsed.get(), connection, hurry)
                        : Optional.of(NOTHING_SAID);
            } catch (AmbiguousException e) {
                return Optional.of(malformed(cut ? "Request too long" : e.why(), connection));
            }
        }
    }

    /// Counted, and at most at a certain rate logged, as requests over the other protocols are.
    private String malformed(String why, Connection connection) {
        Attempt attempt = new Attempt(0, 1);
        attempt.start(source(connection.peer()));
        attempt.fault(Attempt.Fault.NO_CLIENT);
        gate.judge(attempt, clock.getAsLong(), new Decision(1));
        faults.closed("words " + connection.peer(), why);
        return WordsCommands.error(why);
    }

    /// @param hurry whose round waits for the answer
    /// @return empty if it takes longer than a round may: all but the question about a mail, which
    ///   is nearly all that is asked
    private Optional<String> answer(
            WordsRequest request, Connection connection, Optional<Loop> hurry)
            throws IOException, AmbiguousException {
        if (request.cut() && request.envelope().recipients().isEmpty()) {
            return Optional.of(malformed("Request too long", connection));
        }
        boolean isUpdate = request.command() == WordsRequest.Verb.UPDATE;
        if (hurry.isPresent() && !isUpdate) {
            return Optional.empty();
        }
        Optional<String> refusal = WordsCommands.refusal(request, connection);
        if (refusal.isPresent()) {
            return refusal;
        }
        return isUpdate
                ? update(request, connection, hurry)
                : Optional.of(commands.obey(request, connection));
    }

    private Optional<String> update(
            WordsRequest request, Connection connection, Optional<Loop> hurry)
            throws AmbiguousException {
        if (request.envelope().recipients().isEmpty()) {
            return Optional.of(malformed("Missing argument", connection));
        }
        Loop room = hurry.orElse(null);
        Attempt attempt = room == null ? WordsEnvelope.attempt() : room.attempt;
        Decision decision =
                room == null ? new Decision(WordsEnvelope.RECIPIENTS_MAX) : room.decision;
        request.envelope().writeTo(attempt, source(connection.peer()));
        if (request.cut()) {
            attempt.cut();
        }
        if (room == null) {
            gate.decide(attempt, clock.getAsLong(), decision);
        } else if (!room.round.judge(attempt, clock.getAsLong(), decision)) {
            return Optional.empty();
        }
        return Optional.of(request.told(decision.accepts()));
    }

    private static Source source(ConnectionPeer peer) {
        Source source = new Source(Source.Protocol.WORDS);
        if (peer.isUnix()) {
            source.asksLocally();
        } else {
            source.asks(peer.address().high(), peer.address().low(), peer.port());
        }
        return source;
    }
}
