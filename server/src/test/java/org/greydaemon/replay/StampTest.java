package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The times at the begin of lines. It is 1 March 2026, in Berlin.
final class StampTest {
    private final Stamp stamp =
            new Stamp(
                    ZoneId.of("Europe/Berlin"),
                    Instant.parse("2026-03-01T12:00:00Z").getEpochSecond());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Feb  8 06:02:10 host | 2026-02-08T05:02:10Z",
                "Nov 28 06:02:10 host | 2025-11-28T05:02:10Z",
                "Jul  8 06:02:10 host | 2025-07-08T04:02:10Z",
                "Feb 29 06:02:10 host | 2024-02-29T05:02:10Z",
                "2026-02-08T06:02:10.123456+01:00 host | 2026-02-08T05:02:10Z",
                "2026-02-08T06:02:10-0530 host | 2026-02-08T11:32:10Z",
                "2026-02-08T06:02:10Z host | 2026-02-08T06:02:10Z",
                "2026-02-08 06:02:10 host | 2026-02-08T05:02:10Z",
                "2026-02-08 06:02:10.123 host | 2026-02-08T05:02:10Z",
                "2026-02-08 06:02:10 +0000 host | 2026-02-08T06:02:10Z",
                "@4000000069882a1c1dcd6500 host | 2026-02-08T06:15:46Z",
                "1770530530.123456 host | 2026-02-08T06:02:10Z",
            })
    void isReadInTheseForms(String line, Instant time) {
        assertThat(stamp.read(line, 0)).isEqualTo(time.getEpochSecond());
        assertThat(line.substring(stamp.end())).isEqualTo("host");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "decision action=defer reason=new",
                "Feb 30 06:02:10 host",
                "Fab  8 06:02:10 host",
                "Feb  8 06-02-10 host",
                "2026-13-08T06:02:10Z host",
                "@40000000zz882a1c1dcd6500 host",
                "12345678901234567890 host",
                "127.0.0.1:1 new grey I192.0.2.1",
            })
    void isMissingElse(String line) {
        assertThat(stamp.read(line, 0)).isEqualTo(Stamp.NONE);
    }

    /// What is told is the year of the last day that the line may be of: a day is left for zones.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2026-11-30T12:00:00Z | Nov 30 06:02:10 host | 2026-11-30T05:02:10Z",
                "2025-11-30T12:00:00Z | Nov 30 06:02:10 host | 2025-11-30T05:02:10Z",
                "2025-11-30T12:00:00Z | Dec  1 06:02:10 host | 2025-12-01T05:02:10Z",
                "2025-11-30T12:00:00Z | Dec  2 06:02:10 host | 2024-12-02T05:02:10Z",
                "2026-01-01T00:00:00Z | Dec 31 06:02:10 host | 2025-12-31T05:02:10Z",
                "2025-12-31T23:59:59Z | Jan  1 00:59:59 host | 2025-12-31T23:59:59Z",
                "2028-01-15T12:00:00Z | Feb 29 06:02:10 host | 2024-02-29T05:02:10Z",
                "2028-02-28T12:00:00Z | Feb 29 06:02:10 host | 2028-02-29T05:02:10Z",
                "2103-01-15T12:00:00Z | Feb 29 06:02:10 host | 2096-02-29T05:02:10Z",
            })
    void withoutAYearIsOfTheLastTwelveMonths(Instant latest, String line, Instant time) {
        Stamp its = new Stamp(ZoneId.of("Europe/Berlin"), latest.getEpochSecond());
        assertThat(Instant.ofEpochSecond(its.read(line, 0))).isEqualTo(time);
    }

    /// A log that was never rotated: its lines go on from year to year, and it ends at the latest
    /// time.
    @ParameterizedTest
    @ValueSource(ints = {1, 11, 13, 25, 60})
    void withoutAYearGoesOnFromTheLineBefore(int months) {
        LocalDateTime end = LocalDateTime.parse("2026-11-30T06:00:00");
        List<LocalDateTime> times =
                Stream.iterate(
                                end.minusMonths(months),
                                time -> !time.isAfter(end),
                                time -> time.plusDays(9))
                        .toList();
        assertThat(read(end, times)).isEqualTo(times);
    }

    /// Whatever day it ends on, and whichever years had a 29 February.
    @ParameterizedTest
    @ValueSource(longs = {14, 37, 50})
    void severalYearsGoOnWhateverDayTheyEndOn(long days) {
        LocalDateTime first = LocalDateTime.parse("2025-01-01T06:00:00");
        for (int i = 0; i < 4 * 366; i += 5) {
            LocalDateTime end = first.plusDays(i);
            List<LocalDateTime> times =
                    Stream.iterate(
                                    end.minusDays(1200 / days * days),
                                    time -> !time.isAfter(end),
                                    time -> time.plusDays(days))
                            .toList();
            assertThat(read(end, times)).as("until %s", end).isEqualTo(times);
        }
    }

    /// A board without a clock of its own begins in January, until it has asked for the time.
    @ParameterizedTest
    @ValueSource(strings = {"2026-11-20T06:00:00", "2026-06-20T06:00:00", "2026-03-20T06:00:00"})
    void aClockThatIsWrongForAMomentChangesNothingElse(LocalDateTime time) {
        LocalDateTime wrong = LocalDateTime.parse("2026-01-01T00:00:05");
        LocalDateTime end = LocalDateTime.parse("2026-11-30T06:00:00");
        List<LocalDateTime> times = List.of(time.minusDays(1), time, wrong, time, end);
        assertThat(read(end, times)).isEqualTo(times);
    }

    /// And one in which nothing came for months.
    @Test
    void aGapIsNoYear() {
        List<LocalDateTime> times =
                Stream.of("2025-12-20T06:00:00", "2026-02-01T06:00:00", "2026-11-01T06:00:00")
                        .map(LocalDateTime::parse)
                        .toList();
        assertThat(read(times.getLast(), times)).isEqualTo(times);
    }

    private static List<LocalDateTime> read(LocalDateTime latest, List<LocalDateTime> times) {
        DateTimeFormatter form = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT);
        List<String> lines = times.stream().map(time -> form.format(time) + " host").toList();
        Stamp its = new Stamp(ZoneOffset.UTC, latest.toEpochSecond(ZoneOffset.UTC));
        its.goThrough(lines);
        return lines.stream()
                .map(line -> LocalDateTime.ofEpochSecond(its.read(line, 0), 0, ZoneOffset.UTC))
                .toList();
    }
}
