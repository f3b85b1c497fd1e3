package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
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

    /// How far the daemon before this one was: it was whole at the time of {@link LoneHost}.
    private void wasThere(String forgotten) throws IOException {
        StringBuilder text = new StringBuilder("greydaemon share 1 test\n");
        text.append("whole ").append(LoneHost.NOW).append('\n');
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            text.append("shard ").append(shard).append(" 1799990000000-0 mark\n");
        }
        Files.writeString(folder.resolve("save.share"), text.append(forgotten).append("end\n"));
    }

    /// Who has told it was started since, and the server loses it.
    @Test
    void whatWasForgottenLongAgoIsToldAgainToAServerThatHasLostIt() throws IOException {
        Map<String, String> answers = TinyEngine.quiet();
        String told = TinyEngine.text("" + (LoneHost.NOW - 600));
        answers.put(
                "ZSCAN",
                "*2\r\n"
                        + TinyEngine.text("0")
                        + "*2\r\n"
                        + TinyEngine.text("F I 192.0.2.1")
                        + told);
        wasThere("");
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing _ = start(tiny)) {
            await(() -> tiny.asked("ZADD") == 1);
            assertThat(tiny.asked("XADD")).as("others have heard it").isZero();
            answers.put("ZSCAN", TinyEngine.quiet().get("ZSCAN"));
            answers.put("GET", TinyEngine.text("another"));
            clocks.pass(5);
            await(() -> tiny.asked("XADD") > 0);
        }
    }

    /// What XREAD says of a stream that goes on: so many entries as are asked for, without changes.
    private static String more(String millis) {
        StringBuilder all =
                new StringBuilder("*1\r\n*2\r\n" + TinyEngine.text("stream") + "*32\r\n");
        for (int i = 0; i < 32; i++) {
            int octets = millis.replace(TinyEngine.COUNTED, "1000000").length();
            String id = millis + "-%02d".formatted(i);
            all.append("*2\r\n$").append(octets + 3).append("\r\n").append(id);
            all.append("\r\n*2\r\n").append(TinyEngine.text("h")).append(TinyEngine.text("x"));
        }
        return all.toString();
    }

    /// Another host that writes faster than anybody reads.
    @Test
    void whoNeverHearsAllIsHeardAllTheSame() throws IOException {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XREAD", more("180000" + TinyEngine.COUNTED)); // Since we came.
        wasThere("");
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing _ = start(tiny)) {
            await(() -> tiny.asked("XREAD") > 5 * Engine.SHARDS);
            store.forget("192.0.2.1");
            await(() -> tiny.asked("XADD") > 0);
        }
    }

    /// 4,000 names of 3.8 kB: with line, name and proof of each it is three times as much.
    @Test
    void whoHasMuchToTellHearsFirstWhatWasForgottenMeanwhile() throws IOException {
        StringBuilder forgotten = new StringBuilder();
        String address = "x".repeat(1_900) + "@example.org";
        for (int i = 0; i < 4_000; i++) {
            forgotten.append("forgotten ").append(LoneHost.NOW).append("000 F G 192.0.2.1 ");
            forgotten.append(i).append(address).append(' ').append(address).append('\n');
        }
        wasThere(forgotten.toString());
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XREAD", more("179999" + TinyEngine.COUNTED));
        try (TinyEngine tiny = TinyEngine.start(answers);
                Sharing _ = start(tiny)) {
            await(() -> tiny.asked("XREAD") > 20 * Engine.SHARDS);
            assertThat(tiny.asked("XADD")).isZero();
            answers.put("XREAD", "*-1\r\n");
            await(() -> tiny.asked("XADD") > 0);
        }
    }
}
