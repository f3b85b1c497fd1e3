package org.greydaemon.history;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.greydaemon.metrics.Metric;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.List;

/// What a history knows of the time until now.
final class HistoryTest extends HistoryOpened {
    /// No whole turn of any ring.
    private static final long FAR = 400L * 86_400 + 7_201;

    @Test
    void aMinuteIsKnownWithinASecondAndTheOthersAreNot() {
        History history = open();
        deferred.increment();
        history.everySecond();
        List<@Nullable Long> hour = history.values(Series.DEFERRED, Period.HOUR, now);
        assertThat(hour).hasSize(60).last().isEqualTo(1L);
        assertThat(hour.subList(0, 59)).containsOnlyNulls();
        assertThat(history.values(Series.ACCEPTED, Period.HOUR, now).getLast()).isZero();
        assertThat(history.values(Series.DEFERRED, Period.YEAR, now))
                .hasSize(366)
                .last()
                .isEqualTo(1L);
    }

    @Test
    void aGaugeIsTheLastValueAndAWaitIsCountedByItsLength() {
        History history = open();
        long[] entries = {7};
        metrics.read(Metric.ENTRIES, () -> entries[0]);
        metrics.histogram(Metric.DELAY_SECONDS).observe(301);
        history.everySecond();
        now += 60;
        entries[0] = 5;
        history.everySecond();
        History.Total total = history.total(Period.DAY, now);
        assertThat(total.of(Series.ENTRIES)).isEqualTo(5);
        assertThat(history.values(Series.ENTRIES, Period.HOUR, now)).endsWith(7L, 5L);
        assertThat(total.waitedSeconds()).isEqualTo(301);
        assertThat(total.waits()).hasSize(History.bounds().size() + 1);
        assertThat(total.waits().get(History.bounds().indexOf(360L))).isEqualTo(1);
    }

    @Test
    void marksAreBoundedAndTheOldestGo() {
        History history = open();
        for (int i = 0; i < 200; i++) {
            now++;
            history.mark(Mark.Occasion.RELOAD, "ä€🙂".repeat(i));
        }
        history.close();
        List<Mark> marks = open().marks(0);
        assertThat(marks).hasSize(128);
        assertThat(marks.getFirst().time()).isEqualTo(NOON + 73);
        assertThat(marks.getLast().text().getBytes(UTF_8).length).isBetween(470, 480);
        assertThat(marks.getLast().text()).startsWith("ä€🙂ä€🙂").doesNotContain("\ufffd");
    }

    /// A reload that changes a list of a megabyte says all of it.
    @Test
    void aMarkIsAsLongInMemoryAsInTheFile() {
        History history = open();
        history.mark(Mark.Occasion.RELOAD, "x".repeat(1_000_000));
        history.mark(Mark.Occasion.RELOAD, "x".repeat(479) + "🙂");
        List<Mark> marks = history.marks(0);
        assertThat(marks.getFirst().text()).hasSize(480);
        assertThat(marks.getLast().text()).hasSize(479);
        history.close();
        assertThat(open().marks(0)).isEqualTo(marks);
    }

    @Test
    void aClockThatWasSetChangesNoSum() {
        History history = open();
        for (long step : new long[] {3_600, -3_600, 90, -45, FAR, -FAR}) {
            deferred.increment();
            now += step;
            history.everySecond();
        }
        assertThat(history.total(Period.DAY, now).of(Series.NEW)).isEqualTo(4);
        assertThat(history.total(Period.YEAR, now + FAR).of(Series.NEW)).isEqualTo(1);
    }

    @Test
    void jsonHasOneValueAStep() {
        History history = open();
        deferred.increment();
        history.mark(Mark.Occasion.RELOAD, "retry.delay 240s -> 300s");
        history.everySecond();
        JsonObject json =
                JsonParser.parseString(history.json(Period.DAY, now).toString()).getAsJsonObject();
        assertThat(json.get("span").getAsString()).isEqualTo("day");
        assertThat(json.get("step").getAsInt()).isEqualTo(300);
        long from = json.get("from").getAsLong();
        assertThat(from + 287 * 300).isEqualTo(now / 300 * 300);
        for (Series series : Series.values()) {
            assertThat(json.getAsJsonObject("series").getAsJsonArray(series.word())).hasSize(288);
        }
        assertThat(json.getAsJsonArray("marks").toString())
                .isEqualTo(
                        "[{\"time\":%d,\"kind\":\"reload\",\"text\":\"retry.delay 240s -> 300s\"}]"
                                .formatted(now));
    }
}
