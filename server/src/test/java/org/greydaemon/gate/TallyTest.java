package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// What is counted of decisions, and what would be a wrong figure.
final class TallyTest {
    private final TestGate gate = TestGate.modern();

    private Reason deliver(String sender) {
        Attempt attempt = new Attempt(Key.ADDRESS_MAX, 1);
        attempt.start(new Source(Source.Protocol.MILTER));
        put(attempt, sender);
        Decision decision = new Decision(1);
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    private static void put(Attempt attempt, String sender) {
        byte[] octets = "192.0.2.7".getBytes(UTF_8);
        attempt.client(octets, 0, octets.length);
        octets = sender.getBytes(UTF_8);
        attempt.sender(octets, 0, octets.length);
        octets = "bob@example.net".getBytes(UTF_8);
        attempt.recipient(octets, 0, octets.length);
    }

    private String figure(String name) {
        return Exposition.of(List.of())
                .write(gate.metrics())
                .lines()
                .filter(line -> line.startsWith("greydaemon_" + name + " "))
                .findFirst()
                .orElse("none");
    }

    /// Its triplet passes for as long as the window, whatever message it is.
    @Test
    void delaysOfTheNullSenderAreNoDelays() {
        assertThat(deliver("")).isEqualTo(Reason.NEW);
        gate.pass(300);
        assertThat(deliver("")).isEqualTo(Reason.PASSED);
        gate.pass(30_000);
        assertThat(deliver("")).isEqualTo(Reason.PASSED);
        assertThat(figure("delay_seconds_count")).endsWith(" 0");
        assertThat(gate.tally().count(Reason.PASSED)).isEqualTo(2);

        assertThat(deliver("alice@example.org")).isEqualTo(Reason.NEW);
        gate.pass(400);
        assertThat(deliver("alice@example.org")).isEqualTo(Reason.PASSED);
        assertThat(figure("delay_seconds_count")).endsWith(" 1");
        assertThat(figure("delay_seconds_sum")).contains(" 400");
    }

    private static String text(Metrics metrics) {
        return Exposition.of(List.of()).write(metrics);
    }

    private Reason decide(TestGate asked, String client) {
        Attempt attempt = Attempts.attempt(client, "alice@example.org", "bob@example.net");
        Decision decision = new Decision(1);
        asked.gate().decide(attempt, asked.clock().getAsLong(), decision);
        return decision.reason();
    }

    @Test
    void whoIsProvenIsCountedOnce() {
        deliver("alice@example.org");
        assertThat(figure("clients_proven_total")).endsWith(" 0");
        gate.pass(300);
        assertThat(deliver("alice@example.org")).isEqualTo(Reason.PASSED);
        assertThat(deliver("alice@example.org")).isEqualTo(Reason.KNOWN);
        assertThat(figure("clients_proven_total")).endsWith(" 1");
    }

    @Test
    void suspectsAreCountedWhileTheyWait() {
        TestGate all = TestGate.with(AllIdentities.after(300)).host("192.0.2.8", "mx.example.com");
        decide(all, "192.0.2.8");
        assertThat(text(all.metrics())).contains("greydaemon_suspects_total{why=\"no_name\"} 0\n");
        decide(all, "203.0.113.9");
        all.pass(600);
        assertThat(decide(all, "203.0.113.9")).isEqualTo(Reason.EARLY);
        all.pass(1200);
        assertThat(decide(all, "203.0.113.9")).isEqualTo(Reason.PASSED);
        assertThat(text(all.metrics()))
                .contains("greydaemon_suspects_total{why=\"no_name\"} 2\n")
                .contains("greydaemon_suspects_total{why=\"generic_name\"} 0\n");
    }

    @Test
    void waitsAreCountedByWhoRunsTheHost() {
        TestGate all = TestGate.with(AllIdentities.after(300)).host("192.0.2.8", "mx.example.com");
        decide(all, "192.0.2.8");
        decide(all, "203.0.113.9");
        all.pass(400);
        decide(all, "192.0.2.8");
        all.pass(1600);
        decide(all, "203.0.113.9");
        assertThat(all.tally().providers().most(9))
                .extracting(its -> its.domain() + " " + its.mails() + " " + its.longest())
                .containsExactly("example.com 1 400", "no-name 1 2000");
    }

    /// Waiting for DNS says nothing of the daemon, and can be found in figures of its own.
    @Test
    void onlyOurOwnTimeIsMeasured() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Metrics metrics = new Metrics();
        MapStore store = new MapStore();
        ExemptionFile file = ExemptionFile.parse("exemptions", List.of("host .example.com"));
        Gate asking =
                new Gate(
                        new Gate.Terms(
                                Exemptions.of(
                                        new ExemptionLists(ClientList.EMPTY, List.of(file), false),
                                        AllowedLines.NONE,
                                        0),
                                gate.gate().terms().rules(),
                                (_, _, _) -> nanos.addAndGet(5_000)),
                        store,
                        new Tally(metrics, () -> nanos.addAndGet(1_000)),
                        _ -> {
                            nanos.addAndGet(1_900_000_000);
                            return Optional.of(List.of());
                        },
                        SpfChecks.NONE);
        asking.decide(
                Attempts.attempt("192.0.2.7", "alice@example.org", "bob@example.net"),
                1_700_000_000,
                new Decision(1));
        // One answer is one time; each of our own looks at the clock takes 1 us.
        assertThat(text(metrics))
                .contains("greydaemon_decision_seconds_count{protocol=\"http\"} 1\n")
                .contains("greydaemon_decision_seconds_sum{protocol=\"http\"} 7.0E-6\n");
        assertThat(store.isCommitted()).as("what was answered is safe").isTrue();
        assertThat(store.commits()).isOne();
    }
}
