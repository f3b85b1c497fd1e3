package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A part of each day, by the clock of a time zone. Immutable.
///
/// @param from its first minute
/// @param to the minute after its last one; it may be the next day's
record TimeOfDay(LocalTime from, LocalTime to) {
    private static final Pattern FORM =
            Pattern.compile("([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])");

    private static final int HOURS = 24;

    /// Reads one such as `22:00-06:00`.
    ///
    /// @throws MistakeException if it is none
    static TimeOfDay parse(String text) throws MistakeException {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || (number(matcher, 3) == HOURS && number(matcher, 4) > 0)) {
            throw new MistakeException(
                    quoted(text) + " is no part of a day", "write one such as 22:00-06:00");
        }
        LocalTime from = LocalTime.of(number(matcher, 1), number(matcher, 2));
        LocalTime to = LocalTime.of(number(matcher, 3) % HOURS, number(matcher, 4));
        if (from.equals(to)) {
            throw new MistakeException(
                    quoted(text) + " ends when it begins", "write no time for the whole day");
        }
        return new TimeOfDay(from, to);
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    /// Whether a time is in it.
    ///
    /// @param wall in seconds since 1970
    boolean holds(long wall, ZoneId zone) {
        LocalTime now = LocalTime.ofInstant(Instant.ofEpochSecond(wall), zone);
        return from.isBefore(to)
                ? !now.isBefore(from) && now.isBefore(to)
                : !now.isBefore(from) || now.isBefore(to);
    }

    /// When it begins or ends next, or the zone's clock is put forward or back.
    ///
    /// @param wall in seconds since 1970
    long next(long wall, ZoneId zone) {
        Instant now = Instant.ofEpochSecond(wall);
        long next = Math.min(next(from, now, zone), next(to, now, zone));
        ZoneOffsetTransition change = zone.getRules().nextTransition(now);
        return change == null ? next : Math.min(next, change.toEpochSecond());
    }

    private static long next(LocalTime time, Instant now, ZoneId zone) {
        LocalDate today = LocalDate.ofInstant(now, zone);
        long next = Long.MAX_VALUE;
        for (int day = 0; day <= 2; day++) { // Two, as some zone has left a day out.
            for (long at : whenItIs(today.plusDays(day).atTime(time), zone)) {
                next = at > now.getEpochSecond() ? Math.min(next, at) : next;
            }
        }
        return next;
    }

    /// When a clock shows a time: twice in the night in which it is put back, and if it is put over
    /// it, when that is done.
    private static long[] whenItIs(LocalDateTime time, ZoneId zone) {
        List<ZoneOffset> offsets = zone.getRules().getValidOffsets(time);
        return offsets.isEmpty()
                ? new long[] {ZonedDateTime.of(time, zone).toEpochSecond()}
                : offsets.stream().mapToLong(time::toEpochSecond).toArray();
    }
}
