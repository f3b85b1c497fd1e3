package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Evidence;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// What one attempt of a client with all identities takes in memory.
final class IdentitiesRoomTest {
    private static final int ATTEMPTS = 50_000;

    @TempDir Path folder;

    @Test
    void aTripletOfAllIdentitiesTakesNoMoreThan250Octets() throws Exception {
        ModernRules rules = AllIdentities.after(240);
        Attempt attempt = new Attempt(1000, 1);
        Decision decision = new Decision(1);
        try (MemoryStore store = new Site(folder).open(Site.START)) {
            long before = store.bytes();
            for (int i = 0; i < ATTEMPTS; i++) {
                begin(attempt, i);
                decision.start();
                rules.judge(attempt, store, Site.START, decision);
            }
            assertThat(store.entries(Key.Kind.TRIPLET)).isEqualTo(ATTEMPTS);
            assertThat(store.entries()).isEqualTo(4 * ATTEMPTS); // Network, host and SPF domain.
            assertThat((store.bytes() - before) / ATTEMPTS).isLessThanOrEqualTo(250);
        }
    }

    /// 60 octets of text.
    private static void begin(Attempt attempt, int i) {
        attempt.start(new Source(Source.Protocol.POLICY));
        byte[] client =
                "198.%d.%d.%d"
                        .formatted(i >> 16, 100 + i / 256 % 100, i % 256)
                        .getBytes(ISO_8859_1);
        byte[] sender = "%s.news@sender.example".formatted(letters(i)).getBytes(ISO_8859_1);
        byte[] recipient = "somebody@example.net.example".getBytes(ISO_8859_1);
        attempt.client(client, 0, client.length);
        attempt.sender(sender, 0, sender.length);
        attempt.recipient(recipient, 0, recipient.length);
        attempt.evidence().hosts(List.of("mx.host.example"));
        attempt.evidence().spf(Evidence.Spf.PASS);
    }

    /// Numbers would be one sender.
    private static String letters(int number) {
        StringBuilder text = new StringBuilder();
        for (int rest = number + (1 << 20); rest > 0; rest >>= 4) {
            text.append((char) ('g' + (rest & 15)));
        }
        return text.toString();
    }
}
