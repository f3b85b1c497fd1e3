package org.greydaemon.store.memory;

import org.greydaemon.decision.Key;

import java.lang.foreign.MemorySegment;

/// The room that the name of a record needs outside its segment. Takes more than 8 KiB, so there is
/// one for each who reads many, and none for each shard. Confined to one thread.
final class RecordKey {
    private final Key key = new Key();
    private final byte[] text = new byte[Key.CLIENT_MAX + 2 * Key.ADDRESS_MAX];

    /// The name of a record, until the next one is read.
    Key read(Records records, int ref) {
        records.readKey(ref, key, text);
        return key;
    }

    /// {@link #read(Records, int)} for the record at an offset of a segment's memory.
    Key read(MemorySegment memory, long at) {
        FlatRecord.readKey(memory, at, key, text);
        return key;
    }
}
