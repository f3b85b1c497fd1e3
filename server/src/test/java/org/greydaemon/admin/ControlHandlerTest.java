package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Requests and answers, as greyctl sends and gets them; who may connect is tested in e2e.
final class ControlHandlerTest extends ControlConversation {
    private static final long SEED = Long.getLong("seed", 20_261_123L);

    ControlHandlerTest(@TempDir Path folder) throws IOException {
        super(folder);
    }

    @Test
    void aDaemonThatCannotMakeWaySaysWhy() {
        assertThat(ask("\"command\":\"take-over\",\"from\":\"00001\""))
                .isEqualTo("{\"ok\":false,\"error\":\"" + TakeOvers.REFUSAL + "\"}");
    }

    @Test
    void historyIsOfAPeriodThatThereIs() {
        assertThat(ask("\"command\":\"history\",\"span\":\"hour\""))
                .startsWith("{\"span\":\"hour\",\"step\":60,\"from\":")
                .contains("\"series\":{\"accepted\":[null,", "\"marks\":[],\"ok\":true}");
        assertThat(ask("\"command\":\"history\",\"span\":\"age\""))
                .contains("send hour, day, week, month or year");
    }

    @Test
    void aReportOfAMonthIsFewEnoughValuesForGreyctl() {
        String answer = ask("\"command\":\"report\",\"span\":\"month\"");
        assertThat(answer).endsWith("\"ok\":true}").contains("\"totals\":{", "\"longest\":[]");
        assertThat(JsonReader.read(answer.getBytes(UTF_8))).isInstanceOf(Json.Read.Value.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                        | request: it is empty",
                "status                                    | request: it is no JSON: character 1",
                "[]                                        | request: it is no JSON object",
                "{}                                        | command: it is missing",
                "{\"command\":1}                           | command: 1 is no string",
                "{\"command\":\"dance\"}                   | command: this greydaemon does not know"
                        + " 'dance'",
                "{\"command\":\"check\",\"client\":\"mx\"} | recipient: it is missing",
                "{\"command\":\"list\",\"older\":-1}       | older: -1 is no whole number",
                "{\"command\":\"list\",\"state\":\"gone\"} | state: 'gone' is not proven",
                "{\"command\":\"list\",\"client\":\"mx\"}  | client",
                "{\"command\":\"tail\",\"reason\":\"odd\"} | reason: there is no 'odd'",
            })
    void whatCannotBeAnsweredGetsAReason(String request, String why) {
        assertThat(control.ask(request + "\n"))
                .startsWith("{\"ok\":false,")
                .contains("\"error\":\"" + why)
                .endsWith("}\n");
    }

    @Test
    void aSaveThatFailsIsAnError() {
        assertThat(ask("\"command\":\"save\"")).isEqualTo("{\"ok\":true}");
        saves = false;
        assertThat(ask("\"command\":\"save\"")).startsWith("{\"ok\":false,\"error\":\"the save");
    }

    @Test
    void aReloadSaysWhatHasChangedAndWhatWaits() {
        reloaded =
                new Reloaded(
                        Optional.empty(),
                        List.of("retry.delay 240s -> 300s", "listen.udp a -> b; needs a restart"),
                        List.of("listen.udp"));
        assertThat(ask("\"command\":\"reload\"").lines())
                .containsExactly(
                        "{\"text\":\"retry.delay 240s -> 300s\"}",
                        "{\"text\":\"listen.udp a -> b; needs a restart\"}",
                        "{\"ok\":true,\"waiting\":[\"listen.udp\"]}");
    }

    @Test
    void aRefusedReloadSaysWhatIsWrong() {
        String wrong = "greydaemon.toml:2:1: unknown key 'retry.dealy'";
        String refusal = "the configuration from before goes on; mend it and reload";
        reloaded = new Reloaded(Optional.of(refusal), List.of(wrong), List.of());
        assertThat(ask("\"command\":\"reload\"").lines())
                .containsExactly(
                        "{\"text\":\"" + wrong + "\"}",
                        "{\"ok\":false,\"error\":\"" + refusal + "\"}");
    }

    @Test
    void whoIsNoOperatorGetsNothing() {
        mayAsk = false;
        assertThat(ask("\"command\":\"status\"")).startsWith("{\"ok\":false,\"error\":\"only root");
    }

    @Test
    void aLineThatIsTooLongIsRefused() {
        assertThat(control.ask("{\"command\":\"" + "x".repeat(ConnectionLines.LINE_MAX)))
                .contains("a line is longer than 32768 octets");
    }

    @Test
    void nothingThatComesIsABugOrLeftWithoutAnswer() {
        Random random = new Random(SEED);
        String good = "{\"command\":\"explain\"," + ENVELOPE + ",\"older\":12}";
        for (int round = 0; round < 500; round++) {
            StringBuilder request = new StringBuilder(good);
            for (int change = random.nextInt(4); change >= 0; change--) {
                int at = random.nextInt(request.length());
                switch (random.nextInt(3)) {
                    case 0 -> request.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> request.deleteCharAt(at);
                    default -> request.insert(at, (char) random.nextInt(256));
                }
            }
            assertThat(control.ask(request.toString()))
                    .describedAs("-Dseed=%d, round %d: %s", SEED, round, request)
                    .contains("\"ok\":");
        }
    }
}
