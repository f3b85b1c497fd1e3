package org.greydaemon.admin;

/// A time span in words: the two largest units of it.
public final class Span {
    private static final String[] UNITS = {"d", "h", "min", "s"};
    private static final long[] SECONDS = {86_400, 3600, 60, 1};

    private Span() {}

    /// `2 d 3 h`, `4 min`, `0 s`.
    ///
    /// @param seconds from 0 on; less counts as 0
    public static String text(long seconds) {
        for (int unit = 0; unit < UNITS.length; unit++) {
            long count = seconds / SECONDS[unit];
            if (count > 0) {
                String text = count + " " + UNITS[unit];
                long rest = unit + 1 < UNITS.length ? seconds % SECONDS[unit] : 0;
                long next = rest == 0 ? 0 : rest / SECONDS[unit + 1];
                return next == 0 ? text : text + " " + next + " " + UNITS[unit + 1];
            }
        }
        return "0 s";
    }
}
