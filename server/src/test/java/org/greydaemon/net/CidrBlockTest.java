package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// What lies in one block.
final class CidrBlockTest {
    private static CidrBlock block(String text) {
        int slash = text.indexOf('/');
        return CidrBlock.around(
                IpAddress.parse(text.substring(0, slash)).orElseThrow(),
                Integer.parseInt(text.substring(slash + 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24,   192.0.2.255,       true",
        "192.0.2.0/24,   192.0.3.0,         false",
        "192.0.2.7/32,   192.0.2.7,         true",
        "192.0.2.7/32,   192.0.2.6,         false",
        "0.0.0.0/0,      255.255.255.255,   true",
        "0.0.0.0/0,      2001:db8::1,       false",
        "::/0,           2001:db8::1,       true",
        "::/0,           192.0.2.7,         false",
        "2001:db8::/33,  2001:db8:7fff::,   true",
        "2001:db8::/33,  2001:db8:8000::,   false",
        "2001:db8::/64,  2001:db8::ffff:0:0:1, true",
        "2001:db8::/65,  2001:db8::8000:0:0:0, false",
        "2001:db8::1/128, 2001:db8::1,      true",
    })
    void addresses(String block, String address, boolean holds) {
        IpAddress its = IpAddress.parse(address).orElseThrow();
        assertThat(block(block).contains(its.high(), its.low())).isEqualTo(holds);
        // The set of one block is another way to find out.
        CidrSet set = CidrSet.of(List.of(block(block)));
        assertThat(set.contains(its.high(), its.low())).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24,  192.0.2.128/25,  true",
        "192.0.2.0/24,  192.0.2.0/24,    true",
        "192.0.2.0/24,  192.0.2.0/23,    false",
        "192.0.2.0/24,  192.0.3.0/25,    false",
        "::/0,          192.0.2.0/24,    false",
        "0.0.0.0/0,     192.0.2.0/24,    true",
    })
    void blocks(String wide, String narrow, boolean covers) {
        assertThat(block(wide).covers(block(narrow))).isEqualTo(covers);
    }
}
