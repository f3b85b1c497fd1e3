package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.mail.Decimal;
import org.greydaemon.store.memory.EntryLine;

import java.util.Arrays;
import java.util.zip.CRC32;

/// One change as it stands in the engine: what happened, when, and the entry as in a save file, so
/// whatever a sender writes stays one field of one line. Times are the engine's.
///
/// ```
/// N <milliseconds> G <seconds> <client> <sender> <recipient>      is remembered
/// R <milliseconds> I <seconds> <client>                           has served again
/// F <milliseconds> F I <client>                                   is forgotten
/// ```
///
/// Confined to one thread.
final class ChangeLine {
    /// The most octets of a line.
    static final int LENGTH_MAX = 3 + Decimal.LENGTH_MAX + EntryLine.LENGTH_MAX;

    private static final int TIME_DIGITS_MAX = 15;
    private static final long NO_NETWORK = -1;

    private final EntryLine lines = new EntryLine();
    private final Key key = new Key();
    private final byte[] text = new byte[LENGTH_MAX + 1];
    private final byte[] source = new byte[LENGTH_MAX];
    private final byte[] scratch = new byte[LENGTH_MAX];
    private final CRC32 crc = new CRC32();

    // What was last read.
    private char operation;
    private long made;
    private long entry;
    private int sourceTo;

    /// Reads a line of the store's.
    ///
    /// @return whether it is one
    boolean readEntry(byte[] line, int from, int to) {
        if (to - from > scratch.length) {
            return false;
        }
        sourceTo = to - from;
        System.arraycopy(line, from, source, 0, sourceTo);
        System.arraycopy(line, from, scratch, 0, sourceTo); // Reading changes the octets.
        entry = lines.parse(scratch, 0, to - from, key);
        return entry != EntryLine.STRANGE;
    }

    /// Takes what the store remembers.
    void entry(Key remembered, long its) {
        int end = EntryLine.write(remembered, its, 0, text, 0);
        readEntry(text, 0, end);
    }

    /// Reads a line of the engine's: anybody may have written it.
    ///
    /// @return whether it is one
    boolean read(byte[] line, int from, int to) {
        if (to - from > LENGTH_MAX || to - from < 6 || line[from + 1] != ' ') {
            return false;
        }
        operation = (char) line[from];
        int at = from + 2;
        made = 0;
        while (at < to && line[at] >= '0' && line[at] <= '9' && at - from - 2 < TIME_DIGITS_MAX) {
            made = made * 10 + line[at++] - '0';
        }
        if (at == from + 2
                || at >= to
                || line[at] != ' '
                || !readEntry(line, at + 1, to)
                || !isCarried()) {
            return false;
        }
        return switch (operation) {
            case 'N', 'R' -> entry != Memory.NEVER;
            case 'F' -> entry == Memory.NEVER;
            default -> false;
        };
    }

    /// Reads the name under which something has proven itself or is forgotten.
    ///
    /// @return whether it is one
    boolean readName(String name) {
        return name.length() <= EntryLine.LENGTH_MAX
                && readEntry(name.getBytes(ISO_8859_1), 0, name.length())
                && isCarried();
    }

    /// Whether other hosts hear of what was last read.
    boolean isCarried() {
        return Carried.names(key);
    }

    char operation() {
        return operation;
    }

    /// When it happened, in milliseconds of the engine's time.
    long made() {
        return made;
    }

    /// What is remembered, {@link Memory#NEVER} for nothing.
    long entry() {
        return entry;
    }

    /// Whose; only lent.
    Key key() {
        return key;
    }

    /// What was last read, as a change for others.
    ///
    /// @param made when, in milliseconds of the engine's time
    /// @param seconds what to add to the entry's time to get the engine's
    Change change(Change.Meaning kind, long made, long seconds) {
        // Most need no other name than the line has: it is looked up for what was forgotten.
        String name = isNamed(kind) ? name() : "";
        String proof = proof(kind);
        byte[] line = Arrays.copyOf(text, write(kind, made, seconds));
        return new Change(shard(), made, line, name, proof, Entry.time(entry) + seconds, kind);
    }

    /// Whether the stream is all that hears of the change: it has no name beside the line's.
    boolean isPlain(Change.Meaning kind) {
        return !isNamed(kind) && !Lifetimes.isProof(key.kind(), entry);
    }

    private static boolean isNamed(Change.Meaning kind) {
        return kind == Change.Meaning.FORGOTTEN || kind == Change.Meaning.REVIVED;
    }

    /// Whether others who have heard of the triplet when it began learn nothing from what was last
    /// read: its mark tells only the host that counts it who comes back.
    boolean isOnlyOurs() {
        return key.isTriplet() && Entry.mark(Entry.ofOtherHost(key.kind(), entry)) == 0;
    }

    /// Writes what was last read as a line for others, to {@link #text}.
    ///
    /// @param made when, in milliseconds of the engine's time
    /// @param seconds what to add to the entry's time to get the engine's
    /// @return where it ends
    int write(Change.Meaning kind, long made, long seconds) {
        int at = 0;
        text[at++] = (byte) kind.letter();
        text[at++] = ' ';
        at = Decimal.write(Math.max(0, made), text, at);
        text[at++] = ' ';
        if (kind == Change.Meaning.FORGOTTEN) {
            at = EntryLine.writeForgotten(key, text, at);
        } else if (seconds == 0) {
            System.arraycopy(source, 0, text, at, sourceTo);
            at += sourceTo;
        } else {
            at = EntryLine.write(key, entry, seconds, text, at);
        }
        text[at++] = '\n';
        return at;
    }

    /// Where a line is written; only lent.
    byte[] text() {
        return text;
    }

    /// The name of the key, whatever is remembered of it.
    String name() {
        return new String(text, 0, EntryLine.writeForgotten(key, text, 0), ISO_8859_1);
    }

    /// Something that has proven itself is called by its name and mark, whoever has made it.
    private String proof(Change.Meaning kind) {
        int mark = Entry.mark(entry);
        if (kind != Change.Meaning.FORGOTTEN && !Lifetimes.isProof(key.kind(), entry)) {
            return "";
        }
        long high = key.networkHigh();
        long low = key.networkLow();
        key.network(NO_NETWORK, NO_NETWORK);
        int end = EntryLine.write(key, Entry.of(0, mark), 0, scratch, 0);
        key.network(high, low);
        return new String(scratch, 0, end, ISO_8859_1);
    }

    /// Changes of one key are in one stream, so they have an order.
    int shard() {
        return (int) (digest() % Engine.SHARDS);
    }

    /// A number of 32 bits that each host finds for the same key.
    long digest() {
        crc.reset();
        crc.update(key.kind().letter());
        crc.update(key.clientLength());
        crc.update(key.bytes(), 0, key.length());
        return crc.getValue();
    }
}
