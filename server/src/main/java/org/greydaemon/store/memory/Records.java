package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.decision.Key;
import org.greydaemon.system.PagePool;
import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The entries of one shard as flat records outside the Java heap, named by 32-bit references.
/// Guarded by the lock of its shard.
final class Records {
    /*
     * Records are only ever appended, to the youngest segment. A removed record leaves a hole; when
     * the saver meets a segment that has many holes it moves the rest to the youngest one and frees
     * it. So memory shrinks with the entries, in small steps, and no free lists are needed.
     *
     * A reference is the segment's slot (19 bits) and the offset / 8 (13 bits). Offset 0 is not
     * used, so that 0 names no record.
     */
    static final int NONE = 0;

    private static final int OFFSET_BITS = 13;
    private static final int SEGMENT_MIN = 8 << 10; // Room for the longest record.

    /// 64 KiB. Memory that was used before is filled with zeros under the shard's lock.
    private static final int SEGMENT_MAX = 8 << OFFSET_BITS;

    private final PagePool pages;
    private @Nullable Segment[] slots = new Segment[4];
    private final List<Segment> byAge = new ArrayList<>();
    private Segment youngest;
    private long bytes;
    private int moves;

    // Whether what is appended is added to what files said before.
    private boolean isAdding;

    /// @param pages where segments are taken from
    Records(PagePool pages) {
        this.pages = pages;
        youngest = startSegment();
    }

    /// Appends a record.
    ///
    /// @param network of the client that makes it, a {@link MakerNetwork}
    int append(Key key, long network, long entry) {
        int ref = allocate(FlatRecord.sizeOf(key));
        FlatRecord.write(segment(ref).memory, offset(ref), key, network, entry);
        return ref;
    }

    /// Whether records that are appended from now on can be told from those of before; they lie in
    /// segments of their own, which takes nothing of each record.
    void adding(boolean is) {
        isAdding = is;
        startSegment();
    }

    /// Whether a record was appended as one that can be told.
    boolean isAdded(int ref) {
        return segment(ref).isAdded;
    }

    /// Copies a record to the youngest segment; the old one becomes a hole. The caller corrects
    /// what refers to it.
    int move(int ref) {
        Segment from = segment(ref);
        int size = FlatRecord.size(from.memory, offset(ref));
        int moved = allocate(size);
        MemorySegment.copy(from.memory, offset(ref), segment(moved).memory, offset(moved), size);
        remove(ref);
        moves++;
        return moved;
    }

    /// Changes with each record that is moved and each segment that is let go of.
    int moves() {
        return moves;
    }

    /// Makes a record a hole.
    void remove(int ref) {
        Segment segment = segment(ref);
        segment.alive -= FlatRecord.size(segment.memory, offset(ref));
        FlatRecord.setRemoved(segment.memory, offset(ref));
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
        Segment segment = new Segment(slot, pages.take(size), isAdding);
        slots[slot] = segment;
        byAge.add(segment);
        bytes += size;
        youngest = segment;
        return segment;
    }

    /// Gives a segment without living records back; no record in it may be touched any more.
    void free(Segment segment) {
        byAge.remove(segment);
        moves++;
        slots[segment.slot] = null;
        bytes -= segment.memory.byteSize();
        pages.give(segment.memory);
    }

    /// Frees everything.
    void close() {
        for (Segment segment : List.copyOf(byAge)) {
            free(segment);
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

    /// The reference of the record behind another one in its segment, removed or not, or {@link
    /// #NONE}.
    int after(int ref) {
        Segment segment = segment(ref);
        int next = (int) offset(ref) + FlatRecord.size(segment.memory, offset(ref));
        return next < segment.used ? reference(segment, next) : NONE;
    }

    /// Whether the record has this key.
    boolean matches(int ref, Key key) {
        return FlatRecord.matches(segment(ref).memory, offset(ref), key);
    }

    /// Makes `key` the name of the record.
    void readKey(int ref, Key key, byte[] scratch) {
        FlatRecord.readKey(segment(ref).memory, offset(ref), key, scratch);
    }

    /// What is remembered, an {@link org.greydaemon.decision.Entry}.
    long entry(int ref) {
        return FlatRecord.entry(segment(ref).memory, offset(ref));
    }

    void setEntry(int ref, long entry) {
        FlatRecord.setEntry(segment(ref).memory, offset(ref), entry);
    }

    /// By how many seconds the journal is behind the entry's time; never behind a triplet's.
    int lag(int ref) {
        return kind(ref).isTriplet() ? 0 : FlatRecord.lag(segment(ref).memory, offset(ref));
    }

    /// Says it of what is no triplet; of a triplet nothing else can be said.
    void setLag(int ref, int seconds) {
        if (!kind(ref).isTriplet()) {
            FlatRecord.setLag(segment(ref).memory, offset(ref), seconds);
        }
    }

    /// Which host of its network made a triplet, from 1 to 127; 0 if nobody knows.
    int host(int ref) {
        return FlatRecord.lag(segment(ref).memory, offset(ref));
    }

    Key.Kind kind(int ref) {
        return FlatRecord.kind(segment(ref).memory, offset(ref));
    }

    /// The network of the client that made the entry, a {@link MakerNetwork}.
    long network(int ref) {
        return FlatRecord.network(segment(ref).memory, offset(ref));
    }

    boolean isRetried(int ref) {
        return FlatRecord.isRetried(segment(ref).memory, offset(ref));
    }

    void setRetried(int ref) {
        FlatRecord.setRetried(segment(ref).memory, offset(ref));
    }

    boolean isRemoved(int ref) {
        return FlatRecord.isRemoved(segment(ref).memory, offset(ref));
    }

    /// For how many entries a record counts where their number is bounded: one for every 256 octets
    /// begun. So the bound is one on memory too; only addresses longer than anybody has count more.
    int weight(int ref) {
        return (FlatRecord.size(segment(ref).memory, offset(ref)) + 255) >> 8;
    }

    /// Something that lies where a record may be. May be called by anybody, with anything.
    long peek(int ref) {
        @Nullable Segment[] at = slots;
        int slot = ref >>> OFFSET_BITS;
        Segment segment = slot < at.length ? at[slot] : null;
        if (segment == null || offset(ref) >= segment.memory.byteSize()) {
            return 0;
        }
        return segment.memory.get(JAVA_LONG, offset(ref));
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
