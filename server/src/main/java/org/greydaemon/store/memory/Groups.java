package org.greydaemon.store.memory;

/// The entries of one shard by network group: who has how many, and who goes first when there are
/// too many. Guarded by the lock of its shard.
final class Groups {
    /*
     * Client networks are spread over groups by a keyed hash (64 shards of 256 groups), and a group
     * answers for its networks together. This is stochastic fair queueing (P. McKenney, 1990): a
     * fixed small table instead of one that an attacker can grow, at the price that a few innocent
     * networks share a group with a greedy one, and nobody can choose which.
     *
     * Each group has a list of its triplets and one of its proven clients, linked through the
     * records. New triplets enter at the young end and a retried one moves to the old end, so that
     * the young end holds the next victim: the youngest that was never retried.
     */
    static final int COUNT = 256;

    /// How many of the oldest clients are compared when a proven client must go.
    private static final int CANDIDATES = 16;

    private final Records records;
    private final Lists triplets = new Lists();
    private final Lists clients = new Lists();

    Groups(Records records) {
        this.records = records;
    }

    void add(int ref) {
        Lists lists = lists(ref);
        lists.addYoung(ref, records.group(ref));
    }

    void remove(int ref) {
        lists(ref).remove(ref, records.group(ref));
    }

    /// A triplet was asked for again: it goes behind those that never were.
    void retried(int ref) {
        records.setRetried(ref);
        triplets.remove(ref, records.group(ref));
        triplets.addOld(ref, records.group(ref));
    }

    /// A record has moved in memory: its neighbours and the list's ends follow.
    void moved(int from, int to) {
        lists(to).moved(from, to, records.group(to));
    }

    /// The weight of the triplets of all groups.
    int triplets() {
        return triplets.all;
    }

    /// The weight of the triplets of a group.
    int triplets(int group) {
        return triplets.weight[group];
    }

    /// The weight of the triplets of the group that has most.
    int mostTriplets() {
        return triplets.most;
    }

    /// The weight of the clients of the group that has most.
    int mostClients() {
        return clients.most;
    }

    /// The next triplet to go from a group, or {@link Records#NONE}.
    int victim(int group) {
        return triplets.youngest[group];
    }

    /// The next triplet to go from the group that has most, or {@link Records#NONE}.
    int tripletVictim() {
        return victim(triplets.greediest());
    }

    /// The next client to go from the group that has most, or {@link Records#NONE}: the least
    /// recently seen of its longest known clients.
    int clientVictim() {
        int candidate = clients.oldest[clients.greediest()];
        int victim = candidate;
        for (int i = 0; i < CANDIDATES && candidate != Records.NONE; i++) {
            if (records.time(candidate) < records.time(victim)) {
                victim = candidate;
            }
            candidate = records.younger(candidate);
        }
        return victim;
    }

    private Lists lists(int ref) {
        return records.isTriplet(ref) ? triplets : clients;
    }

    /// One doubly linked list per group.
    private final class Lists {
        final int[] youngest = new int[COUNT];
        final int[] oldest = new int[COUNT];
        final int[] weight = new int[COUNT];
        int most;
        int all;

        void addYoung(int ref, int group) {
            int next = youngest[group];
            records.setYounger(ref, Records.NONE);
            records.setOlder(ref, next);
            if (next == Records.NONE) {
                oldest[group] = ref;
            } else {
                records.setYounger(next, ref);
            }
            youngest[group] = ref;
            grown(ref, group);
        }

        void addOld(int ref, int group) {
            int next = oldest[group];
            records.setOlder(ref, Records.NONE);
            records.setYounger(ref, next);
            if (next == Records.NONE) {
                youngest[group] = ref;
            } else {
                records.setOlder(next, ref);
            }
            oldest[group] = ref;
            grown(ref, group);
        }

        private void grown(int ref, int group) {
            int more = records.weight(ref);
            all += more;
            weight[group] += more;
            most = Math.max(most, weight[group]);
        }

        void remove(int ref, int group) {
            int younger = records.younger(ref);
            int older = records.older(ref);
            link(younger, older, group);
            int less = records.weight(ref);
            boolean hadMost = weight[group] == most;
            all -= less;
            weight[group] -= less;
            if (hadMost) {
                most = weight[greediest()];
            }
        }

        private void link(int younger, int older, int group) {
            if (younger == Records.NONE) {
                youngest[group] = older;
            } else {
                records.setOlder(younger, older);
            }
            if (older == Records.NONE) {
                oldest[group] = younger;
            } else {
                records.setYounger(older, younger);
            }
        }

        void moved(int from, int to, int group) {
            if (youngest[group] == from) {
                youngest[group] = to;
            } else {
                records.setOlder(records.younger(to), to);
            }
            if (oldest[group] == from) {
                oldest[group] = to;
            } else {
                records.setYounger(records.older(to), to);
            }
        }

        int greediest() {
            int greediest = 0;
            for (int group = 1; group < COUNT; group++) {
                if (weight[group] > weight[greediest]) {
                    greediest = group;
                }
            }
            return greediest;
        }
    }
}
