package org.greydaemon.store.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import org.greydaemon.decision.Key;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// One entry as it lies in a segment's memory, from an offset on. Stateless; {@link Records} and
/// {@link RecordCursor} say who may read and write what.
final class FlatRecord {
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
     */
    private static final int ENTRY = 0;
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

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private FlatRecord() {}

    /// Writes a record.
    ///
    /// @param network of the client that makes it, a {@link MakerNetwork}
    static void write(MemorySegment memory, long at, Key key, long network, long entry) {
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
    }

    /// The lengths of a key's fields in one number.
    static int lengths(Key key) {
        return key.clientLength() << CLIENT_SHIFT
                | key.senderLength() << SENDER_SHIFT
                | key.recipientLength();
    }

    /// Whether the record has this key.
    static boolean matches(MemorySegment memory, long at, Key key) {
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
    ///
    /// @param scratch room for its text
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
    static long entry(MemorySegment memory, long at) {
        return memory.get(JAVA_LONG, at + ENTRY);
    }

    static void setEntry(MemorySegment memory, long at, long entry) {
        memory.set(JAVA_LONG, at + ENTRY, entry);
    }

    /// By how many seconds the journal is behind the entry's time; of a triplet, its host.
    static int lag(MemorySegment memory, long at) {
        return memory.get(JAVA_BYTE, at + LAG);
    }

    static void setLag(MemorySegment memory, long at, int seconds) {
        memory.set(JAVA_BYTE, at + LAG, (byte) seconds);
    }

    static Key.Kind kind(MemorySegment memory, long at) {
        return Key.Kind.of(memory.get(JAVA_BYTE, at + KIND) & KIND_MASK);
    }

    /// The network of the client that made the entry, a {@link MakerNetwork}.
    static long network(MemorySegment memory, long at) {
        long family = (memory.get(JAVA_BYTE, at + KIND) & 0xffL) >>> FAMILY_SHIFT;
        long high = memory.get(JAVA_SHORT, at + NETWORK_HIGH) & 0xffffL;
        long low = memory.get(JAVA_INT, at + NETWORK_LOW) & 0xffff_ffffL;
        return family << MakerNetwork.FAMILY_SHIFT | high << Integer.SIZE | low;
    }

    static boolean isRetried(MemorySegment memory, long at) {
        return hasFlag(memory, at, RETRIED);
    }

    static void setRetried(MemorySegment memory, long at) {
        setFlag(memory, at, RETRIED);
    }

    static boolean isRemoved(MemorySegment memory, long at) {
        return hasFlag(memory, at, REMOVED);
    }

    static void setRemoved(MemorySegment memory, long at) {
        setFlag(memory, at, REMOVED);
    }

    private static boolean hasFlag(MemorySegment memory, long at, int flag) {
        return (memory.get(JAVA_BYTE, at + KIND) & flag) != 0;
    }

    private static void setFlag(MemorySegment memory, long at, int flag) {
        memory.set(JAVA_BYTE, at + KIND, (byte) (memory.get(JAVA_BYTE, at + KIND) | flag));
    }

    /// The octets that it takes, removed or not.
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

    /// The octets that the record of a key takes.
    static int sizeOf(Key key) {
        return key.kind().fields() == 0 ? DIGEST_SIZE : align(key.length());
    }

    private static int align(int textLength) {
        return (TEXT + textLength + 7) & ~7;
    }
}
