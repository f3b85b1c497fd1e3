package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Source;
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

    /// 1000 seconds after the first attempt, by rules that know an IPv6 client by its /64 and a
    /// sender with a number by its normal form.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "greylist delay 1h sender user7@example.org | 192.0.2.7     | user7@example.org |"
                        + " by-lines",
                "greylist delay 1h client 2001:db8::25      | 2001:db8::25  | alice@example.org |"
                        + " by-lines",
                "greylist delay 1h client 192.0.2.7         | 192.0.2.7     | alice@example.org |"
                        + " waiting",
                "greylist delay 1h sender alice@example.org | 192.0.2.8     | bob@example.org   |"
                        + " ready",
                "greylist delay 1h recipient bob@example.net | 2001:db8::25 | alice@example.org |"
                        + " waiting",
                "greylist delay 1h recipient bob@example.net | 192.0.2.7    | user7@example.org |"
                        + " waiting",
                "greylist delay 1h client 2001:db8::/32     | 2001:db8::25  | alice@example.org |"
                        + " waiting",
                "greylist delay 1h client 2001:db8:0:7::25  | 2001:db8::25  | alice@example.org |"
                        + " ready",
                "greylist delay 1h not client 2001:db8::25  | 2001:db8::25  | alice@example.org |"
                        + " by-lines",
                "greylist delay 1h host .example.org        | 2001:db8::25  | alice@example.org |"
                        + " by-lines",
                "greylist delay 1h sender @example.org      | 192.0.2.7     | user7@example.org |"
                        + " waiting",
                "greylist delay 1h sender user@example.org  | 192.0.2.7     | user7@example.org |"
                        + " ready",
                "greylist delay 1h sender user7@example.com | 192.0.2.7     | user7@example.org |"
                        + " ready",
                "greylist delay 1h sender user*@example.org | 192.0.2.7     | user7@example.org |"
                        + " by-lines",
                "greylist delay 1h not sender user8@        | 192.0.2.7     | user7@example.org |"
                        + " by-lines",
                "greylist delay 5m sender user7@example.org | 2001:db8::25  | user7@example.org |"
                        + " ready",
            })
    void whatAnEntryHoldsOtherwiseThanTheMailIsNotAskedFor(
            String line, String client, String sender, String said) {
        TestGate gate = TestGate.with(AllIdentities.after(300)).exempt(line);
        long now = gate.clock().getAsLong();
        Attempt attempt =
                Attempts.fill(
                        new Attempt(2 * Key.ADDRESS_MAX, 1),
                        new Source(Source.Protocol.WORDS),
                        client,
                        sender,
                        "bob@example.net");
        Key key = gate.ledger().rules().tripletKey(attempt, 0);
        assertThat(new EntryTimes(gate.ledger(), now).state(key, now - 1000).word())
                .isEqualTo(said);
    }
}
