package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// Postfix says behind a rejection who has shown who he is (log_whatsup() and smtpd_whatsup() of
/// its smtpd).
final class AuthenticatedClientTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "helo=<h> sasl_method=PLAIN sasl_username=u | true",
                "helo=<h> sasl_username=<u> | true",
                "helo=<h> | false",
                "helo=<sasl_username=u> | false",
            })
    void isKnownByARejection(String end, boolean authenticated) {
        String line =
                "Nov 28 06:00:01 mx postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 450"
                        + " 4.2.0 <b@y>: Recipient address rejected: Greylisted; from=<a@x>"
                        + " to=<b@y> proto=ESMTP "
                        + end;
        assertThat(new ShownAttempts(LogForm.POSTFIX).read(List.of(line)))
                .singleElement()
                .satisfies(
                        one -> assertThat(one.envelope().authenticated()).isEqualTo(authenticated));
    }
}
