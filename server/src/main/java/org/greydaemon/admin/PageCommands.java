package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.gate.Ledger;
import org.greydaemon.history.Period;
import org.greydaemon.json.JsonLine;
import org.greydaemon.log.Event;
import org.greydaemon.mail.EscapedText;
import org.greydaemon.mistake.Mistake;
import org.greydaemon.net.IpAddress;
import org.greydaemon.net.TranslatedAddress;
import org.greydaemon.server.SteadyClock;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/// The commands of the dashboard: what it shows, and what an operator changes there. It knows no
/// socket; requests and answers are objects in JSON, as {@link ControlHandler} has them. Safe for
/// use by several threads.
public final class PageCommands {
    /// The most exemptions in an answer.
    private static final int EXEMPTIONS_MAX = 300;

    static final int REASON_MAX = 150;

    private static final List<String> LOOKS = List.of("explain", "search", "exemptions", "history");

    private static final List<String> CHANGES = List.of("allow", "expect", "forget", "undo");

    private final Ledger ledger;
    private final SteadyClock clock;
    private final LongSupplier nanos;
    private final Operations operations;
    private final ExemptionRequests exemptions;
    private final EntryPicture entries;
    private final KeptPools pools;
    private final Undos undos = new Undos();
    private final Semaphore searches = new Semaphore(1);

    /// @param nanos a clock that only moves forward
    /// @param operations what goes beyond the ledger
    public PageCommands(
            Ledger ledger, SteadyClock clock, LongSupplier nanos, Operations operations) {
        this.ledger = ledger;
        this.clock = clock;
        this.nanos = nanos;
        this.operations = operations;
        exemptions = new ExemptionRequests(operations.exemptions(), ledger);
        entries = new EntryPicture(ledger, clock, nanos);
        pools = new KeptPools(ledger, nanos);
    }

    /// What became of a request.
    public enum PageOutcome {
        /// It was carried out.
        DONE,
        /// It cannot be meant.
        WRONG,
        /// What it is about is not there.
        NOT_THERE,
        /// It was asked too often.
        TOO_OFTEN,
        /// It cannot be done now.
        NOT_NOW
    }

    /// An answer.
    ///
    /// @param json what came of it, or `error`, an object
    public record PageAnswer(PageOutcome outcome, String json) {}

    private interface Command {
        JsonLine answer(Request request) throws RequestException;
    }

    /// How the daemon is now: an object.
    public String now() {
        JsonLine line = operations.figures().get();
        line.put("time", clock.wall());
        line.put("delay", ledger.rules().window().minSeconds());
        line.put("window", ledger.rules().window().maxSeconds());
        return line.toString();
    }

    /// What the entries look like: an object; the same one as long as nobody has walked over them
    /// again. Who calls this waits for no walk.
    public String entries() {
        return entries.latest();
    }

    /// Answers a request that changes nothing.
    public PageAnswer look(byte[] request) {
        return answer(request, this::look);
    }

    /// Answers a request that changes something.
    ///
    /// @param who asks, for the log
    public PageAnswer change(byte[] request, String who) {
        return answer(request, read -> change(read, who));
    }

    private static PageAnswer answer(byte[] line, Command command) {
        try {
            return new PageAnswer(PageOutcome.DONE, command.answer(Request.parse(line)).toString());
        } catch (RequestException e) {
            String wide = e.isWide() ? "; send \"wide\": true if that is meant" : "";
            JsonLine refusal = new JsonLine().put("ok", false);
            refusal.put("error", e.getMessage() + wide);
            return new PageAnswer(
                    outcome(e), (e.isWide() ? refusal.put("wide", true) : refusal).toString());
        }
    }

    private static PageOutcome outcome(RequestException refusal) {
        return switch (refusal.why()) {
            case WRONG -> PageOutcome.WRONG;
            case NOT_THERE -> PageOutcome.NOT_THERE;
            case TOO_OFTEN -> PageOutcome.TOO_OFTEN;
            case NOT_NOW -> PageOutcome.NOT_NOW;
        };
    }

    private JsonLine look(Request request) throws RequestException {
        return switch (request.text("command")) {
            case "explain" ->
                    new Explanation(ledger, pools::networks, request, clock.wallOffsetSeconds())
                            .line(clock.getAsLong());
            case "search" -> search(request.text("text"));
            case "exemptions" -> exemptions();
            case "history" -> history(request.text("span"));
            default -> throw unknown(request, LOOKS);
        };
    }

    private JsonLine change(Request request, String who) throws RequestException {
        return switch (request.text("command")) {
            case "allow" -> allow(request, who);
            case "expect" -> expect(request, who);
            case "forget" -> forget(request, who);
            case "undo" -> undo(request, who);
            default -> throw unknown(request, CHANGES);
        };
    }

    private static RequestException unknown(Request request, List<String> known)
            throws RequestException {
        String word = request.text("command");
        String elsewhere =
                LOOKS.contains(word)
                        ? "it goes to /v1/look"
                        : CHANGES.contains(word)
                                ? "it goes to /v1/change"
                                : "send one of "
                                        + String.join(", ", known)
                                        + ", or load the page again";
        return new RequestException(
                "command: there is no " + Mistake.quoted(word) + " here; " + elsewhere);
    }

    /// One at a time: each walks over all entries.
    private JsonLine search(String text) throws RequestException {
        EntrySearch search = new EntrySearch(text, nanos);
        if (!searches.tryAcquire()) {
            throw new RequestException(
                    "text: another search is going on; try again in two seconds",
                    RequestException.Refusal.NOT_NOW);
        }
        try {
            long now = clock.getAsLong();
            Entries entries = new Entries(ledger, exemptions, now, clock.wallOffsetSeconds());
            return search.in(ledger, entries::line, now);
        } finally {
            searches.release();
        }
    }

    /// What came in a period, and how long good mail has waited in it.
    private JsonLine history(String span) throws RequestException {
        Period period =
                Period.of(span)
                        .orElseThrow(() ->
                                new RequestException(
                                        "span: there is no "
                                                + Mistake.quoted(span)
                                                + "; send hour, day, week, month or year"));
        return operations.history().json(period, clock.wall()).put("ok", true);
    }

    /// Those that are used most come first.
    private JsonLine exemptions() {
        JsonLine line = new JsonLine().put("ok", true);
        line.putLines("lines", exemptions.mostUsed(EXEMPTIONS_MAX, clock.wall()));
        return line.put("all", exemptions.count());
    }

    private JsonLine allow(Request request, String who) throws RequestException {
        String reason = reason(request);
        String client = request.optionalText("client").orElse("mail");
        String whom = client + request.optionalText("to").map(to -> " to " + to).orElse("");
        ExemptionRequests.Letting letting = exemptions.allow(request, who, clock.wall());
        return done(who, "allowed " + whom, reason, letting.undo(), letting.line());
    }

    private JsonLine expect(Request request, String who) throws RequestException {
        String reason = reason(request);
        boolean before = exemptions.expects(request);
        JsonLine answer = exemptions.expect(request, who, clock.wall());
        if (before || request.isTrue("cancel")) {
            return doneForGood(who, expectation(request, before), reason, answer);
        }
        return done(
                who,
                "expects mail to " + request.text("to"),
                reason,
                exemptions.notExpecting(request),
                answer);
    }

    /// What was said before is not put back: that may have ended meanwhile.
    private JsonLine doneForGood(String who, String what, String reason, JsonLine answer) {
        tell(who, what + ": " + reason);
        return answer.put("what", what);
    }

    private static String expectation(Request request, boolean before) throws RequestException {
        String recipient = request.text("to");
        if (!request.isTrue("cancel")) {
            return "expects mail to " + recipient + " as said now, not as said before";
        }
        return before
                ? "expects no mail to " + recipient + " any more"
                : "expected no mail to " + recipient + ", so nothing has changed";
    }

    private JsonLine forget(Request request, String who) throws RequestException {
        String reason = reason(request);
        EntryText names = names(request);
        String client = known(names.client());
        Forgotten forgotten = Forgotten.of(ledger, names, clock.getAsLong());
        if (forgotten.size() == 0) {
            throw new RequestException(
                    "client: nothing of "
                            + Mistake.quoted(client)
                            + " and that mail is remembered; look again",
                    RequestException.Refusal.NOT_THERE);
        }
        JsonLine answer = new JsonLine().put("ok", true).put("entries", forgotten.size());
        entries.isOld();
        return done(
                who,
                "forgot " + Amount.entries(forgotten.size()) + " of " + client,
                reason,
                () -> forgotten.bringBack(ledger, clock.getAsLong()),
                answer);
    }

    /// The client as the rules know one of such an address.
    private String known(String client) {
        return IpAddress.parse(client)
                .map(Request::clientAttempt)
                .map(attempt -> EntryText.of(ledger.rules().clientKey(attempt)).client())
                .orElse(client);
    }

    /// A client, or one mail of it: half of a mail is not taken for the whole client.
    private static EntryText names(Request request) throws RequestException {
        String client = request.text("client");
        Optional<String> sender = request.optionalText("sender");
        String recipient = request.optionalText("recipient").orElse("");
        if (sender.isPresent() && recipient.isEmpty()) {
            throw new RequestException(
                    "recipient: it is missing beside sender; send both for one mail, none for all"
                            + " of the client");
        }
        String its =
                IpAddress.parse(client)
                        .map(TranslatedAddress::client)
                        .map(IpAddress::toString)
                        .orElse(client);
        return new EntryText(its, sender.orElse(""), recipient);
    }

    /// Who comes after wants to know why.
    private static String reason(Request request) throws RequestException {
        String reason = request.text("reason").strip();
        if (reason.isEmpty() || reason.length() > REASON_MAX) {
            String wrong = reason.isEmpty() ? "it is empty" : "it has " + reason.length();
            throw new RequestException(
                    "reason: "
                            + wrong
                            + (reason.isEmpty() ? "" : " characters, more than " + REASON_MAX)
                            + "; say in a few words why, for whoever comes after");
        }
        return reason;
    }

    private JsonLine done(String who, String what, String reason, Undo back, JsonLine answer) {
        tell(who, what + ": " + reason);
        long number = undos.keep(new Undos.Undoable(what, clock.getAsLong(), back));
        return answer.put("what", what).put("undo", number).put("undo_for", Undos.KEPT_SECONDS);
    }

    private JsonLine undo(Request request, String who) throws RequestException {
        if (!request.has("undo")) {
            throw new RequestException(
                    "undo: it is missing; send the number that the change was answered with");
        }
        long number = request.number("undo", 0);
        Undos.Undoable change = undos.take(number, clock.getAsLong());
        takeBack(number, change);
        entries.isOld();
        tell(who, "took back: " + change.what());
        return new JsonLine().put("ok", true).put("what", "took back: " + change.what());
    }

    private void takeBack(long number, Undos.Undoable change) throws RequestException {
        try {
            change.back().run();
        } catch (RequestException e) {
            if (e.why() == RequestException.Refusal.NOT_NOW) {
                undos.putBack(number, change);
            }
            throw e;
        }
    }

    private void tell(String who, String what) {
        byte[] text = (who + " " + what).getBytes(UTF_8);
        byte[] line = new byte[EscapedText.EXPANSION_MAX * text.length + Long.BYTES];
        int length = EscapedText.writeLine(text, 0, text.length, line, 0);
        operations.log().tell(Event.CONTROL, new String(line, 0, length, UTF_8));
    }

    /// No walk over the entries begins any more. Idempotent.
    public void stop() {
        entries.stop();
    }
}
