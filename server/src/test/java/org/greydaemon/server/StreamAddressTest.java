package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamAddressTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,              127.0.0.1:10023",
        "192.0.2.1:25,           192.0.2.1:25",
        "[::1],                  [::1]:10023",
        "unix:/run/grey/policy,  unix:/run/grey/policy"
    })
    void placesAreRead(String text, String place) throws MistakeException {
        assertThat(StreamAddress.parse(text, 10_023)).hasToString(place);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:9, 127.0.0.1:9, true",
        "127.0.0.1:9, 127.0.0.1:8, false",
        "127.0.0.1:9, 127.0.0.2:9, false",
        "127.0.0.1:9, 0.0.0.0:9, true",
        "127.0.0.1:0, 0.0.0.0:0, false",
        "127.0.0.1:9, [::]:9, true",
        "0.0.0.0:9, [::]:9, true",
        "0.0.0.0:9, [::1]:9, false",
        "[::1]:9, [::]:9, true",
        "[::1]:9, 127.0.0.1:9, false",
        "unix:/x/s, unix:/x/./s, true",
        "unix:/x/s, unix:/x/t, false",
        "unix:/x/s, 127.0.0.1:9, false",
    })
    void whoListensForAllIsInTheWayOfEach(String one, String other, boolean isInTheWay)
            throws MistakeException {
        StreamAddress first = StreamAddress.parse(one, 1);
        StreamAddress second = StreamAddress.parse(other, 1);
        assertThat(first.isInTheWayOf(second)).isEqualTo(isInTheWay);
        assertThat(second.isInTheWayOf(first)).isEqualTo(isInTheWay);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unix:", "unix:policy", "localhost", "127.0.0.1:x", "/run/x"})
    void otherTextsAreRefused(String text) {
        assertThatThrownBy(() -> StreamAddress.parse(text, 10_023))
                .isInstanceOf(MistakeException.class);
    }

    @Test
    void aPathIsNoLongerThanTheSystemAllows() throws MistakeException {
        String longest = "/" + "x".repeat(StreamAddress.Unix.PATH_MAX - 1);
        assertThat(StreamAddress.parse("unix:" + longest, 1)).hasToString("unix:" + longest);
        assertThatThrownBy(() -> StreamAddress.parse("unix:" + longest + "x", 1))
                .hasMessageContaining("108 octets");
    }
}
