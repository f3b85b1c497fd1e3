package org.greydaemon.admin;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.exempt.ExemptionLists;
import org.greydaemon.gate.TestGate;
import org.greydaemon.history.Histories;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonLine;
import org.greydaemon.json.JsonReader;
import org.greydaemon.log.FaultLog;
import org.greydaemon.wire.Dialogue;
import org.greydaemon.wire.words.Operator;
import org.greydaemon.wire.words.WordsHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/// Requests and answers, as greyctl sends and gets them; who may connect is tested in e2e.
@Timeout(60)
final class ControlHandlerTest {
    private static final long SEED = Long.getLong("seed", 20_261_123L);

    private static final String ENVELOPE =
            "\"client\":\"192.0.2.7\",\"sender\":\"a@example.org\",\"recipient\":\"b@example.net\"";

    private final TestGate gate = TestGate.original();
    private final List<String> log = new ArrayList<>();
    private final ExemptionSources exemptions;
    private boolean mayAsk = true;
    private boolean saves = true;
    private Reloaded reloaded = new Reloaded(Optional.empty(), List.of(), List.of());
    private final Dialogue control =
            new Dialogue(connection -> handler().serve(connection, mayAsk));
    private final Dialogue words =
            new Dialogue(
                    new WordsHandler(
                            gate.gate(),
                            gate.clock(),
                            new Operator(gate.ledger(), gate.tally()::count, () -> {}, () -> true),
                            "mx.example.net",
                            new FaultLog((octets, length) -> {})));

    ControlHandlerTest(@TempDir Path folder) throws IOException {
        ExemptionLists lists = new ExemptionLists(TestGate.whiteList(), List.of(), false);
        exemptions =
                new ExemptionSources(
                        lists,
                        folder.resolve("savefile.allowed"),
                        folder.resolve("savefile.expected"),
                        gate.clock(),
                        log::add);
        exemptions.tell(gate.gate()::exempt);
    }

    private ControlHandler handler() {
        Operations operations =
                new Operations(
                        () -> new JsonLine().put("ok", true).put("version", "1"),
                        () -> saves,
                        () -> reloaded,
                        Histories.none(gate.clock()),
                        exemptions,
                        (octets, length) -> log.add(new String(octets, 0, length, ISO_8859_1)));
        return new ControlHandler(
                gate.ledger(),
                gate.clock(),
                operations,
                new Watchers(gate.clock()::wallOffsetSeconds),
                TakeOvers.refused());
    }

    @Test
    void aDaemonThatCannotMakeWaySaysWhy() {
        assertThat(ask("\"command\":\"take-over\",\"from\":\"00001\""))
                .isEqualTo("{\"ok\":false,\"error\":\"" + TakeOvers.REFUSAL + "\"}");
    }

    @AfterEach
    void close() {
        control.close();
        words.close();
    }

    private String ask(String members) {
        return control.ask("{" + members + "}\n").strip();
    }

    private void prove(String client) {
        long now = gate.clock().getAsLong();
        control.ask(
                "{\"command\":\"import\"}\n{\"client\":\"%s\",\"last_seen\":%d}\n"
                        .formatted(client, now));
    }

    private void deliver() {
        words.ask("192.0.2.7 a@example.org b@example.net\n");
    }

    @Test
    void checkForeseesAndChangesNothing() {
        String request = "\"command\":\"check\"," + ENVELOPE;
        String fresh = "{\"ok\":true,\"verdict\":\"defer\",\"reason\":\"new\",\"retry_in\":300}";
        assertThat(ask(request)).isEqualTo(fresh);
        assertThat(ask(request)).isEqualTo(fresh);
        deliver();
        gate.pass(100);
        assertThat(ask(request))
                .isEqualTo(
                        "{\"ok\":true,\"verdict\":\"defer\",\"reason\":\"early\",\"retry_in\":200}");
        gate.pass(200);
        assertThat(ask(request))
                .isEqualTo("{\"ok\":true,\"verdict\":\"accept\",\"reason\":\"passed\"}");
        assertThat(gate.store().entries()).isEqualTo(1);
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

    @Test
    void explainTellsWhatIsLookedAtInOrder() {
        deliver();
        gate.pass(100);
        assertThat(text(ask("\"command\":\"explain\"," + ENVELOPE)))
                .containsExactly(
                        "192.0.2.7 from <a@example.org> to <b@example.net>: defer, early",
                        "  at              2023-11-14 22:15:00 UTC, rules: original",
                        "  exemption       none for this client, sender or recipient",
                        "  proven client   no: no retry of 192.0.2.7 has come in time",
                        "  triplet         first seen 2023-11-14 22:13:20 UTC, 1 min 40 s ago",
                        "  retry window    2023-11-14 22:18:20 UTC to 2023-11-15 10:13:20 UTC",
                        "  verdict         defer, early: the triplet has not waited long enough",
                        "  next attempt    passes from 2023-11-14 22:18:20 UTC on, in 3 min 20 s");
        assertThat(
                        text(
                                ask(
                                        "\"command\":\"explain\",\"client\":\"198.51.100.1\",\"sender\":\"\",\"recipient\":\"x-a=b@c\"")))
                .contains(
                        "198.51.100.1 from <> to <x-a=b@c>: accept, exempt",
                        "  exemption       yes: test:1: 198.51.100",
                        "  bounce          yes: null sender, and the recipient looks like VERP",
                        "  next attempt    passes at once");
    }

    private static List<String> text(String answer) {
        return strings(answer, "text");
    }

    private static List<String> strings(String answer, String name) {
        Json.Members object =
                (Json.Members) ((Json.Read.Value) JsonReader.read(answer.getBytes(UTF_8))).json();
        return ((Json.Items) Objects.requireNonNull(object.members().get(name)))
                .items().stream().map(item -> ((Json.Text) item).text()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none                                           | none                  | 2",
                "\"client\":\"192.0.2.0/24\"                    | 192.0.2.7             | 1",
                "\"client\":\"203.0.113.9\"                     | 203.0.113.9           | 1",
                "\"sender\":\"EXAMPLE.org\"                     | 192.0.2.7             | 1",
                "\"sender\":\"<example.org>\"                   | none                  | 0",
                "\"sender\":\"<a@example.org>\"                 | 192.0.2.7             | 1",
                "\"recipient\":\"b@\"                           | 192.0.2.7             | 1",
                "\"state\":\"proven\"                           | 203.0.113.9           | 1",
                "\"state\":\"waiting\"                          | 192.0.2.7             | 1",
                "\"state\":\"ready\"                            | none                  | 0",
                "\"older\":100                                  | none                  | 2",
                "\"older\":101                                  | none                  | 0",
                "\"younger\":100                                | none                  | 0",
            })
    void theSameSelectionListsAndForgets(String members, String client, int count) {
        deliver();
        prove("203.0.113.9");
        gate.pass(100);
        String selection = members == null ? "" : "," + members;
        List<String> lines = ask("\"command\":\"list\"" + selection).lines().toList();
        assertThat(lines).hasSize(count + 1);
        assertThat(lines.getLast()).isEqualTo("{\"ok\":true,\"entries\":" + count + "}");
        if (client != null) {
            assertThat(lines.getFirst()).contains("\"client\":\"" + client + "\"");
        }
        if (members != null) {
            String done = "{\"ok\":true,\"entries\":" + count + "}";
            assertThat(ask("\"command\":\"forget\",\"dry_run\":true" + selection)).isEqualTo(done);
            assertThat(ask("\"command\":\"forget\"" + selection)).isEqualTo(done);
            assertThat(ask("\"command\":\"list\"").lines()).hasSize(2 - count + 1);
        }
    }

    @Test
    void toForgetEverythingItHasToBeSaid() {
        deliver();
        assertThat(ask("\"command\":\"forget\"")).startsWith("{\"ok\":false,\"error\":\"nothing ");
        assertThat(ask("\"command\":\"forget\",\"older\":0"))
                .isEqualTo("{\"ok\":true,\"entries\":1}");
    }

    @Test
    void whoIsAllowedPassesUntilDisallowedAndTheLogSaysWhy() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"192.0.2.7\",\"reason\":\"t\\n4711\""))
                .isEqualTo("{\"ok\":true,\"clients\":[\"192.0.2.7\"]}");
        assertThat(log).containsExactly("control:  allowed 192.0.2.7: t\\x0a4711");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        assertThat(ask("\"command\":\"exemptions\"").lines())
                .contains(
                        "{\"place\":\"allowed\",\"exempt\":\"client"
                                + " 192.0.2.7\",\"uses\":0,\"reason\":\": t 4711\"}");
        assertThat(ask("\"command\":\"disallow\",\"client\":\"192.0.2.7\""))
                .isEqualTo(
                        "{\"ok\":true,\"allowed\":true,\"whom\":\"192.0.2.7\",\"proven\":false}");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void whoIsAllowedForATimePassesUntilItsEnd() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"192.0.2.0/24\",\"for\":3600"))
                .isEqualTo("{\"ok\":true,\"clients\":[\"192.0.2.0/24\"],\"until\":1700003600}");
        gate.pass(3599);
        exemptions.everySecond();
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        gate.pass(1);
        exemptions.everySecond();
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void networksOfMillionsMustBeMeant() {
        for (String clients : List.of("0.0.0.0/0", "64", "::/0", "2000::/3")) {
            assertThat(ask("\"command\":\"allow\",\"client\":\"" + clients + "\""))
                    .startsWith("{\"ok\":false,\"error\":\"")
                    .endsWith("is millions of addresses of many owners\",\"wide\":true}");
        }
        for (String who : List.of("*@*", ".org", "host *")) {
            assertThat(ask("\"command\":\"allow\",\"client\":\"" + who + "\""))
                    .endsWith("is everybody, or nearly\",\"wide\":true}");
        }
        assertThat(log).isEmpty();
        String own = "\"command\":\"allow\",\"client\":\"10.0.0.0/8\"";
        assertThat(ask(own)).startsWith("{\"ok\":true,");
        String meant = "\"command\":\"allow\",\"client\":\"64\",\"wide\":true";
        assertThat(ask(meant)).isEqualTo("{\"ok\":true,\"clients\":[\"64.0.0.0/8\"]}");
    }

    @Test
    void aSenderToARecipientIsAllowedAndOthersAreNot() {
        String allowed = "\"client\":\"a@example.org\",\"to\":\"b@example.net\"";
        assertThat(ask("\"command\":\"allow\"," + allowed))
                .isEqualTo(
                        "{\"ok\":true,\"clients\":[\"sender a@example.org recipient"
                                + " b@example.net\"]}");
        assertThat(log).containsExactly("control:  allowed a@example.org to b@example.net");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"exempt\"");
        assertThat(ask("\"command\":\"explain\"," + ENVELOPE))
                .contains("yes: allowed: sender a@example.org recipient b@example.net");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE.replace("b@example", "c@example")))
                .contains("\"new\"");
        assertThat(ask("\"command\":\"disallow\"," + allowed))
                .contains("\"allowed\":true,\"whom\":\"sender a@example.org recipient");
        assertThat(ask("\"command\":\"check\"," + ENVELOPE)).contains("\"new\"");
    }

    @Test
    void whoAllowsWhatAnybodyCanSayHearsSo() {
        assertThat(ask("\"command\":\"allow\",\"client\":\"@example.org\""))
                .contains("\"remark\":\"anybody can say so; add a client or host to the line\"");
    }

    @Test
    void explainSaysThatDnsIsSilentAndNotThatThereIsNoName() {
        gate.exempt("host .example.org");
        assertThat(ask("\"command\":\"explain\"," + ENVELOPE))
                .contains("name of host    none that leads back to 192.0.2.7");
        gate.withoutDns();
        assertThat(ask("\"command\":\"explain\"," + ENVELOPE))
                .contains("name of host    not known: DNS did not answer")
                .contains("\"verdict\":\"defer\"");
    }

    @Test
    void whoIsDisallowedIsNoLongerProvenAndHearsWhatElseLetsItPass() {
        prove("198.51.100.7");
        assertThat(ask("\"command\":\"disallow\",\"client\":\"198.51.100.7\""))
                .isEqualTo(
                        "{\"ok\":true,\"allowed\":false,\"whom\":\"198.51.100.7\",\"proven\":true,\"exempt\":\"test:1:"
                            + " 198.51.100\"}");
    }

    @Test
    void lintSaysWhatToThinkAbout() {
        ask("\"command\":\"allow\",\"client\":\"198.51.100.9\"");
        gate.pass(86_400);
        assertThat(ask("\"command\":\"lint\"").lines())
                .containsExactly(
                        "{\"place\":\"allowed\",\"exempt\":\"client"
                                + " 198.51.100.9\",\"kind\":\"shadowed\",\"finding\":\"test:1:"
                                + " 198.51.100 lets pass all that it does; take one of them out\"}",
                        "{\"place\":\"test:1\",\"exempt\":\"198.51.100\",\"kind\":\"unused\",\"finding\":\"it"
                            + " has let no mail pass since the daemon started 1 d ago; is it still"
                            + " needed?\"}",
                        "{\"ok\":true,\"entries\":2}");
    }

    @Test
    void aNetworkThatWasProvenElsewhereIsAllowedUntilThatWouldBeForgotten() {
        String lines =
                """
                {"network":"192.0.2.0/24","last_seen":1699999000}
                {"network":"192.0.2.0/24","last_seen":1699990000}
                {"network":"203.0.113.0/24","last_seen":1600000000}
                {"network":"10.0.0.0/8","last_seen":1699999000}
                """;
        assertThat(control.ask("{\"command\":\"import\"}\n" + lines))
                .startsWith(
                        "{\"ok\":true,\"read\":4,\"remembered\":2,\"malformed\":1,\"networks\":2,\"problem\":\"entry"
                            + " 4: network: '10.0.0.0/8' is no network");
        assertThat(ask("\"command\":\"exemptions\""))
                .contains("\"client 192.0.2.0/24\",\"uses\":0,\"until\":1700603800");
    }

    @Test
    void whatWasListedCanBeBroughtInAgain() {
        deliver();
        prove("203.0.113.9");
        String listed = control.ask("{\"command\":\"list\"}\n");
        String entries = listed.substring(0, listed.lastIndexOf("{\"ok\""));
        ask("\"command\":\"forget\",\"older\":0");
        String all = "{\"ok\":true,\"read\":3,\"remembered\":2,\"malformed\":1";
        String bad = entries + "{\"client\":\"x\"}\n";
        assertThat(control.ask("{\"command\":\"import\",\"dry_run\":true}\n" + bad))
                .startsWith(all)
                .contains("entry 3: last_seen: it is missing");
        assertThat(control.ask("{\"command\":\"list\"}\n")).contains("\"entries\":0");
        assertThat(control.ask("{\"command\":\"import\"}\n" + bad)).startsWith(all);
        assertThat(control.ask("{\"command\":\"list\"}\n").lines())
                .containsExactlyInAnyOrderElementsOf(listed.lines().toList());
        assertThat(control.ask("{\"command\":\"import\"}\n" + entries))
                .contains("\"remembered\":0");
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
