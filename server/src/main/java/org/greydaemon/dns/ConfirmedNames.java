package org.greydaemon.dns;

import org.greydaemon.exempt.HostNames;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Finds names in DNS, and lets nobody wait for them longer than a mail server waits for us. An
/// answer that comes later is there for the retry. Safe for use by several threads.
///
/// Several who ask for the same client share one look-up.
public final class ConfirmedNames implements HostNames, AutoCloseable {
    /// How long anybody waits: qmail's clients give the daemon 3 s and then go on without it.
    public static final long WAIT_MILLIS = 2_000;

    /// The most clients whose names are looked up at a time, each for some seconds.
    static final int UNDERWAY_MAX = 2_000;

    /// For how long nobody takes the place of a look-up: two queries without an answer, that for
    /// the name and that for its address ({@link Lookups}).
    static final long UNDERWAY_NANOS = TimeUnit.SECONDS.toNanos(8);

    /// A look-up that goes on.
    ///
    /// @param at when it began, in nanoseconds of {@link Silence#now}
    private record Begun(CompletableFuture<List<String>> names, long at) {}

    private final Function<IpAddress, CompletableFuture<List<String>>> lookUp;
    private final Runnable probe;
    private final long waitMillis;
    private final Map<IpAddress, Begun> underway = new ConcurrentHashMap<>();
    private final KeptNames kept;
    private final Silence silence;
    private final Counter confirmed;
    private final Counter none;
    private final Counter late;
    private final Counter failed;
    private final Counter busy;
    private final Counter unavailable;

    // Written by `main`, read by whoever asks.
    private volatile boolean stopped;

    private ConfirmedNames(
            Function<IpAddress, CompletableFuture<List<String>>> lookUp,
            Runnable probe,
            long waitMillis,
            Silence silence,
            LongSupplier nanos,
            Metrics metrics) {
        kept = new KeptNames(nanos);
        this.lookUp = lookUp;
        this.probe = probe;
        this.waitMillis = waitMillis;
        this.silence = silence;
        confirmed = metrics.counter(Metric.HOST_LOOKUPS, "confirmed");
        none = metrics.counter(Metric.HOST_LOOKUPS, "none");
        late = metrics.counter(Metric.HOST_LOOKUPS, "late");
        failed = metrics.counter(Metric.HOST_LOOKUPS, "failed");
        busy = metrics.counter(Metric.HOST_LOOKUPS, "busy");
        unavailable = metrics.counter(Metric.HOST_LOOKUPS, "unavailable");
    }

    /// Asks a DNS server.
    ///
    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    /// @param nanos the monotonic clock, in nanoseconds
    public static ConfirmedNames from(
            Optional<Endpoint> server, LongSupplier nanos, Metrics metrics) {
        Silence silence = new Silence(nanos);
        LookupsOnDemand lookups = new LookupsOnDemand(server, nanos, silence::answers);
        return new ConfirmedNames(
                client -> lookups.get().confirmed(client),
                () -> lookups.get().probe(),
                WAIT_MILLIS,
                silence,
                nanos,
                metrics);
    }

    /// Asks somebody else.
    ///
    /// @param waitMillis how long anybody waits
    /// @param silence says when nobody waits any more
    static ConfirmedNames from(
            Function<IpAddress, CompletableFuture<List<String>>> lookUp,
            long waitMillis,
            Silence silence,
            Metrics metrics) {
        return new ConfirmedNames(lookUp, () -> {}, waitMillis, silence, () -> 0, metrics);
    }

    @Override
    public Optional<List<String>> of(IpAddress client) {
        if (stopped || !silence.mayAsk(network(client))) {
            unavailable.increment();
            return Optional.empty();
        }
        Begun begun = underway.get(client);
        if (begun == null) {
            if (underway.size() >= UNDERWAY_MAX && !hasMadeRoom()) {
                busy.increment();
                return Optional.empty();
            }
            begun = begin(client);
        }
        return await(begun.names(), client);
    }

    @Override
    public Optional<List<String>> cached(IpAddress client) {
        return kept.get(client);
    }

    /// Whose names are in one zone, as a rule.
    static CidrBlock network(IpAddress client) {
        return CidrBlock.around(client, client.isIpv4() ? 24 : 48);
    }

    private Begun begin(IpAddress client) {
        Begun begun =
                underway.computeIfAbsent(
                        client, asked -> new Begun(lookUp.apply(asked), silence.now()));
        CompletableFuture<List<String>> _ =
                begun.names().whenComplete((_, _) -> underway.remove(client, begun));
        if (stopped) {
            begun.names().complete(List.of()); // stop() may not have seen it.
        }
        return begun;
    }

    /// Gives up what takes longer than honest names do: a zone whose aliases lead to one another,
    /// each of them after some seconds, would keep a place for minutes, and many such all places.
    private boolean hasMadeRoom() {
        long now = silence.now();
        for (Begun begun : underway.values()) {
            if (now - begun.at() >= UNDERWAY_NANOS) {
                begun.names().completeExceptionally(new TimeoutException());
            }
        }
        return underway.size() < UNDERWAY_MAX;
    }

    private Optional<List<String>> await(CompletableFuture<List<String>> found, IpAddress client) {
        long began = silence.now();
        try {
            List<String> names = found.get(waitMillis, TimeUnit.MILLISECONDS);
            silence.ends(network(client));
            if (stopped) {
                return Optional.empty();
            }
            (names.isEmpty() ? none : confirmed).increment();
            kept.put(client, names);
            return Optional.of(names);
        } catch (TimeoutException e) {
            late.increment();
            if (silence.goesOn(network(client), began)) {
                probe.run();
            }
        } catch (ExecutionException e) {
            failed.increment(); // The servers do not know; the log would say it for every attempt.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /// Lets nobody wait any longer. Idempotent.
    public void stop() {
        stopped = true;
        underway.values().forEach(begun -> begun.names().complete(List.of()));
    }

    @Override
    public void close() {
        stop();
    }
}
