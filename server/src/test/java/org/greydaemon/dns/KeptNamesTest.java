package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

final class KeptNamesTest {
    private static final List<String> NAMES = List.of("mx.example.org");

    private long nanos;
    private final KeptNames kept = new KeptNames(() -> nanos);

    private static IpAddress client(int number) {
        return new IpAddress(0, IpAddress.ipv4Low(number));
    }

    @Test
    void namesHoldForTheirClientAndTenMinutes() {
        assertThat(kept.get(client(1))).as("nothing yet").isEmpty();
        kept.put(client(1), NAMES);
        kept.put(client(2), List.of());
        assertThat(kept.get(client(1))).contains(NAMES);
        assertThat(kept.get(client(2))).as("it has none").contains(List.of());
        assertThat(kept.get(client(3))).isEmpty();
        assertThat(kept.get(new IpAddress(0x2001_0db8_0000_0000L, client(1).low()))).isEmpty();
        nanos += KeptNames.KEPT_NANOS;
        assertThat(kept.get(client(1))).contains(NAMES);
        nanos++;
        assertThat(kept.get(client(1))).isEmpty();
    }

    /// Each client has one place, and a later one may take it.
    @Test
    void asManyAreKeptAsThereArePlaces() {
        int places = 1 << KeptNames.PLACE_BITS;
        for (int i = 0; i < 4 * places; i++) {
            kept.put(client(i), NAMES);
            assertThat(kept.get(client(i))).contains(NAMES);
        }
        assertThat(
                        IntStream.range(0, 4 * places)
                                .filter(i -> kept.get(client(i)).isPresent())
                                .count())
                .isBetween(places / 2L, (long) places);
    }
}
