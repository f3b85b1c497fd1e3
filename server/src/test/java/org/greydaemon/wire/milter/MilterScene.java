package org.greydaemon.wire.milter;

import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.MapStore;
import org.greydaemon.gate.Replies;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.server.SteadyClock;

import java.util.ArrayList;
import java.util.List;

/// A gate with a memory, a client list and a clock that tests own; `192.0.2.99` is exempt.
final class MilterScene {
    static final RetryWindow ORIGINAL_WINDOW = new RetryWindow(300, 12 * 3600);
    static final RetryWindow MODERN_WINDOW = new RetryWindow(240, 24 * 3600);

    /// 2026-11-23 00:00:00 UTC.
    long now = 1_795_392_000;

    final MapStore store = new MapStore();
    private final List<Reason> decided = new ArrayList<>();
    private final Gate gate;

    MilterScene(Rules rules) {
        this(rules, HostNames.NONE);
    }

    /// @param dns what it says of clients' hosts
    MilterScene(Rules rules, HostNames dns) {
        gate =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(exempt()),
                                rules,
                                (_, decision, _) -> decided.add(decision.reason())),
                        store,
                        new Tally(new Metrics(), System::nanoTime),
                        dns,
                        SpfChecks.NONE);
    }

    static Rules rules(String name) {
        return switch (name) {
            case "original" -> new OriginalRules(ORIGINAL_WINDOW, new Retention(7 * 86_400));
            case "modern" -> new ModernRules(MODERN_WINDOW, new Retention(35 * 86_400));
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static ClientList exempt() {
        try {
            return ClientList.parse("test", List.of("192.0.2.99"));
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets pass what these lines of an exemption file say.
    void exempt(String... lines) {
        try {
            gate.exempt(
                    Exemptions.of(
                            new ExemptionLists(
                                    ClientList.EMPTY,
                                    List.of(ExemptionFile.parse("exemptions", List.of(lines))),
                                    false),
                            AllowedLines.NONE,
                            now));
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets all mail pass, as `rules.observe` does.
    void observe() {
        gate.change(
                new Gate.Terms(
                        gate.terms().exemptions(),
                        gate.terms().rules(),
                        (_, decision, _) -> decided.add(decision.reason()),
                        true));
    }

    /// The reasons of all attempts that were judged, in order.
    List<Reason> decided() {
        return List.copyOf(decided);
    }

    /// What a session answers to octets, turn by turn; something that has to be found out is.
    static List<byte[]> hear(MilterSession session, byte[] octets) {
        session.hear(octets, octets.length);
        List<byte[]> answers = new ArrayList<>(session.answers(false));
        while (session.isLate() || session.hasMore()) {
            answers.addAll(session.answers(session.isLate()));
        }
        return answers;
    }

    /// A new connection.
    MilterSession connect() {
        return new MilterSession(
                new Judge(
                        gate,
                        clock(),
                        words(),
                        new Source(Source.Protocol.MILTER),
                        new Judge.Loop(gate)));
    }

    /// Serves connections.
    MilterHandler handler() {
        return new MilterHandler(gate, clock(), words(), new FaultLog((_, _) -> {}));
    }

    private SteadyClock clock() {
        return new SteadyClock(() -> now * 1000, () -> now * 1_000_000_000);
    }

    private static MilterHandler.Wording words() {
        return new MilterHandler.Wording(
                new Replies(() -> ReplyText.DEFAULT, () -> 0, Replies.Links.NONE),
                new DelayHeader("mx.example.test"));
    }
}
