package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Key;
import org.greydaemon.gate.Ledger;
import org.greydaemon.gate.TestGate;
import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicInteger;

/// What is forgotten by the thousands.
final class ForgettingTest {
    private static final long NOW = 1_700_000_000;

    private final AtomicInteger waits = new AtomicInteger();
    private final Ledger ledger = new Ledger(TestGate.original().gate(), waits::incrementAndGet);

    /// What is fed to them has room for some thousands.
    @Test
    void otherHostsAreWaitedForBeforeTheyAreLeftBehind() throws RequestException {
        Key key = new Key();
        int entries = 2 * Forgetting.TOGETHER + 1;
        for (int i = 0; i < entries; i++) {
            byte[] client = "10.%d.%d.1".formatted(i / 256, i % 256).getBytes(US_ASCII);
            key.client(client, 0, client.length);
            ledger.restore(key, NOW, NOW);
        }
        Selection selection =
                Selection.of(Request.parse("{\"client\":\"10.0.0.0/8\"}".getBytes(UTF_8)));
        assertThat(new Forgetting(ledger, NOW, 1).forget(selection)).isEqualTo(entries);
        assertThat(waits).as("twice meanwhile, and at the end").hasValue(3);
    }
}
