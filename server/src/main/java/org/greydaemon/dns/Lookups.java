package org.greydaemon.dns;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Cache;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedResolver;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/// Looks names up in DNS: the address leads to names (PTR, RFC 1035 3.5), and those count that lead
/// back to the address (RFC 8601 2.7.3 calls it iprev). What was answered is kept as long as its
/// TTL says. Safe for use by several threads.
final class Lookups {
    /// The most names of one host that are confirmed; mail servers have one, and each costs a
    /// query.
    private static final int NAMES_MAX = 5;

    /// How long one query may take; who asked waits no longer, but the retry will find the answer.
    private static final Duration QUERY = Duration.ofSeconds(4);

    /// Some 200 octets each.
    private static final int CACHE_ENTRIES = 20_000;

    private static final int CACHE_SECONDS = 3_600;

    /// Who mends his DNS is not to wait for long.
    private static final int CACHE_NOTHING_SECONDS = 300;

    private final Resolver resolver;
    private final LookupSession session;

    /// @param server whom to ask
    /// @param onAnswer hears of each answer of the server
    Lookups(Endpoint server, Runnable onAnswer) {
        this(
                new SimpleResolver(
                        new InetSocketAddress(inetAddress(server.address()), server.port())),
                onAnswer);
    }

    /// @param servers whom to ask, one after the other
    /// @param onAnswer hears of each answer of them
    Lookups(List<InetSocketAddress> servers, Runnable onAnswer) {
        this(new ExtendedResolver(servers.stream().map(Lookups::oneOf).toList()), onAnswer);
    }

    private Lookups(Resolver asked, Runnable onAnswer) {
        resolver = new HeardResolver(asked, onAnswer);
        resolver.setTimeout(QUERY);
        Cache cache = new Cache(DClass.IN);
        cache.setMaxEntries(CACHE_ENTRIES);
        cache.setMaxCache(CACHE_SECONDS);
        cache.setMaxNCache(CACHE_NOTHING_SECONDS);
        session =
                LookupSession.builder()
                        .resolver(resolver)
                        .cache(cache)
                        .executor(work -> Thread.ofVirtual().name("dns").start(work))
                        .build();
    }

    /// As the library asks the servers of the system by itself.
    private static Resolver oneOf(InetSocketAddress server) {
        Resolver one = new SimpleResolver(server);
        one.setTimeout(ExtendedResolver.DEFAULT_RESOLVER_TIMEOUT);
        return one;
    }

    /// Asks the server for what each must know (RFC 6761 6.3); the answer is only heard of.
    void probe() {
        Record question =
                Record.newRecord(Name.fromConstantString("localhost."), Type.A, DClass.IN);
        CompletionStage<Message> _ = resolver.sendAsync(Message.newQuery(question));
    }

    /// The confirmed names of a host; a failure if the servers do not answer.
    CompletableFuture<List<String>> confirmed(IpAddress client) {
        Name reverse = ReverseMap.fromAddress(inetAddress(client));
        return lookUp(reverse, Type.PTR)
                .thenCompose(records -> confirm(names(records), client))
                .toCompletableFuture();
    }

    private static List<Name> names(List<Record> records) {
        return records.stream()
                .filter(PTRRecord.class::isInstance)
                .map(record -> ((PTRRecord) record).getTarget())
                .limit(NAMES_MAX)
                .toList();
    }

    /// One name that nobody can look up does not spoil the others.
    private CompletionStage<List<String>> confirm(List<Name> names, IpAddress client) {
        int type = client.isIpv4() ? Type.A : Type.AAAA;
        InetAddress address = inetAddress(client);
        List<CompletableFuture<Optional<String>>> each = new ArrayList<>();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        for (Name name : names) {
            each.add(
                    lookUp(name, type)
                            .thenApply(records ->
                                    records.stream().anyMatch(one -> leadsTo(one, address))
                                            ? Optional.of(text(name))
                                            : Optional.<String>empty())
                            .exceptionally(cause -> {
                                failure.set(cause);
                                return Optional.empty();
                            })
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new))
                .thenApply(_ -> confirmed(each, failure.get()));
    }

    /// Nobody has no name because DNS did not answer.
    private static List<String> confirmed(
            List<CompletableFuture<Optional<String>>> each, @Nullable Throwable failure) {
        List<String> names = each.stream().flatMap(one -> one.join().stream()).toList();
        if (names.isEmpty() && failure != null) {
            throw new CompletionException(failure);
        }
        return names;
    }

    private static boolean leadsTo(Record record, InetAddress address) {
        return switch (record) {
            case ARecord a -> a.getAddress().equals(address);
            case AAAARecord aaaa -> aaaa.getAddress().equals(address);
            default -> false;
        };
    }

    private static String text(Name name) {
        return name.toString(true).toLowerCase(Locale.ROOT);
    }

    /// The records of a name, aliases followed; none if there are none, a failure if the servers do
    /// not answer.
    CompletionStage<List<Record>> lookUp(Name name, int type) {
        return session.lookupAsync(name, type)
                .thenApply(LookupResult::getRecords)
                .exceptionally(Lookups::nothing);
    }

    /// Whether there is a name, whatever it has; a failure if the servers do not answer.
    CompletionStage<Boolean> exists(Name name) {
        return session.lookupAsync(name, Type.A)
                .handle((_, failure) -> failure == null || exists(cause(failure)));
    }

    private static boolean exists(Throwable cause) {
        if (cause instanceof NoSuchDomainException) {
            return false;
        }
        if (cause instanceof NoSuchRRSetException) {
            return true;
        }
        throw new CompletionException(cause);
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    /// That there is no such name is an answer.
    private static List<Record> nothing(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof NoSuchDomainException || cause instanceof NoSuchRRSetException) {
            return List.of();
        }
        throw new CompletionException(cause);
    }

    static InetAddress inetAddress(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // Only another number of octets is none.
        }
    }
}
