package org.greydaemon.exempt;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;

import java.util.Arrays;

/// Finds the lines that mean a client's address, without trying all of them. Immutable.
final class ClientLines {
    private static final int NONE = CidrSet.NONE;

    // Finds an entry of those below, a block and a line, by the narrowest block.
    private final CidrSet set;
    private final int[] lines;

    // The entry of the next line with the same block, and that of the first line with the narrowest
    // block around it.
    private final int[] next;
    private final int[] around;
    private final boolean isPlain;

    private ClientLines(Builder builder) {
        int size = builder.set.size();
        lines = Arrays.copyOf(builder.lines, size);
        next = new int[size];
        around = new int[size];
        Arrays.fill(next, NONE);
        isPlain = builder.isPlain;
        set = builder.set.build(new Links());
    }

    /// Links the entries.
    private final class Links implements CidrSet.Nesting {
        private int last = NONE;

        @Override
        public void within(int number, int outer) {
            around[number] = outer;
            last = number;
        }

        @Override
        public void repeats(int number, int first) {
            around[number] = around[first];
            next[last] = number;
            last = number;
        }
    }

    /// Whether its lines have no other conditions, and so {@link #first} is enough.
    boolean isPlain() {
        return isPlain;
    }

    /// The first line in force of a client, whose other conditions do not matter; {@link
    /// RankedLines#END} if there is none. Allocates nothing.
    int first(long high, long low, InForce inForce) {
        int first = RankedLines.END;
        for (int block = set.find(high, low); block != NONE; block = around[block]) {
            int entry = block;
            while (entry != NONE && lines[entry] < first && !inForce.holds(lines[entry])) {
                entry = next[entry];
            }
            first = entry == NONE ? first : Math.min(first, lines[entry]);
        }
        return first;
    }

    /// Finds the first line that fits, and those that may fit when more is known.
    void find(Search search, InForce inForce) {
        if (!search.attempt().isAddress()) {
            return;
        }
        int block = set.find(search.attempt().addressHigh(), search.attempt().addressLow());
        while (block != NONE) {
            int entry = block;
            while (entry != NONE && !search.settlesClient(inForce, lines[entry])) {
                entry = next[entry];
            }
            block = around[block];
        }
    }

    /// Collects lines, in their order.
    static final class Builder {
        private final CidrSet.Builder set = new CidrSet.Builder();
        private int[] lines = new int[2];
        private boolean isPlain = true;

        void add(int line, ExemptionLine its, Condition.Client client) {
            isPlain &= its.conditions().size() == 1;
            for (CidrBlock block : client.blocks()) {
                int entry = set.size();
                if (entry == lines.length) {
                    lines = Arrays.copyOf(lines, 2 * entry);
                }
                lines[entry] = line;
                set.add(block, entry);
            }
        }

        ClientLines build() {
            return new ClientLines(this);
        }
    }
}
