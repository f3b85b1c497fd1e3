package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class QmailGreydContextTest {
    private static String record(String client, String sender, String recipients, int status) {
        return client
                + "\0"
                + sender
                + "\0"
                + recipients.length()
                + "\0"
                + recipients
                + "1000\0"
                + (char) status;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | waits 192.0.2.7 <a@b> <c@d> 1000",
                "1 | waits 192.0.2.7 <a@b> <c@d> 1000",
                "2 | waits 192.0.2.7 <a@b> <c@d> 1000",
                "4 | proven 192.0.2.7 1000",
                "5 | proven 192.0.2.7 1000",
                "6 | waits 192.0.2.7 <a@b> <c@d> 1000",
            })
    void whatHasPassedProvesTheClient(int status, String found) {
        String line = record("192.0.2.7", "a@b", "Tc@d\0", status);
        assertThat(ReadLines.of(ImportForm.QMAIL_GREYD, line)).containsExactly(found);
    }

    @Test
    void eachRecipientIsATriplet() {
        assertThat(
                        ReadLines.of(
                                ImportForm.QMAIL_GREYD,
                                record("::ffff:192.0.2.7", "", "Tc@d\0Te@f\0", 0)))
                .containsExactly("waits 192.0.2.7 <> <c@d> 1000", "waits 192.0.2.7 <> <e@f> 1000");
    }

    @Test
    void anythingElseSaysWhatIsWrong() {
        assertThat(ReadLines.of(ImportForm.QMAIL_GREYD, record("x", "a", "Tc\0", 0)))
                .containsExactly("malformed the client 'x' is no IP address");
        String line = record("192.0.2.7", "a", "Tc\0", 0);
        assertThat(ReadLines.of(ImportForm.QMAIL_GREYD, line.replace("\0003\0", "\0004\0")))
                .containsExactly(
                        "malformed '192.0.2.7 a 4 Tc 1000  ' is no line of qmail-greyd's context"
                                + " file");
    }
}
