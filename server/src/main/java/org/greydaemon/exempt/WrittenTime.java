package org.greydaemon.exempt;

import static org.greydaemon.mistake.Mistake.quoted;

import org.greydaemon.mistake.MistakeException;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Times as lines have them. No state.
final class WrittenTime {
    private static final Pattern SPAN = Pattern.compile("(?:[0-9]{1,10}[smhdw])++");
    private static final Pattern SPAN_PART = Pattern.compile("([0-9]+)([smhdw])");

    /// Longer times than a century are a mistake.
    private static final long SECONDS_MAX = 100L * 366 * 86_400;

    private WrittenTime() {}

    /// Reads how long something lasts.
    ///
    /// @return in seconds
    /// @throws MistakeException if it is no such time
    static long span(String text) throws MistakeException {
        long seconds = 0;
        if (SPAN.matcher(text).matches()) {
            Matcher part = SPAN_PART.matcher(text);
            while (part.find() && seconds <= SECONDS_MAX) {
                seconds += Long.parseLong(part.group(1)) * unit(part.group(2));
            }
        }
        if (seconds < 1 || seconds > SECONDS_MAX) {
            throw new MistakeException(
                    quoted(text) + " is no time", "write one such as 60s, 5m, 2h or 2d");
        }
        return seconds;
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            default -> 7 * 86_400;
        };
    }

    /// Reads until when something is meant: a day, to its end in UTC, or a time.
    ///
    /// @return the first second that is no longer meant, since 1970
    /// @throws MistakeException if it is none
    static long end(String text) throws MistakeException {
        try {
            return text.length() <= "2027-01-31".length()
                    ? LocalDate.parse(text)
                            .plusDays(1)
                            .toEpochSecond(LocalTime.MIDNIGHT, ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toEpochSecond();
        } catch (DateTimeException e) {
            throw new MistakeException(
                    quoted(text) + " is no date",
                    "write one such as 2027-01-31, or a time such as" + " 2027-01-31T12:00Z");
        }
    }
}
