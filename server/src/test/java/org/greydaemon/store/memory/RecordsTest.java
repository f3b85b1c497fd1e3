package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.greydaemon.system.PagePool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

final class RecordsTest {
    private final PagePool pages = new PagePool();
    private final Records records = new Records(pages);
    private final byte[] scratch = new byte[Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX];

    @AfterEach
    void freeMemory() {
        records.close();
        pages.close();
    }

    private Name name(int ref) {
        Key key = new Key();
        records.readKey(ref, key, scratch);
        return Name.of(key);
    }

    private static long network(int i) {
        return switch (i % 3) {
            case 0 -> MakerNetwork.NONE;
            case 1 ->
                    MakerNetwork.of(0, 0xffff_0000_0000L + ((long) i * 12_345_678 & 0xffff_ff00L));
            default -> MakerNetwork.of((long) i << 48 | 0xffff_0000L, 0);
        };
    }

    private static Name random(Random random) {
        String client = "c".repeat(random.nextInt(Key.CLIENT_MAX + 1));
        String sender = "s".repeat(1 + random.nextInt(Key.ADDRESS_MAX));
        String recipient = "r".repeat(random.nextInt(Key.ADDRESS_MAX + 1));
        Key.Kind kind = Key.Kind.of(random.nextInt(Key.Kind.values().length));
        return switch (kind.fields()) {
            case 0 -> new Name(kind, "%016d".formatted(random.nextInt(1_000_000)), "", "");
            case 1 -> new Name(kind, client, "", "");
            case 2 -> new Name(kind, client, sender, "");
            default -> Name.triplet(client, sender, recipient);
        };
    }

    /// Who takes no lock may have a reference to what is no more.
    @Test
    void aLookAheadStandsAnyReference() {
        int ref = records.append(Name.client("192.0.2.1").key(), 0, 17);
        assertThat(records.peek(ref)).isEqualTo(17);
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            assertThat(records.peek(random.nextInt())).as("no such segment").isZero();
            long _ = records.peek(random.nextInt(1 << 14)); // Of the first ones, beyond its end.
        }
    }

    @Test
    void recordIsWhatWasAppendedWhereverItMoves() {
        Random random = new Random(1);
        Map<Integer, Name> model = new HashMap<>();
        List<Integer> refs = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Name name = random(random);
            int ref = records.append(name.key(), network(i), Entry.of(i, i));
            records.setLag(ref, i % 100 - 50);
            if (random.nextInt(3) == 0) {
                ref = records.move(ref);
            }
            refs.add(ref);
            model.put(ref, name);
        }
        for (int i = 0; i < refs.size(); i++) {
            int ref = refs.get(i);
            Name name = model.getOrDefault(ref, Name.client(""));
            assertThat(name(ref)).isEqualTo(name);
            assertThat(records.matches(ref, name.key())).isTrue();
            assertThat(records.entry(ref)).isEqualTo(Entry.of(i, i));
            assertThat(records.network(ref)).isEqualTo(network(i));
            assertThat(records.kind(ref)).isEqualTo(name.kind());
            assertThat(records.lag(ref)).isEqualTo(name.kind().isTriplet() ? 0 : i % 100 - 50);
            assertThat(records.isRetried(ref)).isFalse();
            assertThat(records.isRemoved(ref)).isFalse();
        }
    }

    @Test
    void recordMatchesNothingButItsName() {
        Name name = Name.triplet("client", "0123456789abcdef", "recipient");
        int ref = records.append(name.key(), 0, 1);
        for (Name other :
                List.of(
                        Name.client("client"),
                        Name.client("client0123456789abcdefrecipient"),
                        Name.triplet("client0", "123456789abcdef", "recipient"),
                        Name.triplet("client", "0123456789abcdefr", "ecipient"),
                        Name.triplet("clienT".replace('T', 'x'), "0123456789abcdef", "recipient"),
                        Name.triplet("client", "0123456789abcdex", "recipient"),
                        Name.triplet("client", "x123456789abcdef", "recipient"),
                        Name.triplet("client", "0123456789abcdef", "recipienx"),
                        Name.triplet("client", "0123456789abcdef", "recipient0"))) {
            assertThat(records.matches(ref, other.key())).as("%s", other).isFalse();
        }
        assertThat(records.matches(ref, name.key())).isTrue();
    }

    @Test
    void networkComesBackAsItWas() {
        Key key = new Key();
        for (long[] network :
                new long[][] {
                    {-1, -1},
                    {0, 0xffff_0000_0000L},
                    {0, 0xffff_ffff_ff00L},
                    {0, 0},
                    {0x2001_0db8_0001_0000L, 0},
                    {0xffff_ffff_ffff_0000L, 0},
                }) {
            long maker = MakerNetwork.of(network[0], network[1]);
            records.readKey(records.append(Name.client("c").key(), maker, 1), key, scratch);
            assertThat(key.networkHigh()).isEqualTo(network[0]);
            assertThat(key.networkLow()).isEqualTo(network[1]);
        }
    }

    @Test
    void digestIsNoTextOfTheSameOctets() {
        String octets = "0123456789abcdef";
        int client = records.append(Name.client(octets).key(), 0, 1);
        int host = records.append(new Name(Key.Kind.HOST_TRIPLET, octets, "", "").key(), 0, 1);
        int spf = records.append(new Name(Key.Kind.SPF_TRIPLET, octets, "", "").key(), 0, 1);
        Key key = new Name(Key.Kind.HOST_TRIPLET, octets, "", "").key();
        assertThat(records.matches(host, key)).isTrue();
        assertThat(records.matches(spf, key)).isFalse();
        assertThat(records.matches(client, key)).isFalse();
        assertThat(records.matches(host, Name.client(octets).key())).isFalse();
        Key other = new Name(Key.Kind.HOST_TRIPLET, "0123456789abcdeg", "", "").key();
        assertThat(records.matches(host, other)).isFalse();
    }

    /// The two share an octet.
    @Test
    void hostThatMadeATripletIsKnownAndTheJournalIsNeverBehindIt() {
        Key key = Name.triplet("192.0.2.77", "a@b.c", "d@e.f").key();
        int ref = records.append(key, 0, 1);
        assertThat(key.host()).isPositive();
        records.setLag(ref, 0);
        assertThat(records.host(ref)).isEqualTo(key.host());
        assertThat(records.lag(ref)).isZero();
    }

    /// A copy that was made meanwhile may lack what has gone elsewhere.
    @Test
    void everyMoveAndEverySegmentThatGoesIsSeen() {
        int before = records.moves();
        Segment segment = records.segments().getLast();
        int ref = records.append(Name.client("c").key(), 0, 1);
        records.startSegment();
        int _ = records.move(ref);
        int moved = records.moves();
        assertThat(moved).isNotEqualTo(before);
        records.free(segment);
        assertThat(records.moves()).isNotIn(before, moved);
    }

    @Test
    void segmentsAreGivenBack() {
        PagePool pool = new PagePool();
        Records closed = new Records(pool);
        for (int i = 0; i < 1_000; i++) {
            int _ = closed.append(Name.client("client" + i).key(), 0, 1);
        }
        assertThat(closed.segments()).hasSizeGreaterThan(2);
        assertThat(pool.taken()).isEqualTo(closed.bytes());
        Segment segment = closed.segments().getFirst();
        closed.free(segment);
        assertThat(pool.taken()).isEqualTo(closed.bytes());
        closed.close();
        assertThat(pool.taken()).isZero();
        pool.close();
    }

    @Test
    void freedMemoryIsGivenBackAndItsPlaceUsedAgain() {
        List<Segment> first = records.segments();
        records.startSegment();
        long bytes = records.bytes();
        for (int i = 0; i < 1_000; i++) {
            Segment segment = records.segments().getLast();
            records.startSegment();
            records.free(segment);
        }
        assertThat(records.bytes()).isEqualTo(bytes);
        assertThat(records.segments()).hasSize(2).containsAll(first);
    }
}
