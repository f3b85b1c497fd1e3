package org.greydaemon.history;

import org.jspecify.annotations.Nullable;

/// The last values of cells of equal length, as many as there are slots: a cell takes the place of
/// the one that lies a whole turn before it. A clock that was set, forward or back, costs no more
/// than the cells in whose slots it has counted. Confined to who holds the lock of {@link
/// HistoryMemory}.
final class Ring {
    /// The values of one cell, to be read and changed.
    static final class Cell {
        private final long cell;
        private final long[] values;

        /// @param cell its time in lengths of a cell since 1970
        Cell(long cell, long[] values) {
            this.cell = cell;
            this.values = values;
        }

        long cell() {
            return cell;
        }

        long[] values() {
            return values;
        }
    }

    private final int cellSeconds;
    private final @Nullable Cell[] rows;

    Ring(int cellSeconds, int slots) {
        this.cellSeconds = cellSeconds;
        rows = new Cell[slots];
    }

    /// How long a cell lasts.
    int cellSeconds() {
        return cellSeconds;
    }

    int slots() {
        return rows.length;
    }

    /// The cell that a time is in.
    ///
    /// @param time in seconds since 1970
    long cell(long time) {
        return Math.floorDiv(time, cellSeconds);
    }

    int slot(long cell) {
        return Math.floorMod(cell, rows.length);
    }

    /// The values of a cell; null if nothing is known of it.
    long @Nullable [] values(long cell) {
        Cell row = rows[slot(cell)];
        return row == null || row.cell() != cell ? null : row.values();
    }

    /// The values of a cell, to be changed.
    long[] open(long cell, int columns) {
        long[] values = values(cell);
        if (values == null) {
            values = new long[columns];
            rows[slot(cell)] = new Cell(cell, values);
        }
        return values;
    }

    /// What is in a slot.
    @Nullable Cell row(int slot) {
        return rows[slot];
    }

    /// Takes what a file had; what was counted here already is later.
    void take(Cell row) {
        Cell ours = rows[slot(row.cell())];
        if (ours == null) {
            rows[slot(row.cell())] = row;
        } else if (ours.cell() == row.cell()) {
            Columns.addOlder(ours.values(), row.values(), false);
        }
    }
}
