package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.14,                192.0.2.14",
        "[192.0.2.14],              192.0.2.14",
        "::ffff:192.0.2.14,         192.0.2.14",
        "IPv6:::ffff:192.0.2.14,    192.0.2.14",
        "2001:db8::1,               2001:db8::1",
        "IPv6:2001:db8::1,          2001:db8::1",
        "ipv6:2001:DB8:0:0:0:0:0:1, 2001:db8::1",
        "[2001:db8::1],             2001:db8::1",
        "[IPV6:2001:db8::1],        2001:db8::1",
        "fe80::1%eth0,              fe80::1",
        "[IPv6:fe80::1%eth0],       fe80::1",
    })
    void mailServersWriteAnAddressInManyWays(String text, String address) {
        assertThat(ClientAddress.parse(text)).hasToString("Optional[" + address + "]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "[",
                "%",
                "unknown",
                "[UNAVAILABLE]",
                "IPv6:",
                "IPv6:192.0.2.14",
                "192.0.2.14%eth0",
                "fe80::1%",
                "%eth0",
                "[192.0.2.14",
                "192.0.2.14]",
                "[[192.0.2.14]]",
                " 192.0.2.14",
                "192.0.2",
                "192.0.2.14/32",
                "0.0.0.0",
                "::",
                "[IPv6:::]",
                "::ffff:0.0.0.0",
                "1\u0439.0.2.14",
            })
    void nothingElseIsAnAddress(String text) {
        assertThat(ClientAddress.parse(text)).isEmpty();
    }
}
