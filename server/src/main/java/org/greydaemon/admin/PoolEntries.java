package org.greydaemon.admin;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// Pools as the operator sees them: networks that were learned to be one for triplets, and domains
/// of the list. Confined to one thread.
final class PoolEntries {
    private static final IpAddress NO_NETWORK = IpAddress.ipv4(0);

    private final Ledger ledger;
    private final long now;
    private final long wallOffsetSeconds;

    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    PoolEntries(Ledger ledger, long now, long wallOffsetSeconds) {
        this.ledger = ledger;
        this.now = now;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// A pool that was learned.
    private static final class Learned {
        private final List<IpAddress> networks = new ArrayList<>();
        private final List<String> pairs = new ArrayList<>();
        private long seen;
    }

    /// The pools that were learned, by their numbers.
    private Map<Integer, Learned> learned() {
        Map<Integer, Integer> aliases = new TreeMap<>();
        Map<String, Long> entries = new TreeMap<>();
        List<EntryText> links = new ArrayList<>();
        ledger.visit(
                now,
                (key, entry) -> {
                    if (key.kind() == Key.Kind.POOL_LINK) {
                        links.add(EntryText.of(key));
                    } else if (key.kind() == Key.Kind.POOL_NETWORK) {
                        String network = EntryText.of(key).client();
                        long high = address(network).high();
                        if (LearnedPools.isAlias(high)) {
                            aliases.put(LearnedPools.aliasOf(high), Entry.mark(entry));
                        } else {
                            entries.put(network, entry);
                        }
                    }
                });
        Map<Integer, Learned> pools = new TreeMap<>();
        Map<String, Integer> byNetwork = new TreeMap<>();
        entries.forEach((network, entry) -> {
            int number = LearnedPools.followed(Entry.mark(entry), aliases);
            Learned pool = pools.computeIfAbsent(number, _ -> new Learned());
            pool.networks.add(address(network));
            pool.seen = Math.max(pool.seen, Entry.time(entry));
            byNetwork.put(network, number);
        });
        for (EntryText link : links) {
            Integer one = byNetwork.get(link.client());
            if (one != null && one.equals(byNetwork.get(link.sender()))) {
                Objects.requireNonNull(pools.get(one))
                        .pairs
                        .add(link.client() + " and " + link.sender());
            }
        }
        return pools;
    }

    private static IpAddress address(String network) {
        return IpAddress.parse(network.substring(0, Math.max(0, network.indexOf('/'))))
                .orElse(NO_NETWORK); // A line of the save file that somebody has written.
    }

    private static String networkOf(IpAddress address) {
        return text(
                new IpAddress(
                        ClientNetwork.high(address.high(), address.low()),
                        ClientNetwork.low(address.high(), address.low())));
    }

    private static String text(IpAddress network) {
        return network + (network.isIpv4() ? "/24" : "/48");
    }

    private static List<String> texts(Learned pool) {
        return pool.networks.stream().sorted().map(PoolEntries::text).toList();
    }

    /// A line for each pool that was learned: its networks, and which of them have finished each
    /// other's mail.
    List<JsonLine> listLearned() {
        List<JsonLine> lines = new ArrayList<>();
        for (Learned pool : learned().values()) {
            JsonLine line = new JsonLine().put("networks", texts(pool));
            line.put("last_seen", pool.seen + wallOffsetSeconds).put("age", now - pool.seen);
            pool.pairs.sort(null);
            lines.add(line.put("pairs", pool.pairs));
        }
        return lines;
    }

    /// A line for each domain of the list, with the fact that it rests on.
    List<JsonLine> listListed() {
        return listed().entrySet().stream()
                .map(pool ->
                        new JsonLine().put("domain", pool.getKey()).put("why", pool.getValue()))
                .toList();
    }

    private SortedMap<String, String> listed() {
        return ledger.rules() instanceof ModernRules modern
                ? modern.identification().listedPools()
                : Collections.emptySortedMap();
    }

    /// The networks of each pool, by its mark.
    Map<Integer, List<String>> networks() {
        Map<Integer, List<String>> networks = new TreeMap<>();
        learned().forEach((pool, learned) -> networks.put(pool, texts(learned)));
        return networks;
    }

    /// The networks of the pool with a mark.
    List<String> networks(int pool) {
        return networks().getOrDefault(pool, List.of());
    }

    /// Forgets that networks count as one with others; a pool of one network is none.
    ///
    /// @param what the networks, or an address in one
    /// @return how many they are
    /// @throws RequestException if that names no networks
    long forget(String what) throws RequestException {
        ClientList meant = meant(what);
        Map<Integer, Learned> before = learned();
        long[] count = new long[1];
        ledger.visit(
                now,
                (key, entry) -> {
                    if (key.kind() == Key.Kind.POOL_NETWORK && isMeant(key, meant, before)) {
                        ledger.drop(key);
                        count[0]++;
                    } else if (key.kind() == Key.Kind.POOL_LINK) {
                        EntryText link = EntryText.of(key);
                        if (holds(meant, address(link.client()))
                                || holds(meant, address(link.sender()))) {
                            ledger.drop(key);
                        }
                    }
                });
        ledger.commitForgotten();
        return count[0];
    }

    private static boolean isMeant(Key key, ClientList meant, Map<Integer, Learned> before) {
        IpAddress network = address(EntryText.of(key).client());
        return holds(meant, network)
                || before.values().stream()
                        .filter(pool -> pool.networks.contains(network))
                        .anyMatch(pool ->
                                pool.networks.stream().filter(one -> !holds(meant, one)).count()
                                        < 2);
    }

    private static boolean holds(ClientList meant, IpAddress network) {
        return meant.contains(network.high(), network.low());
    }

    private ClientList meant(String what) throws RequestException {
        if (listed().containsKey(what)) {
            throw new RequestException(
                    what
                            + " is listed, not learned; write !"
                            + what
                            + " into a file of rules.pools, and reload");
        }
        try {
            String network = IpAddress.parse(what).map(PoolEntries::networkOf).orElse(what);
            return ClientList.asked(network);
        } catch (MistakeException e) {
            throw new RequestException(e.at("forget").inOneLine());
        }
    }
}
