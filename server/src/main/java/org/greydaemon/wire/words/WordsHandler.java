package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
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

    /// How long a peer may take for its request and for taking the answer, in seconds.
    private static final long REQUEST_SECONDS = 30;

    private final Gate gate;
    private final SteadyClock clock;
    private final Operator operator;
    private final Figures figures;

    /// @param host the name of this host, for `mrtg`
    public WordsHandler(Gate gate, SteadyClock clock, Operator operator, String host) {
        this.gate = gate;
        this.clock = clock;
        this.operator = operator;
        figures = new Figures(gate, clock, host);
    }

    @Override
    public void serve(Connection connection) throws IOException {
        connection.within(REQUEST_SECONDS);
        byte[] octets = new byte[REQUEST_MAX];
        int length = receive(connection, octets);
        String text =
                length == REQUEST_MAX
                        ? "error: Request too long"
                        : answer(octets, length, connection);
        connection.within(REQUEST_SECONDS);
        byte[] answer = text.getBytes(ISO_8859_1);
        connection.write(answer, 0, answer.length);
        connection.finish();
    }

    /// Receives one request.
    ///
    /// @return its octets; {@link #REQUEST_MAX} if it is too long
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

    private String answer(byte[] octets, int length, Connection connection) throws IOException {
        Optional<Request> parsed = Request.parse(octets, length);
        if (parsed.isEmpty()) {
            return "error: No data received";
        }
        Request request = parsed.get();
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
            return "error: '" + String.join("', '", request.options()) + "' is not a known state";
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

    private String list(Request request, Connection connection) throws IOException {
        new Listing(connection, clock.wallOffsetSeconds())
                .write(lists(request), gate, clock.getAsLong());
        return "";
    }

    private String clear(Request request) {
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
        gate.visit(
                clock.getAsLong(),
                (key, _) -> {
                    if (key.isTriplet() == triplets) {
                        gate.drop(key);
                    }
                });
        gate.commit();
    }

    private static List<String> lists(Request request) {
        return request.options().isEmpty() ? Request.STATES : request.options();
    }

    private String update(Request request, Connection connection) {
        if (request.data().size() < 2) {
            return "error: Missing argument";
        }
        Source source = new Source(Source.Protocol.WORDS);
        if (connection.isUnix()) {
            source.asksLocally();
        } else {
            source.asks(connection.address().high(), connection.address().low(), connection.port());
        }
        Decision decision = new Decision(1);
        gate.decide(attempt(request, source), clock.getAsLong(), decision);
        return truth(request, decision.reason().accepts());
    }

    /// The state itself, or whether it is the one asked for.
    private static String truth(Request request, boolean white) {
        String state = white ? "white" : "grey";
        if (request.options().isEmpty()) {
            return state;
        }
        return request.options().getFirst().equals(state) ? "true" : "false";
    }

    private Reason foresee(Request request) {
        Decision decision = new Decision(1);
        Attempt attempt = attempt(request, new Source(Source.Protocol.WORDS));
        long now = clock.getAsLong();
        gate.findHost(attempt, now);
        gate.foresee(attempt, now, decision);
        return decision.reason();
    }

    private String status(Request request) {
        return switch (foresee(request)) {
            case PASSED, KNOWN, EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE -> "white";
            case EARLY -> "grey";
            case NEW, LATE, MALFORMED -> "unseen";
        };
    }

    private String add(Request request) {
        String list = request.options().isEmpty() ? "white" : request.options().getFirst();
        Attempt attempt = attempt(request, new Source(Source.Protocol.WORDS));
        switch (list) {
            case "white" -> gate.prove(attempt, clock.getAsLong());
            case "grey" -> {
                if (request.data().size() < 2) {
                    return "error: Missing argument";
                }
                gate.startClock(attempt, clock.getAsLong());
            }
            default -> {
                return "error: No such list: '" + list + "'";
            }
        }
        return "Added to " + list + "list";
    }

    private String delete(Request request) {
        Attempt attempt = attempt(request, new Source(Source.Protocol.WORDS));
        boolean client = gate.forgetClient(attempt);
        boolean triplet = gate.forgetTriplet(attempt);
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
        operator.reload().run();
        return "configuration and data reloaded";
    }

    private static Attempt attempt(Request request, Source source) {
        Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        attempt.start(source);
        byte[] client = request.client();
        attempt.client(client, 0, client.length);
        byte[] sender = request.sender();
        attempt.sender(sender, 0, sender.length);
        byte[] recipient = request.recipient();
        attempt.recipient(recipient, 0, recipient.length);
        return attempt;
    }
}
