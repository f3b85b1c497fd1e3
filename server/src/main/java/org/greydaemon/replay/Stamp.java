package org.greydaemon.replay;

import org.greydaemon.mail.Octets;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;

/// Reads the time at the begin of a line, in the forms that logs have:
///
/// ```
/// Nov 28 06:02:10                       syslog(3), without a year
/// 2026-11-28T06:02:10.123456+00:00      RFC 3339, also with a blank between, or without a zone
/// 2026-11-28 06:02:10 +0000             Exim
/// 2026-11-28_06:02:10.12345             svlogd -tt, in UTC
/// @400000006749f3d21dcd6500             multilog t
/// 1732773730.123456                     journalctl -o short-unix
/// ```
///
/// A time without a zone is of the zone of this host. One without a year is of the twelve months
/// before its file was written to last, or goes on from the line before, see {@link YearlessDates}.
/// Confined to one thread.
final class Stamp {
    /// What a line has that has no time.
    static final long NONE = Long.MIN_VALUE;

    /// TAI64's second 0 of 1970 (D. J. Bernstein), without the leap seconds, as multilog writes it.
    private static final long TAI64 = 0x4000_0000_0000_000aL;

    private static final int QUARTER = 900; // Clocks are set at quarters of an hour.
    private static final int DAY = 86_400;
    private static final int HOUR = 3600;

    private final ZoneId zone;
    private final YearlessDates dates;
    private String date = ""; // Read last, with its day.
    private long day;
    private long quarter = NONE; // Looked up last, with its offset.
    private long offset;
    private long again; // How much later it comes once more, as the clock is set back; 0 if not.
    private long latest = NONE;
    private int end;

    /// @param zone of times without one
    /// @param latest the time in seconds that no line is later than
    Stamp(ZoneId zone, long latest) {
        this.zone = zone;
        dates = new YearlessDates(LocalDate.ofEpochDay(Math.floorDiv(latest, DAY) + 1));
    }

    /// Lines from throughout the file, the first and the last among them.
    void goThrough(List<String> lines) {
        dates.goThrough(lines);
    }

    /// Reads it.
    ///
    /// @param from where it begins
    /// @return seconds since 1970, or {@link #NONE}
    long read(String line, int from) {
        end = from;
        if (from + 15 >= line.length()) {
            return NONE;
        }
        char first = line.charAt(from);
        if (first == '@') {
            return tai(line, from + 1);
        }
        if (first >= 'A' && first <= 'S') {
            return syslog(line, from);
        }
        if (line.charAt(from + 4) == '-') {
            return rfc3339(line, from);
        }
        return unix(line, from);
    }

    /// Where the rest of the line begins.
    int end() {
        return end;
    }

    private long tai(String line, int from) {
        if (from + 24 > line.length()) {
            return NONE;
        }
        try {
            long seconds = Long.parseUnsignedLong(line, from, from + 16, 16) - TAI64;
            end = skipBlank(line, from + 24);
            return seconds;
        } catch (NumberFormatException e) {
            return NONE;
        }
    }

    private long unix(String line, int from) {
        int dot = from;
        while (dot < line.length() && Octets.isDigit(line.charAt(dot))) {
            dot++;
        }
        if (dot - from < 9 || dot - from > 11) {
            return NONE;
        }
        end = skipBlank(line, skipFraction(line, dot));
        return Long.parseLong(line, from, dot, 10);
    }

    private long syslog(String line, int from) {
        long clock = clock(line, from + 7);
        if (clock < 0 || !setDate(line, from, from + 6)) {
            return NONE;
        }
        end = skipBlank(line, skipFraction(line, from + 15)); // journalctl -o short-precise
        return fromLocal(day * DAY + clock);
    }

    private long rfc3339(String line, int from) {
        char between = line.length() > from + 19 ? line.charAt(from + 10) : ' ';
        long clock = clock(line, from + 11);
        if (clock < 0
                || (between != 'T' && between != ' ' && between != '_')
                || !setDate(line, from, from + 10)) {
            return NONE;
        }
        int at = skipFraction(line, from + 19);
        long local = day * DAY + clock;
        int sign = at + (at < line.length() && line.charAt(at) == ' ' ? 1 : 0);
        if (at < line.length() && line.charAt(at) == 'Z') {
            end = skipBlank(line, at + 1);
            return local;
        }
        if (between == '_') {
            end = skipBlank(line, at);
            return local;
        }
        if (sign + 5 <= line.length() && (line.charAt(sign) == '+' || line.charAt(sign) == '-')) {
            int colon = line.charAt(sign + 3) == ':' ? 1 : 0;
            int hours = two(line, sign + 1);
            int minutes = two(line, sign + 3 + colon);
            if (hours >= 0 && minutes >= 0) {
                end = skipBlank(line, sign + 5 + colon);
                long ahead = hours * (long) HOUR + minutes * 60L;
                return local - (line.charAt(sign) == '+' ? ahead : -ahead);
            }
        }
        end = skipBlank(line, at);
        return fromLocal(local);
    }

    /// Seconds of the day, or less than 0.
    private static long clock(String line, int at) {
        if (at + 8 > line.length() || line.charAt(at + 2) != ':' || line.charAt(at + 5) != ':') {
            return -1;
        }
        int hours = two(line, at);
        int minutes = two(line, at + 3);
        int seconds = two(line, at + 6);
        return hours < 0 || minutes < 0 || seconds < 0
                ? -1
                : hours * (long) HOUR + minutes * 60L + seconds;
    }

    /// The day of a date, which is nearly always the one of the line before.
    private boolean setDate(String line, int from, int to) {
        if (to - from == date.length() && line.startsWith(date, from)) {
            return true;
        }
        String text = line.substring(from, to);
        try {
            day = (to - from == 10 ? LocalDate.parse(text) : dates.of(text)).toEpochDay();
            date = text;
            return true;
        } catch (DateTimeException | NumberFormatException e) {
            return false;
        }
    }

    /// Where the clock was set back a time is the first of two, until the lines go back.
    private long fromLocal(long local) {
        if (Math.floorDiv(local, QUARTER) != quarter) {
            quarter = Math.floorDiv(local, QUARTER);
            LocalDateTime time = LocalDateTime.ofEpochSecond(local, 0, ZoneOffset.UTC);
            List<ZoneOffset> valid = zone.getRules().getValidOffsets(time);
            ZoneOffset at = Objects.requireNonNull(zone.getRules().getOffset(time));
            offset = at.getTotalSeconds();
            again = valid.size() < 2 ? 0 : offset - valid.getLast().getTotalSeconds();
        }
        long first = local - offset;
        long seconds = again > 0 && first < latest - Recording.LATE_SECONDS ? first + again : first;
        latest = Math.max(latest, seconds);
        return seconds;
    }

    private static int skipFraction(String line, int at) {
        int next = at;
        if (next < line.length() && (line.charAt(next) == '.' || line.charAt(next) == ',')) {
            do {
                next++;
            } while (next < line.length() && Octets.isDigit(line.charAt(next)));
        }
        return next;
    }

    private static int skipBlank(String line, int at) {
        return at < line.length() && line.charAt(at) == ' ' ? at + 1 : at;
    }

    private static int two(String line, int at) {
        if (at + 2 > line.length()
                || !Octets.isDigit(line.charAt(at))
                || !Octets.isDigit(line.charAt(at + 1))) {
            return -1;
        }
        return 10 * (line.charAt(at) - '0') + line.charAt(at + 1) - '0';
    }
}
