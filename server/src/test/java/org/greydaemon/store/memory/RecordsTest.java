package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

final class RecordsTest {
    private final Records records = new Records();
    private final byte[] scratch = new byte[Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX];

    @AfterEach
    void freeMemory() {
        records.close();
    }

    private Name name(int ref) {
        Key key = new Key();
        records.readKey(ref, key, scratch);
        return Name.of(key);
    }

    private static Name random(Random random) {
        String client = "c".repeat(random.nextInt(Key.CLIENT_MAX + 1));
        String sender = "s".repeat(1 + random.nextInt(Key.ADDRESS_MAX));
        String recipient = "r".repeat(random.nextInt(Key.ADDRESS_MAX + 1));
        return random.nextInt(3) == 0
                ? Name.client(client)
                : Name.triplet(client, sender, recipient);
    }

    @Test
    void recordIsWhatWasAppendedWhereverItMoves() {
        Random random = new Random(1);
        Map<Integer, Name> model = new HashMap<>();
        List<Integer> refs = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            Name name = random(random);
            int ref = records.append(name.key(), i % 256, i);
            if (!name.isTriplet()) {
                records.setJournaled(ref, i + 1);
            }
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
            assertThat(records.time(ref)).isEqualTo(i);
            assertThat(records.group(ref)).isEqualTo(i % 256);
            assertThat(records.isTriplet(ref)).isEqualTo(name.isTriplet());
            assertThat(records.isRetried(ref)).isFalse();
            assertThat(records.isRemoved(ref)).isFalse();
            if (!name.isTriplet()) {
                assertThat(records.journaled(ref)).isEqualTo(i + 1);
            }
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

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "2147483647, 2147483647",
        "2147483648, 2147483648",
        "4294967295, 4294967295",
        "4294967296, 4294967295",
        "9223372036854775807, 4294967295",
        "-1, 0",
        "-9223372036854775808, 0",
    })
    void timeIsGoodUntil2106AndStopsThere(long time, long kept) {
        int ref = records.append(Name.client("c").key(), 0, time);
        assertThat(records.time(ref)).isEqualTo(kept);
        records.setTime(ref, 5);
        records.setTime(ref, time);
        records.setJournaled(ref, time);
        assertThat(records.time(ref)).isEqualTo(kept);
        assertThat(records.journaled(ref)).isEqualTo(kept);
    }

    @Test
    void freedMemoryIsGivenBackAndItsPlaceUsedAgain() {
        List<Segment> first = records.segments();
        records.startSegment();
        long bytes = records.bytes();
        for (int i = 0; i < 1_000; i++) {
            Segment segment = records.segments().getLast();
            records.startSegment();
            records.detach(segment);
            segment.free();
        }
        assertThat(records.bytes()).isEqualTo(bytes);
        assertThat(records.segments()).hasSize(2).containsAll(first);
    }
}
