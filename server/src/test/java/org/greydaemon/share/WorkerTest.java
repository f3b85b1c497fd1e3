package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/// An engine that takes nothing is read meanwhile, said to do so once, and said to be well when it
/// takes something again.
@Timeout(60)
final class WorkerTest {
    @TempDir Path folder;

    private final Remembered store = new Remembered();
    private final LoneHost.Clocks clocks = new LoneHost.Clocks();
    private final List<String> said = new CopyOnWriteArrayList<>();

    private Sharing start(TinyEngine tiny) {
        Host host =
                LoneHost.host(
                        store,
                        folder,
                        clocks,
                        (octets, length) -> said.add(new String(octets, 0, length, UTF_8)));
        return Sharing.start(Optional.of(tiny.settings()), host, new Metrics());
    }

    private static void await(BooleanSupplier what) {
        while (!what.getAsBoolean()) {
            assertThat(Thread.currentThread().isInterrupted()).as("it takes too long").isFalse();
            Thread.onSpinWait();
        }
    }

    @Test
    void anEngineThatIsFullKeepsItsConnectionAndIsWellWhenItTakesSomething() throws IOException {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("ZADD", "-OOM command not allowed when used memory > 'maxmemory'.\r\n");
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing sharing = start(tiny)) {
            await(() -> tiny.asked("XREAD") > 10 * Engine.SHARDS);
            clocks.pass(5);
            await(() -> tiny.asked("ZADD") >= 2);
            int read = tiny.asked("XREAD");
            await(() -> tiny.asked("XREAD") > read + 5 * Engine.SHARDS);
            assertThat(tiny.asked("INFO")).as("connections").isOne();
            assertThat(said).singleElement().asString().contains("OOM").contains("more memory");
            assertThat(sharing.warnings()).hasSize(1);
            answers.put("ZADD", ":1\r\n");
            clocks.pass(5);
            await(() -> said.size() >= 2);
            assertThat(said.getLast()).endsWith("well again");
            assertThat(sharing.warnings()).isEmpty();
        }
    }

    /// It has no file at all of the time since this host was there first.
    @Test
    void whatAnEngineThatCameBackWithOlderFilesHasLostIsToldAgain() throws IOException {
        Map<String, String> answers = TinyEngine.quiet();
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing _ = start(tiny)) {
            await(() -> tiny.asked("ZADD") == 1);
            store.forget("192.0.2.1");
            await(() -> tiny.asked("XADD") == 1);
            answers.put("TIME", TinyEngine.time(LoneHost.NOW + 1_000));
            clocks.pass(1_000);
            await(() -> tiny.asked("ZADD") == 3); // What is forgotten, and that it is there.
            int read = tiny.asked("XREAD");
            await(() -> tiny.asked("XREAD") > read + 5 * Engine.SHARDS);
            answers.put("XREAD", "-LOADING Redis is loading the dataset in memory\r\n");
            await(() -> tiny.asked("INFO") >= 2);
            answers.put("XREAD", "*-1\r\n");
            await(() -> tiny.asked("XADD") > 1);
        }
    }

    @Test
    void aReplicaIsNotWellBecauseItCanBeRead() throws IOException {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("ZADD", "-READONLY You can't write against a read only replica.\r\n");
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing sharing = start(tiny)) {
            await(() -> tiny.asked("INFO") >= 3);
            assertThat(said).singleElement().asString().contains("name the primary");
            assertThat(sharing.warnings()).hasSize(1);
        }
    }
}
