package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.util.List;

final class KeptNamesTest {
    private static final IpAddress FIRST = IpAddress.ipv4(0);
    private static final List<String> NAMES = List.of("mx.example.org");

    private long now;
    private final KeptNames kept = new KeptNames(() -> now);

    private void putOthers(int from, int to) {
        for (int i = from; i < to; i++) {
            kept.put(IpAddress.ipv4(i), NAMES);
        }
    }

    @Test
    void namesAreKeptForTenMinutes() {
        kept.put(FIRST, NAMES);
        now += KeptNames.KEPT_NANOS;
        assertThat(kept.get(FIRST)).contains(NAMES);
        now++;
        assertThat(kept.get(FIRST)).isEmpty();
    }

    /// Who mends his DNS is not to wait for long.
    @Test
    void thatThereAreNoneIsKeptForAMinute() {
        kept.put(FIRST, List.of());
        now += KeptNames.NONE_NANOS;
        assertThat(kept.get(FIRST)).contains(List.of());
        now++;
        assertThat(kept.get(FIRST)).isEmpty();
    }

    @Test
    void whatWasFoundLongestAgoGoesFirst() {
        putOthers(0, KeptNames.CLIENTS_MAX);
        assertThat(kept.get(FIRST)).contains(NAMES);
        putOthers(KeptNames.CLIENTS_MAX, KeptNames.CLIENTS_MAX + 1);
        assertThat(kept.get(FIRST)).isEmpty();
        assertThat(kept.get(IpAddress.ipv4(1))).contains(NAMES);
    }

    @Test
    void whatIsFoundAnewIsTheNewest() {
        putOthers(0, KeptNames.CLIENTS_MAX);
        kept.put(FIRST, List.of());
        putOthers(KeptNames.CLIENTS_MAX, KeptNames.CLIENTS_MAX + 10);
        assertThat(kept.get(FIRST)).contains(List.of());
        assertThat(kept.get(IpAddress.ipv4(10))).isEmpty();
    }
}
