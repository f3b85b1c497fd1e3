package org.greydaemon.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Lines on their way to standard output. Safe for use by several threads; {@link #line} never
/// waits for the reader: when the buffer is full because nobody reads, lines are dropped, counted,
/// and the count is said when the reader moves again.
public final class LineLog implements Lines, AutoCloseable {
    private static final int BUFFER = 1 << 20;

    /// After writing, the writer rests this long before it may be woken: under load it then takes
    /// hundreds of lines at once, and nobody pays for waking it.
    private static final long REST_NANOS = 5_000_000;

    private final OutputStream out;
    private final Thread writer;
    private final AtomicLong dropped = new AtomicLong();

    @GuardedBy("this")
    private byte[] filling = new byte[BUFFER];

    @GuardedBy("this")
    private int length;

    @GuardedBy("this")
    private long droppedUnsaid;

    @GuardedBy("this")
    private boolean closing;

    // Written by the writer under `this`, read by line() under `this`.
    @GuardedBy("this")
    private boolean asleep;

    /// @param out where the lines go; not closed
    public LineLog(OutputStream out) {
        this.out = out;
        writer = Thread.ofPlatform().name("log").daemon().start(this::run);
    }

    @Override
    public void line(byte[] octets, int lineLength) {
        boolean wake;
        synchronized (this) {
            if (BUFFER - length <= lineLength) {
                droppedUnsaid++;
                dropped.incrementAndGet();
                return;
            }
            System.arraycopy(octets, 0, filling, length, lineLength);
            length += lineLength;
            filling[length++] = '\n';
            wake = asleep;
            asleep = false;
        }
        if (wake) {
            LockSupport.unpark(writer);
        }
    }

    /// How many lines were dropped since the start.
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        byte[] spare = new byte[BUFFER];
        while (true) {
            byte[] full;
            int fullLength;
            long droppedNow;
            boolean last;
            synchronized (this) {
                full = filling;
                fullLength = length;
                filling = spare;
                length = 0;
                droppedNow = droppedUnsaid;
                droppedUnsaid = 0;
                last = closing;
                asleep = fullLength == 0 && !last;
            }
            spare = full;
            if (fullLength > 0) {
                write(full, fullLength, droppedNow);
                if (!last) {
                    LockSupport.parkNanos(REST_NANOS);
                }
            } else if (last) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void write(byte[] octets, int octetCount, long droppedNow) {
        try {
            out.write(octets, 0, octetCount);
            if (droppedNow > 0) {
                out.write(
                        ("log: " + droppedNow + " lines dropped because nobody read them\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            // The reader is gone. Mail goes on; whoever reads next sees the count.
            long lines = droppedNow + lines(octets, octetCount);
            synchronized (this) {
                droppedUnsaid += lines;
            }
            dropped.addAndGet(lines - droppedNow);
        }
    }

    private static long lines(byte[] octets, int octetCount) {
        long lines = 0;
        for (byte c : Arrays.copyOf(octets, octetCount)) {
            lines += c == '\n' ? 1 : 0;
        }
        return lines;
    }

    /// Writes what is left, but waits no longer than a second for a reader that stands still.
    /// Idempotent.
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
        }
        LockSupport.unpark(writer);
        try {
            writer.join(java.time.Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
