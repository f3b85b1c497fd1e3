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
import java.util.Objects;

/// What greyctl shows of what is remembered, and changes in it.
final class ControlEntriesTest extends ControlConversation {
    ControlEntriesTest(@TempDir Path folder) throws IOException {
        super(folder);
    }

    @Test
    void whoIsNoClientIsNotTakenForNobody() {
        for (String command : List.of("list", "export", "forget", "tail")) {
            for (String client : List.of("", " ", "# x", "bogus", "192.0.2.1 # x", "mx.example")) {
                assertThat(ask("\"command\":\"%s\",\"client\":\"%s\"".formatted(command, client)))
                        .isEqualTo(
                                "{\"ok\":false,\"error\":\"client: '"
                                        + client
                                        + "' is no"
                                        + (client.matches("bogus|mx.*") ? "t an" : "")
                                        + " address; name an address or a network, such as"
                                        + " 192.0.2.0/24\"}");
            }
            assertThat(ask("\"command\":\"" + command + "\",\"recipient\":\" \""))
                    .contains("recipient: it is blank; send");
            assertThat(ask("\"command\":\"" + command + "\",\"sender\":\"a\\n\""))
                    .contains("sender: it has a control character; send");
        }
    }

    @Test
    void whatIsBeyondTheLimitIsCountedOnly() {
        for (int i = 0; i < 3; i++) {
            words.ask("192.0.2." + i + " a@example.org b@example.net\n");
        }
        for (String chosen : List.of("", ",\"sender\":\"a@example.org\"")) {
            String list = "\"command\":\"list\"" + chosen;
            assertThat(ask(list).lines()).hasSize(4);
            for (int limit : List.of(0, 2, 3, 4)) {
                List<String> lines = ask(list + ",\"limit\":" + limit).lines().toList();
                assertThat(lines).hasSize(Math.min(limit, 3) + 1);
                assertThat(lines.getLast()).isEqualTo("{\"ok\":true,\"entries\":3}");
            }
        }
        assertThat(ask("\"command\":\"list\",\"limit\":\"2\""))
                .contains("limit: '2' is no whole number");
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

    /// Whatever asks takes it out of its quotes, as Postfix and netqmail have done already.
    @Test
    void aQuotedLocalPartIsMeantAsAPathHasItAndAsItIsShown() {
        words.ask("192.0.2.7 \"A b\"@example.org \"c d\"@example.net\n");
        for (String whole : List.of("<\\\"a B\\\"@example.org>", "<ab@example.org>", "ab@")) {
            assertThat(ask("\"command\":\"list\",\"sender\":\"" + whole + "\""))
                    .as(whole)
                    .contains("\"sender\":\"ab@example.org\"", "\"entries\":1");
        }
        String recipient = ",\"recipient\":\"\\\"c d\\\"@example.net\"";
        assertThat(
                        ask(
                                "\"command\":\"check\",\"client\":\"192.0.2.7\",\"sender\":"
                                        + "\"<\\\"a b\\\"@example.org>\""
                                        + recipient))
                .contains("\"reason\":\"early\"");
    }

    @Test
    void toForgetEverythingItHasToBeSaid() {
        deliver();
        assertThat(ask("\"command\":\"forget\"")).startsWith("{\"ok\":false,\"error\":\"nothing ");
        assertThat(ask("\"command\":\"forget\",\"older\":0"))
                .isEqualTo("{\"ok\":true,\"entries\":1}");
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
                .contains("\"remembered\":0")
                .doesNotContain("malformed_lines");
    }

    /// `greyctl import` sends entries, and for the log how many lines of its file are none.
    @Test
    void linesThatAreNoEntriesAreToldToTheLog() {
        String lines =
                "{\"client\":\"192.0.2.9\",\"last_seen\":1700000000}\n{\"malformed_lines\":7}\n";
        assertThat(control.ask("{\"command\":\"import\"}\n" + lines))
                .isEqualToIgnoringNewLines(
                        "{\"ok\":true,\"read\":1,\"remembered\":1,\"malformed\":0,\"networks\":0,"
                                + "\"malformed_lines\":7}");
    }
}
