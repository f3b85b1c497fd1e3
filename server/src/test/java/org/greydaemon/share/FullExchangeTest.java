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
                        _ -> false),
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
