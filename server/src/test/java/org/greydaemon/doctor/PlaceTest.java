package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PlaceTest {
    /// At another host's address, with the same port, is an old greylister or the other MX.
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:10023, 127.0.0.1:10023, true",
        "0.0.0.0:10023, 127.0.0.9:10023, true",
        "0.0.0.0:10023, localhost:10023, true",
        "0.0.0.0:10023, 0.0.0.0:10023, true",
        "0.0.0.0:10023, [::1]:10023, false",
        "0.0.0.0:10023, 127.0.0.1:10024, false",
        "0.0.0.0:10023, 192.0.2.7:10023, false",
        "0.0.0.0:10023, /run/greydaemon, false",
        "[::]:10023, [::1]:10023, true",
        "[::]:10023, 127.0.0.1:10023, true",
        "[::]:10023, 192.0.2.7:10023, false",
        "[::]:10023, [2001:db8::7]:10023, false",
        "192.0.2.7:10023, 192.0.2.7:10023, true",
    })
    void whoListensEverywhereIsReachedAtAddressesOfThisHost(
            String listening, String asked, boolean isTaken) {
        assertThat(place(listening).takes(place(asked))).isEqualTo(isTaken);
    }

    private static Place place(String text) {
        return Place.of(text, "/").orElseThrow();
    }
}
