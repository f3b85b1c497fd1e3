package org.greydaemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Lines on their way to standard output or syslog. Safe for use by several threads; {@link #line}
/// never waits for the reader: when the buffer is full because nobody reads, lines are dropped,
/// counted, and the count is said when the reader moves again.
///
/// Events that can happen over and over are folded: {@link #everySecond} tells how often.
public final class LineLog implements Lines, AutoCloseable {
    private static final int BUFFER = 1 << 20;

    /// What a quiet daemon needs of it; each of the two buffers grows to what the load makes of it.
    private static final int BUFFER_FIRST = 1 << 16;

    /// After writing, the writer rests this long before it may be woken: under load it then takes
    /// hundreds of lines at once, and nobody pays for waking it.
    private static final long REST_NANOS = 5_000_000;

    private final Sink sink;

    // Written by a reload, read by whoever tells of an event; either form is a good one.
    private volatile boolean asJson;

    private final LongSupplier seconds;
    private final Thread writer;
    private final AtomicLong dropped = new AtomicLong();

    @GuardedBy("repeats")
    private final Repeats repeats = new Repeats();

    @GuardedBy("this")
    private byte[] filling = new byte[BUFFER_FIRST];

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
        this(new StreamSink(out), false, () -> 0);
    }

    /// @param out where the lines go; not closed
    /// @param asJson whether events are JSON objects
    /// @param seconds the time in seconds
    public LineLog(OutputStream out, boolean asJson, LongSupplier seconds) {
        this(new StreamSink(out), asJson, seconds);
    }

    /// @param sink where the lines go
    /// @param asJson whether events are JSON objects
    /// @param seconds the time in seconds
    public LineLog(Sink sink, boolean asJson, LongSupplier seconds) {
        this.sink = sink;
        this.asJson = asJson;
        this.seconds = seconds;
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
            makeRoom(lineLength + 1);
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

    @GuardedBy("this")
    private void makeRoom(int octets) {
        int needed = length + octets;
        if (needed > filling.length) {
            filling =
                    Arrays.copyOf(filling, Math.min(BUFFER, Math.max(2 * filling.length, needed)));
        }
    }

    @Override
    public void tell(Event event, String text, String kind) {
        if (event.isFolded()) {
            synchronized (repeats) {
                if (!repeats.isNew(event, kind, text, seconds.getAsLong())) {
                    return;
                }
            }
        }
        show(event, text);
    }

    private void show(Event event, String text) {
        byte[] line = marked(event, text);
        line(line, line.length);
    }

    private byte[] marked(Event event, String text) {
        String line = event.line(text);
        Severity severity = event.severity();
        String shown = asJson ? JsonText.event(event, line) : line;
        String mark = severity == Severity.INFO ? "" : Character.toString(severity.code());
        return (mark + shown).getBytes(UTF_8);
    }

    /// Tells how often folded events have happened. To be called about once a second.
    public void everySecond() {
        synchronized (repeats) {
            for (Repeats.Folded folded : repeats.due(seconds.getAsLong())) {
                show(folded.event(), folded.text());
            }
        }
    }

    /// From now on events are JSON objects, or plain lines.
    public void showEvents(boolean json) {
        asJson = json;
    }

    /// How many lines were dropped since the start.
    public long dropped() {
        return dropped.get();
    }

    /// Whether all lines are written and the next one is waited for.
    boolean isIdle() {
        return writer.getState() == Thread.State.WAITING;
    }

    private void run() {
        byte[] spare = new byte[BUFFER_FIRST];
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
                droppedUnsaid = fullLength > 0 ? 0 : droppedUnsaid; // It is said behind a line.
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
        long untaken = sink.take(octets, octetCount);
        dropped.addAndGet(untaken);
        long unsaid = untaken + droppedNow;
        if (untaken == 0 && droppedNow > 0) {
            byte[] line =
                    marked(Event.DROPPED, droppedNow + " lines dropped because nobody read them");
            byte[] ended = Arrays.copyOf(line, line.length + 1);
            ended[line.length] = '\n';
            unsaid = sink.take(ended, ended.length) > 0 ? droppedNow : 0;
        }
        if (unsaid > 0) {
            synchronized (this) {
                droppedUnsaid += unsaid;
            }
        }
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
