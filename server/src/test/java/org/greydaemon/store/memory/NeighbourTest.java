package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.net.IpAddress;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One host floods, and those who live beside it wait for their retry: docs/adr/0014.
final class NeighbourTest {
    private static final int NEIGHBOURS = 20;
    private static final int MESSAGES = 30_000;
    private static final int ENTRIES_MAX = 64_000;

    private final Key key = new Key();

    @TempDir Path folder;

    /// What an attempt leaves: a triplet of the address, and digests of what lies around it.
    private void begin(MemoryStore store, IpAddress client, String sender, long now) {
        byte[] text = (client + sender + "bob@example.net").getBytes(StandardCharsets.ISO_8859_1);
        int clientTo = client.toString().length();
        int senderTo = clientTo + sender.length();
        key.named(Key.Kind.CLIENT, text, 0, clientTo);
        key.maker(client.high(), client.low());
        key.triplet(text, clientTo, senderTo, senderTo, text.length);
        long _ = store.step(key, (seen, at) -> seen == Memory.NEVER ? at : seen, now);
        for (Key.Kind kind : new Key.Kind[] {Key.Kind.NETWORK_TRIPLET, Key.Kind.HOST_TRIPLET}) {
            key.digest(kind, digest(sender), 0);
            long _ = store.step(key, (seen, at) -> seen == Memory.NEVER ? at : seen, now);
        }
    }

    private static byte[] digest(String sender) {
        byte[] digest = new byte[Key.DIGEST_LENGTH];
        for (int i = 0; i < digest.length; i++) {
            digest[i] = (byte) ((sender.hashCode() * 0x9e37_79b9L) >>> i);
        }
        return digest;
    }

    private static boolean isLeft(MemoryStore store, IpAddress client, String sender) {
        Name name = Name.triplet(client.toString(), sender, "bob@example.net");
        return Site.time(store, name) != Memory.NEVER;
    }

    private void flood(String network, String attacker) throws Exception {
        Site site = new Site(folder);
        site.entriesMax = ENTRIES_MAX;
        try (MemoryStore store = site.open(Site.START)) {
            IpAddress[] neighbours = new IpAddress[NEIGHBOURS];
            for (int i = 0; i < NEIGHBOURS; i++) {
                neighbours[i] = IpAddress.parse(network.formatted(11 + i)).orElseThrow();
                begin(store, neighbours[i], "news@good" + i + ".example", Site.START);
            }
            IpAddress flooding = IpAddress.parse(attacker).orElseThrow();
            for (int i = 0; i < MESSAGES; i++) {
                begin(store, flooding, "spam" + i + "@evil.example", Site.START + 1 + i / 1_000);
            }
            assertThat(store.entries()).isLessThan(ENTRIES_MAX / 8);
            for (int i = 0; i < NEIGHBOURS; i++) {
                assertThat(isLeft(store, neighbours[i], "news@good" + i + ".example")).isTrue();
            }
        }
    }

    @Test
    void aFloodFromOneAddressLeavesItsNeighboursAlone() throws Exception {
        flood("198.51.100.%d", "198.51.100.66");
    }

    @Test
    void aFloodFromOneSubnetLeavesTheOthersOfItsSiteAlone() throws Exception {
        flood("2001:db8:1:%d::25", "2001:db8:1:66::25");
    }
}
