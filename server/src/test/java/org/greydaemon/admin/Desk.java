package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Ledger;
import org.greydaemon.gate.MapStore;
import org.greydaemon.gate.SpfChecks;
import org.greydaemon.gate.Tally;
import org.greydaemon.gate.TestGate;
import org.greydaemon.history.Histories;
import org.greydaemon.json.JsonLine;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.wire.Dialogue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// An operator's place: a gate whose decisions he sees, and a clock that tests move.
/// 198.51.100.0/24 is exempt; a retry counts after 300 seconds.
final class Desk implements AutoCloseable {
    static final long START = 1_700_000_000;

    private final AtomicLong millis = new AtomicLong(START * 1_000);
    private final SteadyClock clock = new SteadyClock(millis::get, () -> millis.get() * 1_000_000);
    private final Watchers watchers = new Watchers(clock::wallOffsetSeconds);
    private final Gate gate;
    private final Ledger ledger;
    private final Dialogue control;
    private final List<String> said = new ArrayList<>();

    // Of greyctl beside the dashboard; the other one's exemptions cannot be kept.
    private Optional<Dialogue> beside = Optional.empty();
    private Runnable stop = () -> {}; // Nobody writes while a folder is deleted.

    Desk() {
        this(new ModernRules(new RetryWindow(300, 43_200), new Retention(604_800)));
    }

    Desk(Rules rules) {
        gate =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(TestGate.whiteList()),
                                rules,
                                watchers.beside((_, _, _) -> {})),
                        new MapStore(),
                        new Tally(new Metrics(), System::nanoTime),
                        HostNames.NONE,
                        SpfChecks.NONE);
        ledger = new Ledger(gate);
        Operations operations =
                new Operations(
                        () -> new JsonLine().put("ok", true).put("entries", 7),
                        () -> true,
                        () -> new Reloaded(Optional.empty(), List.of(), List.of()),
                        Histories.none(clock),
                        exemptions(),
                        (_, _) -> {});
        ControlHandler handler =
                new ControlHandler(ledger, clock, operations, watchers, TakeOvers.refused());
        control = new Dialogue(connection -> handler.serve(connection, true));
    }

    /// The commands of the dashboard.
    ///
    /// @param allowed where greyctl's exemptions are kept
    PageCommands page(Path allowed) {
        ExemptionSources sources = exemptions(allowed);
        stop = sources::stop;
        sources.tell(gate::exempt);
        Operations operations =
                new Operations(
                        () -> new JsonLine().put("ok", true).put("entries", 7),
                        () -> true,
                        () -> new Reloaded(Optional.empty(), List.of(), List.of()),
                        Histories.none(clock),
                        sources,
                        (text, length) -> said.add(new String(text, 0, length, UTF_8)));
        ControlHandler handler =
                new ControlHandler(ledger, clock, operations, watchers, TakeOvers.refused());
        beside = Optional.of(new Dialogue(connection -> handler.serve(connection, true)));
        return new PageCommands(ledger, clock, () -> millis.get() * 1_000_000, operations);
    }

    /// What the log was told of the dashboard's changes.
    List<String> said() {
        return said;
    }

    private ExemptionSources exemptions() {
        return exemptions(Path.of("no-such-folder", "allowed"));
    }

    private ExemptionSources exemptions(Path none) {
        try {
            return new ExemptionSources(
                    ExemptionLists.NONE, none, none.resolveSibling("expected"), clock, _ -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Watchers watchers() {
        return watchers;
    }

    Ledger ledger() {
        return ledger;
    }

    long now() {
        return clock.getAsLong();
    }

    void pass(long seconds) {
        millis.addAndGet(seconds * 1_000);
    }

    /// A mail server on 192.0.2.99 asks.
    void ask(String client, String sender, String... recipients) {
        gate.judge(attempt(client, sender, recipients), now(), new Decision(200));
    }

    /// The same, of a client whose host has names that DNS confirms; none if it is empty.
    void askNamed(String client, String host, String sender, String recipient) {
        Attempt attempt = attempt(client, sender, recipient);
        attempt.evidence().hosts(host.isEmpty() ? List.of() : List.of(host));
        attempt.evidence().asked(); // Nor has it a domain with SPF.
        gate.judge(attempt, now(), new Decision(1));
    }

    /// The same, of which not all is known.
    void askCut(String client, String sender, String recipient) {
        Attempt attempt = attempt(client, sender, recipient);
        attempt.cut();
        gate.judge(attempt, now(), new Decision(1));
    }

    /// A triplet was remembered before.
    void remember(String client, String sender, String recipient) {
        ledger.startClock(attempt(client, sender, recipient), now());
    }

    private static Attempt attempt(String client, String sender, String... recipients) {
        Attempt attempt = new Attempt((1 + recipients.length) * Key.ADDRESS_MAX, 200);
        Source source = new Source(Source.Protocol.POLICY);
        source.asks(0, IpAddress.ipv4Low(0xc000_0263), 4242);
        return Attempts.fill(attempt, source, client, sender, recipients);
    }

    /// What greyctl gets for a command about a client; what has none does not look at it.
    String control(String command, String client) {
        return control.ask("{\"command\":\"%s\",\"client\":\"%s\"}\n".formatted(command, client))
                .strip();
    }

    /// What `check` says of a mail.
    String check(String client, String host, String sender, String recipient) {
        JsonLine request = new JsonLine().put("command", "check").put("client", client);
        request.put("host", host).put("sender", sender).put("recipient", recipient);
        return say(request + "\n").strip();
    }

    /// What greyctl gets for a request.
    String say(String request) {
        return control.ask(request);
    }

    /// What greyctl gets for a request whose exemptions are the dashboard's.
    String sayBeside(String request) {
        return beside.orElseThrow().ask(request);
    }

    /// A connection that greyctl has opened.
    Dialogue.Peer connect() {
        return control.connect();
    }

    @Override
    public void close() {
        control.close();
        beside.ifPresent(Dialogue::close);
        stop.run();
    }
}
