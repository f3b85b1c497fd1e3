package org.greydaemon.replay;

import org.jspecify.annotations.Nullable;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Pattern;

/// Finds the times of the lines of one file. Confined to one thread.
public final class DatedLines {
    /// What syslogd of the BSDs says in place of a line that is the one before.
    private static final Pattern REPEATED =
            Pattern.compile("\\S+ (?:syslogd: )?last message repeated \\d+ times");

    private final String file;
    private final Stamp stamp;
    private final ReadLines counted;
    private String before = ""; // The line that may be repeated, and where its text begins.
    private int textOfBefore;

    /// @param file its name, for messages
    /// @param zone of times without one
    /// @param latest the time in seconds that no line is later than
    /// @param counted counts the lines
    public DatedLines(String file, ZoneId zone, long latest, ReadLines counted) {
        this.file = file;
        stamp = new Stamp(zone, latest);
        this.counted = counted;
    }

    /// Whether a line has a time, or nothing at all.
    public static boolean isDated(String line) {
        return LogText.of(line).isBlank() || hasTime(line);
    }

    /// Whether a line has a time.
    public static boolean hasTime(String line) {
        return new Stamp(ZoneOffset.UTC, 0).read(LogText.of(line), 0) != Stamp.NONE;
    }

    /// Where a time ends; `from` if none begins there.
    ///
    /// @param text in the form that readers know
    static int behindTime(String text, int from) {
        Stamp stamp = new Stamp(ZoneOffset.UTC, 0);
        return stamp.read(text, from) == Stamp.NONE ? from : stamp.end();
    }

    /// Whether lines such as this one need {@link #goThrough}.
    public static boolean isYearless(String line) {
        return YearlessDates.isAt(LogText.of(line));
    }

    /// Lines from throughout the file, the first and the last among them, before any of it is read.
    public void goThrough(List<String> lines) {
        stamp.goThrough(lines.stream().map(LogText::of).toList());
    }

    /// A line with its time; null if it has none.
    ///
    /// @param number its number
    /// @param line a character for each octet
    public @Nullable DatedLine of(long number, String line) {
        counted.line();
        String text = LogText.of(line);
        long time = stamp.read(text, 0);
        if (time == Stamp.NONE) {
            if (!text.isBlank() && !isJournalctls(text)) {
                counted.malformed(file + ":" + number, "there is no time at its begin");
            }
            return null;
        }
        if (!text.endsWith("times")
                || !REPEATED.matcher(text).region(stamp.end(), text.length()).matches()) {
            before = text;
            textOfBefore = stamp.end();
        }
        return new DatedLine(time, before, textOfBefore, file, number);
    }

    /// `-- Boot 0123456789abcdef0123456789abcdef --`
    private static boolean isJournalctls(String text) {
        return text.startsWith("-- ") && text.endsWith(" --");
    }
}
