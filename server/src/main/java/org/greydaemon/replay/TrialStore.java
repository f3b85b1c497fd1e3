package org.greydaemon.replay;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Key.Kind;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/// Remembers while attempts are played, in memory alone. Entries are named by 128 bits of a hash of
/// their key, so that a million of them takes 50 MB of a small heap: two of a million keys share
/// their bits once in 10^26 replays.
///
/// When it is full, what has expired goes; when that is not enough, new entries are not remembered:
/// their mail is deferred, and they are counted. Confined to one thread.
public final class TrialStore implements Store {
    /// The most entries.
    static final int ENTRIES_MAX = 1_500_000;

    /// How often what has expired is forgotten.
    private static final long LOOK_SECONDS = 3600;

    private static final int SMALLEST = 1 << 10;
    private static final int LARGEST = 1 << 21;

    /// A slot: two halves of the name and what is remembered. The lowest bits of the second half
    /// are those of the kind's letter, which tell all letters apart and are never 0.
    private static final int HIGH = 0;

    private static final int LOW = 1;
    private static final int ENTRY = 2;
    private static final int WORDS = 3;

    private static final long KIND_BITS = 0x1f;
    private static final @Nullable Kind[] KINDS = new Kind[(int) KIND_BITS + 1];

    static {
        for (Kind kind : Kind.values()) {
            KINDS[(int) (kind.letter() & KIND_BITS)] = kind;
        }
    }

    /// Odd constants of many bits: the fractional parts of the golden ratio and of square roots.
    private static final long P0 = 0x9e37_79b9_7f4a_7c15L;

    private static final long P1 = 0x6a09_e667_f3bc_c909L;
    private static final long P2 = 0xbb67_ae85_84ca_a73bL;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Lifetimes lifetimes;
    private final int entriesMax;
    private long[] table = new long[SMALLEST * WORDS];
    private int used; // Slots that have ever been taken since the table was made.
    private long entries;
    private long entriesMost;
    private long notRemembered;
    private long nextLook = NEVER;
    private long high;
    private long low;

    /// @param entriesMax the most entries; more than {@link #ENTRIES_MAX} are not kept
    public TrialStore(Lifetimes lifetimes, long entriesMax) {
        this.lifetimes = lifetimes;
        this.entriesMax = (int) Math.min(entriesMax, ENTRIES_MAX);
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        if (now >= nextLook) {
            forgetExpired(now);
            nextLook = now + LOOK_SECONDS;
        }
        hash(key);
        int at = find();
        boolean taken = isTaken(at);
        long seen = taken ? table[at + ENTRY] : NEVER;
        long next = rule.next(seen, now);
        if (next == seen) {
            return seen;
        }
        if (!taken) {
            if (!makeRoom(now)) {
                notRemembered++;
                return seen;
            }
            at = find();
            table[at + HIGH] = high;
            table[at + LOW] = low;
            used++;
        }
        entries += seen == NEVER ? 1 : next == NEVER ? -1 : 0;
        entriesMost = Math.max(entriesMost, entries);
        table[at + ENTRY] = next;
        return seen;
    }

    /// Where the entry is, or the free slot where it belongs.
    private int find() {
        int slots = table.length / WORDS;
        int slot = (int) high & (slots - 1);
        while (true) {
            int at = slot * WORDS;
            if (!isTaken(at) || (table[at + HIGH] == high && table[at + LOW] == low)) {
                return at;
            }
            slot = (slot + 1) & (slots - 1);
        }
    }

    private boolean isTaken(int at) {
        return table[at + LOW] != 0;
    }

    /// Makes room for one more entry, by a larger table or by forgetting what has expired.
    private boolean makeRoom(long now) {
        int slots = table.length / WORDS;
        if (used < slots / 4 * 3 && used < entriesMax) {
            return true;
        }
        if (entries >= entriesMax) {
            return false; // The next look may find some that have expired.
        }
        forgetExpired(now); // Which also makes the table as large as it has to be.
        return entries < entriesMax;
    }

    private void forgetExpired(long now) {
        long[] before = table;
        int kept = 0;
        for (int at = 0; at < before.length; at += WORDS) {
            if (isKept(before, at, now)) {
                kept++;
            } else {
                before[at + LOW] = 0;
            }
        }
        int slots = SMALLEST;
        while (slots < LARGEST && kept >= slots / 2) {
            slots *= 2;
        }
        table = new long[slots * WORDS];
        long savedHigh = high;
        long savedLow = low;
        for (int at = 0; at < before.length; at += WORDS) {
            if (before[at + LOW] != 0) {
                high = before[at + HIGH];
                low = before[at + LOW];
                System.arraycopy(before, at, table, find(), WORDS);
            }
        }
        high = savedHigh;
        low = savedLow;
        used = kept;
        entries = kept;
    }

    private boolean isKept(long[] in, int at, long now) {
        return in[at + LOW] != 0
                && in[at + ENTRY] != NEVER
                && lifetimes.isKept(kind(in[at + LOW]), in[at + ENTRY], now);
    }

    private static Kind kind(long low) {
        return Objects.requireNonNull(KINDS[(int) (low & KIND_BITS)]);
    }

    /// 128 bits of the octets and the kind: eight octets at a time are multiplied to 128 bits whose
    /// halves are mixed, twice, with other constants.
    private void hash(Key key) {
        byte[] bytes = key.bytes();
        int length = key.length();
        // Where fields end is a part of the name.
        long fields = ((long) key.clientLength() << 32) | ((long) key.senderLength() << 2);
        long a = P0 ^ fields;
        long b = P1 ^ length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            long word = (long) LONG.get(bytes, i);
            a = mix(a ^ word, P1);
            b = mix(b ^ word, P2);
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = (rest << 8) | (bytes[i] & 0xff);
        }
        high = mix(a ^ rest, P2 ^ b);
        low = (mix(b ^ rest, P0 ^ a) & ~KIND_BITS) | (key.kind().letter() & KIND_BITS);
    }

    private static long mix(long x, long y) {
        return Math.unsignedMultiplyHigh(x, y) ^ (x * y);
    }

    @Override
    public void commit() {
        // There is nothing that would survive.
    }

    /// The keys are not kept, so there is nothing to show.
    @Override
    public void visit(Visitor visitor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long entries() {
        return entries;
    }

    @Override
    public long entries(Kind kind) {
        long count = 0;
        for (int at = 0; at < table.length; at += WORDS) {
            if (isTaken(at) && table[at + ENTRY] != NEVER && kind(table[at + LOW]) == kind) {
                count++;
            }
        }
        return count;
    }

    /// The most entries that were remembered at a time.
    long entriesMost() {
        return entriesMost;
    }

    /// How many entries were not remembered because it was full.
    long notRemembered() {
        return notRemembered;
    }

    @Override
    public void close() {
        table = new long[SMALLEST * WORDS];
        Arrays.fill(table, 0);
        used = 0;
        entries = 0;
    }
}
