package org.greydaemon.admin;

import org.greydaemon.exempt.Allowed;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.exempt.Expected;
import org.greydaemon.exempt.ExpectedRecipient;
import org.greydaemon.exempt.Lint;
import org.greydaemon.exempt.SharedAllowed;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What operators ask and say of who passes by their word. Safe for use by several threads.
final class ExemptionRequests {
    /// How long mail is expected if nobody says: login codes are valid for ten minutes.
    private static final long EXPECT_SECONDS = 600;

    private final ExemptionSources sources;
    private final Ledger ledger;

    ExemptionRequests(ExemptionSources sources, Ledger ledger) {
        this.sources = sources;
        this.ledger = ledger;
    }

    /// Lets mail pass from now on of whom `client` and `to` name, for `for` seconds if it is there,
    /// because of `reason`. If that may be anybody it must be meant: `wide` says so.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    Letting allow(Request request, String user, long wall) throws RequestException {
        long seconds = request.number("for", 0);
        if (request.has("for") && (seconds < 1 || seconds > AllowedWord.UNTIL_MAX - wall)) {
            throw new RequestException(
                    "for: "
                            + seconds
                            + " s is not from 1 s to the year 9999; leave it out if there is to be"
                            + " no end");
        }
        long until = seconds > 0 ? wall + seconds : Exemption.FOREVER;
        String why = reason(request);
        List<Allowed> all = whom(request, until, user + (why.isEmpty() ? "" : ": " + why));
        for (Allowed one : all) {
            if (one.isWide() && !request.isTrue("wide")) {
                throw RequestException.wide(one.width());
            }
        }
        SharedAllowed.Taken taken;
        try {
            taken = sources.allow(all);
        } catch (IOException e) {
            throw notKept(e);
        }
        JsonLine line = new JsonLine().put("ok", true);
        line.put("clients", all.stream().map(Allowed::shown).toList());
        all.getFirst().remark().ifPresent(remark -> line.put("remark", remark));
        return new Letting(seconds > 0 ? line.put("until", until) : line, undo(all, taken));
    }

    /// Why, if that is said.
    private static String reason(Request request) throws RequestException {
        String reason = request.optionalText("reason").orElse("");
        if (reason.length() > PageCommands.REASON_MAX) {
            throw new RequestException(
                    "reason: it has "
                            + reason.length()
                            + " characters, more than "
                            + PageCommands.REASON_MAX
                            + "; say it in fewer");
        }
        return reason.strip();
    }

    /// What was allowed.
    ///
    /// @param line the answer
    /// @param undo puts back what was said before
    record Letting(JsonLine line, Undo undo) {}

    private Undo undo(List<Allowed> all, SharedAllowed.Taken taken) {
        List<AllowedWord> said =
                all.stream().flatMap(one -> taken.after().word(one).stream()).toList();
        List<Allowed> before =
                all.stream().flatMap(one -> taken.before().of(one).stream()).toList();
        return () -> {
            Optional<AllowedWord> since;
            try {
                since = sources.putBack(said, before);
            } catch (IOException e) {
                throw notKept(e);
            }
            if (since.isPresent()) {
                AllowedWord word = since.get();
                throw saidSince(
                        word.whom().shown() + (word.passes() ? " was allowed" : " was disallowed"),
                        word.reason());
            }
        };
    }

    private static RequestException saidSince(String what, String who) {
        return new RequestException(
                "undo: "
                        + what
                        + " since"
                        + (who.isEmpty() ? "" : ", by " + who)
                        + "; that stands, look again and say what you mean",
                RequestException.Refusal.NOT_THERE);
    }

    /// Lets clients pass from now on, at least as long as this says.
    void allowAtLeast(List<Allowed> clients) throws RequestException {
        try {
            sources.allowAtLeast(clients);
        } catch (IOException e) {
            throw notKept(e);
        }
    }

    private static RequestException notKept(IOException e) {
        return new RequestException(
                e.getMessage() + "; nothing has changed", RequestException.Refusal.NOT_NOW);
    }

    /// What came of disallowing.
    ///
    /// @param anything whether anything has changed
    /// @param line the answer
    record Disallowed(boolean anything, JsonLine line) {}

    /// Takes back what was allowed to exactly whom `client` and `to` name, and forgets that a
    /// single client is proven.
    ///
    /// @param user says so
    /// @param now the time in seconds
    Disallowed disallow(Request request, String user, long now) throws RequestException {
        List<Allowed> all = whom(request, Exemption.FOREVER, user);
        boolean allowed;
        try {
            allowed = sources.disallow(all);
        } catch (IOException e) {
            throw notKept(e);
        }
        JsonLine line = new JsonLine().put("ok", true).put("allowed", allowed);
        line.put("whom", all.size() == 1 ? all.getFirst().shown() : request.text("client"));
        Optional<IpAddress> client = all.getFirst().client();
        if (all.size() > 1 || client.isEmpty()) {
            return new Disallowed(allowed, line.put("proven", false));
        }
        ProvenClient.Past past = ProvenClient.forget(ledger, client.get(), now);
        line.put("proven", past.proven());
        if (past.triplets() > 0) {
            line.put("triplets", past.triplets());
        }
        ledger.line(Request.clientAttempt(client.get()))
                .filter(Exemption::passes)
                .ifPresent(other -> line.put("exempt", other.toString()));
        return new Disallowed(allowed || past.proven(), line);
    }

    /// Lets mail to the recipient `to` pass that is expected, for `for` seconds, with `once` one
    /// sender's only, because of `reason`; or takes that back with `cancel`.
    ///
    /// @param wall the time of the wall clock, in seconds since 1970
    JsonLine expect(Request request, String user, long wall) throws RequestException {
        String recipient = recipient(request.text("to"));
        if (request.isTrue("cancel")) {
            return new JsonLine()
                    .put("ok", true)
                    .put("to", recipient)
                    .put("expected", cancel(recipient));
        }
        long seconds = request.number("for", EXPECT_SECONDS);
        if (seconds < 1 || seconds > Expected.SECONDS_MAX) {
            throw new RequestException(
                    "for: "
                            + seconds
                            + " s is not from 1 s to a day, "
                            + Expected.SECONDS_MAX
                            + " s; for longer there is allow");
        }
        String why = reason(request);
        expect(
                recipient,
                request.isTrue("once"),
                seconds,
                user + (why.isEmpty() ? "" : ": " + why));
        return new JsonLine().put("ok", true).put("to", recipient).put("until", wall + seconds);
    }

    private void expect(String recipient, boolean once, long seconds, String reason)
            throws RequestException {
        Optional<String> refusal;
        try {
            refusal = sources.expect(recipient, once, seconds, reason);
        } catch (IOException e) {
            throw notKept(e);
        }
        if (refusal.isPresent()) {
            throw new RequestException("to: " + refusal.get(), RequestException.Refusal.TOO_OFTEN);
        }
    }

    /// Whether mail to the recipient is expected whom `to` names.
    boolean expects(Request request) throws RequestException {
        return sources.expects(recipient(request.text("to")));
    }

    /// Takes back that mail is expected to whom `to` names, as it is now.
    Undo notExpecting(Request request) throws RequestException {
        String recipient = recipient(request.text("to"));
        Optional<Long> said = sources.expectedWord(recipient);
        return () -> {
            Optional<Exemption> now = sources.expected(recipient);
            if (now.isEmpty()) {
                throw new RequestException(
                        "undo: mail to "
                                + recipient
                                + " is not expected any more, so there is nothing to take back",
                        RequestException.Refusal.NOT_THERE);
            }
            if (!sources.expectedWord(recipient).equals(said)) {
                throw saidSince("mail to " + recipient + " was expected anew", now.get().reason());
            }
            boolean _ = cancel(recipient);
        };
    }

    /// Takes back that mail is expected.
    ///
    /// @return whether any was
    private boolean cancel(String recipient) throws RequestException {
        try {
            return sources.cancel(recipient);
        } catch (IOException e) {
            throw notKept(e);
        }
    }

    private static String recipient(String text) throws RequestException {
        try {
            return ExpectedRecipient.parse(text);
        } catch (MistakeException e) {
            throw new RequestException(e.at("to").inOneLine());
        }
    }

    private static List<Allowed> whom(Request request, long until, String reason)
            throws RequestException {
        String client = request.optionalText("client").orElse("");
        Optional<String> to = request.optionalText("to");
        if (to.isPresent()) {
            List<Allowed> _ = whom("to", "", to, until, reason); // Says what is wrong with it.
        }
        return whom("client", client, to, until, reason);
    }

    private static List<Allowed> whom(
            String where, String client, Optional<String> to, long until, String reason)
            throws RequestException {
        try {
            return Allowed.parse(client, to, until, reason);
        } catch (MistakeException e) {
            throw new RequestException(e.at(where).inOneLine());
        }
    }

    /// All exemptions.
    List<JsonLine> list(long wall) {
        return lines(sources.all(), wall);
    }

    /// How many there are.
    int count() {
        return sources.size();
    }

    /// Those that are used most.
    List<JsonLine> mostUsed(int most, long wall) {
        return lines(sources.mostUsed(most).stream(), wall);
    }

    private static List<JsonLine> lines(Stream<Exemption> exemptions, long wall) {
        List<JsonLine> lines = new ArrayList<>();
        exemptions.forEach(exemption -> {
            JsonLine line = line(exemption);
            line.put("uses", exemption.uses());
            if (exemption.until() != Exemption.FOREVER) {
                line.put("until", exemption.until());
                line.put("over", exemption.isOver(wall));
            }
            lines.add(exemption.reason().isEmpty() ? line : line.put("reason", exemption.reason()));
        });
        return lines;
    }

    /// What should be thought about.
    List<JsonLine> lint() {
        List<JsonLine> lines = new ArrayList<>();
        for (Lint.Remark finding : sources.lint()) {
            JsonLine line = line(finding.exemption());
            line.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
            lines.add(line.put("finding", finding.text()));
        }
        return lines;
    }

    private static JsonLine line(Exemption exemption) {
        return new JsonLine().put("place", exemption.place()).put("exempt", exemption.text());
    }
}
