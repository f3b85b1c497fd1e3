package org.greydaemon.dns;

import org.greydaemon.exempt.Listings;
import org.greydaemon.metrics.Counter;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Asks lists in DNS, DNSBLs and DNSWLs, whether they have a client (RFC 5782), and lets nobody
/// wait for one longer than a mail server waits for us. What was answered is kept as long as its
/// TTL says; what comes later is there for the retry. Safe for use by several threads; never
/// throws.
///
/// ```
/// 192.0.2.7      7.2.0.192.list.example
/// 2001:db8::7    7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.list.example
/// ```
///
/// An answer beyond 127.0.0.0/8 says nothing: the list's domain may have another owner by now.
public final class ListLookups implements Listings, AutoCloseable {
    /// The most look-ups at a time.
    static final int UNDERWAY_MAX = 2_000;

    private static final CidrBlock ANSWERS = CidrBlock.around(IpAddress.ipv4(0x7f00_0000), 8);

    /// By these a list says that it does not answer this resolver: Spamhaus and others, and
    /// dnswl.org.
    private static final List<CidrBlock> REFUSALS =
            List.of(
                    CidrBlock.around(IpAddress.ipv4(0x7fff_ff00), 24),
                    CidrBlock.of(IpAddress.ipv4(0x7f00_00ff)));

    private final LookupsOnDemand lookups;
    private final long waitMillis;
    private final Silence silence;
    private final AwaitedAnswers awaited = new AwaitedAnswers();
    private final AtomicInteger underway = new AtomicInteger();
    private final Counter listed;
    private final Counter none;
    private final Counter refused;
    private final Counter late;
    private final Counter failed;
    private final Counter busy;
    private final Counter unavailable;

    /// Asks a DNS server. The library for it is loaded with the first question.
    ///
    /// @param server whom to ask; empty for the servers of /etc/resolv.conf
    /// @param nanos the monotonic clock, in nanoseconds
    public ListLookups(Optional<Endpoint> server, LongSupplier nanos, Metrics metrics) {
        this(server, nanos, ConfirmedNames.WAIT_MILLIS, metrics);
    }

    /// @param waitMillis how long anybody waits
    ListLookups(Optional<Endpoint> server, LongSupplier nanos, long waitMillis, Metrics metrics) {
        this.waitMillis = waitMillis;
        silence = new Silence(nanos);
        lookups = new LookupsOnDemand(server, nanos, silence::answers);
        listed = metrics.counter(Metric.LIST_LOOKUPS, "listed");
        none = metrics.counter(Metric.LIST_LOOKUPS, "none");
        refused = metrics.counter(Metric.LIST_LOOKUPS, "refused");
        late = metrics.counter(Metric.LIST_LOOKUPS, "late");
        failed = metrics.counter(Metric.LIST_LOOKUPS, "failed");
        busy = metrics.counter(Metric.LIST_LOOKUPS, "busy");
        unavailable = metrics.counter(Metric.LIST_LOOKUPS, "unavailable");
    }

    @Override
    public Optional<List<IpAddress>> of(IpAddress client, String zone) {
        if (awaited.isEnded() || !silence.mayAsk(zone)) {
            unavailable.increment();
            return Optional.empty();
        }
        if (underway.incrementAndGet() > UNDERWAY_MAX) {
            underway.decrementAndGet();
            busy.increment();
            return Optional.empty();
        }
        long began = silence.now();
        try {
            List<Record> records =
                    awaited.get(
                            lookups.get().lookUp(name(client, zone), Type.A).toCompletableFuture(),
                            waitMillis);
            silence.ends(zone);
            return answer(records);
        } catch (TimeoutException e) {
            late.increment();
            if (silence.goesOn(zone, began)) {
                lookups.get().probe();
            }
        } catch (CancellationException e) {
            unavailable.increment();
        } catch (ExecutionException | TextParseException e) {
            failed.increment(); // The servers do not know; the log would say it for every attempt.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underway.decrementAndGet();
        }
        return Optional.empty();
    }

    private Optional<List<IpAddress>> answer(List<Record> records) {
        List<IpAddress> found = new ArrayList<>();
        for (Record record : records) {
            if (record instanceof ARecord a) {
                IpAddress address = IpAddress.ofBytes(a.getAddress().getAddress());
                if (holds(REFUSALS, address)) {
                    refused.increment();
                    return Optional.empty();
                }
                if (holds(List.of(ANSWERS), address)) {
                    found.add(address);
                }
            }
        }
        (found.isEmpty() ? none : listed).increment();
        return Optional.of(found);
    }

    private static boolean holds(List<CidrBlock> blocks, IpAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address.high(), address.low()));
    }

    /// RFC 5782 2.1 and 2.4.
    private static Name name(IpAddress client, String zone) throws TextParseException {
        StringBuilder name = new StringBuilder();
        byte[] octets = client.toBytes();
        for (int i = octets.length - 1; i >= 0; i--) {
            int octet = Byte.toUnsignedInt(octets[i]);
            if (client.isIpv4()) {
                name.append(octet).append('.');
            } else {
                name.append(Character.forDigit(octet & 0xf, 16)).append('.');
                name.append(Character.forDigit(octet >>> 4, 16)).append('.');
            }
        }
        return Name.fromString(name.append(zone).toString(), Name.root);
    }

    /// Asks nobody any more, and lets nobody wait any longer. Idempotent.
    @Override
    public void close() {
        awaited.end();
    }
}
