package org.greydaemon.replay;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Key.Kind;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.Store;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;

/// Remembers while attempts are played, in memory alone. Entries are named by the {@link
/// Fingerprint} of their key, so that a million of them takes 60 MB of a small heap.
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

    /// An entry: two halves of the name and what is remembered. The lowest bits of the second half
    /// are those of the kind's letter, which tell all letters apart and are never 0; all of it is 0
    /// where no entry is.
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

    /// A slot: the number of an entry, from 1 on, and above it the highest bits of the first half
    /// of its name, so that strangers in a row need not be looked at. 0 is free.
    private static final int NUMBER_BITS = 21;

    private static final int NUMBERS = (1 << NUMBER_BITS) - 1;

    private final Lifetimes lifetimes;
    private final int entriesMax;
    private final ExpiryWheel wheel = new ExpiryWheel(this::end);
    private final long[] ofKind = new long[Kind.values().length];
    private final Fingerprint fingerprint = new Fingerprint();
    private int[] slots = new int[SMALLEST];
    private long[] table = new long[0];
    private int[] free = new int[SMALLEST]; // Numbers that are free, from 0 on.
    private int freed;
    private int numbers; // Numbers that were ever taken.
    private int used; // Slots that are taken.
    private int[] forgotten = new int[16]; // Entries that a rule has forgotten, so far.
    private int forgottenCount;
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
        int entry = (slots[find()] & NUMBERS) - 1;
        boolean taken = entry >= 0;
        long seen = taken ? table[entry * WORDS + ENTRY] : NEVER;
        long next = rule.next(seen, now);
        if (next == seen) {
            return seen;
        }
        if (!taken) {
            if (!makeRoom(now)) {
                notRemembered++;
                return seen;
            }
            entry = take(next);
        }
        table[entry * WORDS + ENTRY] = next;
        count(key.kind(), seen, next);
        if (next == NEVER) {
            forget(entry);
        }
        return seen;
    }

    private void count(Kind kind, long seen, long next) {
        int more = seen == NEVER ? 1 : next == NEVER ? -1 : 0;
        entries += more;
        ofKind[kind.number()] += more;
        entriesMost = Math.max(entriesMost, entries);
    }

    /// Where the number of the entry is, or the free slot where it belongs.
    private int find() {
        int mask = slots.length - 1;
        int slot = (int) high & mask;
        int its = slots[slot];
        while (its != 0 && (its >>> NUMBER_BITS != tag(high) || !isNamed((its & NUMBERS) - 1))) {
            slot = (slot + 1) & mask;
            its = slots[slot];
        }
        return slot;
    }

    private static int tag(long high) {
        return (int) (high >>> (Long.SIZE - (Integer.SIZE - NUMBER_BITS)));
    }

    private static int slotOf(int entry, long high) {
        return tag(high) << NUMBER_BITS | (entry + 1);
    }

    private boolean isNamed(int entry) {
        return table[entry * WORDS + HIGH] == high && table[entry * WORDS + LOW] == low;
    }

    /// Takes a number for the entry that is named now.
    private int take(long next) {
        if (freed == 0 && numbers * WORDS == table.length) {
            int room = Math.max(SMALLEST, Math.min(numbers * 2, entriesMax));
            table = Arrays.copyOf(table, room * WORDS);
            wheel.grow(room);
        }
        int entry = freed > 0 ? free[--freed] : numbers++;
        table[entry * WORDS + HIGH] = high;
        table[entry * WORDS + LOW] = low;
        table[entry * WORDS + ENTRY] = next;
        slots[find()] = slotOf(entry, high);
        wheel.add(entry);
        used++;
        return entry;
    }

    /// Makes room for one more entry, by more slots or by forgetting what has expired.
    private boolean makeRoom(long now) {
        if (used < slots.length / 4 * 3 && used < entriesMax) {
            return true;
        }
        if (entries >= entriesMax) {
            return false; // The next look may find some that have expired.
        }
        forgetExpired(now); // Which also makes as many slots as there have to be.
        return entries < entriesMax;
    }

    /// Its place is kept until the next look.
    private void forget(int entry) {
        if (forgottenCount == forgotten.length) {
            forgotten = Arrays.copyOf(forgotten, 2 * forgottenCount);
        }
        forgotten[forgottenCount++] = entry;
    }

    private void forgetExpired(long now) {
        for (int i = 0; i < forgottenCount; i++) {
            int entry = forgotten[i];
            // It may have come back meanwhile, or have been forgotten twice.
            if (table[entry * WORDS + LOW] != 0 && table[entry * WORDS + ENTRY] == NEVER) {
                wheel.remove(entry);
                remove(entry);
            }
        }
        forgottenCount = 0;
        wheel.turn(now, this::expire);
        int wanted = SMALLEST;
        while (wanted < LARGEST && used >= wanted / 2) {
            wanted *= 2;
        }
        if (wanted != slots.length) {
            resize(wanted);
        }
    }

    private void expire(int entry) {
        entries--;
        ofKind[kind(table[entry * WORDS + LOW]).number()]--;
        remove(entry);
    }

    private long end(int entry) {
        long its = table[entry * WORDS + ENTRY];
        long seconds = lifetimes.seconds(kind(table[entry * WORDS + LOW]), its);
        return Entry.time(its) + Math.min(seconds, Entry.TIME_MAX);
    }

    /// Frees the number and the slot of an entry.
    private void remove(int entry) {
        int mask = slots.length - 1;
        int gap = (int) table[entry * WORDS + HIGH] & mask;
        while ((slots[gap] & NUMBERS) != entry + 1) {
            gap = (gap + 1) & mask;
        }
        // What a gap would hide moves into it.
        for (int slot = (gap + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
            int home = (int) table[((slots[slot] & NUMBERS) - 1) * WORDS + HIGH] & mask;
            if (((slot - home) & mask) >= ((slot - gap) & mask)) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = 0;
        table[entry * WORDS + LOW] = 0;
        if (freed == free.length) {
            free = Arrays.copyOf(free, 2 * freed);
        }
        free[freed++] = entry;
        used--;
    }

    private void resize(int wanted) {
        slots = new int[wanted];
        for (int entry = 0; entry < numbers; entry++) {
            if (table[entry * WORDS + LOW] != 0) {
                long its = table[entry * WORDS + HIGH];
                int slot = (int) its & (wanted - 1);
                while (slots[slot] != 0) {
                    slot = (slot + 1) & (wanted - 1);
                }
                slots[slot] = slotOf(entry, its);
            }
        }
    }

    private static Kind kind(long low) {
        return Objects.requireNonNull(KINDS[(int) (low & KIND_BITS)]);
    }

    private void hash(Key key) {
        // Where fields end is a part of the name.
        long fields = ((long) key.clientLength() << 32) | ((long) key.senderLength() << 2);
        fingerprint.take(key.bytes(), key.length(), fields);
        high = fingerprint.high();
        low = (fingerprint.low() & ~KIND_BITS) | (key.kind().letter() & KIND_BITS);
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
        return ofKind[kind.number()];
    }

    @Override
    public boolean mayHold(Kind kind) {
        return ofKind[kind.number()] > 0;
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
        // The collector has it.
    }
}
