package org.greydaemon.observe;

import org.greydaemon.decision.Key;
import org.greydaemon.log.LineLog;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.server.ConnectionCounts;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.DatagramServer;
import org.greydaemon.server.KernelDrops;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.store.memory.MemoryStore;
import org.greydaemon.wire.http.Health;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Says from where the figures of the parts can be read, and whether all is well. Safe for use by
/// several threads.
public final class Monitoring {
    private final Metrics metrics;
    private final Listeners listeners;

    // Written by `main` when the store is loaded, read by whoever asks.
    private volatile @Nullable MemoryStore store;
    private final HangingDisk disk;
    private final HangingDisk diskBehind;
    private volatile LongSupplier clock = () -> 0;
    private volatile Supplier<List<String>> others = List::of;

    /// @param metrics where the figures of the listeners can be read from now on
    public Monitoring(Metrics metrics, LineLog log, Listeners listeners) {
        this.metrics = metrics;
        this.listeners = listeners;
        disk = new HangingDisk(HangingDisk.Task.ANSWERS, this::waitsForDisk, log);
        diskBehind = new HangingDisk(HangingDisk.Task.FORCE, this::forcedBehind, log);
        metrics.read(Metric.READY, () -> problems().isEmpty() ? 1 : 0);
        metrics.read(Metric.DEGRADED, () -> warnings().isEmpty() ? 0 : 1);
        metrics.read(Metric.LOG_DROPPED, log::dropped);
        measureUdp();
        listeners.servers().forEach(this::measure);
        metrics.read(
                Metric.CONNECTIONS_CLOSED, listeners.policyFaults()::faults, "policy", "malformed");
        metrics.read(
                Metric.CONNECTIONS_CLOSED, listeners.milterFaults()::faults, "milter", "malformed");
    }

    private void measureUdp() {
        DatagramServer udp = listeners.udp();
        KernelDrops drops = new KernelDrops(Path.of("/proc/net"), udp.localEndpoint());
        metrics.read(Metric.UDP_DATAGRAMS, udp::received);
        metrics.read(Metric.UDP_DROPPED, udp::notAllowed, "not_allowed");
        metrics.read(Metric.UDP_DROPPED, drops::count, "full_buffer");
        metrics.read(Metric.UDP_NOT_SENT, udp::notSent);
        metrics.read(Metric.UDP_NOT_LATE, udp::notLate);
    }

    private void measure(ConnectionServer server) {
        String name = server.name();
        ConnectionCounts counts = server.counts();
        metrics.read(Metric.CONNECTIONS, server::open, name);
        metrics.read(Metric.CONNECTIONS_ACCEPTED, counts::accepted, name);
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::tooMany, name, "too_many");
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::notAllowed, name, "not_allowed");
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::overdue, name, "overdue");
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::madeRoom, name, "made_room");
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::overBudget, name, "over_budget");
        metrics.read(Metric.CONNECTIONS_CLOSED, counts::broken, name, "broken");
    }

    /// The store is loaded.
    public void watch(MemoryStore loaded, SteadyClock clock, long entriesMax) {
        this.clock = clock;
        store = loaded;
        long start = clock.getAsLong();
        metrics.read(Metric.START_SECONDS, () -> start + clock.wallOffsetSeconds());
        metrics.read(Metric.ENTRIES, loaded::entries);
        metrics.read(Metric.ENTRIES_MAX, () -> entriesMax);
        metrics.read(Metric.STORE_BYTES, loaded::bytes);
        metrics.read(Metric.EVICTIONS, loaded::evicted);
        metrics.read(Metric.EVICTIONS_FRESH, loaded::evictedFresh);
        metrics.read(Metric.JOURNAL_BYTES, loaded::journalBytes);
        measureNeverCameBack(loaded, Key.Kind.TRIPLET, "address");
        measureNeverCameBack(loaded, Key.Kind.NETWORK_TRIPLET, "network");
        measureNeverCameBack(loaded, Key.Kind.HOST_TRIPLET, "host");
        measureNeverCameBack(loaded, Key.Kind.SPF_TRIPLET, "spf");
    }

    private void measureNeverCameBack(MemoryStore store, Key.Kind kind, String identity) {
        for (boolean isSuspect : new boolean[] {false, true}) {
            String client = isSuspect ? "suspect" : "other";
            metrics.read(
                    Metric.NEVER_CAME_BACK,
                    () -> store.neverCameBack(kind, isSuspect),
                    client,
                    identity);
            metrics.read(
                    Metric.MESSAGES_NEVER_CAME_BACK,
                    () -> store.messagesNeverCameBack(kind, isSuspect),
                    client,
                    identity);
        }
    }

    private long waitsForDisk() {
        MemoryStore loaded = store;
        return loaded == null ? 0 : loaded.waitsForDisk();
    }

    private long forcedBehind() {
        MemoryStore loaded = store;
        return loaded == null ? 0 : loaded.forcedBehind();
    }

    /// Looks whether the disk hangs; to be called about once a second.
    public void everySecond() {
        disk.everySecond();
        diskBehind.everySecond();
    }

    /// How it is, for whoever asks over HTTP.
    public Health health() {
        return new Health(problems(), warnings());
    }

    /// What the operator should see, a line each.
    public List<String> all() {
        List<String> all = new ArrayList<>(problems());
        all.addAll(warnings());
        return all;
    }

    /// What is not as it should be while everybody is answered: another host would be no better.
    private List<String> warnings() {
        List<String> warnings = new ArrayList<>(others.get());
        diskBehind.problem().ifPresent(warnings::add);
        MemoryStore loaded = store;
        if (loaded != null && loaded.isShortOfRoom(clock.getAsLong())) {
            warnings.add(
                    "store: full of triplets that have not had the time to come back, mail of"
                            + " newcomers may be delayed again; raise --max-entries, or stop"
                            + " who sends so many (greyctl top shows the networks)");
        }
        return warnings;
    }

    /// Where to hear what else an operator should look after while everybody is answered.
    public void tellWarnings(Supplier<List<String>> now) {
        others = now;
    }

    /// Why not everybody is answered, or not everything is kept.
    private List<String> problems() {
        MemoryStore loaded = store;
        if (loaded == null) {
            return List.of("store: the save file is being loaded; nobody is answered yet");
        }
        List<String> problems = new ArrayList<>();
        if (!loaded.works()) {
            problems.add(
                    "store: journal or save file cannot be written; the log says why, and what a"
                            + " crash would lose");
        }
        disk.problem().ifPresent(problems::add);
        if (!listeners.udp().isAnswering()) {
            problems.add("udp: nobody is answered on " + listeners.udp().localEndpoint());
        }
        for (ConnectionServer server : listeners.servers()) {
            if (!server.isAccepting()) {
                problems.add(server.name() + ": nobody is answered on " + server.addresses());
            }
        }
        return problems;
    }
}
