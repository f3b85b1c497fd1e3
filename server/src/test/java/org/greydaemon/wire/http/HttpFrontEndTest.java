package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.net.CidrBlock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// What is asked over HTTP is answered, measured and logged.
@Timeout(120)
final class HttpFrontEndTest {
    private final TestGate gate = TestGate.original();

    @Test
    void metricsComeInTheFormatThatIsAskedFor() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION))).contains("\"new\"");
            assertThat(dialogue.ask("GET /metrics HTTP/1.1\r\n\r\n"))
                    .contains("Content-type: " + Exposition.PROMETHEUS.contentType())
                    .contains("# TYPE greydaemon_decisions_total counter\n")
                    .contains("greydaemon_decisions_total{protocol=\"http\",reason=\"new\"} 1\n")
                    .contains("greydaemon_decision_seconds_count{protocol=\"http\"} 1\n")
                    .doesNotContain("# EOF");
            String accept = "Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1";
            assertThat(dialogue.ask("GET /metrics HTTP/1.1\r\n" + accept + "\r\n\r\n"))
                    .contains("Content-type: " + Exposition.OPEN_METRICS.contentType())
                    .contains("# TYPE greydaemon_decisions counter\n")
                    .contains(
                            "greydaemon_http_requests_total{path=\"/v1/check\",status=\"200\"} 1\n")
                    .contains(
                            "greydaemon_http_requests_total{path=\"/metrics\",status=\"200\"} 1\n")
                    .endsWith("\n# EOF\n");
        }
    }

    /// Who names no host is asked about in DNS; who says that there is none is believed.
    @ParameterizedTest
    @CsvSource({
        "mx.example.org, false, 300",
        "unknown, false, 1800",
        "unknown, true, 1800",
        "'', true, 1800",
    })
    void whoIsSaidToHaveNoNameIsSuspect(String name, boolean dns, int seconds) {
        TestGate rules = TestGate.with(AllIdentities.after(300));
        String question = HttpDialogue.QUESTION.replace("{", "{\"client_name\":\"" + name + "\",");
        try (HttpDialogue dialogue = new HttpDialogue(dns ? rules : rules.withoutDns())) {
            assertThat(dialogue.ask(HttpDialogue.check(question)))
                    .contains("\"retry_after\":" + seconds + ",");
        }
    }

    @Test
    void whatIsAnsweredIsCommitted() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION));
            assertThat(gate.store().commits()).isOne();
            assertThat(gate.decided()).containsExactly(Reason.NEW);
        }
    }

    @Test
    void whatIsMissingIsLoggedToo() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            assertThat(
                            dialogue.ask(
                                    HttpDialogue.check(
                                            "{\"client_address\":\"192.0.2.1\",\"sender\":\"a@b\"}")))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(gate.decided()).containsExactly(Reason.MALFORMED);
            assertThat(dialogue.log)
                    .singleElement()
                    .asString()
                    .matches(
                            "http 127\\.0\\.0\\.1:[0-9]+: recipient: it is missing; send it as a"
                                    + " string, or a list as recipients; answered with 400");
        }
    }

    @Test
    void beforeSomebodyJudgesTheAnswerIsUnavailable() {
        try (HttpDialogue dialogue =
                new HttpDialogue(gate, new CidrBlock(HttpDialogue.LOOPBACK, 32))) {
            String answer = dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION));
            assertThat(answer).startsWith("HTTP/1.1 503 ").contains("not ready yet");
            assertThat(dialogue.ask("GET /healthz HTTP/1.1\r\n\r\n")).contains("200 OK");
        }
    }

    /// On loopback nobody is asked for a token there, and a question needs one.
    @Test
    void beforeSomebodyExplainsWhoAsksWhyIsNotJudged() {
        try (HttpDialogue dialogue = HttpDialogue.withoutReasons(gate)) {
            String question =
                    "GET /why/x HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s"
                            .formatted(HttpDialogue.QUESTION.length(), HttpDialogue.QUESTION);
            assertThat(dialogue.ask(question)).startsWith("HTTP/1.1 503 ");
            assertThat(gate.decided()).isEmpty();
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION))).contains("\"new\"");
        }
    }

    @Test
    void whetherTheClientSpeaksTlsIsTold() {
        gate.exempt("tls");
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            String question =
                    HttpDialogue.QUESTION.substring(0, HttpDialogue.QUESTION.lastIndexOf('}'));
            for (String member : List.of("tls", "encryption_protocol")) {
                String with = question + ",\"" + member + "\":\"TLSv1.3\"}";
                assertThat(dialogue.ask(HttpDialogue.check(with))).contains("\"exempt\"");
                String without = question + ",\"" + member + "\":\"\"}";
                assertThat(dialogue.ask(HttpDialogue.check(without))).contains("\"defer\"");
            }
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION)))
                    .contains("\"defer\"");
        }
    }

    /// A mail server may go by what is said of each recipient.
    @Test
    void aRecipientThatIsOnlyObservedIsLetThrough() {
        gate.exempt("observe recipient bob@example.net");
        String question =
                "{\"client_address\":\"192.0.2.77\",\"sender\":\"a@example.org\","
                        + "\"recipients\":[\"bob@example.net\",\"carol@example.net\"]}";
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            assertThat(dialogue.ask(HttpDialogue.check(question)))
                    .contains("{\"action\":\"defer\",\"reason\":\"new\"")
                    .contains("\"bob@example.net\",\"action\":\"accept\",\"reason\":\"new\"")
                    .contains("\"carol@example.net\",\"action\":\"defer\",\"reason\":\"new\"");
        }
    }

    @Test
    void severalRequestsAtOnceAreAnsweredInOrder() {
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer peer = dialogue.connect()) {
            peer.say("GET /healthz HTTP/1.1\r\n\r\n" + HttpDialogue.check(HttpDialogue.QUESTION));
            assertThat(peer.hear()).endsWith("\r\n\r\nok\n");
            assertThat(peer.hear()).contains("\"new\"");
        }
    }
}
