package org.greydaemon;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Gate;
import org.greydaemon.log.LineLog;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.store.memory.Saver;

/// What the daemon tells about itself: on a signal, and when it notices something. Called by the
/// thread of the signals and by `save`.
final class Status {
    /// How often dropped datagrams are told of, at most.
    private static final long DROPS_SECONDS = 60;

    private final LineLog log;
    private final SteadyClock clock;
    private final DatagramServer udp;
    private final Gate gate;
    private final MemoryStore store;
    private final Saver saver;

    // Confined to `save`.
    private long notAllowedSaid;
    private long dropsSaidAt = Long.MIN_VALUE;

    Status(
            LineLog log,
            SteadyClock clock,
            DatagramServer udp,
            Gate gate,
            MemoryStore store,
            Saver saver) {
        this.log = log;
        this.clock = clock;
        this.udp = udp;
        this.gate = gate;
        this.store = store;
        this.saver = saver;
    }

    /// Saves now and logs one line of figures.
    void saveAndTell() {
        saver.request();
        StringBuilder line = new StringBuilder("stats");
        add(line, "entries", store.entries());
        add(line, "bytes", store.bytes());
        add(line, "evicted", store.evicted());
        for (Reason reason : Reason.values()) {
            add(line, reason.word(), gate.count(reason));
        }
        add(line, "udp_received", udp.received());
        add(line, "udp_not_allowed", udp.notAllowed());
        add(line, "udp_not_sent", udp.notSent());
        add(line, "log_dropped", log.dropped());
        log.line(line.toString());
    }

    private static void add(StringBuilder line, String name, long value) {
        line.append(' ').append(name).append('=').append(value);
    }

    /// Looks after the clock and after datagrams from strangers.
    void everySecond() {
        long step = clock.look();
        if (step != 0) {
            log.line(
                    "clock: set by "
                            + (step > 0 ? "+" : "")
                            + step
                            + " s; waiting times go on as if it had not been, saving in the new"
                            + " time");
            saver.request();
        }
        long notAllowed = udp.notAllowed();
        long now = clock.getAsLong();
        if (notAllowed > notAllowedSaid && now - DROPS_SECONDS >= dropsSaidAt) {
            log.line(
                    "udp: "
                            + (notAllowed - notAllowedSaid)
                            + " datagrams dropped, their senders may not ask; the last came from "
                            + udp.lastNotAllowed()
                            + "; if it is a mail server of yours, add --allow "
                            + udp.lastNotAllowed());
            notAllowedSaid = notAllowed;
            dropsSaidAt = now;
        }
    }
}
