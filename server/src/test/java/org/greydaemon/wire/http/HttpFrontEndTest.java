package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionBudget;
import org.greydaemon.server.ConnectionServer;
import org.greydaemon.server.InheritedSockets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

@Timeout(120)
final class HttpFrontEndTest {
    private static final long SEED = Long.getLong("seed", 20_261_123);
    private static final int ROUNDS = 3_000;
    private static final String QUESTION =
            "{\"client_address\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}";

    private final TestGate gate = TestGate.original();

    private static int status(String answer) {
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.split(" ", 3)[1]);
    }

    @Test
    void connectionsLeaveFilesForTheJournal() {
        assertThat(HttpFrontEnd.connectionsMax(128)).isEqualTo(16);
        assertThat(HttpFrontEnd.connectionsMax(1024)).isEqualTo(128);
        assertThat(HttpFrontEnd.connectionsMax(Long.MAX_VALUE)).isEqualTo(200);
    }

    @Test
    void metricsComeInTheFormatThatIsAskedFor() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            assertThat(dialogue.ask(HttpDialogue.check(QUESTION))).contains("\"new\"");
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
        String question = QUESTION.replace("{", "{\"client_name\":\"" + name + "\",");
        try (HttpDialogue dialogue = new HttpDialogue(dns ? rules : rules.withoutDns())) {
            assertThat(dialogue.ask(HttpDialogue.check(question)))
                    .contains("\"retry_after\":" + seconds + ",");
        }
    }

    @Test
    void whatIsAnsweredIsCommitted() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            dialogue.ask(HttpDialogue.check(QUESTION));
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
    void whoMayNotAskGetsNoAnswer() {
        IpAddress other = IpAddress.ipv4(0x7f00_0002);
        try (HttpDialogue dialogue = new HttpDialogue(gate, new CidrBlock(other, 32))) {
            for (int i = 0; i < 300; i++) {
                try (HttpPeer stranger = HttpPeer.stranger(dialogue.port())) {
                    stranger.say("GET /healthz HTTP/1.1\r\n\r\n");
                    assertThat(stranger.hear()).isEmpty();
                }
            }
            assertThat(dialogue.server.server().counts().notAllowed())
                    .isEqualTo(300); // Each one, so none is kept.
            assertThat(dialogue.server.server().counts().lastNotAllowed()).hasToString("127.0.0.3");
        }
    }

    /// His connection was let in before a reload, and may be kept for as long as he asks.
    @Test
    void whoMayAskNoMoreGetsNoAnswerOverAKeptConnection() {
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer shutOut = HttpPeer.stranger(dialogue.port());
                HttpPeer own = dialogue.connect()) {
            for (HttpPeer peer : List.of(shutOut, own)) {
                peer.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(peer.hear()).endsWith("ok\n");
            }
            ConnectionServer server = dialogue.server.server();
            server.allow(CidrSet.of(List.of()));
            for (HttpPeer peer : List.of(shutOut, own)) {
                peer.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
            assertThat(shutOut.rest()).isEmpty();
            assertThat(own.hear()).endsWith("ok\n"); // As with a new connection.
            assertThat(server.counts().notAllowed()).isEqualTo(1);
            assertThat(server.counts().lastNotAllowed()).hasToString("127.0.0.3");
        }
    }

    /// Who has its answer has broken nothing; who ends within a question has.
    @ParameterizedTest
    @ValueSource(strings = {"GET /healthz HTTP/1.0", "GET /healthz HTTP/1.1"})
    void whoEndsRudelyWithItsAnswerHasBrokenNothing(String line) {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            ConnectionServer server = dialogue.server.server();
            HttpPeer rude = dialogue.connect();
            rude.say(line + "\r\n\r\n");
            assertThat(rude.hear()).endsWith("ok\n");
            rude.reset();
            while (server.open() > 0) {
                Thread.onSpinWait();
            }
            assertThat(server.counts().broken()).isZero();
            HttpPeer early = dialogue.connect();
            early.say("GET /healthz HTTP/1.1\r\n");
            while (server.counts().accepted() < 2) {
                Thread.onSpinWait();
            }
            early.reset();
            while (server.counts().broken() == 0) {
                Thread.onSpinWait(); // It may be counted as accepted before its thread begins.
            }
        }
    }

    /// In one line or in several: it counts before it is there.
    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aLongHeadNeedsRoom(int lines) {
        String field = "X: " + "x".repeat(4_000 / lines) + "\r\n";
        try (HttpDialogue dialogue = new HttpDialogue(gate, new ConnectionBudget(40L << 10));
                HttpPeer peer = dialogue.connect()) {
            peer.say("GET /healthz HTTP/1.0\r\n" + field.repeat(lines) + "\r\n");
            assertThat(peer.rest()).isEmpty();
        }
    }

    /// A bug would have a stack trace for each of them.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ffffffff",
                "80000000",
                "100000001",
                "7fffffffffffffff",
                "-5",
                "zz",
                "",
                ";"
            })
    void aChunkOfAStrangeSizeIsNoBug(String size) {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (String path : List.of("/v1/check", "/v1/look", "/v1/change", "/metrics")) {
                String answer =
                        dialogue.ask(
                                "POST "
                                        + path
                                        + " HTTP/1.1\r\nHost: localhost\r\n"
                                        + HttpDialogue.AUTHORIZATION
                                        + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + size
                                        + "\r\nxx\r\n0\r\n\r\n");
                assertThat(answer).doesNotContain("HTTP/1.1 500");
            }
        }
    }

    /// They wait to be accepted when it begins, and it is told to stop at once.
    @Test
    void whatWasAskedBeforeAStopIsAnswered() throws IOException {
        HttpFrontEnd server =
                new HttpFrontEnd(
                        new Endpoint(HttpDialogue.LOOPBACK, 0),
                        InheritedSockets.none(),
                        CidrSet.of(List.of(new CidrBlock(HttpDialogue.LOOPBACK, 32))),
                        new Access("mx.example.org"),
                        gate.metrics(),
                        ConnectionBudget.ofHeap(),
                        new ConnectionServer.OnBug(
                                (_, bug) -> {
                                    throw new AssertionError(bug);
                                },
                                (_, bug) -> {
                                    throw new AssertionError(bug);
                                }));
        List<HttpPeer> peers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            HttpPeer peer = new HttpPeer(HttpDialogue.port(server));
            peers.add(peer);
            peer.say("GET /healthz HTTP/1.1\r\n\r\n");
        }
        server.start(() -> new Health(List.of(), List.of()));
        server.stop();
        assertThat(peers).allSatisfy(peer -> assertThat(peer.hear()).endsWith("\nok\n"));
        peers.forEach(HttpPeer::close);
    }

    /// What it steps into is closed behind the stop.
    @Test
    void aStopWaitsForWhoIsInTheMiddleOfAQuestion() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        HttpDialogue dialogue = new HttpDialogue(gate);
        dialogue.server.explain(
                new WhyPage(
                        "mx.example.org",
                        _ -> {
                            asked.countDown();
                            awaitUninterruptibly(goOn);
                            return Optional.empty();
                        }));
        try (HttpPeer peer = dialogue.connect()) {
            peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            asked.await();
            Thread stop = Thread.ofPlatform().start(dialogue::close);
            assertThat(peer.hear()).as("its time is over").isEmpty();
            assertThat(stop.join(Duration.ofMillis(500))).as("stopped").isFalse();
            goOn.countDown();
            stop.join();
        }
    }

    /// As those who wait for a disk that hangs: then somebody wants to know what is wrong.
    @Test
    void requestsThatKeepTheirThreadsKeepNobodyElseWaiting() throws Exception {
        int many = Runtime.getRuntime().availableProcessors() + 1;
        CountDownLatch asked = new CountDownLatch(many);
        AtomicBoolean goesOn = new AtomicBoolean();
        List<HttpPeer> peers = new ArrayList<>();
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            dialogue.server.explain(
                    new WhyPage(
                            "mx.example.org",
                            _ -> {
                                asked.countDown();
                                while (!goesOn
                                        .get()) { // A virtual thread would give way to no other.
                                    Thread.onSpinWait();
                                }
                                return Optional.empty();
                            }));
            for (int i = 0; i < many; i++) {
                HttpPeer peer = dialogue.connect();
                peers.add(peer);
                peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            }
            asked.await();
            try (HttpPeer peer = dialogue.connect()) {
                peer.say("GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
                assertThat(peer.hear()).endsWith("\nok\n");
            }
            goesOn.set(true);
        } finally {
            goesOn.set(true);
            peers.forEach(HttpPeer::close);
        }
    }

    /// As on a disk that hangs: nobody would save.
    @Test
    void aStopDoesNotWaitForEverForWhoIsInTheMiddleOfAQuestion() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer peer = dialogue.connect()) {
            dialogue.server.explain(
                    new WhyPage(
                            "mx.example.org",
                            _ -> {
                                asked.countDown();
                                awaitUninterruptibly(goOn);
                                return Optional.empty();
                            }));
            peer.say("GET /why/ HTTP/1.1\r\n\r\n");
            asked.await();
            assertThat(dialogue.server.stop(0)).isEqualTo(1);
            assertThat(dialogue.server.stop()).isZero();
            goOn.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whoever they are from: who asks has asked nothing for a shorter time than they.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoAsksNothingMakesRoomForWhoAsks(boolean sameAddress) {
        List<HttpPeer> silent = new ArrayList<>();
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (int i = 0; i < 250; i++) {
                silent.add(sameAddress ? dialogue.connect() : HttpPeer.stranger(dialogue.port()));
            }
            assertThat(dialogue.ask("GET /healthz HTTP/1.1\r\n\r\n")).endsWith("\nok\n");
            dialogue.server.stop();
            assertThat(dialogue.server.server().counts().madeRoom()).isEqualTo(51);
            assertThat(dialogue.server.server().counts().tooMany()).isZero();
            assertThat(dialogue.server.server().counts().lastCrowding())
                    .isEqualTo(sameAddress ? "127.0.0.1" : "127.0.0.3");
        } finally {
            silent.forEach(HttpPeer::close);
        }
    }

    /// It takes 200 connections at a time, and must not count one that is over.
    @Test
    void connectionsThatBreakLeaveRoomForOthers() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (int i = 0; i < 300; i++) {
                try (HttpPeer peer = dialogue.connect()) {
                    peer.say(
                            "POST /v1/check HTTP/1.1\r\n"
                                    + HttpDialogue.AUTHORIZATION
                                    + "Content-Length: 9\r\n\r\n{");
                }
            }
            assertThat(dialogue.ask(HttpDialogue.check(QUESTION))).contains("\"new\"");
        }
    }

    @Test
    void beforeSomebodyJudgesTheAnswerIsUnavailable() {
        try (HttpDialogue dialogue =
                new HttpDialogue(gate, new CidrBlock(HttpDialogue.LOOPBACK, 32))) {
            String answer = dialogue.ask(HttpDialogue.check(QUESTION));
            assertThat(answer).startsWith("HTTP/1.1 503 ").contains("not ready yet");
            assertThat(dialogue.ask("GET /healthz HTTP/1.1\r\n\r\n")).contains("200 OK");
        }
    }

    /// However many it asks at once, slowly: the others' questions are answered.
    @Test
    void aPeerHasNoMoreThanItsShareOfTheRoom() {
        ConnectionBudget budget = new ConnectionBudget(16L * Paths.BODY_MAX);
        try (HttpDialogue dialogue = new HttpDialogue(gate, budget)) {
            List<HttpPeer> slow = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                HttpPeer peer = dialogue.connect();
                slow.add(peer);
                peer.say(HttpDialogue.check(QUESTION).substring(0, 150));
            }
            while (budget.held() < 4L * Paths.BODY_MAX) {
                Thread.onSpinWait();
            }
            assertThat(dialogue.ask(HttpDialogue.check(QUESTION)))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("no memory is left");
            assertThat(dialogue.server.refused()).isOne();
            assertThat(dialogue.server.lastRefused()).isEqualTo(HttpDialogue.LOOPBACK);
            try (HttpPeer other = HttpPeer.stranger(dialogue.port())) {
                other.say(HttpDialogue.check(QUESTION));
                assertThat(other.hear()).contains("\"new\"");
            }
            slow.forEach(HttpPeer::close);
            awaitNothingHeld(budget);
        }
    }

    /// A thousand recipients are a hundred times as many octets while they are judged as a usual
    /// question's, so they are counted by what they hold.
    @Test
    void manyRecipientsHoldMoreThanTheirBody() {
        ConnectionBudget budget = new ConnectionBudget(16L * Paths.BODY_MAX);
        try (HttpDialogue dialogue = new HttpDialogue(gate, budget)) {
            String recipients =
                    "\"u@example.net\",".repeat(999)
                            + "\"u"
                            + "x".repeat(30_000)
                            + "@example.net\"";
            String body =
                    "{\"client_address\":\"192.0.2.7\",\"sender\":\"a@b\",\"recipients\":["
                            + recipients
                            + "]}";
            assertThat(dialogue.ask(HttpDialogue.check(body))).startsWith("HTTP/1.1 503 ");
            assertThat(dialogue.ask(HttpDialogue.check(QUESTION))).contains("\"new\"");
            awaitNothingHeld(budget);
        }
    }

    /// The room is given back when the answer has left, a moment after it has come.
    private static void awaitNothingHeld(ConnectionBudget budget) {
        while (budget.held() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whetherTheClientSpeaksTlsIsTold() {
        gate.exempt("tls");
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            String question = QUESTION.substring(0, QUESTION.lastIndexOf('}'));
            for (String member : List.of("tls", "encryption_protocol")) {
                String with = question + ",\"" + member + "\":\"TLSv1.3\"}";
                assertThat(dialogue.ask(HttpDialogue.check(with))).contains("\"exempt\"");
                String without = question + ",\"" + member + "\":\"\"}";
                assertThat(dialogue.ask(HttpDialogue.check(without))).contains("\"defer\"");
            }
            assertThat(dialogue.ask(HttpDialogue.check(QUESTION))).contains("\"defer\"");
        }
    }

    @Test
    void aBodyOfTheGreatestSizeIsReadAndALargerOneIsTooLarge() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            int padding = Paths.BODY_MAX - QUESTION.length();
            String largest = QUESTION + " ".repeat(padding);
            assertThat(status(dialogue.ask(HttpDialogue.check(largest)))).isEqualTo(200);
            assertThat(dialogue.ask(HttpDialogue.check(largest + " ")))
                    .startsWith("HTTP/1.1 413 ")
                    .contains(
                            "{\"error\":\"request: it has more than 65536 octets; send a shorter"
                                    + " one\"}");
        }
    }

    @Test
    void aChunkedBodyIsBoundedToo() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            String head =
                    "POST /v1/check HTTP/1.1\r\n"
                            + HttpDialogue.AUTHORIZATION
                            + "Transfer-Encoding: chunked\r\n\r\n";
            String chunk = Integer.toHexString(QUESTION.length()) + "\r\n" + QUESTION + "\r\n";
            assertThat(dialogue.ask(head + chunk + "0\r\n\r\n")).contains("\"new\"");
            String large = "1000\r\n" + " ".repeat(0x1000) + "\r\n";
            assertThat(dialogue.ask(head + large.repeat(17) + "0\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void aHeadThatIsTooLargeIsRefused() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            String head = "GET /healthz HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
            assertThat(status(dialogue.ask(head))).isNotEqualTo(200);
            StringBuilder many = new StringBuilder("GET /healthz HTTP/1.1\r\n");
            for (int i = 0; i < 60; i++) {
                many.append("X").append(i).append(": x\r\n");
            }
            assertThat(status(dialogue.ask(many.append("\r\n").toString()))).isNotEqualTo(200);
        }
    }

    @Test
    void severalRequestsAtOnceAreAnsweredInOrder() {
        try (HttpDialogue dialogue = new HttpDialogue(gate);
                HttpPeer peer = dialogue.connect()) {
            peer.say("GET /healthz HTTP/1.1\r\n\r\n" + HttpDialogue.check(QUESTION));
            assertThat(peer.hear()).endsWith("\r\n\r\nok\n");
            assertThat(peer.hear()).contains("\"new\"");
        }
    }

    /// Whatever comes, no bug comes to light, and the next question is answered.
    @Test
    void mutatedRequestsDoNoHarm() {
        String request = HttpDialogue.check(QUESTION);
        Random random = new Random(SEED);
        int answered = 0;
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            for (int i = 0; i < ROUNDS; i++) {
                try (HttpPeer peer = dialogue.connect()) {
                    peer.say(mutated(request, random));
                    peer.end();
                    answered += peer.rest().contains("HTTP/1.1 ") ? 1 : 0;
                }
            }
            assertThat(dialogue.ask("GET /healthz HTTP/1.1\r\n\r\n"))
                    .describedAs("-Dseed=%d", SEED)
                    .contains("200 OK");
        }
        assertThat(answered).isGreaterThan(ROUNDS / 2);
    }

    private static String mutated(String request, Random random) {
        StringBuilder mutated = new StringBuilder(request);
        int changes = random.nextInt(1, 5);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(mutated.length());
            switch (random.nextInt(3)) {
                case 0 -> mutated.setCharAt(at, (char) random.nextInt(256));
                case 1 -> mutated.insert(at, "\"{}[]:,\\\r\n 09eu".charAt(random.nextInt(15)));
                default -> mutated.deleteCharAt(at);
            }
        }
        return mutated.toString();
    }
}
