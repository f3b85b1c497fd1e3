package org.greydaemon.history;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The rings of the history: minutes for two days, hours for two months, days for three years.
/// Their rows are numbered through in this order, as the file has them. Confined to who holds the
/// lock of {@link HistoryMemory}.
final class Rings {
    private static final int MINUTE = 60;
    private static final int MINUTES = 2 * 24 * 60;
    private static final int HOURS = 62 * 24;
    private static final int DAYS = 3 * 366;

    /// How many rows there are.
    static final int ROWS = MINUTES + HOURS + DAYS;

    private final Ring[] rings = {
        new Ring(MINUTE, MINUTES), new Ring(3_600, HOURS), new Ring(86_400, DAYS)
    };

    /// The minute that a time is in, counted from 1970 on.
    ///
    /// @param time in seconds since 1970
    static long minute(long time) {
        return Math.floorDiv(time, MINUTE);
    }

    /// Takes what a file had; a row that does not belong where it stood is left out.
    ///
    /// @param rows by number
    void take(Map<Integer, Ring.Cell> rows) {
        int number = 0;
        for (Ring ring : rings) {
            for (int slot = 0; slot < ring.slots(); slot++) {
                Ring.Cell row = rows.get(number++);
                if (row != null && ring.slot(row.cell()) == slot) {
                    ring.take(row);
                }
            }
        }
    }

    /// Adds what has been counted since the last look to the cells that are open.
    ///
    /// @param now in seconds since 1970
    /// @param counted all columns now
    /// @param before the same at the last look
    /// @return the number of each row that has changed
    List<Integer> count(long now, long[] counted, long[] before) {
        List<Integer> changed = new ArrayList<>();
        int first = 0;
        for (Ring ring : rings) {
            long cell = ring.cell(now);
            Columns.add(ring.open(cell, Columns.COUNT), counted, before);
            changed.add(first + ring.slot(cell));
            first += ring.slots();
        }
        return changed;
    }

    /// A row by its number; null if nothing was ever in it.
    Ring.@Nullable Cell row(int number) {
        int slot = number;
        for (Ring ring : rings) {
            if (slot < ring.slots()) {
                return ring.row(slot);
            }
            slot -= ring.slots();
        }
        throw new IllegalArgumentException("there is no row " + number);
    }

    /// All columns over a step of a period; null if nothing is known of it.
    ///
    /// @param step counted from the oldest one on, which is 0
    /// @param now when the period ends, in seconds since 1970
    long @Nullable [] over(Period period, int step, long now) {
        Ring ring = ring(period.cellSeconds());
        long cell = ring.cell(period.from(now) + (long) step * period.stepSeconds());
        boolean isKnown = false;
        long[] sum = new long[Columns.COUNT];
        for (int i = period.stepSeconds() / period.cellSeconds() - 1; i >= 0; i--) {
            long[] values = ring.values(cell + i);
            if (values != null) {
                Columns.addOlder(sum, values, !isKnown);
                isKnown = true;
            }
        }
        return isKnown ? sum : null;
    }

    private Ring ring(int cellSeconds) {
        for (Ring ring : rings) {
            if (ring.cellSeconds() == cellSeconds) {
                return ring;
            }
        }
        throw new IllegalArgumentException(cellSeconds + " s are no cell");
    }
}
