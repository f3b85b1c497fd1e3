package org.greydaemon.bench;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Looks addresses up in a white list of 100,000 prefixes; about half of them are found.
@State(Scope.Thread)
public class CidrSetBench {
    private static final int PREFIXES = 100_000;
    private static final int LOOKUPS = 1 << 16;

    private final long[] low = new long[LOOKUPS];
    private final CidrSet set;
    private int next;

    /// Makes the list and the addresses, the same ones in every run.
    public CidrSetBench() {
        Random random = new Random(1);
        List<CidrBlock> blocks = new ArrayList<>();
        for (int i = 0; i < PREFIXES; i++) {
            blocks.add(CidrBlock.around(IpAddress.ipv4(random.nextInt()), 16 + i % 17));
        }
        set = CidrSet.of(blocks);
        for (int i = 0; i < LOOKUPS; i++) {
            int address =
                    i % 2 == 0
                            ? random.nextInt()
                            : (int) blocks.get(random.nextInt(PREFIXES)).last().low();
            low[i] = IpAddress.ipv4Low(address);
        }
    }

    /// Any of many addresses.
    @Benchmark
    public int find() {
        return set.find(0, low[next++ & LOOKUPS - 1]);
    }
}
