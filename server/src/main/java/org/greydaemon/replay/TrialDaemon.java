package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.exempt.Listings;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;

import java.util.Optional;
import java.util.Set;

/// The daemon's own gate, without sockets, files and clock: what it would answer at a time that
/// whoever plays chooses. Confined to one thread.
public final class TrialDaemon {
    private final TrialStore store;
    private final Listings listings;
    private final Gate gate;
    private final Attempt attempt = Envelope.attempt();
    private final TextRoom room = Envelope.room();
    private final Decision decision = new Decision(Envelope.RECIPIENTS_MAX);
    private long attempts;

    /// @param rules judge
    /// @param exemptions who passes by the operator's word
    /// @param entriesMax the most entries
    public TrialDaemon(Rules rules, Exemptions exemptions, long entriesMax) {
        this(rules, exemptions, entriesMax, Listings.NONE);
    }

    /// @param listings what lists in DNS say of clients
    public TrialDaemon(Rules rules, Exemptions exemptions, long entriesMax, Listings listings) {
        this.listings = listings;
        store = new TrialStore(rules.lifetimes(), entriesMax);
        gate =
                new Gate(
                        new Gate.Terms(exemptions, rules, (_, _, _) -> {}),
                        store,
                        new Tally(new Metrics(), () -> 0),
                        HostNames.NONE,
                        SpfChecks.NONE);
    }

    /// Judges an attempt; times never go back.
    ///
    /// @param now the time in seconds
    public Reason judge(Envelope envelope, long now) {
        envelope.writeTo(attempt, room);
        return judge(now);
    }

    /// Judges an attempt of a log; times never go back.
    ///
    /// @param now the time in seconds
    Reason judge(MessageAttempt attempted, long now) {
        attempted.recorded().envelope().writeTo(attempt, attempted.written());
        return judge(now);
    }

    private Reason judge(long now) {
        attempts++;
        if (attempts == 1 || now >= gate.terms().exemptions().nextChange()) {
            gate.exempt(gate.terms().exemptions().at(now));
        }
        if (!gate.judge(attempt, now, decision) && !isToldByLists(now)) {
            attempt.evidence().asked(); // Nobody can ask DNS what it said then.
            boolean _ = gate.judge(attempt, now, decision);
        }
        return decision.reason();
    }

    /// Tells the attempt what lists say, and judges it again.
    private boolean isToldByLists(long now) {
        IpAddress client = new IpAddress(attempt.addressHigh(), attempt.addressLow());
        Set<String> zones = Set.copyOf(decision.questions().zones());
        zones.forEach(zone -> attempt.evidence().listing(zone, listings.of(client, zone)));
        return !zones.isEmpty() && gate.judge(attempt, now, decision);
    }

    /// Finds out who runs the client's host, which the rules remember: so it is known when the
    /// attempt is judged. For any thread.
    void prepare(Attempt coming) {
        Optional<String> _ = rules().provider(coming);
    }

    /// Whether the operator's lines let an attempt pass, as these rules see it.
    boolean passes(Exemptions lines, MessageAttempt attempted) {
        attempted.recorded().envelope().writeTo(attempt, attempted.written());
        return lines.passes(attempt, rules());
    }

    /// Who judges.
    private Rules rules() {
        return gate.terms().rules();
    }

    /// How many attempts were judged.
    public long attempts() {
        return attempts;
    }

    /// The most entries that were remembered at a time.
    public long entriesMost() {
        return store.entriesMost();
    }

    /// How many entries were not remembered because there were too many.
    public long notRemembered() {
        return store.notRemembered();
    }
}
