package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Source;
import org.greydaemon.metrics.Exposition;
import org.junit.jupiter.api.Test;

import java.util.List;

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
}
