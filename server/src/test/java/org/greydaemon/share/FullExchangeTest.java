package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.store.ChangeFeed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/// What others may not have heard is sent, however much it is.
final class FullExchangeTest {
    @TempDir Path folder;

    private final Remembered store = new Remembered();
    private long sent;

    private OurSide side(ShareSettings settings) {
        return LoneHost.side(settings, store, folder);
    }

    /// Nothing of a stream that reaches as far back as the host was away is missed.
    @Test
    void whoWasAwayForLongerThanTheWindowReadsEverythingThoughItRan() throws Exception {
        try (TinyEngine tiny = TinyEngine.start(TinyEngine.quiet());
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            LoneHost.Clocks clocks = new LoneHost.Clocks();
            OurSide side = LoneHost.side(tiny.settings(), store, folder, clocks);
            FullExchange full = exchange(side);
            int sets = 2 * Engine.SHARDS;
            full.lookAtMarks(engine);
            assertThat(tiny.asked("ZSCAN")).isEqualTo(sets);
            clocks.pass(side.clock().window() - 1);
            full.lookAtMarks(engine);
            assertThat(tiny.asked("ZSCAN")).as("it was away for less").isEqualTo(sets);
            for (int shard = 0; shard < Engine.SHARDS; shard++) {
                side.progress().isAtEnd(shard, side.clock().millis());
            }
            clocks.pass(side.clock().window() - 1);
            full.lookAtMarks(engine);
            assertThat(tiny.asked("ZSCAN")).as("it has read since").isEqualTo(sets);
            clocks.pass(2);
            full.lookAtMarks(engine);
            assertThat(tiny.asked("ZSCAN")).isEqualTo(2 * sets);
            full.lookAtMarks(engine);
            assertThat(tiny.asked("ZSCAN")).as("once").isEqualTo(2 * sets);
        }
    }

    private FullExchange exchange(OurSide side) {
        Outbox outbox = side.outbox();
        return new FullExchange(
                () -> "mark",
                side,
                new OwnChanges(side, new ChangeFeed(1 << 20, () -> LoneHost.NOW * 1000)),
                new SharedWords(
                        LoneHost.NOBODY, () -> LoneHost.NOW * 1000, () -> 0, () -> 0, (_, _) -> {}),
                new Adoption(
                        store,
                        () -> LoneHost.LIFETIMES,
                        () -> LoneHost.NOW,
                        () -> LoneHost.NOW * 1000,
                        () -> 0,
                        side.tombstones(),
                        _ -> false,
                        _ -> {}),
                new FullExchange.Meanwhile() {
                    @Override
                    public void drain() {}

                    @Override
                    public void round(Engine engine) {
                        send(outbox);
                    }

                    @Override
                    public boolean isStopping() {
                        return false;
                    }
                });
    }

    private void send(Outbox outbox) {
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            Outbox.Batch batch = outbox.first(shard, _ -> true, false);
            sent += batch.alive();
            outbox.sent(shard, batch);
        }
    }

    /// A line, a name and a proof of each: three times as much as is remembered.
    @Test
    void whatIsForgottenIsSentThoughItIsMoreThanCanWait() throws Exception {
        String address = "x".repeat(1_900) + "@example.org";
        try (TinyEngine tiny = TinyEngine.start(Map.of());
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            OurSide side = side(tiny.settings());
            for (int i = 0; i < 4_000; i++) {
                side.tombstones()
                        .add("F G 192.0.2.1 " + i + address + " " + address, LoneHost.NOW * 1000);
            }
            assertThat(side.tombstones().dropped()).isZero();
            exchange(side).push(engine);
            send(side.outbox());
            while (side.outbox().count() > 0) {
                send(side.outbox());
            }
            assertThat(side.progress().isOwing()).as("something found no room").isFalse();
            assertThat(sent).isEqualTo(4_000);
        }
    }
}
