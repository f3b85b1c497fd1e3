package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Shares.MORE;
import static org.greydaemon.store.memory.Standing.PROVEN;
import static org.greydaemon.store.memory.Standing.RETRIED;
import static org.greydaemon.store.memory.Standing.UNRETRIED;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

/// What networks have, and how greedy that is.
final class SharesTest {
    private static final long SHARE = 1_000;

    private final Shares shares = new Shares(0x0123_4567_89ab_cdefL);

    private static long network(String address) {
        IpAddress parsed = IpAddress.parse(address).orElseThrow();
        return MakerNetwork.of(parsed.high(), parsed.low());
    }

    private int greed(String network) {
        return shares.greed(UNRETRIED, network(network), SHARE);
    }

    private void add(String network, int weight) {
        shares.add(UNRETRIED, network(network), weight);
    }

    /// A sixteenth of a doubling is one.
    @Test
    void greedOfANetworkAloneIsThreeTimesItsLogarithm() {
        for (String network : new String[] {"192.0.2.0", "2001:db8:1::"}) {
            assertThat(greed(network)).isZero();
            add(network, 1);
            assertThat(greed(network)).isZero();
            add(network, 1);
            assertThat(greed(network)).isEqualTo(3 * 16);
            add(network, 1);
            assertThat(greed(network)).as("half way to four").isEqualTo(3 * 24);
            add(network, 253);
            assertThat(greed(network)).isEqualTo(3 * 8 * 16);
        }
        shares.add(UNRETRIED, MakerNetwork.NONE, 16);
        assertThat(shares.greed(UNRETRIED, MakerNetwork.NONE, SHARE)).isEqualTo(3 * 4 * 16);
    }

    @Test
    void whatANetworkLiesInCountsOnce() {
        add("192.0.2.0", 4);
        add("192.0.3.0", 60);
        assertThat(greed("192.0.2.0")).isEqualTo(2 * 2 * 16 + 6 * 16);
        add("192.1.2.0", 500); // Another /16.
        assertThat(greed("192.0.2.0")).isEqualTo(2 * 2 * 16 + 6 * 16);
    }

    /// Of a /48 half by its /40, and half by its /32.
    @Test
    void whatANetworkOfIpv6LiesInCountsByItsMean() {
        add("2001:db8:100::", 4);
        add("2001:db8:101::", 12);
        add("2001:db8:200::", 240);
        assertThat(greed("2001:db8:100::")).isEqualTo(2 * 2 * 16 + (4 * 16 + 8 * 16) / 2);
    }

    @Test
    void moreThanAShareIsSaidOfANetworkAndOfAllThatLieInALargeOne() {
        add("192.0.2.0", 1);
        add("192.0.3.0", (int) SHARE - 1);
        assertThat(greed("192.0.2.0") & MORE).isZero();
        add("192.0.3.0", 1);
        assertThat(greed("192.0.2.0") & MORE).isEqualTo(MORE);
        assertThat(greed("192.0.3.0") & MORE).isEqualTo(MORE);
        shares.add(RETRIED, network("192.0.2.0"), 1);
        assertThat(shares.greed(RETRIED, network("192.0.2.0"), SHARE) & MORE).isZero();
    }

    @Test
    void clientsThatAreNoAddressShareOneNetwork() {
        shares.add(UNRETRIED, MakerNetwork.NONE, 5);
        shares.add(RETRIED, MakerNetwork.NONE, 7);
        assertThat(shares.triplets(MakerNetwork.NONE)).isEqualTo(12);
        shares.add(RETRIED, MakerNetwork.NONE, -7);
        assertThat(shares.triplets(MakerNetwork.NONE)).isEqualTo(5);
    }

    @Test
    void tripletsAreWhatHasNotProvenItself() {
        shares.add(UNRETRIED, network("192.0.2.0"), 5);
        shares.add(RETRIED, network("192.0.2.0"), 7);
        shares.add(PROVEN, network("192.0.2.0"), 11);
        assertThat(shares.triplets()).isEqualTo(12);
        assertThat(shares.triplets(network("192.0.2.0"))).isEqualTo(12);
        assertThat(shares.weight()).isEqualTo(23);
        assertThat(shares.triplets(network("192.0.3.0"))).isZero();
    }

    /// By chance a dozen of them would, if a counter of each were enough two hundred.
    @Test
    void aSmallNetworkSeldomLooksLikeALargeOne() {
        for (int i = 0; i < 1_000; i++) {
            shares.add(UNRETRIED, network("10." + i / 250 + "." + i % 250 + ".0"), 1_000);
        }
        int wrong = 0;
        for (int i = 0; i < 50_000; i++) {
            long network = network("172." + i / 250 + "." + i % 250 + ".0");
            wrong += shares.weight(UNRETRIED, network, Shares.NETWORK) > 0 ? 1 : 0;
        }
        assertThat(wrong).isLessThan(12);
    }
}
