package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

final class NetworkTableTest {
    private static final long SEED = Long.getLong("seed", 20_261_126L);

    /// An entry of a network.
    private record Entry(IpAddress network, EntryState state) {}

    private static NetworkTable table(int places, List<Entry> entries) {
        NetworkTable table = new NetworkTable(places);
        entries.forEach(entry -> table.look(entry.network().high(), entry.network().low()));
        entries.forEach(
                entry -> table.count(entry.network().high(), entry.network().low(), entry.state()));
        return table;
    }

    private static Map<IpAddress, Long> exact(List<Entry> entries) {
        Map<IpAddress, Long> exact = new HashMap<>();
        entries.forEach(entry -> exact.merge(entry.network(), 1L, Long::sum));
        return exact;
    }

    /// The n-th network has about an n-th of the first one's entries, as networks on the Internet
    /// do.
    private static List<Entry> entries(Random random) {
        List<Entry> entries = new ArrayList<>();
        int networks = 1 + random.nextInt(5_000);
        int first = 1 + random.nextInt(2_000);
        for (int n = 1; n <= networks; n++) {
            IpAddress network =
                    n % 3 == 0
                            ? new IpAddress(0x2001_0db8_0000_0000L + ((long) n << 16), 0)
                            : IpAddress.ipv4(random.nextInt() & ~0xff);
            for (int i = 0; i <= first / n; i++) {
                EntryState[] states = EntryState.values();
                entries.add(new Entry(network, states[random.nextInt(states.length)]));
            }
        }
        Collections.shuffle(entries, random);
        return entries;
    }

    @Test
    void whatIsFoundIsExactAndNothingBiggerIsMissed() {
        for (int round = 0; round < 40; round++) {
            Random random = new Random(SEED + round);
            List<Entry> entries = entries(random);
            Map<IpAddress, Long> exact = exact(entries);
            int places = 1 + random.nextInt(300);
            NetworkTable table = table(places, entries);
            String where = "-Dseed=%d, round %d, %d places".formatted(SEED, round, places);

            assertThat(table.missedMax())
                    .describedAs(where)
                    .isLessThanOrEqualTo(entries.size() / (places + 1));
            Map<IpAddress, Long> found = new HashMap<>();
            table.biggest(Integer.MAX_VALUE)
                    .forEach(one -> found.put(new IpAddress(one.high(), one.low()), one.entries()));
            Map<IpAddress, Long> wanted = new HashMap<>(exact);
            wanted.values().removeIf(count -> count <= table.missedMax());
            assertThat(found).describedAs(where).isEqualTo(wanted);
        }
    }

    @Test
    void statesAreCountedAndTheBiggestComesFirst() {
        IpAddress small = IpAddress.ipv4(0xc000_0200);
        IpAddress big = new IpAddress(0x2001_0db8_0001_0000L, 0);
        List<Entry> entries =
                List.of(
                        new Entry(small, EntryState.PROVEN),
                        new Entry(big, EntryState.WAITING),
                        new Entry(big, EntryState.PROVEN),
                        new Entry(big, EntryState.LATE),
                        new Entry(big, EntryState.READY),
                        new Entry(big, EntryState.WAITING));
        NetworkTable table = table(2, entries);
        assertThat(table.biggest(2))
                .containsExactly(
                        new NetworkTable.NetworkCount(big.high(), big.low(), 5, 1, 2),
                        new NetworkTable.NetworkCount(small.high(), small.low(), 1, 1, 0));
        assertThat(table.biggest(1)).hasSize(1);
        assertThat(table.missedMax()).isZero();
    }

    /// Nobody is called big because he came last.
    @Test
    void networksOfEqualSizeAreNotTold() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            entries.add(new Entry(IpAddress.ipv4(i % 1_000 << 8), EntryState.WAITING));
        }
        NetworkTable table = table(100, entries);
        assertThat(table.missedMax()).isBetween(3L, 29L);
        assertThat(table.biggest(10)).isEmpty();
    }
}
