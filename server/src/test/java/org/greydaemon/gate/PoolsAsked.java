package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Identification;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.decision.Suspects;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.ClientList;
import org.greydaemon.exempt.ExemptionFile;
import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.exempt.Exemptions;
import org.greydaemon.exempt.HostNames;
import org.greydaemon.identity.HostDomains;
import org.greydaemon.identity.Pools;
import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.metrics.Metrics;
import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Asks a gate that learns which networks share a queue, about mail of some days.
abstract class PoolsAsked {
    static final long DELAY = 240;
    static final long DAY = 86_400;
    static final long KEPT = 35 * DAY;
    static final List<String> NAMES = List.of("mx.attack.example");
    static final String BOB = "bob@example.net";

    // Three networks of a provider whose hosts have names of their customers, so that no name says
    // that they belong together.
    static final String A = "192.0.2.1";
    static final String B = "198.51.100.1";
    static final String C = "2001:db8:c::1";

    final MapStore store = new MapStore();
    final Attempt attempt = new Attempt(8192, 10);
    final Decision decision = new Decision(10);
    long now = 1_700_000_000;
    Gate gate = gate(24, 48);

    Gate gate(int ipv4Length, int ipv6Length) {
        return gate(
                ipv4Length,
                ipv6Length,
                new HostDomains(PublicSuffixes.load(List.of()), Pools.builtIn()));
    }

    Gate gate(int ipv4Length, int ipv6Length, @Nullable HostDomains domains) {
        Identification who = new Identification(ipv4Length, ipv6Length, domains, true, '+', false);
        return new Gate(
                new Gate.Terms(
                        Exemptions.NONE,
                        new ModernRules(
                                new RetryWindow(DELAY, DAY),
                                new Retention(KEPT),
                                who,
                                new Suspects(1800, 6, 3600, 3, Set.of())),
                        (_, _, _) -> {}),
                store,
                new Tally(new Metrics(), () -> 0),
                HostNames.NONE,
                SpfChecks.NONE);
    }

    /// Mail waits as lines of the operator's say.
    void lines(String... lines) {
        try {
            ExemptionFile file = ExemptionFile.parse("exemptions", List.of(lines));
            gate.exempt(
                    Exemptions.of(
                            new ExemptionLists(
                                    ClientList.parse("none", List.of()), List.of(file), false),
                            AllowedLines.NONE,
                            now));
        } catch (MistakeException e) {
            throw new IllegalStateException(e);
        }
    }

    Reason ask(String client, String sender, String recipient) {
        String name = "mx.customer" + client.hashCode() % 1000 + "x.example";
        return ask(client, List.of(name.replace("-", "m")), sender, recipient);
    }

    Reason ask(String client, List<String> names, String sender, String recipient) {
        attempt.start(new Source(Protocol.POLICY));
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        attempt.recipient(recipient.getBytes(ISO_8859_1), 0, recipient.length());
        attempt.evidence().hosts(names);
        assertThat(gate.judge(attempt, now, decision)).isTrue();
        return decision.reason();
    }

    /// Of a client about whose names DNS was asked in vain.
    Reason askUnnamed(String client, String sender) {
        gate.decide(Attempts.attempt(client, sender, BOB), now, decision);
        return decision.reason();
    }

    /// Mail that begins in one network and comes again from another one in time.
    void finishes(String first, String second, String sender) {
        assertThat(ask(first, sender, BOB)).isIn(Reason.NEW, Reason.LATE);
        now += 300;
        assertThat(ask(second, sender, BOB)).isIn(Reason.NEW, Reason.LATE, Reason.PASSED);
        now += DAY; // What waited is over.
    }

    /// Of a number that leads to another one.
    static boolean isAlias(Key key) {
        return LearnedPools.isAlias(key.networkHigh());
    }

    Set<String> networks() {
        Set<String> found = new TreeSet<>();
        store.visit((key, entry) -> {
            if (key.kind() == Key.Kind.POOL_NETWORK && !isAlias(key)) {
                found.add(new String(key.bytes(), 0, key.length(), ISO_8859_1));
            }
        });
        return found;
    }
}
