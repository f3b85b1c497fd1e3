package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import org.greydaemon.decision.Key;
import org.greydaemon.system.PagePool;

import java.lang.foreign.MemorySegment;

/// One flat table outside the Java heap, with open addressing and linear probing; it neither grows
/// nor shrinks. Guarded by the lock of its shard.
final class SlotTable {
    /*
     * A slot is 64 bits, 0 when it is free:
     *
     *    63            32 31             0
     *   +----------------+----------------+
     *   | tag: 32 bits of| reference of   |
     *   | the key's hash | the record     |
     *   +----------------+----------------+
     *
     * The tag alone says where an entry belongs (home = tag * slots / 2^32), so entries move to
     * another table, and into gaps, without a look at a record.
     */
    private final PagePool pages;
    private final MemorySegment memory;

    /// How many entries there is room for.
    final int slots;

    private int taken;

    SlotTable(PagePool pages, int slots) {
        this.pages = pages;
        this.slots = slots;
        memory = pages.take((long) slots * Long.BYTES);
    }

    /// The entry in a slot, or 0.
    long get(int slot) {
        return memory.getAtIndex(JAVA_LONG, slot);
    }

    /// The record of a key, or {@link Records#NONE}.
    int find(int tag, Key key, Records records) {
        for (int i = home(tag); ; i = next(i)) {
            long entry = get(i);
            if (entry == 0) {
                return Records.NONE;
            }
            if (tag(entry) == tag && records.matches(ref(entry), key)) {
                return ref(entry);
            }
        }
    }

    /// Adds an entry; there must be a free slot.
    void put(long entry) {
        int i = home(tag(entry));
        while (get(i) != 0) {
            i = next(i);
        }
        memory.setAtIndex(JAVA_LONG, i, entry);
        taken++;
    }

    /// Lets the entry of a record name another one.
    ///
    /// @return whether it was there
    boolean replace(int tag, int ref, int newRef) {
        int slot = slotOf(tag, ref);
        if (slot >= 0) {
            memory.setAtIndex(JAVA_LONG, slot, entry(tag, newRef));
        }
        return slot >= 0;
    }

    /// Removes the entry of a record.
    ///
    /// @return whether it was there
    boolean remove(int tag, int ref) {
        int gap = slotOf(tag, ref);
        if (gap < 0) {
            return false;
        }
        // Knuth 6.4, algorithm R: what probing had pushed past the gap moves back into it.
        for (int i = next(gap); get(i) != 0; i = next(i)) {
            int home = home(tag(get(i)));
            boolean homeIsBetween = gap <= i ? gap < home && home <= i : gap < home || home <= i;
            if (!homeIsBetween) {
                memory.setAtIndex(JAVA_LONG, gap, get(i));
                gap = i;
            }
        }
        clear(gap);
        return true;
    }

    /// Frees a taken slot; what was pushed past it is no longer found.
    void clear(int slot) {
        memory.setAtIndex(JAVA_LONG, slot, 0);
        taken--;
    }

    /// How many entries there are.
    int taken() {
        return taken;
    }

    private int slotOf(int tag, int ref) {
        int i = home(tag);
        while (ref(get(i)) != ref) {
            if (get(i) == 0) {
                return -1;
            }
            i = next(i);
        }
        return i;
    }

    /// Where an entry with this tag belongs.
    int home(int tag) {
        return (int) (((tag & 0xffff_ffffL) * slots) >>> 32);
    }

    /// The slot behind this one.
    int next(int i) {
        return i + 1 == slots ? 0 : i + 1;
    }

    /// What it takes, in octets.
    long bytes() {
        return memory.byteSize();
    }

    void close() {
        pages.give(memory);
    }

    static long entry(int tag, int ref) {
        return ((long) tag << 32) | (ref & 0xffff_ffffL);
    }

    static int tag(long entry) {
        return (int) (entry >>> 32);
    }

    static int ref(long entry) {
        return (int) entry;
    }
}
