package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.server.Connection;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What can be had in words beside the question about a mail: figures and foresight for everybody,
/// entries for the operator. Safe for use by several threads.
final class WordsCommands {
    private final SteadyClock clock;
    private final Operator operator;
    private final WordsFigures figures;

    WordsCommands(SteadyClock clock, Operator operator, WordsFigures figures) {
        this.clock = clock;
        this.operator = operator;
        this.figures = figures;
    }

    /// An answer in one line: it may repeat words of the request, and who reads it has a terminal
    /// or a log.
    static String error(String why) {
        byte[] octets = why.getBytes(ISO_8859_1);
        byte[] shown = new byte[EscapedText.EXPANSION_MAX * octets.length + Long.BYTES];
        int length = EscapedText.writeLine(octets, 0, octets.length, shown, 0);
        return "error: " + new String(shown, 0, length, ISO_8859_1);
    }

    /// Why it is not done; empty if it may be.
    static Optional<String> refusal(WordsRequest request, Connection connection) {
        if (request.command().isOperators() && !connection.peer().isOperator()) {
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

    /// Does it. It may wait, for the disk or for the peer.
    ///
    /// @return the answer
    String obey(WordsRequest request, Connection connection)
            throws IOException, AmbiguousException {
        return switch (request.command()) {
            case UPDATE -> throw new IllegalArgumentException("a question about a mail");
            case CHECK -> request.told(foresee(request).accepts());
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

    private Decision foresee(WordsRequest request) throws AmbiguousException {
        Attempt attempt = attempt(request);
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
        Attempt attempt = attempt(request);
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
        Attempt attempt = attempt(request);
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

    private static Attempt attempt(WordsRequest request) throws AmbiguousException {
        Attempt attempt = WordsEnvelope.attempt();
        request.envelope().writeTo(attempt, new Source(Source.Protocol.WORDS));
        return attempt;
    }
}
