package org.greydaemon.store.memory;

import java.lang.foreign.MemorySegment;

/// One piece of memory outside the Java heap that records are appended to. Guarded by the lock of
/// its shard.
final class Segment {
    /// Where the first record lies: offset 0 stays free, so that reference 0 can mean "none".
    static final int FIRST_OFFSET = 8;

    /// The memory itself.
    final MemorySegment memory;

    /// The slot that references to its records name.
    final int slot;

    /// Whether its records were {@linkplain Records#adding added}.
    final boolean isAdded;

    /// The end of the last record.
    int used = FIRST_OFFSET;

    /// The octets of records that have not been removed.
    int alive;

    Segment(int slot, MemorySegment memory, boolean isAdded) {
        this.slot = slot;
        this.memory = memory;
        this.isAdded = isAdded;
    }

    /// Takes room for a record.
    ///
    /// @return its offset, or -1 if the segment is full
    int allocate(int size) {
        if (used + size > memory.byteSize()) {
            return -1;
        }
        int offset = used;
        used += size;
        alive += size;
        return offset;
    }

    /// Reads the records that are there now; see {@link RecordCursor} for how long it may.
    RecordCursor records() {
        return new RecordCursor(memory, used);
    }

    /// Whether more than a fifth of it is holes.
    boolean hasManyHoles() {
        return alive * 5L < memory.byteSize() * 4;
    }
}
