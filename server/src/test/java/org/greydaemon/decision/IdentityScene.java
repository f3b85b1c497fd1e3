package org.greydaemon.decision;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The modern rules with all identities on a memory of their own, asked by attempts in words.
final class IdentityScene {
    static final long T0 = 1_700_000_000;
    static final long DELAY = 240;
    static final long SUSPECT = 1800;
    static final long HAMMERED = 3600;
    static final long DAY = 86_400;

    /// A client with the names that DNS confirms; null for names that nobody knows.
    record Client(String address, @Nullable List<String> names, Evidence.Spf spf, String helo) {
        static Client named(String address, String... names) {
            return new Client(address, List.of(names), Evidence.Spf.NONE, "");
        }

        static Client unknown(String address) {
            return new Client(address, null, Evidence.Spf.NONE, "");
        }

        Client withSpf() {
            return new Client(address, names, Evidence.Spf.PASS, helo);
        }

        Client calls(String name) {
            return new Client(address, names, spf, name);
        }
    }

    static final String ALICE = "alice@sender.example";
    static final String BOB = "bob@example.net";
    static final Client MX1 = Client.named("192.0.2.1", "mx1.host.example");
    static final Client MX2_ELSEWHERE = Client.named("198.51.100.9", "mx2.host.example");
    static final Client POOL1 = Client.named("203.0.113.1", "out1.pool.example");
    static final Client POOL2 = Client.named("198.18.0.2", "out2.pool.example");
    static final Client NAMELESS = Client.named("192.0.2.77");

    static final Identification WHO = AllIdentities.withPools("pool.example");

    static final Suspects SUSPECTS = AllIdentities.suspects("mx.our.example", "[198.51.100.1]");

    private final MapMemory memory = new MapMemory();
    private final ModernRules rules;
    private final Attempt attempt = new Attempt(8192, 100);
    private final Decision decision = new Decision(100);

    IdentityScene() {
        this(WHO, SUSPECTS);
    }

    IdentityScene(Identification who, Suspects suspects) {
        rules =
                new ModernRules(
                        new RetryWindow(DELAY, DAY), new Retention(35 * DAY), who, suspects);
    }

    /// The decision on an attempt; valid until the next one.
    Decision decide(long now, Client client, String sender, String... recipients) {
        fill(client, sender, recipients);
        judge(now);
        return decision;
    }

    /// Judges the attempt that it was filled with.
    Reason judge(long now) {
        decision.start();
        rules.judge(attempt, memory, now, decision);
        return decision.reason();
    }

    void fill(Client client, String sender, String... recipients) {
        attempt.start(Source.NONE);
        byte[] address = client.address().getBytes(ISO_8859_1);
        attempt.client(address, 0, address.length);
        attempt.evidence().helo(client.helo());
        attempt.evidence().spf(client.spf());
        if (client.names() == null) {
            attempt.evidence().asked();
        } else {
            attempt.evidence().hosts(client.names());
        }
        byte[] from = sender.getBytes(ISO_8859_1);
        attempt.sender(from, 0, from.length);
        for (String recipient : recipients) {
            byte[] to = recipient.getBytes(ISO_8859_1);
            attempt.recipient(to, 0, to.length);
        }
    }

    Reason judge(long now, Client client, String sender, String... recipients) {
        return decide(now, client, sender, recipients).reason();
    }

    /// What SPF has said of the attempt before, after it was judged.
    void spfPassed(long now, boolean passed) {
        attempt.evidence().spf(Evidence.Spf.PASS);
        rules.spfPassed(attempt, memory, now, passed);
    }

    ModernRules rules() {
        return rules;
    }

    Attempt attempt() {
        return attempt;
    }

    MapMemory memory() {
        return memory;
    }
}
