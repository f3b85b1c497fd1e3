package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.metrics.Metric;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
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
        by(
                answers,
                (tiny, engine, side) -> {
                    Round round = round(side);
                    somethingWaits(side);
                    assertThat(round.exchange(engine, true)).isEqualTo(Round.End.FAULT);
                    assertThat(store.entries)
                            .containsOnly(Map.entry("192.0.2.2", Entry.of(NOW - 20, 0)));
                    assertThat(side.progress().place(3).id()).isEqualTo(NOW + "000-0");
                    assertThat(side.outbox().count()).isOne();
                    assertThat(side.figures().trouble).contains("OOM").contains("more memory");
                    answers.put("XREAD", "*-1\r\n");
                    answers.remove("XADD");
                    assertThat(round.exchange(engine, true)).isEqualTo(Round.End.QUIET);
                    assertThat(side.outbox().count()).isZero();
                    assertThat(side.figures().trouble).isEmpty();
                });
    }

    /// A key is somebody else's; who may not change it (NOPERM) comes with another connection.
    @Test
    void whatIsTakenOnlyInPartIsNotAddedAgain() throws Exception {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put(
                "ZADD", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
        by(
                answers,
                (tiny, engine, side) -> {
                    Round round = round(side);
                    byte[] line = ("R I " + NOW + " 192.0.2.9\n").getBytes(ISO_8859_1);
                    Change proven =
                            new Change(
                                    3,
                                    NOW * 1000,
                                    line,
                                    "F I 192.0.2.9",
                                    "I 0 192.0.2.9",
                                    NOW,
                                    Change.Meaning.REFRESHED);
                    assertThat(side.outbox().add(proven)).isTrue();
                    assertThat(round.exchange(engine, true)).isEqualTo(Round.End.FAULT);
                    assertThat(round.exchange(engine, true)).isEqualTo(Round.End.FAULT);
                    assertThat(tiny.asked("XADD")).isOne();
                    assertThat(tiny.asked("ZADD")).isEqualTo(2);
                    answers.put("ZADD", ":1\r\n");
                    assertThat(round.exchange(engine, true)).isEqualTo(Round.End.QUIET);
                    assertThat(tiny.asked("XADD")).isOne();
                    assertThat(side.outbox().count()).isZero();
                });
    }

    /// What is exchanged with an engine.
    private interface Exchange {
        void with(TinyEngine tiny, Engine engine, OurSide side) throws Exception;
    }

    private void by(Map<String, String> answers, Exchange exchange) throws Exception {
        try (TinyEngine tiny = TinyEngine.start(answers);
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            exchange.with(tiny, engine, LoneHost.side(tiny.settings(), store, folder));
        }
    }

    private static void somethingWaits(OurSide side) {
        byte[] line = ("N " + NOW + "000 I " + NOW + " 192.0.2.9\n").getBytes(ISO_8859_1);
        assertThat(side.outbox().add(3, NOW * 1000, Change.Meaning.NEW, line, line.length))
                .isTrue();
    }

    /// An hour ahead of the engine's clock.
    private static void wasAhead(OurSide side) {
        side.progress().mark(3, "mark");
        side.progress()
                .read(
                        3,
                        new Engine.StreamEntry(
                                (NOW + 3_600) + "000-7", "other", ByteBuffer.allocate(0)));
    }

    /// It failed over to a replica that was behind, and whose clock is.
    @Test
    void aPlaceThatIsNoneOfTheStreamIsLeftForItsBeginning() throws Exception {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XADD", TinyEngine.text(NOW + "000-0"));
        by(
                answers,
                (tiny, engine, side) -> {
                    Round round = round(side);
                    wasAhead(side);
                    side.progress().compared(NOW * 1000);
                    assertThat(round.exchange(engine, false)).isEqualTo(Round.End.MORE);
                    assertThat(side.progress().place(3))
                            .isEqualTo(new Engine.StreamPlace("0-0", "mark"));
                    answers.put(
                            "XREAD", written("N " + NOW + "000 I " + (NOW - 20) + " 192.0.2.2"));
                    assertThat(round.exchange(engine, false)).isEqualTo(Round.End.QUIET);
                    assertThat(store.entries).containsOnlyKeys("192.0.2.2");
                    assertThat(tiny.asked("XADD")).isOne();
                });
    }

    @Test
    void aChangeOfOurOwnThatStandsBeforeOurPlaceShowsThatTooAndIsSent() throws Exception {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XADD", TinyEngine.text(NOW + "000-0"));
        by(
                answers,
                (tiny, engine, side) -> {
                    wasAhead(side);
                    somethingWaits(side);
                    assertThat(round(side).exchange(engine, true)).isEqualTo(Round.End.MORE);
                    assertThat(side.progress().place(3))
                            .isEqualTo(new Engine.StreamPlace("0-0", "mark"));
                    assertThat(side.outbox().count()).isZero();
                });
    }

    /// Its clock was set back: ids go on behind the last one.
    @Test
    void aPlaceInTheFutureThatIsOneOfTheStreamStays() throws Exception {
        Map<String, String> answers = TinyEngine.quiet();
        answers.put("XADD", TinyEngine.text((NOW + 3_600) + "000-8"));
        by(
                answers,
                (tiny, engine, side) -> {
                    Round round = round(side);
                    wasAhead(side);
                    side.progress().compared(NOW * 1000);
                    assertThat(round.exchange(engine, false)).isEqualTo(Round.End.QUIET);
                    assertThat(round.exchange(engine, false)).isEqualTo(Round.End.QUIET);
                    assertThat(side.progress().place(3).id()).isEqualTo((NOW + 3_600) + "000-7");
                    assertThat(tiny.asked("XADD")).as("once a connection").isOne();
                });
    }
}
