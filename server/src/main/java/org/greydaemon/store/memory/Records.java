package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.decision.Key;
import org.greydaemon.system.PagePool;
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
     *   0        8      9     10             16         20
     *   +--------+------+-----+--------------+----------+------------...
     *   | entry  | kind | lag | network      | lengths  | text             a key of text
     *   +--------+------+-----+--------------+----------+------------...
     *   | entry  | kind | lag | network      | digest, 16 octets |         a key of a digest
     *   +--------+------+-----+--------------+-------------------+
     *
     *   entry     an Entry: mark and time
     *   kind      4 bits of the key's kind, 2 of flags, 2 of the network's family
     *   lag       by how many seconds the journal is behind the entry's time; of a triplet, which
     *             the journal is never behind: the host that made it
     *   network   of the client that made the entry, 48 bits
     *   lengths   in octets: 8 bits client, 12 sender, 12 recipient
     *   text      client, sender, recipient without separators
     *
     * Records are only ever appended, to the youngest segment. A removed record leaves a hole; when
     * the saver meets a segment that has many holes it moves the rest to the youngest one and frees
     * it. So memory shrinks with the entries, in small steps, and no free lists are needed.
     *
     * A reference is the segment's slot (19 bits) and the offset / 8 (13 bits). Offset 0 is not
     * used, so that 0 names no record.
     */
    static final int NONE = 0;

    static final int ENTRY = 0;
    private static final int KIND = 8;
    private static final int LAG = 9;
    private static final int NETWORK_HIGH = 10;
    private static final int NETWORK_LOW = 12;
    private static final int LENGTHS = 16;
    private static final int DIGEST = 16;
    private static final int TEXT = 20;
    private static final int DIGEST_SIZE = DIGEST + Key.DIGEST_LENGTH;

    private static final int KIND_MASK = 0xf;
    private static final int RETRIED = 0x10;
    private static final int REMOVED = 0x20;
    private static final int FAMILY_SHIFT = 6;

    private static final int CLIENT_SHIFT = 24;
    private static final int SENDER_SHIFT = 12;
    private static final int ADDRESS_MASK = 0xfff;

    private static final int OFFSET_BITS = 13;
    private static final int SEGMENT_MIN = 8 << 10; // Room for the longest record.

    /// 64 KiB. Memory that was used before is filled with zeros under the shard's lock.
    private static final int SEGMENT_MAX = 8 << OFFSET_BITS;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

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
        int ref = allocate(sizeOf(key));
        MemorySegment memory = segment(ref).memory;
        long at = offset(ref);
        int family = (int) (network >>> MakerNetwork.FAMILY_SHIFT);
        memory.set(JAVA_LONG, at + ENTRY, entry);
        memory.set(JAVA_BYTE, at + KIND, (byte) (family << FAMILY_SHIFT | key.kind().number()));
        memory.set(JAVA_BYTE, at + LAG, (byte) (key.isTriplet() ? key.host() : 0));
        memory.set(JAVA_SHORT, at + NETWORK_HIGH, (short) (network >>> Integer.SIZE));
        memory.set(JAVA_INT, at + NETWORK_LOW, (int) network);
        if (key.kind().fields() == 0) {
            MemorySegment.copy(key.bytes(), 0, memory, JAVA_BYTE, at + DIGEST, key.length());
        } else {
            memory.set(JAVA_INT, at + LENGTHS, lengths(key));
            MemorySegment.copy(key.bytes(), 0, memory, JAVA_BYTE, at + TEXT, key.length());
        }
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

    /// The lengths of a key's fields in one number.
    static int lengths(Key key) {
        return key.clientLength() << CLIENT_SHIFT
                | key.senderLength() << SENDER_SHIFT
                | key.recipientLength();
    }

    /// Copies a record to the youngest segment; the old one becomes a hole. The caller corrects
    /// what refers to it.
    int move(int ref) {
        Segment from = segment(ref);
        int size = size(from.memory, offset(ref));
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
        segment.alive -= size(segment.memory, offset(ref));
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
        int next = (int) offset(ref) + size(segment.memory, offset(ref));
        return next < segment.used ? reference(segment, next) : NONE;
    }

    /// Whether the record has this key.
    boolean matches(int ref, Key key) {
        MemorySegment memory = segment(ref).memory;
        long at = offset(ref);
        if ((memory.get(JAVA_BYTE, at + KIND) & KIND_MASK) != key.kind().number()) {
            return false;
        }
        if (key.kind().fields() == 0) {
            return sameText(memory, at + DIGEST, key.bytes(), Key.DIGEST_LENGTH);
        }
        return memory.get(JAVA_INT, at + LENGTHS) == lengths(key)
                && sameText(memory, at + TEXT, key.bytes(), key.length());
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

    /// Makes `key` the name of the record.
    void readKey(int ref, Key key, byte[] scratch) {
        readKey(segment(ref).memory, offset(ref), key, scratch);
    }

    /// {@link #readKey(int, Key, byte[])} for the record at an offset of a segment's memory.
    static void readKey(MemorySegment memory, long at, Key key, byte[] scratch) {
        Key.Kind kind = kind(memory, at);
        long network = network(memory, at);
        if (kind.fields() == 0) {
            MemorySegment.copy(memory, JAVA_BYTE, at + DIGEST, scratch, 0, Key.DIGEST_LENGTH);
            key.digest(kind, scratch, 0);
        } else {
            int lengths = memory.get(JAVA_INT, at + LENGTHS);
            int client = lengths >>> CLIENT_SHIFT;
            int sender = client + (lengths >> SENDER_SHIFT & ADDRESS_MASK);
            int length = sender + (lengths & ADDRESS_MASK);
            MemorySegment.copy(memory, JAVA_BYTE, at + TEXT, scratch, 0, length);
            key.named(kind, scratch, 0, client);
            if (kind.fields() == 2) {
                key.withSender(kind, scratch, client, sender);
            } else if (kind.fields() == 3) {
                key.triplet(scratch, client, sender, sender, length);
            }
        }
        key.network(MakerNetwork.high(network), MakerNetwork.low(network));
    }

    /// What is remembered, an {@link org.greydaemon.decision.Entry}.
    long entry(int ref) {
        return segment(ref).memory.get(JAVA_LONG, offset(ref) + ENTRY);
    }

    void setEntry(int ref, long entry) {
        segment(ref).memory.set(JAVA_LONG, offset(ref) + ENTRY, entry);
    }

    /// By how many seconds the journal is behind the entry's time; never behind a triplet's.
    int lag(int ref) {
        return kind(ref).isTriplet() ? 0 : segment(ref).memory.get(JAVA_BYTE, offset(ref) + LAG);
    }

    /// Says it of what is no triplet; of a triplet nothing else can be said.
    void setLag(int ref, int seconds) {
        if (!kind(ref).isTriplet()) {
            segment(ref).memory.set(JAVA_BYTE, offset(ref) + LAG, (byte) seconds);
        }
    }

    /// Which host of its network made a triplet, from 1 to 127; 0 if nobody knows.
    int host(int ref) {
        return segment(ref).memory.get(JAVA_BYTE, offset(ref) + LAG);
    }

    Key.Kind kind(int ref) {
        return kind(segment(ref).memory, offset(ref));
    }

    static Key.Kind kind(MemorySegment memory, long at) {
        return Key.Kind.of(memory.get(JAVA_BYTE, at + KIND) & KIND_MASK);
    }

    /// The network of the client that made the entry, a {@link MakerNetwork}.
    long network(int ref) {
        return network(segment(ref).memory, offset(ref));
    }

    static long network(MemorySegment memory, long at) {
        long family = (memory.get(JAVA_BYTE, at + KIND) & 0xffL) >>> FAMILY_SHIFT;
        long high = memory.get(JAVA_SHORT, at + NETWORK_HIGH) & 0xffffL;
        long low = memory.get(JAVA_INT, at + NETWORK_LOW) & 0xffff_ffffL;
        return family << MakerNetwork.FAMILY_SHIFT | high << Integer.SIZE | low;
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

    static boolean isRemoved(MemorySegment memory, long at) {
        return (memory.get(JAVA_BYTE, at + KIND) & REMOVED) != 0;
    }

    private boolean hasFlag(int ref, int flag) {
        return (segment(ref).memory.get(JAVA_BYTE, offset(ref) + KIND) & flag) != 0;
    }

    private void setFlag(int ref, int flag) {
        MemorySegment memory = segment(ref).memory;
        long at = offset(ref) + KIND;
        memory.set(JAVA_BYTE, at, (byte) (memory.get(JAVA_BYTE, at) | flag));
    }

    /// For how many entries a record counts where their number is bounded: one for every 256 octets
    /// begun. So the bound is one on memory too; only addresses longer than anybody has count more.
    int weight(int ref) {
        return (size(segment(ref).memory, offset(ref)) + 255) >> 8;
    }

    /// The octets that the record at an offset of a segment's memory takes, removed or not.
    static int size(MemorySegment memory, long at) {
        if (kind(memory, at).fields() == 0) {
            return DIGEST_SIZE;
        }
        int lengths = memory.get(JAVA_INT, at + LENGTHS);
        return align(
                (lengths >>> CLIENT_SHIFT)
                        + (lengths >> SENDER_SHIFT & ADDRESS_MASK)
                        + (lengths & ADDRESS_MASK));
    }

    private static int sizeOf(Key key) {
        return key.kind().fields() == 0 ? DIGEST_SIZE : align(key.length());
    }

    private static int align(int textLength) {
        return (TEXT + textLength + 7) & ~7;
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
