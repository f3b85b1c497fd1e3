package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.store.memory.Site.START;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// What the store does when there is too much, and what it gives back when there is less.
final class BoundsTest {
    private Site site;
    private MemoryStore store;

    @TempDir Path folder;

    @BeforeEach
    void openStore() throws IOException {
        site = new Site(folder);
        store = site.open(START);
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    private void open(long entriesMax) throws IOException {
        store.close();
        site.entriesMax = entriesMax;
        store = site.open(START);
    }

    private void remember(int count, IntFunction<Name> name) {
        IntStream.range(0, count).forEach(i -> Site.remember(store, name.apply(i), START));
    }

    private long known(int count, IntFunction<Name> name) {
        return IntStream.range(0, count).filter(i -> Site.knows(store, name.apply(i))).count();
    }

    /// A triplet of one network.
    private static Name flood(int i) {
        return Name.triplet("203.0.113." + i % 256, "flood" + i + "@x.y", "d@e.f");
    }

    /// A triplet of a network of its own.
    private static Name spread(int i) {
        return Name.triplet(address(i), "a@b.c", "d@e.f");
    }

    private static Name provenClient(int i) {
        return Name.client(address(i));
    }

    private static String address(int i) {
        return "10." + i / 256 % 256 + "." + i % 256 + ".1";
    }

    @Test
    void thereAreNeverMoreEntriesThanTheBound() throws Exception {
        open(2_000);
        Random random = new Random(1);
        for (int i = 0; i < 6_000; i++) {
            int n = random.nextInt(60_000);
            Site.remember(store, n % 3 == 0 ? provenClient(n) : spread(n), START);
            assertThat(store.entries()).isLessThanOrEqualTo(2_000);
        }
        assertThat(store.entries()).isEqualTo(2_000);
        assertThat(store.evicted()).isPositive();
    }

    @Test
    void longEntriesCountForAsManyAsTheyAreLarge() throws Exception {
        open(2_000);
        String address = "x".repeat(2_000); // 4,048 octets a record count for 16.
        remember(500, i -> Name.triplet(address(i), address, address));
        assertThat(store.entries()).isEqualTo(125);
        assertThat(site.full.get()).isOne();
        assertThat(store.save(START)).isTrue();
        assertThat(store.bytes()).isLessThan(2_000 * 600);
        remember(2_000, BoundsTest::provenClient); // What is small again counts for one again.
        assertThat(known(2_000, BoundsTest::provenClient)).isGreaterThanOrEqualTo(1_875);
        assertThat(store.entries()).isGreaterThan(1_880);
    }

    @Test
    void longEntriesOfOneNetworkHaveNoMoreRoomThanShortOnes() throws Exception {
        open(32_000);
        String address = "x".repeat(2_000);
        remember(500, i -> Name.triplet("203.0.113." + i % 256, address + i, ""));
        assertThat(store.entries()).isEqualTo(250); // Eight each of the network's 2,000.
        assertThat(site.full.get()).isZero();
    }

    @Test
    void boundHoldsForWhatIsRead() throws Exception {
        open(10_000);
        remember(500, BoundsTest::spread);
        open(100);
        assertThat(store.entries()).isEqualTo(100);
        assertThat(site.full.get()).isOne();
    }

    @Test
    void networkHasItsShareAndNoMore() throws Exception {
        open(32_000);
        remember(3_000, BoundsTest::flood);
        assertThat(store.entries()).isEqualTo(2_000); // A sixteenth.
        assertThat(store.evicted()).isEqualTo(1_000);
        assertThat(site.full.get()).isZero();
    }

    @Test
    void smallStoreLeavesEveryNetworkAThousand() throws Exception {
        open(5_000);
        remember(1_500, BoundsTest::flood);
        assertThat(store.entries()).isEqualTo(1_000);
    }

    @Test
    void floodOfOneNetworkPushesNobodyElseOut() throws Exception {
        open(2_000);
        remember(1_200, BoundsTest::spread);
        remember(5_000, BoundsTest::flood);
        assertThat(known(1_200, BoundsTest::spread)).isEqualTo(1_200);
        IntStream.range(1_200, 1_300).forEach(i -> Site.remember(store, spread(i), START));
        assertThat(known(1_300, BoundsTest::spread)).isEqualTo(1_300);
        assertThat(store.entries()).isEqualTo(2_000);
        assertThat(site.full.get()).isOne();
    }

    @Test
    void whatWasNeverRetriedGoesBeforeWhatWas() throws Exception {
        open(10);
        remember(8, BoundsTest::flood);
        Site.time(store, flood(7)); // Asked for again, which is a retry.
        Site.time(store, flood(0));
        remember(6, BoundsTest::spread); // Two of them find room.
        assertThat(known(8, BoundsTest::flood)).isEqualTo(4);
        assertThat(Site.knows(store, flood(0))).isTrue();
        assertThat(Site.knows(store, flood(7))).isTrue();
        assertThat(known(6, BoundsTest::spread)).isEqualTo(6);
    }

    @Test
    void provenClientsGoLastAndTheLeastRecentOfThemFirst() throws Exception {
        open(32);
        for (int i = 0; i < 24; i++) {
            Site.remember(store, Name.client("203.0.113." + i), START - (i == 5 ? 100 : i));
        }
        remember(500, BoundsTest::spread);
        assertThat(known(24, i -> Name.client("203.0.113." + i))).isEqualTo(24);
        remember(6, BoundsTest::provenClient);
        // Only proven clients now, but for a sixteenth that stays with the triplets.
        assertThat(known(24, i -> Name.client("203.0.113." + i))).isEqualTo(24);
        Site.remember(store, provenClient(6), START);
        assertThat(known(24, i -> Name.client("203.0.113." + i))).isEqualTo(23);
        assertThat(Site.knows(store, Name.client("203.0.113.5"))).isFalse();
        assertThat(store.entries()).isEqualTo(32);
    }

    @Test
    void inAStoreFullOfProvenClientsANewOneCanStillProveItself() throws Exception {
        open(1_000);
        remember(5_000, BoundsTest::provenClient);
        Name triplet = Name.triplet("203.0.113.1", "a@b.c", "d@e.f");
        Site.remember(store, triplet, START);
        remember(100, i -> provenClient(5_000 + i));
        assertThat(Site.knows(store, triplet)).isTrue();
        assertThat(store.entries()).isEqualTo(1_000);
    }

    @Test
    void fullIsSaidOnceUntilThereWasRoomAgain() throws Exception {
        open(100);
        remember(500, BoundsTest::spread);
        assertThat(site.full.get()).isOne();
        assertThat(store.save(START)).isTrue();
        remember(10, i -> spread(1_000 + i));
        assertThat(site.full.get()).isOne();
        assertThat(store.save(START + 7_200)).isTrue(); // All have expired.
        assertThat(store.entries()).isZero();
        IntStream.range(0, 200).forEach(i -> Site.remember(store, spread(i), START + 7_200));
        assertThat(site.full.get()).isEqualTo(2);
    }

    @Test
    void expiredEntriesAreForgottenWhileSavingAndTheMemoryIsGivenBack() throws Exception {
        open(1_000_000);
        long empty = store.bytes();
        remember(60_000, BoundsTest::spread);
        long full = store.bytes();
        assertThat(full).isGreaterThan(5 * empty);
        assertThat(store.save(START + 7_199)).isTrue();
        assertThat(store.entries()).isEqualTo(60_000);
        assertThat(store.save(START + 7_200)).isTrue();
        assertThat(store.entries()).isZero();
        assertThat(store.save(START + 7_200)).isTrue();
        assertThat(store.bytes()).isEqualTo(empty);
    }

    @Test
    void savingOverAndOverTakesNoMemory() throws Exception {
        open(1_000_000);
        remember(10_000, BoundsTest::spread);
        store.save(START);
        store.save(START);
        long bytes = store.bytes();
        for (int i = 0; i < 20; i++) {
            assertThat(store.save(START)).isTrue();
        }
        assertThat(store.bytes()).isLessThanOrEqualTo(bytes);
    }

    @Test
    void mostlyExpiredMemoryIsGivenBackTooAndWhatIsLeftStaysRight() throws Exception {
        open(1_000_000);
        for (int i = 0; i < 60_000; i++) {
            Site.remember(store, spread(i), i % 10 == 0 ? START + 7_200 : START);
        }
        long full = store.bytes();
        assertThat(store.save(START + 7_200)).isTrue();
        assertThat(store.save(START + 7_200)).isTrue();
        assertThat(store.bytes()).isLessThan(full / 3);
        assertThat(store.entries()).isEqualTo(6_000);
        assertThat(known(60_000, BoundsTest::spread)).isEqualTo(6_000);
    }

    @Test
    void tripletOfSixtyOctetsTakesNoMoreThanTheGoal() throws Exception {
        open(10_000_000);
        long empty = store.bytes();
        int count = 100_000;
        remember(count, BoundsTest::ofSixtyOctets);
        assertThat((store.bytes() - empty) / count).isLessThanOrEqualTo(110);
    }

    private static Name ofSixtyOctets(int i) {
        return Name.triplet(
                "10.%d.%d.1".formatted(i / 256 % 256, i % 256),
                "sender%08d@example.org".formatted(i),
                "recipient%03d@example.net".formatted(i % 1000));
    }

    /// A flood in a full store: what is evicted lies anywhere between what stays.
    @Tag("long")
    @Test
    void entryTakesNoMoreWhileOthersAreEvictedAllTheTime() throws Exception {
        open(40_000);
        remember(40_000, BoundsTest::ofSixtyOctets);
        for (int second = 1; second < 30; second++) {
            for (int i = 0; i < 4_000; i++) {
                Site.remember(
                        store, ofSixtyOctets(36_000 + 4_000 * second + i), START + 60L * second);
            }
            store.closeHoles();
            assertThat(store.bytes() / store.entries()).isLessThanOrEqualTo(120);
        }
        assertThat(known(160_000, BoundsTest::ofSixtyOctets)).isEqualTo(store.entries());
    }

    /// As many come as go, some of them proven, so that no piece of memory gets empty by itself.
    @Tag("long")
    @Test
    void entryTakesNoMoreWhileOthersExpireAllTheTime() throws Exception {
        open(1_000_000);
        Random random = new Random(5);
        for (int round = 0; round < 40; round++) {
            long now = START + round * 600L;
            for (int i = 0; i < 3_000; i++) {
                Name name = ofSixtyOctets(3_000 * round + i);
                Site.remember(
                        store, random.nextInt(8) == 0 ? Name.client(name.client()) : name, now);
            }
            if (round % 4 == 0) {
                assertThat(store.save(now)).isTrue();
            }
            store.closeHoles();
            if (round > 16) {
                assertThat(store.bytes() / store.entries()).isLessThanOrEqualTo(120);
            }
        }
    }
}
