package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// A line whose conditions exclude each other is refused where it is written: it would decide about
/// no mail, and its author would not hear of that.
final class ContradictionTest {
    private static ExemptionFile line(String text) throws MistakeException {
        return ExemptionFile.parse("exemptions", List.of(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client 192.0.2.1 not client 192.0.2.0/24         | not client excludes all that"
                        + " client",
                "not client 2001:db8::/32 client 2001:db8:1::/48  | not client excludes all that"
                        + " client",
                "sender a@example.org not sender example.org      | not sender excludes all that"
                        + " sender",
                "host mx.example.org not host .example.org        | not host excludes all that"
                        + " host",
                "host .example.org not confirmed                  | not confirmed excludes all that"
                        + " host",
                "recipient bob@example.net not recipient bob@     | not recipient excludes all"
                        + " that",
                "greylist suspect not suspect                     | not suspect excludes all that"
                        + " suspect",
                "spf pass not spf pass                            | not spf excludes all that spf",
                "listed a.test not listed a.test                  | not listed excludes all that"
                        + " listed",
                "time 22:00-06:00 not time 22:00-06:00            | not time excludes all that"
                        + " time",
                "null-sender spf pass                             | SPF is not asked about the null"
                        + " sender",
                "sender <> not spf fail                           | SPF is not asked about the null"
                        + " sender",
            })
    void isRefused(String text, String problem) {
        assertThatThrownBy(() -> line(text))
                .hasMessageContaining(problem)
                .hasMessageContaining("so the line could never fit; take one of them out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client 192.0.2.0/24 not client 192.0.2.1",
                "sender example.org not sender a@example.org",
                "host .example.org not host mx.example.org",
                "confirmed not host .example.org",
                "listed a.test not listed b.test",
                "spf pass not sender example.org",
                "not null-sender spf pass",
                "null-sender not tls",
            })
    void whatLeavesSomethingIsNone(String text) throws MistakeException {
        assertThat(line(text)).isNotNull();
    }
}
