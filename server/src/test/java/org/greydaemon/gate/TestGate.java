package org.greydaemon.gate;

import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.Expected;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.SteadyClock;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// A gate with a clock that tests move, for tests of front ends. 198.51.100.0/24 is exempt; a retry
/// counts after 300 seconds.
public final class TestGate {
    private static final RetryWindow WINDOW = new RetryWindow(300, 43_200);

    private final MapStore store = new MapStore();
    private final List<Reason> decided = new CopyOnWriteArrayList<>();
    private final Metrics metrics = new Metrics();
    private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
    private final SteadyClock clock = new SteadyClock(millis::get, () -> millis.get() * 1_000_000);
    private final Tally tally;
    private final Gate gate;

    // What DNS knows: by client, the confirmed names of its host.
    private final Map<IpAddress, List<String>> hosts = new ConcurrentHashMap<>();

    private volatile boolean dnsAnswers = true;

    private TestGate(Rules rules) {
        tally = new Tally(metrics, System::nanoTime);
        gate =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(whiteList()),
                                rules,
                                (_, decision, _) -> decided.add(decision.reason())),
                        store,
                        tally,
                        client ->
                                dnsAnswers
                                        ? Optional.of(hosts.getOrDefault(client, List.of()))
                                        : Optional.empty(),
                        SpfChecks.NONE);
    }

    /// 198.51.100.0/24.
    public static ClientList whiteList() {
        try {
            return ClientList.parse("test", List.of("198.51.100"));
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    /// With the rules of this name.
    public static TestGate by(String rules) {
        return rules.equals("modern") ? modern() : original();
    }

    /// With the original's rules.
    public static TestGate original() {
        return new TestGate(new OriginalRules(WINDOW, new Retention(604_800)));
    }

    /// With the modern rules.
    public static TestGate modern() {
        return new TestGate(new ModernRules(WINDOW, new Retention(604_800)));
    }

    /// With these rules.
    public static TestGate with(Rules rules) {
        return new TestGate(rules);
    }

    /// Lets all mail pass from now on, as `rules.observe` does.
    public TestGate observe() {
        gate.change(
                new Gate.Terms(
                        gate.terms().exemptions(),
                        gate.terms().rules(),
                        (_, decision, _) -> decided.add(decision.reason()),
                        true));
        return this;
    }

    /// The gate.
    public Gate gate() {
        return gate;
    }

    /// What the operator sees of it.
    public Ledger ledger() {
        return new Ledger(gate);
    }

    /// What it has decided.
    public Tally tally() {
        return tally;
    }

    /// Takes these lines of an exemption file, beside 198.51.100.0/24.
    public TestGate exempt(String... lines) {
        return take(false, lines);
    }

    /// The same, and mail passes that no line decides.
    public TestGate otherwisePasses(String... lines) {
        return take(true, lines);
    }

    private TestGate take(boolean otherwisePasses, String... lines) {
        try {
            ExemptionFile file = ExemptionFile.parse("exemptions", List.of(lines));
            gate.exempt(
                    Exemptions.of(
                            new ExemptionLists(whiteList(), List.of(file), false)
                                    .otherwise(otherwisePasses),
                            AllowedLines.NONE,
                            millis.get() / 1000));
            return this;
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Takes what is expected, beside the lines of an exemption file.
    public TestGate expect(Expected expected, String... lines) {
        try {
            ExemptionFile file = ExemptionFile.parse("exemptions", List.of(lines));
            gate.exempt(
                    Exemptions.of(
                            new ExemptionLists(whiteList(), List.of(file), false),
                            AllowedLines.NONE,
                            expected,
                            millis.get() / 1000));
            return this;
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets DNS know the confirmed name of a client's host.
    public TestGate host(String client, String name) {
        hosts.put(IpAddress.parse(client).orElseThrow(), List.of(name));
        return this;
    }

    /// Lets DNS answer no longer.
    public TestGate withoutDns() {
        dnsAnswers = false;
        return this;
    }

    /// What it counts.
    public Metrics metrics() {
        return metrics;
    }

    /// Its clock.
    public SteadyClock clock() {
        return clock;
    }

    /// Its store.
    public MapStore store() {
        return store;
    }

    /// Lets time pass.
    public void pass(long seconds) {
        millis.addAndGet(seconds * 1000);
    }

    /// The reasons of all attempts that were judged, in order.
    public List<Reason> decided() {
        return List.copyOf(decided);
    }
}
