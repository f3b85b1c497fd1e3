package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.greydaemon.decision.Key;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// From a key's hash to its record: open addressing with linear probing in one flat table outside
/// the Java heap. Guarded by the lock of its shard.
final class Index {
    /*
     * A slot is 64 bits, 0 when it is free:
     *
     *    63            32 31             0
     *   +----------------+----------------+
     *   | tag: 32 bits of| reference of   |
     *   | the key's hash | the record     |
     *   +----------------+----------------+
     *
     * The tag alone says where an entry belongs (home = tag * slots / 2^32), so the table grows and
     * closes gaps without looking at a record. Between 3/8 and 3/4 of the slots are taken: growing by
     * half rather than doubling keeps the average table at 5/8, and it shrinks by a third.
     */
    private static final int SLOTS_MIN = 64;

    private Table table = new Table(SLOTS_MIN);
    private int slots = SLOTS_MIN;
    private int taken;

    /// The memory of all slots.
    private static final class Table {
        private final Arena arena = Arena.ofShared();
        private final MemorySegment memory;

        Table(int slots) {
            memory = arena.allocate((long) slots * Long.BYTES, Long.BYTES);
        }

        long get(int slot) {
            return memory.getAtIndex(JAVA_LONG, slot);
        }

        void set(int slot, long entry) {
            memory.setAtIndex(JAVA_LONG, slot, entry);
        }
    }

    /// The record of a key, or {@link Records#NONE}.
    int find(int tag, Key key, Records records) {
        for (int i = home(tag); ; i = next(i)) {
            long entry = entry(i);
            if (entry == 0) {
                return Records.NONE;
            }
            if (tag(entry) == tag && records.matches(ref(entry), key)) {
                return ref(entry);
            }
        }
    }

    /// The record at a random place of the table, or {@link Records#NONE} if there is none.
    ///
    /// @param random any number
    int any(int random) {
        if (taken == 0) {
            return Records.NONE;
        }
        int i = home(random);
        while (entry(i) == 0) {
            i = next(i);
        }
        return ref(entry(i));
    }

    /// Adds a record whose key is not in the table.
    void add(int tag, int ref) {
        if (taken >= slots / 4 * 3) {
            resize(slots / 2 * 3);
        }
        put(entry(tag, ref));
        taken++;
    }

    private void put(long entry) {
        int i = home(tag(entry));
        while (entry(i) != 0) {
            i = next(i);
        }
        table.set(i, entry);
    }

    /// Lets the entry of a record name another one.
    void replace(int tag, int ref, int newRef) {
        table.set(slotOf(tag, ref), entry(tag, newRef));
    }

    /// Removes the entry of a record.
    void remove(int tag, int ref) {
        int gap = slotOf(tag, ref);
        // Knuth 6.4, algorithm R: what probing had pushed past the gap moves back into it.
        for (int i = next(gap); entry(i) != 0; i = next(i)) {
            int home = home(tag(entry(i)));
            boolean homeIsBetween = gap <= i ? gap < home && home <= i : gap < home || home <= i;
            if (!homeIsBetween) {
                table.set(gap, entry(i));
                gap = i;
            }
        }
        table.set(gap, 0);
        taken--;
        if (taken < slots / 8 * 3 && slots > SLOTS_MIN) {
            resize(Math.max(SLOTS_MIN, slots / 3 * 2));
        }
    }

    private int slotOf(int tag, int ref) {
        int i = home(tag);
        while (ref(entry(i)) != ref) {
            if (entry(i) == 0) {
                throw new IllegalStateException("record " + ref + " is not in the index");
            }
            i = next(i);
        }
        return i;
    }

    private void resize(int newSlots) {
        Table old = table;
        int oldSlots = slots;
        slots = newSlots;
        table = new Table(newSlots);
        for (int i = 0; i < oldSlots; i++) {
            if (old.get(i) != 0) {
                put(old.get(i));
            }
        }
        old.arena.close();
    }

    /// What the table takes, in octets.
    long bytes() {
        return table.memory.byteSize();
    }

    void close() {
        table.arena.close();
    }

    private static long entry(int tag, int ref) {
        return ((long) tag << 32) | (ref & 0xffff_ffffL);
    }

    private int home(int tag) {
        return (int) (((tag & 0xffff_ffffL) * slots) >>> 32);
    }

    private int next(int i) {
        return i + 1 == slots ? 0 : i + 1;
    }

    private long entry(int i) {
        return table.get(i);
    }

    private static int tag(long entry) {
        return (int) (entry >>> 32);
    }

    private static int ref(long entry) {
        return (int) entry;
    }
}
