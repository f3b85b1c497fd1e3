package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:1999",
        "127.0.0.1:2000, 127.0.0.1:2000",
        "127.0.0.1:0, 127.0.0.1:0",
        "0.0.0.0:65535, 0.0.0.0:65535",
        "::1, [::1]:1999",
        "::, [::]:1999",
        "[::1], [::1]:1999",
        "[::1]:25, [::1]:25",
        "[2001:DB8:0::1]:25, [2001:db8::1]:25",
        "::1:1999, [::1:1999]:1999",
        "::ffff:127.0.0.1, 127.0.0.1:1999",
        "[::ffff:127.0.0.1]:00025, 127.0.0.1:25",
    })
    void addressAndPortAreReadAndPrinted(String text, String canonical) throws Exception {
        assertThat(Endpoint.parse(text, 1999)).hasToString(canonical);
        assertThat(Endpoint.parse(canonical, 1)).isEqualTo(Endpoint.parse(text, 1999));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "localhost | 'localhost' does not begin with an IP address, and host names are not"
                        + " looked up; write an address such as 127.0.0.1, or [::1] and a port",
                "localhost:1999 | 'localhost:1999' does not begin with an IP address, and host"
                        + " names are not looked up; write an address such as 127.0.0.1, or [::1]"
                        + " and a port",
                "\"\" | '' does not begin with an IP address, and host names are not looked up;"
                        + " write an address such as 127.0.0.1, or [::1] and a port",
                ":1999 | ':1999' does not begin with an IP address, and host names are not looked"
                        + " up; write an address such as 127.0.0.1, or [::1] and a port",
                "127.0.0.1: | '127.0.0.1:' has the port ''; write a number from 0 to 65535",
                "127.0.0.1:smtp | '127.0.0.1:smtp' has the port 'smtp'; write a number from 0 to"
                        + " 65535",
                "127.0.0.1:-1 | '127.0.0.1:-1' has the port '-1'; write a number from 0 to 65535",
                "127.0.0.1:65536 | '127.0.0.1:65536' has the port '65536'; write a number from 0"
                        + " to 65535",
                "127.0.0.1:99999999999 | '127.0.0.1:99999999999' has the port '99999999999'; write"
                        + " a number from 0 to 65535",
                "[::1 | '[::1' has no ]; write [::1]:1999",
                "[::1]1999 | '[::1]1999' has text behind the ]; write [::1]:1999",
                "[::1]: | '[::1]:' has the port ''; write a number from 0 to 65535",
            })
    void otherTextIsRefusedWithAReason(String text, String message) {
        assertThatThrownBy(() -> Endpoint.parse(text, 1999))
                .isInstanceOf(MistakeException.class)
                .hasMessage(message);
    }
}
