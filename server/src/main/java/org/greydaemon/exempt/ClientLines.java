package org.greydaemon.exempt;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Finds the lines that mean a client's address, without trying all of them. Immutable.
final class ClientLines {
    private static final int NONE = CidrSet.NONE;

    private final CidrSet set;
    private final List<List<Ranked>> lines;
    // The narrowest block around each.
    private final int[] around;
    // The first line of each block and of those around it.
    private final int[] first;
    private final boolean isPlain;

    private ClientLines(Map<CidrBlock, List<Ranked>> byBlock, boolean isPlain) {
        List<CidrBlock> blocks = List.copyOf(byBlock.keySet());
        set = CidrSet.of(blocks);
        lines = List.copyOf(byBlock.values());
        around = around(blocks);
        first = new int[blocks.size()];
        this.isPlain = isPlain;
        Arrays.setAll(first, block -> firstOf(block));
    }

    private int firstOf(int block) {
        int rank = Exemptions.END;
        for (int at = block; at != NONE; at = around[at]) {
            rank = Math.min(rank, lines.get(at).getFirst().rank());
        }
        return rank;
    }

    private static int[] around(List<CidrBlock> blocks) {
        int[] around = new int[blocks.size()];
        Integer[] sorted = new Integer[blocks.size()];
        Arrays.setAll(sorted, i -> i);
        Arrays.sort(
                sorted,
                Comparator.comparing((Integer i) -> blocks.get(i).address().isIpv4())
                        .thenComparing(i -> blocks.get(i).address())
                        .thenComparingInt(i -> blocks.get(i).prefixLength()));
        Deque<Integer> open = new ArrayDeque<>();
        for (int block : sorted) {
            while (!open.isEmpty() && !blocks.get(open.peek()).covers(blocks.get(block))) {
                open.pop();
            }
            around[block] = open.isEmpty() ? NONE : open.peek();
            open.push(block);
        }
        return around;
    }

    /// Whether its lines have no other conditions, and so {@link #first} is enough.
    boolean isPlain() {
        return isPlain;
    }

    /// The rank of the first line of a client, whose other conditions do not matter; {@link
    /// Exemptions#END} if there is none. Allocates nothing.
    int first(long high, long low) {
        int block = set.find(high, low);
        return block == NONE ? Exemptions.END : first[block];
    }

    /// Finds the first line that fits, and those that may fit when more is known.
    void find(Search search) {
        if (!search.attempt().isAddress()) {
            return;
        }
        int block = set.find(search.attempt().addressHigh(), search.attempt().addressLow());
        while (block != NONE) {
            for (Ranked line : lines.get(block)) {
                if (search.settles(line)) {
                    break;
                }
            }
            block = around[block];
        }
    }

    /// Collects lines, in their order.
    static final class Builder {
        private final Map<CidrBlock, List<Ranked>> byBlock = new LinkedHashMap<>();
        private boolean isPlain = true;

        void add(Ranked line, Condition.Client client) {
            isPlain &= line.line().conditions().size() == 1;
            Ranked found = new Ranked(line.rank(), line.line().withoutClient());
            for (CidrBlock block : client.blocks()) {
                byBlock.computeIfAbsent(block, _ -> new ArrayList<>(1)).add(found);
            }
        }

        ClientLines build() {
            return new ClientLines(byBlock, isPlain);
        }
    }
}
