package org.greydaemon.cli;

import org.greydaemon.mail.EscapedText;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Rows in columns, however long a list is: its first rows say how wide the columns are, and a
/// wider cell makes its column wider from there on. A cell is as wide as what {@link Output} prints
/// of it. Confined to one thread.
final class Table {
    private final PrintWriter out;
    private final int rowsFirst;
    private final int[] widths;
    private final List<String[]> first = new ArrayList<>();
    private boolean isBegun;

    /// @param rowsFirst how many rows are looked at before the first one is printed
    /// @param widths the least width of each column but the last, which is as wide as it is
    Table(PrintWriter out, int rowsFirst, int... widths) {
        this.out = out;
        this.rowsFirst = rowsFirst;
        this.widths = widths.clone();
    }

    /// Adds a row.
    void row(String... texts) {
        String[] cells = Stream.of(texts).map(EscapedText::shown).toArray(String[]::new);
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], TerminalText.columns(cells[i]));
        }
        if (isBegun) {
            print(cells);
            return;
        }
        first.add(cells);
        if (first.size() > rowsFirst) {
            finish();
        }
    }

    /// Prints what has not been printed.
    void finish() {
        isBegun = true;
        first.forEach(this::print);
        first.clear();
    }

    private void print(String... cells) {
        StringBuilder row = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            row.append(cells[i]).repeat(' ', widths[i] - TerminalText.columns(cells[i]) + 1);
        }
        out.println(row.append(cells[widths.length]).toString().stripTrailing());
    }
}
