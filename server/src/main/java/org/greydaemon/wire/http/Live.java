package org.greydaemon.wire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Tells the dashboards that are open what is new, as server-sent events (HTML Living Standard,
/// 9.2): `now` each second, `entries` when there is a new look at them. A picture is drawn once a
/// second and shared, so ten dashboards cost hardly more than one. Safe for use by several threads.
///
/// A stream ends after some seconds, and the page asks for the next one: an answer that takes
/// longer than ten is closed, and so does a reader that takes nothing hold up nobody but itself,
/// and that not for long.
final class Live {
    /// The most dashboards at a time, and those of a peer (an address, of IPv6 a /64).
    static final int STREAMS_MAX = 32;

    static final int PEER_MAX = 16;

    /// How long a stream goes on, in events.
    static final int EVENTS_MAX = 8;

    /// What a stream holds: the buffers of its connection.
    static final long OCTETS = 32 << 10;

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// Someone who comes a little early is shown the last picture.
    private static final long FRESH_NANOS = 900_000_000L;

    /// What all see.
    ///
    /// @param now an event
    /// @param entries the look at the entries that is in `entriesEvent`
    private record Picture(String now, String entries, String entriesEvent) {
        static final Picture NONE = new Picture("", "", "");
    }

    private final LongSupplier nanos;

    @GuardedBy("this")
    private final Map<Object, Integer> byPeer = new HashMap<>();

    @GuardedBy("this")
    private int open;

    @GuardedBy("this")
    private Picture picture = Picture.NONE;

    @GuardedBy("this")
    private long drawnAt;

    @GuardedBy("this")
    private boolean stopped;

    /// @param nanos a clock that only moves forward
    Live(LongSupplier nanos) {
        this.nanos = nanos;
        drawnAt = nanos.getAsLong() - SECOND_NANOS;
    }

    /// Takes a place for a stream; {@link #leave} gives it back.
    ///
    /// @return whether there is one
    synchronized boolean enter(IpAddress peer) {
        int its = byPeer.getOrDefault(name(peer), 0);
        if (stopped || open >= STREAMS_MAX || its >= PEER_MAX) {
            return false;
        }
        open++;
        byPeer.put(name(peer), its + 1);
        return true;
    }

    /// A stream has ended.
    synchronized void leave(IpAddress peer) {
        open--;
        byPeer.computeIfPresent(name(peer), (_, its) -> its > 1 ? its - 1 : null);
    }

    private static Object name(IpAddress peer) {
        return peer.isIpv4() ? peer : (Object) peer.high();
    }

    /// How many dashboards are open.
    synchronized int open() {
        return open;
    }

    /// Tells a reader what is new until the stream ends.
    ///
    /// @throws IOException if the reader is gone, or too slow
    void tell(Commands commands, OutputStream reader) throws IOException {
        String entries = "";
        for (int event = 0; event < EVENTS_MAX; event++) {
            if (event > 0 && !goesOn()) {
                return;
            }
            Picture current = current(commands);
            reader.write(current.now().getBytes(UTF_8));
            if (!current.entries().equals(entries)) {
                entries = current.entries();
                reader.write(current.entriesEvent().getBytes(UTF_8));
            }
            reader.flush();
        }
        goesOn();
    }

    /// Waits for a second.
    ///
    /// @return false if the server stops
    private synchronized boolean goesOn() {
        long end = nanos.getAsLong() + SECOND_NANOS;
        try {
            for (long left = SECOND_NANOS; !stopped && left > 0; left = end - nanos.getAsLong()) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !stopped;
    }

    private synchronized Picture current(Commands commands) {
        long now = nanos.getAsLong();
        if (now - drawnAt >= FRESH_NANOS) {
            String entries = commands.entries();
            String event =
                    entries.equals(picture.entries())
                            ? picture.entriesEvent()
                            : event("entries", entries);
            picture = new Picture(event("now", commands.now()), entries, event);
            drawnAt = now;
        }
        return picture;
    }

    /// JSON on one line, so it needs one field.
    private static String event(String name, String json) {
        return "event: " + name + "\ndata: " + json + "\n\n";
    }

    /// Ends all streams. Idempotent.
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }
}
