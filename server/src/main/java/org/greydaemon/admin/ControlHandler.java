package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Ledger;
import org.greydaemon.history.Period;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.Event;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.server.Connection;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Answers operators: one request a connection. The last line of an answer has the member `ok`; an
/// answer without one was cut off. Safe for use by several threads.
public final class ControlHandler {
    /// A save or a reload of much may take this long, in seconds.
    private static final long WORK_SECONDS = 600;

    /// The most waits in an answer.
    private static final int WAITS_MAX = 50;

    private final Ledger ledger;
    private final SteadyClock clock;
    private final Operations operations;
    private final Watchers watchers;
    private final ExemptionRequests exemptions;
    private final BiggestNetworks networks;
    private final TakeOver takeOver;

    /// @param operations what goes beyond the gate
    /// @param watchers where decisions can be watched
    /// @param takeOver speaks with a daemon that takes over
    public ControlHandler(
            Ledger ledger,
            SteadyClock clock,
            Operations operations,
            Watchers watchers,
            TakeOver takeOver) {
        this.takeOver = takeOver;
        this.ledger = ledger;
        this.clock = clock;
        this.operations = operations;
        this.watchers = watchers;
        exemptions = new ExemptionRequests(operations.exemptions(), ledger);
        networks = new BiggestNetworks(ledger, clock);
    }

    /// Serves one connection.
    ///
    /// @param mayAsk whether the peer is an operator
    /// @throws IOException if the peer is gone or too slow
    void serve(Connection connection, boolean mayAsk) throws IOException {
        LineWriter answer = new LineWriter(connection);
        try {
            ConnectionLines reader = new ConnectionLines(connection);
            Optional<byte[]> line = reader.line();
            if (!mayAsk) {
                throw new RequestException("only root and the daemon's user may ask; become one");
            }
            if (line.isEmpty() || line.get().length == 0) {
                throw new RequestException("request: it is empty; send {\"command\":\"status\"}");
            }
            connection.within(WORK_SECONDS);
            Request asked = Request.parse(line.get());
            if (asked.text("command").equals("take-over")) {
                takeOver.serve(asked, connection, reader);
                return;
            }
            obey(asked, reader, answer, connection.peer().user());
        } catch (RequestException e) {
            answer.error(e);
        }
        connection.finish();
    }

    private void obey(Request request, ConnectionLines more, LineWriter answer, String user)
            throws IOException, RequestException {
        switch (request.text("command")) {
            case "status" -> answer.done(operations.figures().get());
            case "top" -> answer.done(top());
            case "history" ->
                    answer.done(
                            operations
                                    .history()
                                    .json(period(request), clock.wall())
                                    .put("ok", true));
            case "report" -> answer.done(report(period(request)));
            case "check" -> answer.done(check(request.attempt()));
            case "explain" ->
                    answer.done(
                            new Explanation(
                                            ledger,
                                            (pool, now) ->
                                                    new PoolEntries(ledger, now, 0).networks(pool),
                                            request,
                                            clock.wallOffsetSeconds())
                                    .line(clock.getAsLong()));
            case "save" -> answer.done(save());
            case "reload" -> reload(answer);
            case "list" -> {
                long most = request.number("limit", Long.MAX_VALUE);
                answer.done(counted(entries().list(Selection.of(request), most, answer)));
            }
            case "export" -> answer.done(entries().export(Selection.of(request), answer));
            case "forget" -> answer.done(counted(forget(request, user)));
            case "pools" -> pools(request, answer, user);
            case "allow" -> answer.done(allow(request, user));
            case "expect" -> answer.done(expect(request, user));
            case "disallow" -> answer.done(disallow(request, user));
            case "exemptions" -> show(exemptions.list(clock.wall()), answer);
            case "lint" -> show(exemptions.lint(), answer);
            case "import" -> answer.done(bringIn(request, more, user));
            case "tail" -> tail(request, answer);
            default ->
                    throw new RequestException(
                            "command: this greydaemon does not know "
                                    + Mistake.quoted(request.text("command"))
                                    + "; its version may be older than greyctl's");
        }
    }

    /// The figures, the longest waits and the biggest networks.
    private JsonLine top() {
        JsonLine line = operations.figures().get();
        line.putLines("waits", watchers.waits().longest(WAITS_MAX, clock.getAsLong()));
        networks.addTo(line);
        return line;
    }

    private JsonLine report(Period period) {
        PeriodReport report = new PeriodReport(operations.history(), watchers.waits(), exemptions);
        return report.line(period, clock.getAsLong(), clock.wall()).put("ok", true);
    }

    private static Period period(Request request) throws RequestException {
        String word = request.optionalText("span").orElse(Period.DAY.word());
        return Period.of(word)
                .orElseThrow(() ->
                        new RequestException(
                                "span: there is no "
                                        + Mistake.quoted(word)
                                        + "; send hour, day, week, month or year"));
    }

    private JsonLine check(Attempt attempt) {
        Decision decision = new Decision(1);
        long now = clock.getAsLong();
        ledger.lookUp(attempt, now);
        ledger.foresee(attempt, now, decision);
        JsonLine line = new JsonLine().put("ok", true);
        line.put("verdict", decision.accepts() ? "accept" : "defer");
        line.put("reason", decision.reason().word());
        if (!decision.accepts()) {
            line.put("retry_in", decision.retryInSeconds());
        }
        return line;
    }

    private JsonLine save() throws RequestException {
        if (takeOver.isUnderWay()) {
            throw new RequestException(
                    "another daemon is about to take over and reads the files, and the journal has"
                            + " what they lack; save when it answers");
        }
        if (!operations.save().getAsBoolean()) {
            throw new RequestException(
                    "the save file cannot be written, and the log says why; mend that, what was"
                            + " answered is kept in memory until then");
        }
        return new JsonLine().put("ok", true);
    }

    private void reload(LineWriter answer) throws IOException {
        Reloaded result = operations.reload().get();
        for (String line : result.lines()) {
            answer.line(new JsonLine().put("text", line).toString());
        }
        if (result.refusal().isPresent()) {
            answer.error(new RequestException(result.refusal().get()));
        } else {
            answer.done(new JsonLine().put("ok", true).put("waiting", result.waiting()));
        }
    }

    private Entries entries() {
        return new Entries(ledger, exemptions, clock.getAsLong(), clock.wallOffsetSeconds());
    }

    private static JsonLine counted(long entries) {
        return new JsonLine().put("ok", true).put("entries", entries);
    }

    private long forget(Request request, String user) throws RequestException {
        Selection selection = Selection.of(request);
        boolean dryRun = request.isTrue("dry_run");
        if (selection.isEverything()) {
            throw new RequestException(
                    "nothing says which entries to forget; name clients, senders, recipients, ages"
                            + " or a state");
        }
        long count = entries().forget(selection, dryRun);
        if (!dryRun && count > 0) {
            tell(user, "forgot " + Amount.entries(count) + ": " + chosen(request));
        }
        return count;
    }

    /// By what the operator has chosen entries.
    private static String chosen(Request request) throws RequestException {
        List<String> chosen = new ArrayList<>();
        for (String name : List.of("client", "sender", "recipient", "state")) {
            request.optionalText(name)
                    .ifPresent(text -> chosen.add(name + " " + (text.isEmpty() ? "<>" : text)));
        }
        for (String name : List.of("older", "younger")) {
            if (request.has(name)) {
                chosen.add(name + " " + Span.text(request.number(name, 0)));
            }
        }
        return String.join(", ", chosen);
    }

    private void pools(Request request, LineWriter answer, String user)
            throws IOException, RequestException {
        PoolEntries pools = new PoolEntries(ledger, clock.getAsLong(), clock.wallOffsetSeconds());
        Optional<String> forgotten = request.optionalText("forget");
        if (forgotten.isPresent()) {
            long count = pools.forget(forgotten.get());
            if (count > 0) {
                tell(user, "forgot networks of learned pools: " + forgotten.get());
            }
            answer.done(counted(count));
            return;
        }
        List<JsonLine> lines = new ArrayList<>(pools.listLearned());
        if (request.isTrue("listed")) {
            lines.addAll(pools.listListed());
        }
        show(lines, answer);
    }

    private JsonLine allow(Request request, String user) throws RequestException {
        JsonLine answer = exemptions.allow(request, user, clock.wall()).line();
        String reason = request.optionalText("reason").orElse("");
        tell(user, "allowed " + whom(request) + (reason.isEmpty() ? "" : ": " + reason));
        return answer;
    }

    private JsonLine expect(Request request, String user) throws RequestException {
        JsonLine answer = exemptions.expect(request, user, clock.wall());
        String reason = request.optionalText("reason").orElse("");
        tell(
                user,
                (request.isTrue("cancel") ? "expects no mail to " : "expects mail to ")
                        + request.text("to")
                        + (reason.isEmpty() ? "" : ": " + reason));
        return answer;
    }

    private JsonLine disallow(Request request, String user) throws RequestException {
        ExemptionRequests.Disallowed done = exemptions.disallow(request, user, clock.getAsLong());
        if (done.anything()) {
            tell(user, "disallowed " + whom(request));
        }
        return done.line();
    }

    /// As the operator has said it.
    private static String whom(Request request) throws RequestException {
        String client = request.optionalText("client").orElse("");
        String to = request.optionalText("to").map(one -> "to " + one).orElse("");
        return (client + " " + to).strip();
    }

    private static void show(List<JsonLine> lines, LineWriter answer) throws IOException {
        for (JsonLine line : lines) {
            answer.line(line.toString());
        }
        answer.done(counted(lines.size()));
    }

    private JsonLine bringIn(Request request, ConnectionLines more, String user)
            throws IOException, RequestException {
        boolean dryRun = request.isTrue("dry_run");
        JsonLine result = entries().bringIn(more, dryRun);
        if (!dryRun) {
            tell(user, "imported entries: " + result);
        }
        return result;
    }

    private void tell(String user, String what) {
        byte[] text = (user + " " + what).getBytes(StandardCharsets.UTF_8);
        byte[] line = new byte[EscapedText.EXPANSION_MAX * text.length + Long.BYTES];
        int length = EscapedText.writeLine(text, 0, text.length, line, 0);
        operations.log().tell(Event.CONTROL, new String(line, 0, length, StandardCharsets.UTF_8));
    }

    /// Goes on until the peer is gone or the daemon stops: a write then fails. Blank lines show the
    /// peer that the daemon is alive, and the daemon that the peer is.
    private void tail(Request request, LineWriter answer) throws IOException, RequestException {
        Optional<String> word = request.optionalText("reason");
        Optional<Reason> reason =
                word.flatMap(text ->
                        Arrays.stream(Reason.values())
                                .filter(one -> one.word().equals(text))
                                .findFirst());
        if (word.isPresent() && reason.isEmpty()) {
            throw new RequestException(
                    "reason: there is no "
                            + Mistake.quoted(word.get())
                            + "; send one of "
                            + Arrays.stream(Reason.values())
                                    .map(Reason::word)
                                    .collect(Collectors.joining(", ")));
        }
        try (Watchers.Watcher watcher = watchers.watch(reason, WhoseMail.of(request))) {
            answer.line("");
            answer.flush();
            while (true) {
                answer.line(watcher.next().orElse(""));
                long dropped = watcher.takeDropped();
                if (dropped > 0) {
                    answer.line(new JsonLine().put("dropped", dropped).toString());
                }
                if (!watcher.hasMore()) {
                    answer.flush();
                }
            }
        }
    }
}
