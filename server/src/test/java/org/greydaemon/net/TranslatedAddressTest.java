package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TranslatedAddressTest {
    /// Those of 192.0.2.33 in local-use networks are laid out as RFC 6052 2.4 shows it.
    @ParameterizedTest
    @CsvSource({
        "64:ff9b::192.0.2.33, 192.0.2.33",
        "64:ff9b::c000:221, 192.0.2.33",
        "64:ff9b::a01:0, 10.1.0.0",
        "64:ff9b:1:c000:2:2100::, 192.0.2.33",
        "64:ff9b:1:3c0:0:221::, 192.0.2.33",
        "64:ff9b:1:344:c0:2:2100::, 192.0.2.33",
        "64:ff9b:1::192.0.2.33, 192.0.2.33",
        "64:ff9b:1:344:0:77:192.0.2.33, 192.0.2.33",
        "64:ff9b::c0a8:1, 192.168.0.1",
    })
    void theClientHasTheIpv4AddressInIt(String seen, String client) {
        assertThat(TranslatedAddress.client(IpAddress.parse(seen).orElseThrow()))
                .hasToString(client);
    }

    /// Behind a prefix of 64 bits: 192.0.2.0, 198.51.100.0. Behind one of 56: 7.192.0.2. The client
    /// is not taken for another one.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "64:ff9b:1:7:c0:2::",
                "64:ff9b:1:344:c6:3364::",
                "64:ff9b:1:ff:c0:2::",
                "64:ff9b:1:3c6:33:6407::", // 198.51.100.7 or 51.100.7.0
                "64:ff9b:1:c633:64:700::", // 198.51.100.7 or 51.100.7.0
                "64:ff9b:1:a02::",
            })
    void whatMayBeSeveralHostsStaysAsItIs(String seen) {
        assertThat(TranslatedAddress.client(IpAddress.parse(seen).orElseThrow())).hasToString(seen);
    }

    /// RFC 6052 2.2: bits 64 to 71 are zero, whatever the prefix is.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "64:ff9b:1:344:100:0:c000:221",
                "64:ff9b:1:344:1c0:2:2100:0",
                "64:ff9b:1:3c0:100:221::",
                "64:ff9b:1:c000:102:2100::",
            })
    void aTranslatorLeavesTheNinthOctetZero(String seen) {
        IpAddress address = IpAddress.parse(seen).orElseThrow();
        assertThat(TranslatedAddress.client(address)).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.33",
                "2001:db8::1",
                "2001:1::1",
                "2002:c000:221::1",
                "64:ff9b::",
                "64:ff9b:1::",
                "64:ff9b::1:c000:221",
                "64:ff9b:2::c000:221",
                "64:ff9a::c000:221",
                "2001::ffff:ffff",
                "2001::",
                "64:ff9b::7f00:1", // 127.0.0.1
                "64:ff9b::a9fe:1", // 169.254.0.1
                "2001:0:4136:e378:8000:63bf:3fff:fdd2", // 192.0.2.45 by Teredo
                "2001::3fff:fdd2",
                "2001::80ff:fffe", // 127.0.0.1
                "64:ff9b::e000:1",
                "64:ff9b::1",
                "64:ff9b:1::ffff:ffff",
                "::c000:221",
                "::1",
            })
    void othersAreThemselves(String seen) {
        assertThat(TranslatedAddress.client(IpAddress.parse(seen).orElseThrow())).hasToString(seen);
    }

    @ParameterizedTest
    @CsvSource({
        "2001::, 32, false",
        "2001:0:1234::, 48, false",
        "2001::, 23, false",
        "2001::, 16, false",
        "64:ff9b:1::, 48, true",
        "64:ff9b:1:344:c0:2:2100::, 128, true",
        "64:ff9b:1:7:c0:2::, 128, false",
        "64:ff9b::, 96, true",
        "64:ff9b::, 47, false",
        "64:ff9b::, 64, false",
        "2001:db8::, 32, false",
    })
    void aWiderNetworkHoldsOtherHostsToo(String address, int length, boolean isTranslated) {
        CidrBlock block = new CidrBlock(IpAddress.parse(address).orElseThrow(), length);
        assertThat(TranslatedAddress.holds(block)).isEqualTo(isTranslated);
    }
}
