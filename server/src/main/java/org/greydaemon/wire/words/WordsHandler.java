package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.server.Connection;
import org.greydaemon.server.Conversation;
import org.greydaemon.server.Conversations;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.util.List;
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

    /// The most recipients of a request that are judged.
    private static final int RECIPIENTS_MAX = 1000;

    /// What the log shows of a client that there is not, as mail servers do.
    private static final String UNKNOWN = "unknown";

    /// How long a peer may take for its request and for taking the answer, in seconds.
    private static final long REQUEST_SECONDS = 30;

    private final Gate gate;
    private final SteadyClock clock;
    private final Operator operator;
    private final WordsFigures figures;
    private final FaultLog faults;

    /// @param host the name of this host, for `mrtg`
    /// @param faults hears of requests that make no sense
    public WordsHandler(
            Gate gate, SteadyClock clock, Operator operator, String host, FaultLog faults) {
        this.gate = gate;
        this.clock = clock;
        this.operator = operator;
        this.faults = faults;
        figures = new WordsFigures(operator.counts(), clock, host);
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
        private final Attempt attempt = roomy();
        private final Decision decision = new Decision(RECIPIENTS_MAX);

        Loop(QuestionRound round) {
            this.round = round;
        }
    }

    private static Attempt roomy() {
        return new Attempt(REQUEST_MAX, RECIPIENTS_MAX);
    }

    /// One connection, which has one request.
    private final class Session implements Conversation {
        private final Connection connection;
        private final Loop loop;
        private final WordsReader request;

        Session(Connection connection, Loop loop) {
            this.connection = connection;
            this.loop = loop;
            request = new WordsReader(loop.piece, connection.isUnix());
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
            return connection.isUnix() && request.isAll() ? Next.END : Next.FINISH;
        }

        private Optional<String> answer(Optional<Loop> hurry) throws IOException {
            boolean cut = request.isCut();
            try {
                Optional<WordsRequest> parsed =
                        WordsRequest.parse(request.octets(), request.octets().length, cut);
                return parsed.isPresent()
                        ? WordsHandler.this.answer(parsed.get(), connection, hurry)
                        : Optional.of(malformed("No data received", connection));
            } catch (AmbiguousException e) {
                return Optional.of(malformed(cut ? "Request too long" : e.why(), connection));
            }
        }
    }

    /// Counted, and at most at a certain rate logged, as requests over the other protocols are.
    private String malformed(String why, Connection connection) {
        Attempt attempt = new Attempt(0, 1);
        attempt.start(source(connection));
        attempt.fault(Attempt.Fault.NO_CLIENT);
        gate.judge(attempt, clock.getAsLong(), new Decision(1));
        faults.closed("words " + connection.peer(), why);
        return error(why);
    }

    /// An answer in one line: it may repeat words of the request, and who reads it has a terminal
    /// or a log.
    private static String error(String why) {
        byte[] octets = why.getBytes(ISO_8859_1);
        byte[] shown = new byte[EscapedText.EXPANSION_MAX * octets.length + Long.BYTES];
        int length = EscapedText.writeLine(octets, 0, octets.length, shown, 0);
        return "error: " + new String(shown, 0, length, ISO_8859_1);
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
        Optional<String> refusal = refusal(request, connection);
        if (refusal.isPresent()) {
            return refusal;
        }
        return isUpdate
                ? update(request, connection, hurry)
                : Optional.of(obey(request, connection));
    }

    private static Optional<String> refusal(WordsRequest request, Connection connection) {
        if (request.command().isOperators() && !connection.isOperator()) {
            return Optional.of(
                    "error: Only root and the user that started the daemon may do this, on a unix"
                            + " socket");
        }
        if (request.command().takesData() == request.data().isEmpty()) {
            return Optional.of(
                    request.data().isEmpty()
                            ? "error: Missing argument"
                            : "error: Too many arguments");
        }
        return request.namesUnknownState()
                ? Optional.of(
                        error(
                                "'"
                                        + String.join("', '", request.options())
                                        + "' is not a known state"))
                : Optional.empty();
    }

    private String obey(WordsRequest request, Connection connection)
            throws IOException, AmbiguousException {
        return switch (request.command()) {
            case UPDATE -> throw new IllegalArgumentException("a question about a mail");
            case CHECK -> truth(request, foresee(request).accepts());
            case STATUS -> status(request);
            case ADD -> add(request);
            case DELETE -> delete(request);
            case STATS -> figures.forPeople();
            case MRTG -> figures.forPrograms();
            case SAVE -> save();
            case RELOAD -> reload();
            case LIST -> list(request, connection);
            case CLEAR -> clear(request);
        };
    }

    private String list(WordsRequest request, Connection connection) throws IOException {
        new Listing(connection, clock.wallOffsetSeconds())
                .write(lists(request), operator.ledger(), clock.getAsLong());
        return "";
    }

    private String clear(WordsRequest request) {
        for (String list : lists(request)) {
            if (!list.equals("black")) {
                clear(list.equals("grey"));
            }
        }
        if (request.options().isEmpty()) {
            figures.clear();
        }
        operator.save().run(); // Gives their memory back.
        return "data and statistics cleared";
    }

    private void clear(boolean triplets) {
        operator.ledger()
                .visit(
                        clock.getAsLong(),
                        (key, _) -> {
                            if (key.isTriplet() == triplets) {
                                operator.ledger().drop(key);
                            }
                        });
        operator.ledger().commitForgotten();
    }

    private static List<String> lists(WordsRequest request) {
        return request.options().isEmpty() ? WordsRequest.STATES : request.options();
    }

    private Optional<String> update(
            WordsRequest request, Connection connection, Optional<Loop> hurry)
            throws AmbiguousException {
        if (request.envelope().recipients().isEmpty()) {
            return Optional.of(malformed("Missing argument", connection));
        }
        Loop room = hurry.orElse(null);
        Attempt attempt = room == null ? roomy() : room.attempt;
        Decision decision = room == null ? new Decision(RECIPIENTS_MAX) : room.decision;
        fill(attempt, request.envelope(), source(connection));
        if (request.cut()) {
            attempt.cut();
        }
        if (room == null) {
            gate.decide(attempt, clock.getAsLong(), decision);
        } else {
            room.round.question();
            if (!gate.judge(attempt, clock.getAsLong(), decision)) {
                return Optional.empty();
            }
        }
        return Optional.of(truth(request, decision.accepts()));
    }

    private static Source source(Connection connection) {
        Source source = new Source(Source.Protocol.WORDS);
        if (connection.isUnix()) {
            source.asksLocally();
        } else {
            source.asks(connection.address().high(), connection.address().low(), connection.port());
        }
        return source;
    }

    /// The state itself, or whether it is the one asked for.
    private static String truth(WordsRequest request, boolean white) {
        String state = white ? "white" : "grey";
        if (request.options().isEmpty()) {
            return state;
        }
        return request.options().getFirst().equals(state) ? "true" : "false";
    }

    private Decision foresee(WordsRequest request) throws AmbiguousException {
        Attempt attempt = attempt(request.envelope());
        Decision decision = new Decision(attempt.recipients());
        long now = clock.getAsLong();
        operator.ledger().lookUp(attempt, now);
        operator.ledger().foresee(attempt, now, decision);
        return decision;
    }

    private String status(WordsRequest request) throws AmbiguousException {
        return switch (foresee(request).reason()) {
            case PASSED, KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE -> "white";
            case EARLY -> "grey";
            case NEW, LATE, MALFORMED -> "unseen";
        };
    }

    private String add(WordsRequest request) throws AmbiguousException {
        String list = request.options().isEmpty() ? "white" : request.options().getFirst();
        Attempt attempt = attempt(request.envelope());
        if (attempt.recipients() > 1) {
            return "error: One recipient at a time";
        }
        switch (list) {
            case "white" -> operator.ledger().prove(attempt, clock.getAsLong());
            case "grey" -> {
                if (request.envelope().recipients().isEmpty()) {
                    return "error: Missing argument";
                }
                operator.ledger().startClock(attempt, clock.getAsLong());
            }
            default -> {
                return "error: No such list: '" + list + "'";
            }
        }
        return "Added to " + list + "list";
    }

    private String delete(WordsRequest request) throws AmbiguousException {
        Attempt attempt = attempt(request.envelope());
        if (attempt.recipients() > 1) {
            return "error: One recipient at a time";
        }
        boolean client = operator.ledger().forgetClient(attempt);
        boolean triplet = operator.ledger().forgetTriplet(attempt, clock.getAsLong());
        if (!client && !triplet) {
            return "error: Not found";
        }
        return client ? "Removed from whitelist" : "Removed from greylist";
    }

    private String save() {
        operator.save().run();
        return "greylistd data has been saved";
    }

    private String reload() {
        return operator.reload().getAsBoolean()
                ? "configuration and data reloaded"
                : "error: Not reloaded, what was read before goes on; the log says why";
    }

    private static Attempt attempt(WordsEnvelope envelope) {
        Attempt attempt = roomy();
        fill(attempt, envelope, new Source(Source.Protocol.WORDS));
        return attempt;
    }

    private static void fill(Attempt attempt, WordsEnvelope envelope, Source source) {
        attempt.start(source);
        byte[] client =
                (envelope.client().isEmpty() ? UNKNOWN : envelope.client()).getBytes(ISO_8859_1);
        attempt.writtenClient(client, 0, client.length);
        byte[] sender = envelope.sender().getBytes(ISO_8859_1);
        attempt.sender(sender, 0, sender.length);
        if (envelope.recipients().isEmpty()) {
            attempt.recipient(sender, 0, 0);
        }
        for (String recipient : envelope.recipients()) {
            if (attempt.hasRoom()) {
                byte[] octets = recipient.getBytes(ISO_8859_1);
                attempt.recipient(octets, 0, octets.length);
            } else {
                attempt.cut();
            }
        }
    }
}
