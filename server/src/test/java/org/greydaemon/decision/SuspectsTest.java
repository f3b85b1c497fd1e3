package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Set;

/// Who is suspect for what it calls itself, and the ranges of what is set.
final class SuspectsTest {
    /// RFC 5321 4.1.3: an address is written in brackets; IPv6 in any of the forms of RFC 4291 2.2.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0,          BARE_ADDRESS",
        "192.0.2.9,          BARE_ADDRESS",
        "2001:db8::a,        BARE_ADDRESS",
        "2001:db8::1,        BARE_ADDRESS",
        "::,                 BARE_ADDRESS",
        "[192.0.2.1],        NONE",
        "[ipv6:2001:db8::1], NONE",
        "mx.example.org,     NONE",
        "mx1,                NONE",
        "mx.example.org:25,  NONE",
        "'',                 NONE",
        "mx.our.example,     OUR_NAME",
    })
    void aBareAddressIsSuspect(String helo, Suspicion suspicion) {
        Suspects suspects = new Suspects(1800, 6, 3600, 3, Set.of("mx.our.example"));
        assertThat(suspects.calledBy(helo)).isEqualTo(suspicion);
    }

    @ParameterizedTest
    @CsvSource({"0, NONE", "1, BARE_ADDRESS"})
    void nobodyIsSuspectWhereNobodyWaitsLonger(long delay, Suspicion suspicion) {
        Suspects suspects = new Suspects(delay, 6, 3600, 3, Set.of());
        assertThat(suspects.calledBy("192.0.2.1")).isEqualTo(suspicion);
    }

    @ParameterizedTest
    @CsvSource({
        "0,    1, false",
        "1,    1, true",
        "1000, 1, true",
        "1001, 1, false",
        "1,    0, false",
        "1,    3, true",
        "1,    4, false",
    })
    void whatAMarkCannotHoldIsRefused(int hammer, int senders, boolean fits) {
        assertThat(Suspects.SENDERS_MAX).isEqualTo(3);
        if (fits) {
            assertThat(new Suspects(0, hammer, 0, senders, Set.of()).senders()).isEqualTo(senders);
        } else {
            assertThatThrownBy(() -> new Suspects(0, hammer, 0, senders, Set.of()))
                    .hasMessage("hammer " + hammer + ", senders " + senders);
        }
    }
}
