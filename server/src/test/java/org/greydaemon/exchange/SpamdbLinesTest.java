package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpamdbLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                // It expires 36 days, 3110400 seconds, after the last mail.
                "WHITE|192.0.2.7|||1000|2000|3115400|0|3 'proven 192.0.2.7 5000'",
                "WHITE|192.0.2.7|||1000|2000|3000|0|3 'proven 192.0.2.7 2000'",
                "WHITE|192.0.2.0|||1000|2000|3000|0|3 'proven 192.0.2.0 2000'",
                "GREY|192.0.2.7|h|<a@b>|<c@d>|1000|2000|3000|1|0"
                        + " 'waits 192.0.2.7 <a@b> <c@d> 1000'",
                "GREY|192.0.2.7||<>|<c@d>|1000|2000|3000|1|0 'waits 192.0.2.7 <> <c@d> 1000'",
                "GREY|192.0.2.7|h|a@b|c@d|1000|2000|3000|1|0 'waits 192.0.2.7 <a@b> <c@d> 1000'",
                "GREY|192.0.2.7|h|i|<a|b@c>|<d|e@f>|1000|2000|3000|1|0"
                        + " 'waits 192.0.2.7 <a|b@c> <d|e@f> 1000'",
                "TRAPPED|192.0.2.7|3000 'left BLACK'",
                "SPAMTRAP|<trap@example.org> 'left BLACK'",
                "WHITE|x|||1000|2000|3000|0|3 'malformed the client ''x'' is no IP address'",
                "GREY|192.0.2.7|h|<a@b>|<c@d>|x|2000|3000|1|0"
                        + " 'malformed the time ''x'' is no number of seconds since 1970'",
                "GREY|192.0.2.7|<a@b>|1000|2000|3000|1|0"
                        + " 'malformed ''192.0.2.7|<a@b>'' lacks helo, from or to'",
                "WHITE|192.0.2.7 'malformed ''WHITE|192.0.2.7'' is no line of spamdb'",
                "GREY|1|2|3|4 'malformed ''GREY|1|2|3|4'' is no line of spamdb'",
                "|||||| 'malformed ''||||||'' is no line of spamdb'",
            })
    void aLineIsAnEntryOrSaysWhatIsWrong(String line, String found) {
        assertThat(ReadLines.of(ImportForm.SPAMDB, line)).containsExactly(found);
    }
}
