package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.store.Name;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

final class GroupsTest {
    private static final int GROUPS = 5;

    private final Records records = new Records();
    private final Groups groups = new Groups(records);

    // The youngest first, as records.
    private final List<List<Integer>> triplets = new ArrayList<>();
    private final List<List<Integer>> clients = new ArrayList<>();

    GroupsTest() {
        for (int i = 0; i < GROUPS; i++) {
            triplets.add(new ArrayList<>());
            clients.add(new ArrayList<>());
        }
    }

    @AfterEach
    void freeMemory() {
        records.close();
    }

    @Test
    void listsAreWhatListsAre() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 30_000; i++) {
            boolean isTriplet = random.nextBoolean();
            int group = random.nextInt(GROUPS);
            List<Integer> list = (isTriplet ? triplets : clients).get(group);
            boolean filling = i / 3_000 % 2 == 0;
            if (random.nextInt(10) < (filling ? 7 : 3) || list.isEmpty()) {
                add(isTriplet, group, list, random);
            } else {
                change(random.nextInt(3), list.get(random.nextInt(list.size())), list);
            }
            compare("-Dseed=%d, operation %d".formatted(seed, i));
        }
    }

    private void add(boolean isTriplet, int group, List<Integer> list, Random random) {
        Name name = isTriplet ? Name.triplet("c", "s", "r") : Name.client("c");
        int ref = records.append(name.key(), group, random.nextInt(1_000));
        groups.add(ref);
        list.addFirst(ref);
    }

    private void change(int how, Integer ref, List<Integer> list) {
        switch (how) {
            case 0 -> {
                groups.remove(ref);
                list.removeIf(ref::equals);
            }
            case 1 -> {
                int moved = records.move(ref);
                groups.moved(ref, moved);
                Collections.replaceAll(list, ref, moved);
            }
            default -> {
                if (records.isTriplet(ref)) {
                    groups.retried(ref);
                    list.removeIf(ref::equals);
                    list.addLast(ref);
                }
            }
        }
    }

    private void compare(String label) {
        List<Integer> most = Collections.max(triplets, Comparator.comparingInt(List::size));
        assertThat(groups.mostTriplets()).as(label).isEqualTo(most.size());
        assertThat(groups.triplets())
                .as(label)
                .isEqualTo(triplets.stream().mapToInt(List::size).sum());
        assertThat(groups.tripletVictim())
                .as(label)
                .isEqualTo(most.isEmpty() ? Records.NONE : most.getFirst());
        for (int group = 0; group < GROUPS; group++) {
            List<Integer> list = triplets.get(group);
            assertThat(groups.triplets(group)).as(label).isEqualTo(list.size());
            assertThat(groups.victim(group))
                    .as(label)
                    .isEqualTo(list.isEmpty() ? Records.NONE : list.getFirst());
        }
        most = Collections.max(clients, Comparator.comparingInt(List::size));
        assertThat(groups.mostClients()).as(label).isEqualTo(most.size());
        assertThat(groups.clientVictim())
                .as(label)
                .isEqualTo(
                        most.reversed().stream()
                                .limit(16)
                                .min(Comparator.comparingLong(records::time))
                                .orElse(Records.NONE));
    }
}
