package org.greydaemon.admin;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.exempt.Exemption;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.net.IpAddress;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Why an attempt would be accepted or deferred now: everything that is looked at, in that order,
/// in words that a postmaster can paste into a letter. Changes nothing. Confined to one thread.
final class Explanation {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// Finds the networks that were learned as one.
    @FunctionalInterface
    interface PoolNetworks {
        /// Those of one pool.
        ///
        /// @param pool the mark of their entries
        /// @param now the time in seconds
        List<String> of(int pool, long now);
    }

    private final Ledger ledger;
    private final PoolNetworks pools;
    private final IpAddress client;
    private final Attempt attempt;
    private final long wallOffsetSeconds;
    private final List<String> text = new ArrayList<>();
    private final JsonLine facts = new JsonLine().put("ok", true);

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    /// @throws RequestException if the request describes no attempt
    Explanation(Ledger ledger, PoolNetworks pools, Request request, long wallOffsetSeconds)
            throws RequestException {
        this.ledger = ledger;
        this.pools = pools;
        this.wallOffsetSeconds = wallOffsetSeconds;
        client = request.client();
        attempt = request.isTrue("shown") ? request.savedAttempt() : request.attempt();
    }

    /// The facts, and the text in the member `text`.
    JsonLine line(long now) {
        Decision decision = new Decision(1);
        ledger.lookUp(attempt, now);
        ledger.foresee(attempt, now, decision);
        EntryText names = EntryText.of(attempt.tripletKey(0));
        boolean accepts = decision.accepts();
        String verdict = (accepts ? "accept" : "defer") + ", " + decision.reason().word();
        text.add(
                "%s from <%s> to <%s>: %s"
                        .formatted(client, names.sender(), names.recipient(), verdict));
        facts.put("verdict", accepts ? "accept" : "defer");
        facts.put("reason", decision.reason().word());
        step("at", time(now) + ", rules: " + rules());
        host();
        exemption();
        proven(now);
        bounce();
        if (ledger.rules() instanceof ModernRules modern) {
            IdentityLines lines =
                    new IdentityLines(
                            modern.suspicion(attempt).isPresent(),
                            this::step,
                            this::time,
                            now,
                            pool -> pools.of(pool, now));
            ledger.show(modern, attempt, now, lines);
            lines.facts(facts, wallOffsetSeconds);
        } else {
            triplet(now);
        }
        step("verdict", verdict + ": " + meaning(decision.reason()));
        next(decision, now);
        return facts.put("text", text);
    }

    void step(String name, String words) {
        text.add("  %-15s %s".formatted(name, words));
    }

    private String rules() {
        return switch (ledger.rules()) {
            case OriginalRules _ -> "original";
            case ModernRules _ -> "modern";
        };
    }

    String time(long time) {
        return TIME.format(Instant.ofEpochSecond(time + wallOffsetSeconds));
    }

    private void exemption() {
        Optional<Exemption> found = ledger.line(attempt);
        facts.put("exempt", found.filter(Exemption::passes).isPresent());
        found.ifPresent(entry -> facts.put("by", entry.place()));
        step(
                "exemption",
                found.map(entry ->
                                (entry.passes()
                                                ? "yes: "
                                                : entry.observes() ? "observes: " : "no: ")
                                        + entry
                                        + (entry.reason().isEmpty()
                                                ? ""
                                                : " (" + entry.reason() + ")")
                                        + (entry.until() == Exemption.FOREVER
                                                ? ""
                                                : ", until "
                                                        + TIME.format(
                                                                Instant.ofEpochSecond(
                                                                        entry.until()))))
                        .orElse("none for this client, sender or recipient"));
    }

    /// Shown when it matters.
    private void host() {
        if (attempt.evidence().hosts().isPresent()) {
            List<String> names = attempt.evidence().hosts().get();
            step(
                    "name of host",
                    names.isEmpty()
                            ? "none that leads back to " + client
                            : String.join(", ", names));
        } else if (attempt.isAddress() && !attempt.mayAskForHosts()) {
            step("name of host", "not known: DNS did not answer, so no exemption by name holds");
        }
    }

    private void proven(long now) {
        long seen = ledger.clientSeen(attempt, now);
        long keptSeconds = ledger.rules().lifetimes().client();
        boolean known = seen != Memory.NEVER && now - seen < keptSeconds;
        facts.put("proven", known);
        if (!known) {
            step(
                    "proven client",
                    seen == Memory.NEVER
                            ? "no: no retry of " + client + " has come in time"
                            : "no longer: last seen " + ago(seen, now));
            return;
        }
        facts.put("last_seen", seen + wallOffsetSeconds);
        step(
                "proven client",
                "yes: last seen "
                        + ago(seen, now)
                        + "; known until "
                        + time(seen + keptSeconds)
                        + " if it is not seen again");
    }

    private String ago(long time, long now) {
        return time(time) + ", " + Span.text(now - time) + " ago";
    }

    /// Only the original's rules look for bounces to VERP addresses.
    private void bounce() {
        if (ledger.rules() instanceof OriginalRules && attempt.isNullSender()) {
            step(
                    "bounce",
                    attempt.looksLikeVerp(0)
                            ? "yes: null sender, and the recipient looks like VERP"
                            : "no: null sender, but the recipient does not look like VERP");
        }
    }

    private void triplet(long now) {
        RetryWindow window = ledger.rules().window(attempt.cause(0).waits());
        Key key = attempt.tripletKey(0);
        long first = ledger.seen(key, now);
        if (first == Memory.NEVER) {
            step("triplet", "not remembered: this would be the first attempt");
            step(
                    "retry window",
                    "from "
                            + Span.text(window.minSeconds())
                            + " to "
                            + Span.text(window.maxSeconds())
                            + " after the first attempt");
            return;
        }
        facts.put("first_seen", first + wallOffsetSeconds);
        step("triplet", "first seen " + ago(first, now));
        step(
                "retry window",
                time(first + window.minSeconds()) + " to " + time(first + window.maxSeconds()));
    }

    private void next(Decision decision, long now) {
        if (decision.isObserved()) {
            step(
                    "trial",
                    decision.cause().observes()
                            ? "it would be deferred, but its line observes and lets it pass"
                            : "it would be deferred, but rules.observe lets all mail pass");
        }
        if (decision.reason().accepts()) {
            step("next attempt", "passes at once");
            return;
        }
        long in = decision.retryInSeconds();
        boolean runs = !decision.reason().startsClock();
        facts.put("retry_in", in);
        if (runs) {
            facts.put("passes_from", now + in + wallOffsetSeconds);
        }
        step(
                "next attempt",
                runs
                        ? "passes from " + time(now + in) + " on, in " + Span.text(in)
                        : "passes " + Span.text(in) + " after an attempt that is made now");
    }

    private static String meaning(Reason reason) {
        return switch (reason) {
            case NEW -> "the triplet is not known; its waiting time begins with the next attempt";
            case EARLY -> "the triplet has not waited long enough";
            case LATE ->
                    "the retry comes too late; the waiting time begins anew with the next attempt";
            case PASSED -> "a retry that comes now comes in time";
            case KNOWN -> "the client has proven itself before";
            case EXEMPT -> "the operator lets it pass";
            case AUTHENTICATED -> "the client has shown who it is";
            case UNIDENTIFIED -> "nobody knows the client's address";
            case BOUNCE -> "the recipient looks like VERP and the sender is null";
            case MALFORMED -> "the attempt makes no sense";
        };
    }
}
