package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.decision.Key;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The entries of one shard as flat records outside the Java heap, named by 32-bit references.
/// Guarded by the lock of its shard.
final class Records {
    /*
     * A record, 8-byte aligned:
     *
     *   0        4        8        12      14      16      17     18     19     20
     *   +--------+--------+--------+-------+-------+-------+------+------+------+------------...
     *   | time   |younger | older  |sender |recip. |client |flags |group |  0   | text
     *   +--------+--------+--------+-------+-------+-------+------+------+------+------------...
     *
     *   time      seconds since 1970, unsigned: good until 2106
     *   younger,  the neighbours in the list of its network group, 0 at the ends; the list is what
     *   older     eviction takes its victims from
     *   sender,   lengths in octets; a client's record has neither, its octets 12-15 hold when the
     *   recip.    entry was last written to the journal
     *   text      client, sender, recipient without separators
     *
     * Records are only ever appended, to the youngest segment. A removed record leaves a hole; when
     * the saver meets a segment that is mostly holes it moves the rest to the youngest one and frees
     * it. So memory shrinks with the entries, in small steps, and no free lists are needed.
     *
     * A reference is the segment's slot (17 bits) and the offset / 8 (15 bits). Offset 0 is not
     * used, so that 0 names no record.
     */
    static final int NONE = 0;

    static final int HEADER = 20;
    static final int TIME = 0;
    private static final int YOUNGER = 4;
    private static final int OLDER = 8;
    private static final int SENDER_LENGTH = 12;
    private static final int JOURNALED = 12;
    private static final int RECIPIENT_LENGTH = 14;
    private static final int CLIENT_LENGTH = 16;
    static final int FLAGS = 17;
    private static final int GROUP = 18;

    static final int TRIPLET = 1;
    private static final int RETRIED = 2;
    static final int REMOVED = 4;

    private static final int OFFSET_BITS = 15;
    private static final int SEGMENT_MIN = 8 << 10; // Room for the longest record.
    private static final int SEGMENT_MAX = 8 << OFFSET_BITS; // 256 KiB

    /// The latest time that a record can hold: 2106-02-07.
    static final long TIME_MAX = 0xffff_ffffL;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private @Nullable Segment[] slots = new Segment[4];
    private final List<Segment> byAge = new ArrayList<>();
    private Segment youngest;
    private long bytes;

    Records() {
        youngest = startSegment();
    }

    /// Appends a record that is in no list yet.
    int append(Key key, int group, long time) {
        int ref = allocate(align(key.length()));
        Segment segment = segment(ref);
        MemorySegment memory = segment.memory;
        long at = offset(ref);
        memory.set(JAVA_INT, at + TIME, (int) Math.clamp(time, 0, TIME_MAX));
        memory.set(JAVA_LONG, at + 8, 0); // Older and the lengths.
        memory.set(JAVA_INT, at + YOUNGER, NONE);
        memory.set(JAVA_SHORT, at + SENDER_LENGTH, (short) key.senderLength());
        memory.set(JAVA_SHORT, at + RECIPIENT_LENGTH, (short) key.recipientLength());
        memory.set(JAVA_BYTE, at + CLIENT_LENGTH, (byte) key.clientLength());
        memory.set(JAVA_BYTE, at + FLAGS, (byte) (key.isTriplet() ? TRIPLET : 0));
        memory.set(JAVA_BYTE, at + GROUP, (byte) group);
        MemorySegment.copy(key.bytes(), 0, memory, JAVA_BYTE, at + HEADER, key.length());
        return ref;
    }

    /// Copies a record to the youngest segment; the old one becomes a hole. The caller mends what
    /// refers to it.
    int move(int ref) {
        Segment from = segment(ref);
        int size = size(ref, from);
        int moved = allocate(size);
        MemorySegment.copy(from.memory, offset(ref), segment(moved).memory, offset(moved), size);
        remove(ref);
        return moved;
    }

    /// Makes a record a hole.
    void remove(int ref) {
        Segment segment = segment(ref);
        segment.alive -= size(ref, segment);
        setFlag(ref, REMOVED);
    }

    private int allocate(int size) {
        int offset = youngest.allocate(size);
        if (offset < 0) {
            startSegment();
            offset = youngest.allocate(size);
        }
        return youngest.slot << OFFSET_BITS | offset >> 3;
    }

    /// Begins a new segment, an eighth of what the shard holds, so that little is reserved in vain.
    @CanIgnoreReturnValue
    final Segment startSegment() {
        int slot = 0;
        while (slot < slots.length && slots[slot] != null) {
            slot++;
        }
        if (slot == slots.length) {
            slots = Arrays.copyOf(slots, slot * 2);
        }
        long size = Long.highestOneBit(Math.clamp(bytes / 8, SEGMENT_MIN, SEGMENT_MAX));
        Segment segment = new Segment(slot, size);
        slots[slot] = segment;
        byAge.add(segment);
        bytes += size;
        youngest = segment;
        return segment;
    }

    /// Lets go of a segment without living records; the caller frees it.
    void detach(Segment segment) {
        byAge.remove(segment);
        slots[segment.slot] = null;
        bytes -= segment.memory.byteSize();
    }

    /// Frees everything.
    void close() {
        for (Segment segment : List.copyOf(byAge)) {
            detach(segment);
            segment.free();
        }
    }

    /// The segments, oldest first; the last one is the one that records are appended to. A copy.
    List<Segment> segments() {
        return List.copyOf(byAge);
    }

    /// What the segments take, in octets.
    long bytes() {
        return bytes;
    }

    /// The reference of the record at an offset.
    static int reference(Segment segment, int offset) {
        return segment.slot << OFFSET_BITS | offset >> 3;
    }

    /// Whether the record names the same client or triplet.
    boolean matches(int ref, Key key) {
        MemorySegment memory = segment(ref).memory;
        long at = offset(ref);
        boolean triplet = (memory.get(JAVA_BYTE, at + FLAGS) & TRIPLET) != 0;
        if (triplet != key.isTriplet()
                || (memory.get(JAVA_BYTE, at + CLIENT_LENGTH) & 0xff) != key.clientLength()) {
            return false;
        }
        if (triplet
                && (memory.get(JAVA_SHORT, at + SENDER_LENGTH) != key.senderLength()
                        || memory.get(JAVA_SHORT, at + RECIPIENT_LENGTH)
                                != key.recipientLength())) {
            return false;
        }
        return sameText(memory, at + HEADER, key.bytes(), key.length());
    }

    private static boolean sameText(MemorySegment memory, long at, byte[] text, int length) {
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if (memory.get(JAVA_LONG_UNALIGNED, at + i) != (long) LONG.get(text, i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (memory.get(JAVA_BYTE, at + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    /// Makes `key` the name of the record, except for its network.
    void readKey(int ref, Key key, byte[] scratch) {
        readKey(segment(ref).memory, offset(ref), key, scratch);
    }

    /// {@link #readKey(int, Key, byte[])} for the record at an offset of a segment's memory.
    static void readKey(MemorySegment memory, long at, Key key, byte[] scratch) {
        boolean isTriplet = (memory.get(JAVA_BYTE, at + FLAGS) & TRIPLET) != 0;
        int client = memory.get(JAVA_BYTE, at + CLIENT_LENGTH) & 0xff;
        int sender = isTriplet ? memory.get(JAVA_SHORT, at + SENDER_LENGTH) : 0;
        int recipient = isTriplet ? memory.get(JAVA_SHORT, at + RECIPIENT_LENGTH) : 0;
        int length = client + sender + recipient;
        MemorySegment.copy(memory, JAVA_BYTE, at + HEADER, scratch, 0, length);
        key.client(scratch, 0, client);
        if (isTriplet) {
            key.triplet(scratch, client, client + sender, client + sender, length);
        }
    }

    long time(int ref) {
        return segment(ref).memory.get(JAVA_INT, offset(ref) + TIME) & TIME_MAX;
    }

    void setTime(int ref, long time) {
        segment(ref).memory.set(JAVA_INT, offset(ref) + TIME, (int) Math.clamp(time, 0, TIME_MAX));
    }

    /// When a client's record was last written to the journal.
    long journaled(int ref) {
        return segment(ref).memory.get(JAVA_INT, offset(ref) + JOURNALED) & TIME_MAX;
    }

    void setJournaled(int ref, long time) {
        segment(ref)
                .memory
                .set(JAVA_INT, offset(ref) + JOURNALED, (int) Math.clamp(time, 0, TIME_MAX));
    }

    int younger(int ref) {
        return segment(ref).memory.get(JAVA_INT, offset(ref) + YOUNGER);
    }

    void setYounger(int ref, int younger) {
        segment(ref).memory.set(JAVA_INT, offset(ref) + YOUNGER, younger);
    }

    int older(int ref) {
        return segment(ref).memory.get(JAVA_INT, offset(ref) + OLDER);
    }

    void setOlder(int ref, int older) {
        segment(ref).memory.set(JAVA_INT, offset(ref) + OLDER, older);
    }

    int group(int ref) {
        return segment(ref).memory.get(JAVA_BYTE, offset(ref) + GROUP) & 0xff;
    }

    boolean isTriplet(int ref) {
        return hasFlag(ref, TRIPLET);
    }

    boolean isRetried(int ref) {
        return hasFlag(ref, RETRIED);
    }

    void setRetried(int ref) {
        setFlag(ref, RETRIED);
    }

    boolean isRemoved(int ref) {
        return hasFlag(ref, REMOVED);
    }

    private boolean hasFlag(int ref, int flag) {
        return (segment(ref).memory.get(JAVA_BYTE, offset(ref) + FLAGS) & flag) != 0;
    }

    private void setFlag(int ref, int flag) {
        MemorySegment memory = segment(ref).memory;
        long at = offset(ref) + FLAGS;
        memory.set(JAVA_BYTE, at, (byte) (memory.get(JAVA_BYTE, at) | flag));
    }

    /// For how many entries a record counts where their number is bounded: one for every 256 octets
    /// begun. So the bound is one on memory too; only addresses longer than anybody has count more.
    int weight(int ref) {
        return weightOf(size(ref));
    }

    /// The weight that a record of a key will have.
    static int weight(Key key) {
        return weightOf(align(key.length()));
    }

    private static int weightOf(int size) {
        return (size + 255) >> 8;
    }

    /// The octets that a record takes, removed or not.
    int size(int ref) {
        return size(ref, segment(ref));
    }

    private static int size(int ref, Segment segment) {
        return size(segment.memory, offset(ref));
    }

    /// The octets that the record at an offset of a segment's memory takes, removed or not.
    static int size(MemorySegment memory, long at) {
        int length = memory.get(JAVA_BYTE, at + CLIENT_LENGTH) & 0xff;
        if ((memory.get(JAVA_BYTE, at + FLAGS) & TRIPLET) != 0) {
            length += memory.get(JAVA_SHORT, at + SENDER_LENGTH);
            length += memory.get(JAVA_SHORT, at + RECIPIENT_LENGTH);
        }
        return align(length);
    }

    private static int align(int textLength) {
        return (HEADER + textLength + 7) & ~7;
    }

    private Segment segment(int ref) {
        Segment segment = slots[ref >>> OFFSET_BITS];
        if (segment == null) {
            throw new IllegalStateException("reference " + ref + " to a freed segment");
        }
        return segment;
    }

    private static long offset(int ref) {
        return (ref & ((1 << OFFSET_BITS) - 1L)) << 3;
    }
}
