package org.greydaemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.gson.JsonParser;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.OriginalRules;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.decision.Source;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// The text of decision lines: operators grep for it, so a change here is a change of the
/// interface.
final class DecisionLinesTest {
    private static final RetryWindow WINDOW = new RetryWindow(300, 43_200);

    private final List<String> lines = new ArrayList<>();
    private final Lines log =
            (octets, length) -> lines.add(new String(octets, 0, length, ISO_8859_1));
    private final Attempt attempt = new Attempt(65_536, 1000);
    private final Decision decision = new Decision(1000);
    private final Source source = new Source(Source.Protocol.UDP);

    private void ask(String peer, String request) {
        IpAddress address = IpAddress.parse(peer).orElseThrow();
        byte[] octets = request.getBytes(ISO_8859_1);
        source.asks(address.high(), address.low(), 4242);
        source.request(octets, octets.length);
        attempt.start(source);
        String[] fields = request.split("\0", -1);
        byte[] client = fields[0].substring(1).getBytes(ISO_8859_1);
        attempt.client(client, 0, client.length);
        byte[] sender = fields[1].substring(1).getBytes(ISO_8859_1);
        attempt.sender(sender, 0, sender.length);
        for (int i = 2; i < fields.length; i++) {
            byte[] recipient = fields[i].substring(1).getBytes(ISO_8859_1);
            attempt.recipient(recipient, 0, recipient.length);
        }
    }

    private void decide(Rules rules, DecisionLog decisions, long seen) {
        Memory memory = (key, rule, now) -> key.isTriplet() ? seen : Memory.NEVER;
        decision.start();
        rules.judge(attempt, memory, 1000, decision);
        decisions.decided(attempt, decision, 1000);
    }

    @Test
    void theOriginalsLineHasAskerVerdictAndRequest() {
        ask("127.0.0.1", "I192.0.2.1\0FAlice@example.org\0Tbob@example.net");
        decide(
                new OriginalRules(WINDOW, new Retention(1000)),
                new OriginalLines(log),
                Memory.NEVER);
        decide(new OriginalRules(WINDOW, new Retention(1000)), new OriginalLines(log), 999);
        decide(new OriginalRules(WINDOW, new Retention(1000)), new OriginalLines(log), 500);
        assertThat(lines)
                .containsExactly(
                        "127.0.0.1:4242 new grey I192.0.2.1 FAlice@example.org Tbob@example.net",
                        "127.0.0.1:4242 retry too soon I192.0.2.1 FAlice@example.org"
                                + " Tbob@example.net",
                        "127.0.0.1:4242 retry ok I192.0.2.1 FAlice@example.org Tbob@example.net");
    }

    @Test
    void controlCharactersAreEscapedAndUtf8Stays() {
        ask("::1", "I192.0.2.1\0Fa\u001b[31m\n@x\0T\u00c3\u00b6\u009b@y");
        decide(
                new OriginalRules(WINDOW, new Retention(1000)),
                new OriginalLines(log),
                Memory.NEVER);
        assertThat(lines)
                .containsExactly(
                        "[::1]:4242 new grey I192.0.2.1 Fa\\x1b[31m\\x0a@x T\u00c3\u00b6\\x9b@y");
    }

    @Test
    void aPacketGetsAHundredLinesAndOneThatCountsTheRest() {
        ask("127.0.0.1", "I192.0.2.1\0Fa@b" + "\0Tx".repeat(250));
        decide(
                new OriginalRules(WINDOW, new Retention(1000)),
                new OriginalLines(log),
                Memory.NEVER);
        assertThat(lines).hasSize(OriginalLines.LINES_MAX + 1);
        assertThat(lines.getLast())
                .isEqualTo("127.0.0.1:4242 150 more recipients judged, not shown");
    }

    @Test
    void aLongRequestIsShownAsFarAsTheOriginalReadIt() {
        ask("127.0.0.1", "I192.0.2.1\0Fa@b\0T" + "x".repeat(60_000));
        decide(
                new OriginalRules(WINDOW, new Retention(1000)),
                new OriginalLines(log),
                Memory.NEVER);
        assertThat(lines.getFirst())
                .hasSize("127.0.0.1:4242 new grey ".length() + OriginalLines.SHOWN_MAX);
    }

    @Test
    void malformedRequestsGetABurstOfLines() {
        OriginalLines decisions = new OriginalLines(log);
        ask("127.0.0.1", "I192.0.2.1\0Fa@b");
        attempt.fault(Attempt.Fault.NO_RECIPIENT);
        for (int i = 0; i < 1000; i++) {
            decide(new ModernRules(WINDOW, new Retention(1000)), decisions, Memory.NEVER);
        }
        assertThat(lines).hasSize(OriginalLines.MALFORMED_BURST);
        decisions.decided(attempt, decision, 1001);
        assertThat(lines.get(OriginalLines.MALFORMED_BURST))
                .isEqualTo("bad req 940 more not shown");
    }

    @Test
    void aLogfmtLineSaysWhyAMailWaitsAndHowLong() {
        ask("127.0.0.1", "I2001:DB8::1\0FAlice@example.org\0Tbob@example.net\0Tcarol@example.net");
        decide(new ModernRules(WINDOW, new Retention(1000)), new LogfmtLines(log), 830);
        assertThat(lines)
                .containsExactly(
                        "decision action=defer reason=early proto=udp peer=127.0.0.1:4242"
                                + " client_address=2001:db8::1 sender=<alice@example.org>"
                                + " recipient=<bob@example.net> recipients=2 retry_in=130s");
    }

    /// So that a replay of the log knows who was suspect.
    @Test
    void theConfirmedNameOfTheHostStandsInTheLines() {
        ask("127.0.0.1", "I192.0.2.1\0Fa@b\0Tc@d");
        attempt.evidence().hosts(List.of("mx 1.example\u00e9", "mx2.example"));
        decide(new ModernRules(WINDOW, new Retention(1000)), new LogfmtLines(log), 830);
        decide(new ModernRules(WINDOW, new Retention(1000)), new JsonLines(log), 830);
        attempt.evidence().hosts(List.of("x".repeat(512)));
        decide(new ModernRules(WINDOW, new Retention(1000)), new LogfmtLines(log), 830);
        attempt.evidence().hosts(List.of());
        decide(new ModernRules(WINDOW, new Retention(1000)), new LogfmtLines(log), 830);
        assertThat(lines.get(0))
                .contains(" client_address=192.0.2.1 client_name=mx\\x201.example? sender=<a@b>");
        assertThat(lines.get(1))
                .contains(
                        "\"client_address\":\"192.0.2.1\",\"client_name\":\"mx\\\\x201.example?\",\"sender\"");
        assertThat(lines.get(2)).contains(" client_name=" + "x".repeat(253) + " sender=");
        assertThat(lines.get(3)).contains(" client_address=192.0.2.1 sender=");
    }

    @Test
    void aLogfmtLineSaysHowLongAMailHasWaited() {
        ask("127.0.0.1", "I192.0.2.1\0F\0Tbob joe@example.net");
        decide(new ModernRules(WINDOW, new Retention(1000)), new LogfmtLines(log), 600);
        assertThat(lines)
                .containsExactly(
                        "decision action=accept reason=passed proto=udp peer=127.0.0.1:4242"
                                + " client_address=192.0.2.1 sender=<>"
                                + " recipient=<bobjoe@example.net> recipients=1"
                                + " identity=address waited=400s");
    }

    @Test
    void aJsonLineHasTheSameFieldsAndAnotherLibraryReadsIt() {
        ask("127.0.0.1", "I192.0.2.1\0Fa\"\\\u001b@x\0Tbob@example.net\0Tcarol@example.net");
        decide(new ModernRules(WINDOW, new Retention(1000)), new JsonLines(log), 830);
        assertThat(lines)
                .containsExactly(
                        "{\"event\":\"decision\",\"action\":\"defer\",\"reason\":\"early\",\"proto\":\"udp\","
                            + "\"peer\":\"127.0.0.1:4242\",\"client_address\":\"192.0.2.1\","
                            + "\"sender\":\"a\\\"\\\\\\\\x1b@x\",\"recipient\":\"bob@example.net\","
                            + "\"recipients\":2,\"retry_in\":130}");
        assertThat(
                        JsonParser.parseString(lines.getFirst())
                                .getAsJsonObject()
                                .get("sender")
                                .getAsString())
                .isEqualTo("a\"\\\\x1b@x");
    }

    @Test
    void aJsonLineOfAPassedMailSaysHowLongItWaited() {
        ask("127.0.0.1", "I192.0.2.1\0F\0Tbob@example.net");
        decide(new ModernRules(WINDOW, new Retention(1000)), new JsonLines(log), 600);
        assertThat(lines.getFirst())
                .contains("\"action\":\"accept\",\"reason\":\"passed\"")
                .contains("\"sender\":\"\"")
                .endsWith(",\"recipients\":1,\"identity\":\"address\",\"waited\":400}");
    }

    @Test
    void malformedRequestsGetABurstOfJsonLines() {
        JsonLines decisions = new JsonLines(log);
        ask("127.0.0.1", "I192.0.2.1\0Fa@b");
        attempt.fault(Attempt.Fault.NO_CLIENT);
        decision.start();
        for (int i = 0; i < 1000; i++) {
            decisions.decided(attempt, decision, 1000);
        }
        decisions.decided(attempt, decision, 1001);
        assertThat(lines)
                .hasSize(OriginalLines.MALFORMED_BURST + 1)
                .startsWith(
                        "{\"event\":\"decision\",\"action\":\"none\",\"reason\":\"malformed\",\"proto\":\"udp\","
                            + "\"peer\":\"127.0.0.1:4242\"}")
                .endsWith(
                        "{\"event\":\"decision\",\"action\":\"none\",\"reason\":\"malformed\",\"proto\":\"udp\","
                            + "\"peer\":\"127.0.0.1:4242\",\"more\":940}");
    }
}
