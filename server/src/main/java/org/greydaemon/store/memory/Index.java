package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;
import org.greydaemon.system.PagePool;
import org.jspecify.annotations.Nullable;

/// From a key's hash to its record. Guarded by the lock of its shard.
///
/// Between 3/8 and 3/4 of the slots are taken: growing by half rather than doubling keeps the
/// average table at 5/8, and it shrinks by a third. To copy a table of a hundred thousand slots
/// takes milliseconds, for which an answer would wait: so the entries move to the new one a few at
/// each change, and until all have moved both are looked at.
final class Index {
    private static final int SLOTS_MIN = 64;

    /// How many slots of the old table a change empties, at least: all of them have had their turn
    /// long before the new table is too small.
    private static final int SLOTS_A_CHANGE = 16;

    private final PagePool pages;
    private SlotTable table;
    private @Nullable SlotTable old;

    // How many slots of `old` have been emptied, from the first one on. A change stops before a
    // free slot, so nothing behind it has been pushed past those, and the rest is found as before.
    private int emptied;

    /// @param pages where tables are taken from
    Index(PagePool pages) {
        this.pages = pages;
        table = new SlotTable(pages, SLOTS_MIN);
    }

    /// The record of a key, or {@link Records#NONE}.
    int find(int tag, Key key, Records records) {
        int ref = table.find(tag, key, records);
        return ref == Records.NONE && old != null ? old.find(tag, key, records) : ref;
    }

    /// Something that lies where the entry of a key would be. May be called by anybody.
    long peek(int tag) {
        SlotTable at = table;
        return at.get(at.home(tag));
    }

    /// The record at a random place, or else the next one behind it; {@link Records#NONE} if there
    /// is none.
    ///
    /// @param random any number
    int any(int random) {
        if (taken() == 0) {
            return Records.NONE;
        }
        if (old != null && old.taken() > 0) {
            // What belongs to this place has either moved or not.
            int home = old.home(random);
            if (home >= emptied || table.taken() == 0) {
                return anyOld(old, Math.max(home, emptied));
            }
        }
        int i = table.home(random);
        while (table.get(i) == 0) {
            i = table.next(i);
        }
        return SlotTable.ref(table.get(i));
    }

    /// @param first where to begin
    private int anyOld(SlotTable from, int first) {
        for (int i = first; ; i = i + 1 == from.slots ? emptied : i + 1) {
            long entry = from.get(i);
            if (entry != 0) {
                return SlotTable.ref(entry);
            }
        }
    }

    /// Makes room for one record more. To be called before there is one: a record that is not in
    /// the index could never be removed.
    ///
    /// @throws OutOfMemoryError if the system has none; all is as it was
    void makeRoom() {
        if (taken() >= table.slots / 4 * 3) {
            resize(table.slots / 2 * 3);
        }
    }

    /// Adds a record whose key is not in the index, after {@link #makeRoom}.
    void add(int tag, int ref) {
        table.put(SlotTable.entry(tag, ref));
        move(SLOTS_A_CHANGE);
    }

    /// Lets the entry of a record name another one.
    void replace(int tag, int ref, int newRef) {
        boolean isThere =
                table.replace(tag, ref, newRef) || (old != null && old.replace(tag, ref, newRef));
        check(isThere, ref);
        move(SLOTS_A_CHANGE);
    }

    /// Removes the entry of a record.
    void remove(int tag, int ref) {
        check(table.remove(tag, ref) || (old != null && old.remove(tag, ref)), ref);
        if (isWide()) {
            shrink(Math.max(SLOTS_MIN, table.slots / 3 * 2));
        }
        move(SLOTS_A_CHANGE);
    }

    private void shrink(int slots) {
        try {
            resize(slots);
        } catch (OutOfMemoryError e) {
            // The next one tries again: what was removed must be so in the records too.
        }
    }

    private static void check(boolean isThere, int ref) {
        if (!isThere) {
            throw new IllegalStateException("record " + ref + " is not in the index");
        }
    }

    /// Makes room for so many entries at once, while there are none: growing step by step takes
    /// three times as much memory in passing. Room that is not used takes none.
    ///
    /// @param entries how many there may be
    void expect(int entries) {
        if (taken() == 0) {
            resize(Math.max(SLOTS_MIN, (int) (entries / 5 * 8L)));
        }
    }

    /// Takes no more room than entries that have come as expected would.
    void fit() {
        if (isWide()) {
            shrink(Math.max(SLOTS_MIN, (int) (taken() / 5 * 8L)));
            move(Integer.MAX_VALUE); // Nobody waits yet.
        }
    }

    private boolean isWide() {
        return taken() < table.slots / 8 * 3 && table.slots > SLOTS_MIN;
    }

    private int taken() {
        return old == null ? table.taken() : table.taken() + old.taken();
    }

    private void resize(int slots) {
        move(Integer.MAX_VALUE);
        SlotTable from = table;
        table = new SlotTable(pages, slots);
        if (from.taken() == 0) {
            from.close();
            return;
        }
        old = from;
        emptied = 0;
    }

    /// Moves what is in the next slots of the old table, and in those up to the end of the run.
    private void move(int slots) {
        if (old == null) {
            return;
        }
        SlotTable from = old;
        for (int i = 0; emptied < from.slots; i++) {
            long entry = from.get(emptied);
            if (entry != 0) {
                table.put(entry);
                from.clear(emptied);
            } else if (i >= slots) {
                return;
            }
            emptied++;
        }
        from.close();
        old = null;
    }

    /// What it takes, in octets.
    long bytes() {
        return old == null ? table.bytes() : table.bytes() + old.bytes();
    }

    void close() {
        table.close();
        if (old != null) {
            old.close();
        }
    }
}
