package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which domains of a line DNS is asked for.
final class LintCommandTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host .example.org                    | example.org",
                "host mx.example.org until 2027-01-01 | mx.example.org",
                "host lake*mta*.example.net           | example.net",
                "host mx.example.*                    | ''",
                "sender a@example.org host b.test     | example.org b.test",
                "sender <>                            | ''",
                "recipient bounces@                   | ''",
                "greylist not listed list.test tls    | list.test",
                "listed aip7[...].zen.dq.list.test    | list.test",
                "client 192.0.2.0/24                  | ''",
            })
    void domainsAreThoseThatAreNamed(String line, String domains) {
        assertThat(String.join(" ", LintCommand.domains(line))).isEqualTo(domains);
    }
}
