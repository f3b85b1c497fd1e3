package org.greydaemon.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Companions;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.gate.Ledger;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.ClientNetwork;
import org.greydaemon.net.IpAddress;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Entries that an operator has forgotten, kept for a while so that they can be brought back as
/// they were. Immutable.
final class Forgotten {
    /// The most entries that are forgotten together. A client that has more is no single mistake,
    /// and `greyctl forget` knows no such bound.
    static final int ENTRIES_MAX = 1_000;

    /// The network of clients that are no address.
    private static final long NO_NETWORK = -1;

    private final List<Kept> all;

    private Forgotten(List<Kept> all) {
        this.all = List.copyOf(all);
    }

    /// An entry outside the store.
    ///
    /// @param octets of its key, each as a character
    private record Kept(
            Key.Kind kind,
            String octets,
            int clientLength,
            int senderLength,
            long networkHigh,
            long networkLow,
            long entry) {
        static Kept of(Key key, long entry) {
            return new Kept(
                    key.kind(),
                    new String(key.bytes(), 0, key.length(), ISO_8859_1),
                    key.clientLength(),
                    key.senderLength(),
                    key.networkHigh(),
                    key.networkLow(),
                    entry);
        }

        void name(Key key) {
            byte[] text = octets.getBytes(ISO_8859_1);
            int sender = clientLength + senderLength;
            if (kind.fields() == 0) {
                key.digest(kind, text, 0);
            } else {
                key.named(kind, text, 0, clientLength);
                if (kind.fields() == 2) {
                    key.withSender(kind, text, clientLength, sender);
                } else if (kind.fields() == 3) {
                    key.triplet(text, clientLength, sender, sender, text.length);
                }
            }
            key.network(networkHigh, networkLow);
        }
    }

    /// Forgets what is remembered of a client, or one triplet of it, and the triplets of its other
    /// identities that the same attempts have made: else a retry would still pass by one of them.
    ///
    /// @param names the client, who is meant as {@link MeantClients} says, and a sender and a
    ///   recipient if only their triplet is meant, as {@link EntryText} shows them
    /// @throws RequestException if there are too many; nothing has changed
    static Forgotten of(Ledger ledger, EntryText names, long now) throws RequestException {
        Predicate<Key> isNear = isNear(ShownClient.address(names.client()));
        Predicate<String> isClient = client(names.client());
        List<Kept> meant = new ArrayList<>();
        Companions companions = ledger.companions();
        ledger.visit(
                now,
                (key, entry) -> {
                    if (isNear.test(key) && isMeant(names, isClient, key)) {
                        add(meant, key, entry);
                        if (key.isTriplet()) {
                            companions.add(key, entry, now);
                        }
                    }
                });
        ledger.visit(
                now,
                (key, entry) -> {
                    if (companions.have(key, entry)) {
                        add(meant, key, entry);
                    }
                });
        if (meant.size() > ENTRIES_MAX) {
            throw new RequestException(
                    "client: "
                            + names.client()
                            + " has more than "
                            + ENTRIES_MAX
                            + " entries; forget them with greyctl forget, which cannot be undone");
        }
        Forgotten forgotten = new Forgotten(meant);
        forgotten.drop(ledger);
        return forgotten;
    }

    /// Whether an entry may be a client's at a glance. What a domain has proven bears the network
    /// of who has made it, whichever that is.
    static Predicate<Key> isNear(Optional<IpAddress> address) {
        if (address.isEmpty()) {
            return key -> key.networkHigh() == NO_NETWORK || isOfDomain(key.kind());
        }
        long high = ClientNetwork.high(address.get().high(), address.get().low());
        long low = ClientNetwork.low(address.get().high(), address.get().low());
        return key -> key.networkHigh() == high && key.networkLow() == low;
    }

    private static boolean isOfDomain(Key.Kind kind) {
        return switch (kind) {
            case HOST_SENDER, POOL, SPF_DOMAIN -> true;
            case CLIENT,
                    TRIPLET,
                    SUSPECT,
                    NETWORK_TRIPLET,
                    HOST_TRIPLET,
                    SPF_TRIPLET,
                    POOL_NETWORK,
                    POOL_LINK ->
                    false;
        };
    }

    /// One more than may be is enough to know.
    private static void add(List<Kept> some, Key key, long entry) {
        if (some.size() <= ENTRIES_MAX) {
            some.add(Kept.of(key, entry));
        }
    }

    private static Predicate<String> client(String name) {
        int length = ShownClient.isHome(name) ? Identification.IPV6_HOME : 0;
        return ShownClient.address(name)
                .map(one -> length == 0 ? CidrBlock.of(one) : CidrBlock.around(one, length))
                .map(block -> new MeantClients(List.of(block)))
                .<Predicate<String>>map(meant -> meant::hold)
                .orElse(name::equals);
    }

    private static boolean isMeant(EntryText names, Predicate<String> isClient, Key key) {
        if (!Entries.isShown(key)) {
            return false;
        }
        EntryText its = EntryText.of(key);
        return isClient.test(its.client())
                && (names.recipient().isEmpty()
                        || (key.kind() == Key.Kind.TRIPLET
                                && its.sender().equals(names.sender())
                                && its.recipient().equals(names.recipient())));
    }

    private void drop(Ledger ledger) {
        Key key = new Key();
        for (Kept kept : all) {
            kept.name(key);
            ledger.drop(key);
        }
        ledger.commitForgotten();
    }

    /// Brings them back, but for those of which something is remembered again.
    ///
    /// @return how many came back
    int bringBack(Ledger ledger, long now) {
        Key key = new Key();
        int back = 0;
        for (Kept kept : all) {
            kept.name(key);
            back += ledger.bringBack(key, kept.entry(), now) ? 1 : 0;
        }
        ledger.commit();
        return back;
    }

    /// How many they are, those that accompany a client's own not counted.
    int size() {
        return (int) all.stream().filter(one -> one.kind().fields() > 0).count();
    }
}
