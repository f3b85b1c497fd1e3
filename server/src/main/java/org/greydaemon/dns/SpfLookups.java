package org.greydaemon.dns;

import org.greydaemon.mail.DomainLabels;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Asks senders' domains whether a client may send for them (SPF, RFC 7208), and lets nobody wait
/// for the answer longer than a mail server waits for us. What DNS answers later is there for the
/// retry. Safe for use by several threads; never throws.
///
/// When ten checks of a domain in a row have waited in vain, nobody waits for it for half a minute;
/// of no domain, if the DNS server has answered nothing at all meanwhile.
public final class SpfLookups implements AutoCloseable {
    /// As for names of hosts.
    static final long WAIT_MILLIS = ConfirmedNames.WAIT_MILLIS;

    /// How long a check goes on for which nobody waits: RFC 7208 4.6.4, at least 20 seconds.
    static final long PATIENCE_MILLIS = 20_000;

    /// The most checks at a time.
    static final int UNDERWAY_MAX = 500;

    /// The most that go on after the usual wait: slow zones are not to take everybody's place.
    static final int PATIENT_MAX = 50;

    static final int LATE_IN_A_ROW_MAX = 10;

    static final long PAUSE_MILLIS = 30_000;

    /// Where records come from; one look-up, aliases followed.
    @FunctionalInterface
    interface RecordSource {
        CompletionStage<List<Record>> lookUp(Name name, int type);
    }

    private final RecordSource source;
    private final long waitMillis;
    private final Runnable probe;
    private final Silence silence;
    private final AwaitedAnswers awaited = new AwaitedAnswers();
    private final AtomicInteger underway = new AtomicInteger();
    private final Semaphore patient = new Semaphore(PATIENT_MAX);
    private final Map<SpfResult, Counter> results = new EnumMap<>(SpfResult.class);
    private final Counter late;
    private final Counter busy;
    private final Counter unavailable;

    SpfLookups(
            RecordSource source,
            Runnable probe,
            long waitMillis,
            Silence silence,
            Metrics metrics) {
        this.source = source;
        this.probe = probe;
        this.waitMillis = waitMillis;
        this.silence = silence;
        for (SpfResult result : SpfResult.values()) {
            String word = result.name().toLowerCase(Locale.ROOT);
            results.put(result, metrics.counter(Metric.SPF_LOOKUPS, word));
        }
        late = metrics.counter(Metric.SPF_LOOKUPS, "late");
        busy = metrics.counter(Metric.SPF_LOOKUPS, "busy");
        unavailable = metrics.counter(Metric.SPF_LOOKUPS, "unavailable");
    }

    /// Asks a DNS server. The library for it is loaded with the first question.
    ///
    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    /// @param steadyMillis a clock that never steps
    public static SpfLookups from(
            Optional<Endpoint> server, LongSupplier steadyMillis, Metrics metrics) {
        Silence silence = silence(steadyMillis);
        LookupsOnDemand lookups = new LookupsOnDemand(server, silence::now, silence::answers);
        return new SpfLookups(
                (name, type) -> lookups.get().lookUp(name, type),
                () -> lookups.get().probe(),
                WAIT_MILLIS,
                silence,
                metrics);
    }

    static Silence silence(LongSupplier steadyMillis) {
        return new Silence(
                () -> TimeUnit.MILLISECONDS.toNanos(steadyMillis.getAsLong()),
                LATE_IN_A_ROW_MAX,
                TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    }

    /// What a sender's domain says of a client.
    ///
    /// @param helo what the client calls itself; its domain is asked for the null sender
    /// @param senderDomain whose record counts, octets that are a character each; empty for the
    ///   null sender
    /// @param sender the whole address; the null sender is empty or `.`
    public SpfResult of(IpAddress client, String helo, String senderDomain, String sender) {
        return of(client, helo, senderDomain, sender, waitMillis);
    }

    /// The same for who has his answer already, so that a domain whose records take longer than
    /// anybody waits (includes of includes that no cache has) says something too.
    public SpfResult afterwards(IpAddress client, String helo, String senderDomain, String sender) {
        return of(client, helo, senderDomain, sender, Math.max(waitMillis, PATIENCE_MILLIS));
    }

    private SpfResult of(
            IpAddress client,
            String helo,
            String senderDomain,
            String sender,
            long patienceMillis) {
        String domain = senderDomain.isEmpty() ? helo : inDns(senderDomain);
        String subject = domain.toLowerCase(Locale.ROOT);
        if (awaited.isEnded() || !silence.mayAsk(subject)) {
            unavailable.increment();
            return SpfResult.TEMPERROR;
        }
        if (underway.incrementAndGet() > UNDERWAY_MAX) {
            underway.decrementAndGet();
            busy.increment();
            return SpfResult.TEMPERROR;
        }
        // RFC 7208 2.4 and 4.3.
        int at = sender.lastIndexOf('@');
        String address = (at > 0 ? sender.substring(0, at + 1) : "postmaster@") + domain;
        CompletableFuture<SpfResult> found = new CompletableFuture<>();
        Asked asked = new Asked(ConfirmedNames.network(client));
        SpfCheck check = new SpfCheck(asked, client, helo, address);
        Thread thread =
                Thread.ofVirtual()
                        .name("spf")
                        .start(() -> {
                            try {
                                found.complete(check.of(domain));
                            } catch (RuntimeException e) {
                                found.complete(SpfResult.TEMPERROR);
                            } finally {
                                underway.decrementAndGet();
                            }
                        });
        SpfResult result = await(found, patienceMillis, check, asked, subject);
        thread.interrupt();
        return result;
    }

    /// What cannot stand in DNS has no record.
    private static String inDns(String octets) {
        return DomainLabels.of(octets).orElse(octets);
    }

    private SpfResult await(
            CompletableFuture<SpfResult> found,
            long patienceMillis,
            SpfCheck check,
            Asked asked,
            String subject) {
        long began = silence.now();
        try {
            return answered(awaited.get(found, waitMillis), subject);
        } catch (TimeoutException e) {
            asked.isLate = true;
            late.increment();
            // Whose zone is silent could otherwise say others' domains until nobody asks them.
            if (silence.goesOn(check.asksForNames() ? asked.network : subject, began)) {
                probe.run();
            }
            return patienceMillis > waitMillis && patient.tryAcquire()
                    ? awaitLonger(found, patienceMillis - waitMillis, subject)
                    : SpfResult.TEMPERROR;
        } catch (CancellationException e) {
            unavailable.increment();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // Nobody completes it so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return SpfResult.TEMPERROR;
    }

    private SpfResult awaitLonger(CompletableFuture<SpfResult> found, long millis, String subject) {
        try {
            SpfResult result = awaited.get(found, millis);
            // Whoever is silent does not answer for having been waited for until the library ends.
            return result == SpfResult.TEMPERROR ? result : answered(result, subject);
        } catch (TimeoutException | CancellationException e) {
            return SpfResult.TEMPERROR; // It was counted as late.
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // Nobody completes it so.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return SpfResult.TEMPERROR;
        } finally {
            patient.release();
        }
    }

    private SpfResult answered(SpfResult result, String subject) {
        results.getOrDefault(result, late).increment();
        silence.ends(subject);
        return result;
    }

    /// DNS for the check of a client, the names of whose network are in one zone.
    private final class Asked implements SpfCheck.Dns {
        private final CidrBlock network;

        // Whether who waits at first has waited in vain; written by him, read by the check.
        private volatile boolean isLate;

        Asked(CidrBlock network) {
            this.network = network;
        }

        @Override
        public List<Record> find(Name name, int type) throws SpfException {
            return SpfLookups.this.find(name, type);
        }

        @Override
        public boolean mayAskForNames() {
            return silence.mayAsk(network);
        }

        @Override
        public void hasAskedForNames() {
            if (!isLate) {
                silence.ends(network);
            }
        }
    }

    /// Waits as long as the library does, or until nobody waits for the check any more.
    private List<Record> find(Name name, int type) throws SpfException {
        try {
            return source.lookUp(name, type).toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SpfException(SpfResult.TEMPERROR);
        } catch (ExecutionException e) {
            throw new SpfException(SpfResult.TEMPERROR);
        }
    }

    /// Whether it makes sense to ask now.
    public boolean isAvailable() {
        return !awaited.isEnded() && !silence.pauses();
    }

    /// Asks nobody any more, and lets nobody wait any longer. Idempotent.
    @Override
    public void close() {
        awaited.end();
    }
}
