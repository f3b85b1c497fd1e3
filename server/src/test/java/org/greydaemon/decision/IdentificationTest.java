package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// By what the modern rules may recognise somebody.
final class IdentificationTest {
    @ParameterizedTest
    @CsvSource({
        "8,  16,  true",
        "7,  16,  false",
        "8,  15,  false",
        "32, 128, true",
        "33, 128, false",
        "32, 129, false",
    })
    void aNetworkIsNeitherAllOfTheWorldNorLessThanAnAddress(int ipv4, int ipv6, boolean fits) {
        if (fits) {
            assertThat(network(ipv4, ipv6).ipv6Length()).isEqualTo(ipv6);
        } else {
            assertThatThrownBy(() -> network(ipv4, ipv6))
                    .hasMessage("networks /" + ipv4 + ", /" + ipv6);
        }
    }

    private static Identification network(int ipv4, int ipv6) {
        return new Identification(ipv4, ipv6, null, false, (char) 0, false);
    }

    @Test
    void whereHostsDoNotCountNoPoolIsListed() {
        assertThat(Identification.PLAIN.listedPools()).isEmpty();
        assertThat(AllIdentities.withPools("pool.example").listedPools())
                .containsKey("pool.example");
    }

    /// The words of logs, `greyctl` and docs/rules.md.
    @ParameterizedTest
    @CsvSource({
        "NONE, none",
        "ADDRESS, address",
        "NETWORK, network",
        "LEARNED_POOL, learned-pool",
        "HOST, host",
        "HOST_SENDER, host-sender",
        "POOL, pool",
        "SPF, spf",
    })
    void anIdentityHasAWordForPeople(Identity identity, String word) {
        assertThat(identity.word()).isEqualTo(word);
    }
}
