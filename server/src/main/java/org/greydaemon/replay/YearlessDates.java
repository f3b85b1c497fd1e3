package org.greydaemon.replay;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// The days of lines that name none of a year, `Nov 28`: they are of the twelve months before the
/// last day that one can be of. In a file that goes on for longer, what is a year off is told by
/// the lines before. Confined to one thread.
final class YearlessDates {
    private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
    private static final Pattern DATE = Pattern.compile("[A-Z][a-z]{2} [ \\d]\\d(?= )");

    /// Around this many days behind the line before is the year of a line that goes back at most
    /// for two months.
    private static final int AHEAD = 120;

    private static final MonthDay LEAP_DAY = MonthDay.of(2, 29);
    private static final int LEAP = 8; // From one 29 February to the next.

    private final LocalDate last;
    private Optional<LocalDate> before = Optional.empty(); // Of a file that is longer than a year.

    /// @param last the day after which there is none
    YearlessDates(LocalDate last) {
        this.last = last;
    }

    /// The number of a month, `Nov`; 0 if it is none.
    static int month(String name) {
        int at = MONTHS.indexOf(name);
        return at >= 0 && at % 3 == 0 ? at / 3 + 1 : 0;
    }

    /// Whether a line begins with such a day.
    static boolean isAt(String line) {
        return DATE.matcher(line).lookingAt();
    }

    /// Lines from throughout the file, the first and the last among them. If they go through more
    /// than twelve months, the first one is of as many years ago as New Years are passed. A clock
    /// that was wrong for a while passes one too, and a gap of many months hides one; so both ways
    /// of going on have to agree.
    void goThrough(List<String> lines) {
        List<MonthDay> days =
                lines.stream()
                        .map(YearlessDates::dayAt)
                        .flatMap(Optional::stream)
                        .filter(day ->
                                !day.equals(LEAP_DAY)) // In years that are not the right ones.
                        .toList();
        if (days.isEmpty()) {
            return;
        }
        LocalDate first = untilLast(days.getFirst());
        LocalDate near = first;
        LocalDate later = first;
        for (MonthDay day : days) {
            near = nearest(day, near);
            later = nearest(day, later.plusDays(AHEAD));
        }
        int years = near.getYear() - untilLast(days.getLast()).getYear();
        if (years > 0 && near.equals(later)) {
            before = Optional.of(first.minusYears(years));
        }
    }

    private static Optional<MonthDay> dayAt(String line) {
        Matcher date = DATE.matcher(line);
        try {
            return date.lookingAt() ? Optional.of(day(date.group())) : Optional.empty();
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// `Nov 28` or `Nov 8`.
    ///
    /// @throws DateTimeException if there is no such day
    LocalDate of(String text) {
        MonthDay day = day(text);
        if (before.isEmpty()) {
            return untilLast(day);
        }
        LocalDate found = nearest(day, before.get());
        before = Optional.of(found);
        return found.isAfter(last) ? untilLast(day) : found;
    }

    private static LocalDate nearest(MonthDay day, LocalDate to) {
        return IntStream.rangeClosed(to.getYear() - LEAP, to.getYear() + LEAP)
                .filter(day::isValidYear)
                .mapToObj(day::atYear)
                .min(Comparator.comparingLong(one -> Math.abs(ChronoUnit.DAYS.between(one, to))))
                .orElse(to);
    }

    private static MonthDay day(String text) {
        return MonthDay.of(
                month(text.substring(0, 3)), Integer.parseInt(text.substring(4).strip()));
    }

    private LocalDate untilLast(MonthDay day) {
        int year = last.getYear();
        // 29 February may be of some years ago.
        while (!day.isValidYear(year) || day.atYear(year).isAfter(last)) {
            year--;
        }
        return day.atYear(year);
    }
}
