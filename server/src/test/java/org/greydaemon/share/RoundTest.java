package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;

/// What is sent and what is read in one go: the one may fail where the other does not.
final class RoundTest {
    private static final long NOW = LoneHost.NOW;
    private static final String FULL =
            "-OOM command not allowed when used memory > 'maxmemory'.\r\n";

    @TempDir Path folder;

    private final Remembered store = new Remembered();

    private Round round(OurSide side) {
        Adoption adoption =
                new Adoption(
                        store,
                        () -> LoneHost.LIFETIMES,
                        () -> NOW,
                        () -> NOW * 1000,
                        () -> 0,
                        side.tombstones(),
                        _ -> false,
                        _ -> {});
        SharedWords words =
                new SharedWords(LoneHost.NOBODY, () -> NOW * 1000, () -> 0, () -> 0, (_, _) -> {});
        return new Round(
                "us",
                new Peers("us"),
                new Metrics().histogram(Metric.SHARE_LAG_SECONDS),
                side,
                words,
                adoption);
    }

    /// What XREAD says where another host has written a line.
    private static String written(String line) {
        return "*1\r\n*2\r\n"
                + TinyEngine.text("stream")
                + "*1\r\n*2\r\n"
                + TinyEngine.text(NOW + "000-0")
                + "*4\r\n"
                + TinyEngine.text("h")
                + TinyEngine.text("other")
                + TinyEngine.text("c")
                + TinyEngine.text(line + "\n");
    }

    @Test
    void anEngineThatIsFullIsStillReadAndWhatItRefusesWaits() throws Exception {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XADD", FULL);
        answers.put("XREAD", written("N " + NOW + "000 I " + (NOW - 20) + " 192.0.2.2"));
        try (TinyEngine tiny = TinyEngine.start(answers);
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            OurSide side = LoneHost.side(tiny.settings(), store, folder);
            Round round = round(side);
            byte[] line = ("N " + NOW + "000 I " + NOW + " 192.0.2.9\n").getBytes(ISO_8859_1);
            assertThat(side.outbox().add(3, NOW * 1000, Change.Meaning.NEW, line, line.length))
                    .isTrue();
            assertThat(round.exchange(engine, true)).isEqualTo(Round.End.FAULT);
            assertThat(store.entries).containsOnly(Map.entry("192.0.2.2", Entry.of(NOW - 20, 0)));
            assertThat(side.progress().place(3).id()).isEqualTo(NOW + "000-0");
            assertThat(side.outbox().count()).isOne();
            assertThat(side.figures().trouble).contains("OOM").contains("more memory");
            answers.put("XREAD", "*-1\r\n");
            answers.remove("XADD");
            assertThat(round.exchange(engine, true)).isEqualTo(Round.End.QUIET);
            assertThat(side.outbox().count()).isZero();
            assertThat(side.figures().trouble).isEmpty();
        }
    }
}
