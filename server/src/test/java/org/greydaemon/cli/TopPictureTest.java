package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Reason;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonLine;
import org.greydaemon.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

final class TopPictureTest {
    private static final String PROBLEM =
            "store: journal or save file cannot be written; the log says why, and what a crash"
                    + " would lose";

    private static ControlClient.Line figures(int rows, String sender) {
        JsonLine line = new JsonLine().put("ok", true).put("version", "1.0.0");
        line.put("pid", 4711).put("uptime", 93_784).put("entries", 1).put("bytes", 557_056);
        line.put("evicted", 2).put("log_dropped", 3).put("problems", List.of(PROBLEM));
        JsonLine counts = new JsonLine();
        long count = 10;
        for (Reason reason : Reason.values()) {
            counts.put(reason.word(), count++);
        }
        line.put("total", counts).put("last_minute", counts);
        List<JsonLine> waits = new ArrayList<>();
        List<JsonLine> networks = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            waits.add(
                    new JsonLine()
                            .put("client", "2001:db8::" + i)
                            .put("sender", sender)
                            .put("waited", 1_500)
                            .put("ago", 59));
            networks.add(
                    new JsonLine()
                            .put("network", "192.0." + i + ".0/24")
                            .put("entries", 1_000)
                            .put("proven", 20)
                            .put("waiting", 30));
        }
        return line(line.putLines("waits", waits).putLines("networks", networks));
    }

    private static ControlClient.Line line(JsonLine line) {
        Json.Read read = JsonReader.read(line.toString().getBytes(UTF_8));
        Map<String, Json> members = ((Json.Members) ((Json.Read.Value) read).json()).members();
        return new ControlClient.Line(line.toString(), members);
    }

    private static List<String> picture(ControlClient.Line figures, int columns, int rows) {
        return TopPicture.of(figures, "12:04:31", "", new Terminal.Size(rows, columns)).stream()
                .map(row -> row.text().stripTrailing())
                .toList();
    }

    @Test
    void aTerminalOfTheUsualSizeShowsEverything() {
        ControlClient.Line figures = figures(20, "alice@example.org");
        assertThat(picture(figures, 82, 26))
                .containsExactly(
                        "greydaemon 1.0.0, process 4711, up 1 d 2 h                               "
                                + " 12:04:31",
                        "1 entry in 544 KiB, evicted 2, log lines dropped 3",
                        "PROBLEM  store: journal or save file cannot be written; the log says why,"
                                + " and what",
                        "a crash would lose",
                        "",
                        "ATTEMPTS        last minute since start  ATTEMPTS        last minute since"
                                + " start",
                        "accepted                 93          93  deferred                 33      "
                                + "    33",
                        "  passed                 13          13    new                    10      "
                                + "    10",
                        "  known                  14          14    early                  11      "
                                + "    11",
                        "  exempt                 15          15    late                   12      "
                                + "    12",
                        "  authenticated          16          16  malformed                19      "
                                + "    19",
                        "  unidentified           17          17",
                        "  bounce                 18          18",
                        "",
                        "WAITED       PASSED          CLIENT           SENDER",
                        "25 min       59 s ago        2001:db8::0      <alice@example.org>",
                        "25 min       59 s ago        2001:db8::1      <alice@example.org>",
                        "25 min       59 s ago        2001:db8::2      <alice@example.org>",
                        "25 min       59 s ago        2001:db8::3      <alice@example.org>",
                        "",
                        "NETWORK              ENTRIES     PROVEN    WAITING",
                        "192.0.0.0/24            1000         20         30",
                        "192.0.1.0/24            1000         20         30",
                        "192.0.2.0/24            1000         20         30",
                        "192.0.3.0/24            1000         20         30",
                        "192.0.4.0/24            1000         20         30");
    }

    @ParameterizedTest
    @CsvSource({
        "80,  24, 20", "80,  25, 0", "200, 60, 50", "200, 60, 1", "79,  24, 20", "63,  50, 50",
        "40,  12, 20", "20,  10, 3", "10,  5,  3", "1,   1,  1", "500, 3,  9", "1, 200, 50",
    })
    void itFitsIntoEverySize(int columns, int rows, int lines) {
        for (String sender : List.of("a@example.org", "用户@例え.テスト".repeat(40), "x".repeat(300))) {
            assertThat(picture(figures(lines, sender), columns, rows))
                    .hasSizeBetween(1, rows)
                    .allSatisfy(row ->
                            assertThat(row.codePoints().map(c -> c > 0x2e80 ? 2 : 1).sum())
                                    .isLessThanOrEqualTo(columns));
        }
    }

    @Test
    void aTallTerminalIsFilledAndATableLeavesItsRoomToTheOther() {
        assertThat(picture(figures(50, "a@b"), 100, 60)).hasSize(60);
        ControlClient.Line few = figures(1, "a@b");
        assertThat(picture(few, 100, 60)).hasSizeLessThan(30).last().asString().contains("1000");
    }

    @Test
    void aSmallTerminalShowsTheSumsOfTheAttempts() {
        assertThat(picture(figures(20, "a@b"), 60, 20))
                .contains(
                        "accepted                 93          93",
                        "deferred                 33          33")
                .noneMatch(row -> row.contains("known"))
                .anyMatch(row -> row.startsWith("25 min       2001:db8::0      <a@b>"))
                .anyMatch(row -> row.startsWith("192.0.0.0/24"));
    }

    /// The daemon escapes what comes from the network; this is for whatever else may come.
    @ParameterizedTest
    @CsvSource({
        "a\u001b[2J, a?[2J",
        "a\u009bb, a?b",
        "a\u0007b, a?b",
        "\u202eevil, ?evil",
        "a\u200bb, a?b",
        "e\u0301, e?",
        "\u2028x, ?x",
        "\ue000, ?",
        "é, é",
        "例, 例",
    })
    void nothingInAnAddressSteersTheTerminal(String sender, String shown) {
        List<String> rows = picture(figures(1, sender), 100, 30);
        assertThat(rows).anyMatch(row -> row.endsWith("<" + shown + ">"));
        assertThat(String.join("", rows).chars())
                .noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0));
    }

    @Test
    void whatIsUnknownIsSaid() {
        ControlClient.Line nothing = figures(0, "");
        assertThat(picture(nothing, 80, 30))
                .contains(
                        "no mail has passed after a wait in the last 24 hours",
                        "nothing is remembered");
        JsonLine even = new JsonLine().put("ok", true).put("networks_others", 244);
        assertThat(picture(line(even), 80, 30)).contains("no network has more than 244 entries");
    }

    @Test
    void aRemarkStandsAboveTheOldFigures() {
        String remark =
                "THE FIGURES ARE OLD  /run/save.ctl: no greydaemon runs there; asking again";
        List<Terminal.Row> rows =
                TopPicture.of(figures(9, "a@b"), "12:04:31", remark, new Terminal.Size(24, 40));
        assertThat(rows)
                .contains(
                        new Terminal.Row("THE FIGURES ARE OLD  /run/save.ctl: no", true),
                        new Terminal.Row("greydaemon runs there; asking again", true));
        assertThat(rows).anyMatch(row -> row.text().startsWith("accepted"));
    }

    @Test
    void theSizeIsWhatTheEnvironmentSaysIfItSaysOne() {
        Terminal.Size page = new Terminal.Size(40, 120);
        assertThat(Terminal.size(Map.of(), page)).isEqualTo(page);
        assertThat(Terminal.size(Map.of("LINES", "50", "COLUMNS", "0"), page))
                .isEqualTo(new Terminal.Size(50, 120));
        assertThat(Terminal.size(Map.of("LINES", "x", "COLUMNS", "99"), page))
                .isEqualTo(new Terminal.Size(40, 99));
    }
}
