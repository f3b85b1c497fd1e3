package org.greydaemon.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One step of the embedded store, without the rules; the journal is committed once in 32 steps.
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() first.
public class StoreBench {
    private static final long NOW = 1_700_000_000;
    static final int REMEMBERED = 1_000_000;
    private static final int STRIDE = 7919;
    private static final int ROUND = 32;

    private final Request request = new Request();
    private final Key key = new Key();
    private final byte[] end = "recipient@of-us.example".getBytes(US_ASCII);
    private final byte[] text = new byte[64];
    private final Rule remember = (seen, now) -> now;
    private final Rule look = (seen, now) -> seen;
    private TemporaryStore store;
    private int steps;

    /// Remembers a million triplets.
    @Setup(Level.Trial)
    public void open() {
        System.arraycopy(end, 0, text, 40, end.length);
        store = new TemporaryStore(NOW, entriesMax());
        for (int i = 0; i < REMEMBERED; i++) {
            step(i, remember);
        }
    }

    /// How many entries there may be.
    long entriesMax() {
        return Integer.MAX_VALUE;
    }

    /// Forgets everything.
    @TearDown(Level.Trial)
    public void close() {
        store.close();
    }

    private long step(int number, Rule rule) {
        // The client's 13 octets and the sender's 23 from the request, then the recipient.
        System.arraycopy(request.number(number).octets(), 1, text, 0, 13);
        System.arraycopy(request.octets(), 16, text, 13, 23);
        key.client(text, 0, 13);
        key.network(0, 0xffff_0000_0000L + ((long) number << 8));
        key.triplet(text, 13, 36, 40, 40 + end.length);
        long seen = store.store().step(key, rule, NOW);
        if (++steps % ROUND == 0) {
            store.store().commit();
        }
        return seen;
    }

    /// One more of a million triplets and more.
    @Benchmark
    public long remember() {
        return step(REMEMBERED + steps, remember);
    }

    /// Any of a million triplets.
    @Benchmark
    public long look() {
        return step((int) ((long) steps * STRIDE % REMEMBERED), look);
    }
}
