package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.StringWriter;
import java.util.List;

/// Columns stay columns, whatever stands in them.
final class TableTest {
    private static List<String> rows(int rowsFirst, String cell) {
        StringWriter printed = new StringWriter();
        Table table = new Table(new Output(printed), rowsFirst, 4);
        table.row(cell, "SECOND");
        table.row("a", "SECOND");
        table.finish();
        return printed.toString().lines().toList();
    }

    /// What would steer the terminal is printed as what it is (`\x1b`), which takes more room.
    @ParameterizedTest
    @ValueSource(ints = {0, 200})
    void whatIsEscapedTakesTheRoomThatItIsPrintedIn(int rowsFirst) {
        assertThat(rows(rowsFirst, "\u001b[2J\u202e"))
                .containsExactly("\\x1b[2J\\xe2\\x80\\xae SECOND", "a                   SECOND");
    }

    /// East Asian letters take two columns, marks that stand above others none (Unicode TR 11), and
    /// what lies beyond the first plane is no two letters.
    @ParameterizedTest
    @CsvSource({
        "例え.jp, 'a       SECOND'",
        "e\u0301.org, 'a     SECOND'",
        "𝒶.example, 'a         SECOND'",
    })
    void lettersTakeTheColumnsThatTerminalsGiveThem(String cell, String below) {
        assertThat(rows(200, cell)).containsExactly(cell + " SECOND", below);
    }
}
