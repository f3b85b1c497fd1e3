package org.greydaemon.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Memory;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// What attempts and operators change, on its way to other hosts: a bounded queue between the
/// threads that answer and the one that sends. Adding never waits for more than the copy of some
/// octets; what does not fit is counted, and has to be sent from the store later. Safe for use by
/// several threads.
///
/// ```
/// | made, 8 | before, 8 | length, 4 | the entry's line |     again and again
/// ```
public final class ChangeFeed {
    private static final int FIRST_OCTETS = 64 << 10;

    /// Room that only what is forgotten may take: nothing else can make up for it.
    private static final int FORGOTTEN_OCTETS = 1 << 20;

    private static final int FRAME = 2 * Long.BYTES + Integer.BYTES;

    /// Receives changes.
    @FunctionalInterface
    public interface FeedReader {
        /// One change.
        ///
        /// @param made when, by the feed's clock
        /// @param before the time that others may know of the key, in seconds of the same clock as
        ///   the line's, or {@link Memory#NEVER}
        /// @param text where the entry's line lies, only lent
        void change(long made, long before, byte[] text, int from, int to);
    }

    private final int octetsMax;
    private final LongSupplier millis;

    @GuardedBy("this")
    private byte[] queue;

    @GuardedBy("this")
    private int length;

    @GuardedBy("this")
    private long dropped;

    // The time of the oldest entry that was dropped though others do not know it.
    @GuardedBy("this")
    private long oldest = Long.MAX_VALUE;

    // Confined to the one who takes.
    private byte[] taken = new byte[0];

    /// @param octetsMax the most that waits, in octets
    /// @param millis a clock in milliseconds, which nobody should set
    public ChangeFeed(int octetsMax, LongSupplier millis) {
        this.octetsMax = octetsMax;
        this.millis = millis;
        queue = new byte[Math.min(FIRST_OCTETS, octetsMax)];
    }

    /// Adds a change, if there is room; otherwise counts it as {@link #dropped}.
    public synchronized void add(long before, byte[] text, int from, int to) {
        int end = length + FRAME + to - from;
        if (end > queue.length || end > octetsMax) {
            int most = to > from && text[from] == 'F' ? octetsMax + FORGOTTEN_OCTETS : octetsMax;
            if (end > most) {
                dropped++;
                long time = time(text, from, to);
                oldest = before == Memory.NEVER || time < before ? Math.min(oldest, time) : oldest;
                return;
            }
            queue = Arrays.copyOf(queue, (int) Math.min(most, Math.max(end, 2L * queue.length)));
        }
        ByteBuffer.wrap(queue, length, FRAME)
                .putLong(millis.getAsLong())
                .putLong(before)
                .putInt(to - from);
        System.arraycopy(text, from, queue, length + FRAME, to - from);
        length = end;
    }

    /// The time of an entry's line, its second field; of one that says that something is forgotten,
    /// and has none, the latest of all.
    private static long time(byte[] text, int from, int to) {
        long time = 0;
        int at = from + 2;
        for (; at < to && text[at] >= '0' && text[at] <= '9'; at++) {
            time = time * 10 + text[at] - '0';
        }
        return at == from + 2 ? Long.MAX_VALUE : time;
    }

    /// Hands over what has been added, in the order of the changes. Only one thread may take.
    public void take(FeedReader receiver) {
        int end;
        byte[] full;
        synchronized (this) {
            end = length;
            full = queue;
            if (end == 0) {
                return;
            }
            queue = taken.length == 0 ? new byte[FIRST_OCTETS] : taken;
            length = 0;
        }
        // What a flood has made large becomes small again.
        taken = full.length > FIRST_OCTETS && end < FIRST_OCTETS ? new byte[FIRST_OCTETS] : full;
        ByteBuffer frames = ByteBuffer.wrap(full, 0, end);
        while (frames.hasRemaining()) {
            long made = frames.getLong();
            long before = frames.getLong();
            int size = frames.getInt();
            receiver.change(made, before, full, frames.position(), frames.position() + size);
            frames.position(frames.position() + size);
        }
    }

    /// How many changes found no room since the start.
    public synchronized long dropped() {
        return dropped;
    }

    /// The time in seconds of the oldest entry that has found no room since this was last asked and
    /// that others do not know as old as that: an import brings in what is older than the change.
    ///
    /// @return {@link Long#MAX_VALUE} if there was none
    public synchronized long takeOldestDropped() {
        long time = oldest;
        oldest = Long.MAX_VALUE;
        return time;
    }
}
