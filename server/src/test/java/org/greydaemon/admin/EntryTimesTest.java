package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.gate.TestGate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

/// A list says of a triplet what `check` says of its mail, or that it cannot know. A retry counts
/// after 300 seconds, if no line says another time.
final class EntryTimesTest {
    /// What is said of a triplet that is so old, in seconds.
    private static String said(String line, int age) {
        TestGate gate = TestGate.modern().exempt(line);
        long now = gate.clock().getAsLong();
        Key key = new Key();
        byte[] text = "192.0.2.7".getBytes(StandardCharsets.US_ASCII);
        byte[] addresses = "alice@example.orgbob@example.net".getBytes(StandardCharsets.US_ASCII);
        key.client(text, 0, text.length);
        key.triplet(addresses, 0, 17, 17, addresses.length);
        EntryTimes times = new EntryTimes(gate.ledger(), now);
        String state = times.state(key, now - age).word();
        return state
                + times.window(key, now - age)
                        .map(window -> " " + window.minSeconds())
                        .orElse(" unknown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "greylist delay 1h recipient bob@example.net     |  200 | waiting 3600",
                "greylist delay 1h recipient bob@example.net     | 1000 | waiting 3600",
                "greylist delay 1h recipient bob@example.net     | 3600 | ready 3600",
                "greylist delay 1h client 192.0.2.0/24           | 1000 | waiting 3600",
                "greylist delay 10s sender alice@example.org     |   20 | ready 10",
                "greylist window 10m sender alice@example.org    | 1000 | late 300",
                "greylist delay 1h recipient carol@example.net   | 1000 | ready 300",
                "greylist delay 1h host .example.org             | 1000 | by-lines unknown",
                "greylist delay 1h host .example.org             |  100 | waiting unknown",
                "greylist delay 1h host .example.org             | 3600 | ready unknown",
                "greylist delay 1h helo mx.example.org           | 1000 | by-lines unknown",
                "greylist delay 1h not confirmed recipient bob@example.net | 1000 | by-lines"
                        + " unknown",
                "greylist delay 1h not confirmed recipient a@b.example | 1000 | ready 300",
                "pass host .example.org                          | 1000 | ready 300",
            })
    void aLineSaysWhenARetryCounts(String line, int age, String said) {
        assertThat(said(line, age)).isEqualTo(said);
    }
}
