package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.greydaemon.store.Name;
import org.greydaemon.system.PagePool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

final class IndexTest {
    private static final int OPERATIONS = 60_000;

    /// Tags that meet at the ends of the table and in one place of it.
    private static final int[] CROWDED = {0, 1, -1, -2, 1 << 31, 0x1234_5678};

    private final PagePool pages = new PagePool();
    private final Records records = new Records(pages);
    private final Index index = new Index(pages);
    private final Map<Name, Integer> model = new HashMap<>();

    @AfterEach
    void freeMemory() {
        records.close();
        index.close();
        pages.close();
    }

    private static int tag(Name name) {
        int hash = name.hashCode();
        return hash % 3 == 0 ? CROWDED[Math.floorMod(hash, CROWDED.length)] : hash * 0x9e3779b9;
    }

    private int find(Name name) {
        return index.find(tag(name), name.key(), records);
    }

    private void add(Name name) {
        index.makeRoom();
        int ref = records.append(name.key(), 0, 1);
        index.add(tag(name), ref);
        model.put(name, ref);
    }

    @Test
    void findsWhatAMapFinds() {
        long seed = Seed.next();
        Random random = new Random(seed);
        List<Name> names = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            names.add(Name.client("client" + i));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            // The table fills and empties in turns, so that it grows and shrinks.
            boolean filling = i / 5_000 % 2 == 0;
            Name name = names.get(random.nextInt(names.size()));
            int ref = model.getOrDefault(name, Records.NONE);
            assertThat(find(name)).as("-Dseed=%d, operation %d", seed, i).isEqualTo(ref);
            assertThat(index.any(random.nextInt()))
                    .as("-Dseed=%d, operation %d", seed, i)
                    .matches(any -> any == 0 ? model.isEmpty() : model.containsValue(any));
            if (ref == Records.NONE) {
                if (filling || random.nextInt(10) == 0) {
                    add(name);
                }
            } else if (random.nextInt(4) == 0) {
                int moved = records.append(name.key(), 0, 1);
                index.replace(tag(name), ref, moved);
                model.put(name, moved);
            } else if (!filling || random.nextInt(10) == 0) {
                index.remove(tag(name), ref);
                model.remove(name);
            }
        }
        for (Name name : names) {
            assertThat(find(name)).as("-Dseed=%d", seed).isEqualTo(model.getOrDefault(name, 0));
        }
    }

    @Test
    void aTableIsNotCopiedInOneGo() {
        int left = 0;
        for (int i = 0; i < 10_000; i++) {
            long before = index.bytes();
            add(Name.client("client" + i));
            // The old table goes in another change than the one that the new one has come in.
            left += index.bytes() < before ? 1 : 0;
        }
        assertThat(left).isGreaterThan(5);
    }

    @Test
    void memoryFollowsTheEntries() {
        long empty = index.bytes();
        for (int i = 0; i < 10_000; i++) {
            add(Name.client("client" + i));
        }
        assertThat(index.bytes()).isBetween(10_000 * 8 * 4 / 3L, 10_000 * 8 * 2L + 8);
        model.forEach((name, ref) -> index.remove(tag(name), ref));
        assertThat(index.bytes()).isEqualTo(empty);
    }
}
