package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SaveFileLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "I 17 192.0.2.1              | proven 192.0.2.1 17",
                "G 17 192.0.2.1 a@b c@d      | waits 192.0.2.1 <a@b> <c@d> 17",
                "G 17 192.0.2.1 . c\\x01@d   | waits 192.0.2.1 <> <c\\x01@d> 17",
                "G 17 192.0.2.1 . \u00e9@d   | waits 192.0.2.1 <> <\u00e9@d> 17",
                "`G 17 2001:db8::1 a@b c@d\r` | waits 2001:db8::1 <a@b> <c@d> 17",
                "I 17 2001:db8:1::/64        | saved I 17 2001:db8:1::/64",
                "I 17 192.0.2.1 5            | saved I 17 192.0.2.1 5",
                "U 17 192.0.2.1 5            | saved U 17 192.0.2.1 5",
                "G 17 2001:db8:1::/64 . c@d  | saved G 17 2001:db8:1::/64 . c@d",
                "`G 17 192.0.2.1 a c@d 17\r` | saved G 17 192.0.2.1 a c@d 17",
                "N 17 00112233445566778899aabbccddeeff 192.0.2.0 |"
                        + " saved N 17 00112233445566778899aabbccddeeff 192.0.2.0",
                "P 17 host.example sender.example - |"
                        + " saved P 17 host.example sender.example -",
                "P 17 h.example \u00e9.example - 3 | saved P 17 h.example \u00e9.example - 3",
                "L 17 192.0.2.0/24 2001:db8::/48 192.0.2.0 9 |"
                        + " saved L 17 192.0.2.0/24 2001:db8::/48 192.0.2.0 9",
                "N 17 0011 192.0.2.0         |"
                        + " malformed 'N 17 0011 192.0.2.0' is no line of a save file",
                "O x pool.example -          |"
                        + " malformed the time 'x' is no number of seconds since 1970",
                "`G 17 192.0.2.1 a@b `       | waits 192.0.2.1 <a@b> <> 17",
                "`G 17 192.0.2.1 a@b \r`     | waits 192.0.2.1 <a@b> <> 17",
                "G 17 192.0.2.1 a@b  5       | saved G 17 192.0.2.1 a@b  5",
                "`G 17 2001:db8:1::/64 a \r` | `saved G 17 2001:db8:1::/64 a `",
                "G 17 192.0.2.1 a@b          |"
                        + " malformed 'G 17 192.0.2.1 a@b' is no line of a save file",
                "G 17 x/64 . c@d 1           | saved G 17 x/64 . c@d 1",
                "`G 17 mx-a a@b `            | `saved G 17 mx-a a@b `",
                "I 17 mail.example.org       | saved I 17 mail.example.org",
                "I 17 \u001b[2J              | saved I 17 \\x1b[2J",
                "I x mail.example.org        |"
                        + " malformed the time 'x' is no number of seconds since 1970",
                "I                           | malformed 'I' is no line of a save file",
                "J 1 192.0.2.1               | malformed 'J 1 192.0.2.1' is no line of a save file",
                "I x 192.0.2.1               |"
                        + " malformed the time 'x' is no number of seconds since 1970",
            })
    void aLineIsAnEntryOrSaysWhatIsWrong(String line, String found) {
        assertThat(ReadLines.of(ImportForm.GREYDAEMON, line)).containsExactly(found);
    }
}
