package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Reads the records of a segment one after the other, without the lock of its shard. Confined to
/// one thread.
///
/// That is right as long as nothing is appended to the segment and nobody frees it: of a record
/// only its entry, its flags and its lag still change, each in one store of an aligned number, so
/// that a reader sees the value before or the one after. What was changed later than the segment
/// was left is in the journal.
final class RecordCursor {
    private final MemorySegment memory;
    private final int used;
    private int at;
    private int next = Segment.FIRST_OFFSET;

    /// @param used the end of the last record
    RecordCursor(MemorySegment memory, int used) {
        this.memory = memory;
        this.used = used;
    }

    /// The same for a copy of the records, which stays as it is.
    ///
    /// @param arena where it is kept
    RecordCursor copy(Arena arena) {
        MemorySegment room = arena.allocate(used, Long.BYTES);
        MemorySegment.copy(memory, 0, room, 0, used);
        return new RecordCursor(room, used);
    }

    /// Goes to the next record that has not been removed.
    ///
    /// @return whether there is one
    boolean next() {
        do {
            at = next;
            if (at >= used) {
                return false;
            }
            next = at + FlatRecord.size(memory, at);
        } while (FlatRecord.isRemoved(memory, at));
        return true;
    }

    /// Where the record begins.
    int offset() {
        return at;
    }

    Key.Kind kind() {
        return FlatRecord.kind(memory, at);
    }

    long entry() {
        return FlatRecord.entry(memory, at);
    }

    /// The network of the client that made the entry, a {@link MakerNetwork}.
    long network() {
        return FlatRecord.network(memory, at);
    }

    /// The name of the record.
    Key readKey(RecordKey scratch) {
        return scratch.read(memory, at);
    }
}
