package org.greydaemon.admin;

import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.gate.Ledger;
import org.greydaemon.net.AddressParser;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.IpAddress;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A client that is to prove itself anew. Who is known by its /64 is so with all addresses in it,
/// of which the original's rules or an import may have proven some, each by itself.
final class ProvenClient {
    private ProvenClient() {}

    /// What was remembered of it.
    ///
    /// @param proven whether it was proven
    /// @param triplets how many of its triplets still let their mail pass, as they have done or
    ///   have waited long enough
    record Past(boolean proven, long triplets) {}

    /// Forgets that the client is proven; its triplets stay.
    ///
    /// @param now the time in seconds
    static Past forget(Ledger ledger, IpAddress client, long now) {
        boolean proven = ledger.forgetClient(Request.clientAttempt(client));
        MeantClients meant = new MeantClients(List.of(known(ledger, client)));
        EntryTimes times = new EntryTimes(ledger, now);
        AddressParser parser = new AddressParser();
        Predicate<Key> isNear = Forgotten.isNear(Optional.of(client));
        long[] found = new long[2]; // Clients, triplets.
        ledger.visit(
                now,
                (key, entry) -> {
                    if (!isNear.test(key) || !isOf(meant, key, parser)) {
                        return;
                    }
                    if (key.kind() == Key.Kind.CLIENT) {
                        ledger.drop(key);
                        found[0]++;
                    } else if (passes(times.state(key, entry))) {
                        found[1]++;
                    }
                });
        if (found[0] > 0) {
            ledger.commitForgotten();
        }
        return new Past(proven || found[0] > 0, found[1]);
    }

    private static boolean isOf(MeantClients meant, Key key, AddressParser parser) {
        return (key.kind() == Key.Kind.CLIENT || key.kind() == Key.Kind.TRIPLET)
                && meant.hold(key.bytes(), key.clientLength(), parser);
    }

    private static boolean passes(EntryState state) {
        return state == EntryState.PROVEN || state == EntryState.READY;
    }

    /// By what the rules know it.
    private static CidrBlock known(Ledger ledger, IpAddress client) {
        Key key = ledger.rules().clientKey(Request.clientAttempt(client));
        String text = new String(key.bytes(), 0, key.length(), StandardCharsets.US_ASCII);
        return ShownClient.isHome(text)
                ? CidrBlock.around(client, Identification.IPV6_HOME)
                : CidrBlock.of(client);
    }
}
