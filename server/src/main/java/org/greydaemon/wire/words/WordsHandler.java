package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mail.Octets;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionHandler;
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
public final class WordsHandler implements ConnectionHandler {
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

    @Override
    public void serve(Connection connection) throws IOException {
        connection.within(REQUEST_SECONDS);
        byte[] octets = new byte[REQUEST_MAX];
        int length = receive(connection, octets);
        boolean cut = length == REQUEST_MAX && hasMore(connection, octets);
        connection.asked();
        String text = answer(octets, length, cut, connection);
        connection.within(REQUEST_SECONDS);
        byte[] answer = text.getBytes(ISO_8859_1);
        connection.write(answer, 0, answer.length);
        connection.finish();
    }

    /// Receives one request.
    ///
    /// @return its octets; {@link #REQUEST_MAX} if there may be more
    private static int receive(Connection connection, byte[] octets) throws IOException {
        int length = 0;
        while (length < REQUEST_MAX) {
            int count = connection.read(octets, length, REQUEST_MAX - length);
            if (count < 0) {
                return length;
            }
            length += count;
            boolean complete = connection.isUnix() || Octets.indexOf(octets, 0, length, '\n') >= 0;
            if (complete && length < REQUEST_MAX) {
                return length;
            }
        }
        return length;
    }

    /// Takes what there is beyond the bound: if it stayed unread, the system would take the answer
    /// back from the peer.
    ///
    /// @return whether there was any before the line's end
    private static boolean hasMore(Connection connection, byte[] octets) throws IOException {
        boolean complete = Octets.indexOf(octets, 0, octets.length, '\n') >= 0;
        boolean more = false;
        byte[] beyond = new byte[REQUEST_MAX];
        while (!complete) {
            int count = connection.read(beyond, 0, beyond.length);
            more |= count > 0;
            complete =
                    count < 0
                            || (connection.isUnix() && count < beyond.length)
                            || Octets.indexOf(beyond, 0, count, '\n') >= 0;
        }
        return more;
    }

    private String answer(byte[] octets, int length, boolean cut, Connection connection)
            throws IOException {
        try {
            Optional<WordsRequest> parsed = WordsRequest.parse(octets, length, cut);
            return parsed.isPresent()
                    ? answer(parsed.get(), connection)
                    : malformed("No data received", connection);
        } catch (AmbiguousException e) {
            return malformed(cut ? "Request too long" : e.why(), connection);
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

    private String answer(WordsRequest request, Connection connection)
            throws IOException, AmbiguousException {
        if (request.cut() && request.envelope().recipients().isEmpty()) {
            return malformed("Request too long", connection);
        }
        if (request.command().isOperators() && !connection.isOperator()) {
            return "error: Only root and the user that started the daemon may do this, on a unix"
                    + " socket";
        }
        if (request.command().takesData() == request.data().isEmpty()) {
            return request.data().isEmpty()
                    ? "error: Missing argument"
                    : "error: Too many arguments";
        }
        if (request.namesUnknownState()) {
            return error("'" + String.join("', '", request.options()) + "' is not a known state");
        }
        return switch (request.command()) {
            case UPDATE -> update(request, connection);
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

    private String update(WordsRequest request, Connection connection) throws AmbiguousException {
        if (request.envelope().recipients().isEmpty()) {
            return malformed("Missing argument", connection);
        }
        Attempt attempt = attempt(request.envelope(), source(connection));
        if (request.cut()) {
            attempt.cut();
        }
        Decision decision = new Decision(attempt.recipients());
        gate.decide(attempt, clock.getAsLong(), decision);
        return truth(request, decision.accepts());
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
        Attempt attempt = attempt(request.envelope(), new Source(Source.Protocol.WORDS));
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
        Attempt attempt = attempt(request.envelope(), new Source(Source.Protocol.WORDS));
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
        Attempt attempt = attempt(request.envelope(), new Source(Source.Protocol.WORDS));
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

    private static Attempt attempt(WordsEnvelope envelope, Source source) {
        Attempt attempt = new Attempt(REQUEST_MAX, RECIPIENTS_MAX);
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
        return attempt;
    }
}
