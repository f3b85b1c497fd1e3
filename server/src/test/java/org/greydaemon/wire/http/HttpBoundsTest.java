package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.gate.TestGate;
import org.greydaemon.server.ConnectionBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// How much a request may be, and all of them together; and that no request is a bug.
@Timeout(120)
final class HttpBoundsTest {
    private static final long SEED = Long.getLong("seed", 20_261_123);
    private static final int ROUNDS = 3_000;

    private final TestGate gate = TestGate.original();

    private static int status(String answer) {
        return answer.isEmpty() ? 0 : Integer.parseInt(answer.split(" ", 3)[1]);
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
    void aBodyOfTheGreatestSizeIsReadAndALargerOneIsTooLarge() {
        try (HttpDialogue dialogue = new HttpDialogue(gate)) {
            int padding = Paths.BODY_MAX - HttpDialogue.QUESTION.length();
            String largest = HttpDialogue.QUESTION + " ".repeat(padding);
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
            String chunk =
                    Integer.toHexString(HttpDialogue.QUESTION.length())
                            + "\r\n"
                            + HttpDialogue.QUESTION
                            + "\r\n";
            assertThat(dialogue.ask(head + chunk + "0\r\n\r\n")).contains("\"new\"");
            String large = "1000\r\n" + " ".repeat(0x1000) + "\r\n";
            assertThat(dialogue.ask(head + large.repeat(17) + "0\r\n\r\n"))
                    .startsWith("HTTP/1.1 413 ");
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

    /// However many it asks at once, slowly: the others' questions are answered.
    @Test
    void aPeerHasNoMoreThanItsShareOfTheRoom() {
        ConnectionBudget budget = new ConnectionBudget(16L * Paths.BODY_MAX);
        try (HttpDialogue dialogue = new HttpDialogue(gate, budget)) {
            List<HttpPeer> slow = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                HttpPeer peer = dialogue.connect();
                slow.add(peer);
                peer.say(HttpDialogue.check(HttpDialogue.QUESTION).substring(0, 150));
            }
            while (budget.held() < 4L * Paths.BODY_MAX) {
                Thread.onSpinWait();
            }
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION)))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("no memory is left");
            assertThat(dialogue.server.refused()).isOne();
            assertThat(dialogue.server.lastRefused()).isEqualTo(HttpDialogue.LOOPBACK);
            try (HttpPeer other = HttpPeer.stranger(dialogue.port())) {
                other.say(HttpDialogue.check(HttpDialogue.QUESTION));
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
            assertThat(dialogue.ask(HttpDialogue.check(HttpDialogue.QUESTION))).contains("\"new\"");
            awaitNothingHeld(budget);
        }
    }

    /// The room is given back when the answer has left, a moment after it has come.
    private static void awaitNothingHeld(ConnectionBudget budget) {
        while (budget.held() > 0) {
            Thread.onSpinWait();
        }
    }

    /// Whatever comes, no bug comes to light, and the next question is answered.
    @Test
    void mutatedRequestsDoNoHarm() {
        String request = HttpDialogue.check(HttpDialogue.QUESTION);
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
