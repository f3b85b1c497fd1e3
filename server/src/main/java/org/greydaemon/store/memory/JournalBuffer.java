package org.greydaemon.store.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.store.ChangeFeed;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The lines of the {@link Journal} that wait to be written, in the order of the changes. Safe for
/// use by several threads; only one at a time may take.
///
/// There are two buffers: one is appended to while the other is written. This lock may be taken
/// under the lock of a shard and under the journal's, and under it nothing but the feed's, which
/// nobody holds for longer than a copy.
final class JournalBuffer {
    /// The octets that a buffer has as long as the disk keeps up. One that had to grow beyond it is
    /// given up when it has been written.
    static final int SIZE = 1 << 18;

    /// What a buffer takes as long as nobody needs more.
    private static final int SIZE_MIN = 1 << 16;

    private final LongSupplier wallOffsetSeconds;

    @GuardedBy("this")
    private final JournalLine line = new JournalLine();

    @GuardedBy("this")
    private byte[] lines = new byte[SIZE_MIN];

    @GuardedBy("this")
    private int length;

    @GuardedBy("this")
    private int lineCount;

    // Whether that is much; written under the lock, read by each step without it.
    private volatile boolean isFull;

    // Who tells other hosts, if anybody does.
    @GuardedBy("this")
    private @Nullable ChangeFeed feed;

    // Confined to whoever takes.
    private byte[] spare = new byte[SIZE_MIN];
    private int taken;
    private int takenLines;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    JournalBuffer(LongSupplier wallOffsetSeconds) {
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// Adds a line to what the next {@link Journal#commit} writes. Called under the lock of a
    /// shard, so that lines stand in the order of the changes.
    ///
    /// @param entry what is remembered from now on, or {@link Memory#NEVER}
    /// @param before the time that the line before it has of the key, or {@link Memory#NEVER}
    /// @param origin whose change it is; the feed hears of those made here
    synchronized void append(Key key, long entry, long before, Origin origin) {
        if (lines.length - length < JournalLine.LENGTH_MAX) {
            lines = Arrays.copyOf(lines, lines.length * 2);
        }
        int from = length;
        long wallOffset = wallOffsetSeconds.getAsLong();
        length = line.write(key, entry, wallOffset, lines, from);
        lineCount++;
        if (length > SIZE / 2 && !isFull) {
            isFull = true;
        }
        if (feed != null && origin == Origin.HERE) {
            long known = before == Memory.NEVER ? before : before + wallOffset;
            feed.add(known, lines, from, length - JournalLine.TAIL);
        }
    }

    /// From now on lines go to a feed too, each without its checksum and end.
    ///
    /// @param others empty if nobody is to be told
    synchronized void tell(Optional<ChangeFeed> others) {
        feed = others.orElse(null);
    }

    /// Whether so much waits to be written that the next thread that holds no lock should write it.
    boolean isFull() {
        return isFull;
    }

    /// Takes what waits.
    ///
    /// @return the lines, {@link #taken} octets; lent until the next call
    byte[] take() {
        byte[] waiting;
        synchronized (this) {
            taken = length;
            takenLines = lineCount;
            waiting = lines;
            if (length == 0) {
                return waiting;
            }
            lines = spare;
            length = 0;
            lineCount = 0;
            isFull = false;
        }
        spare = waiting.length > SIZE ? new byte[SIZE_MIN] : waiting;
        return waiting;
    }

    /// How many octets the last {@link #take} took; 0 if nothing waited.
    int taken() {
        return taken;
    }

    /// How many lines they are.
    int takenLines() {
        return takenLines;
    }
}
