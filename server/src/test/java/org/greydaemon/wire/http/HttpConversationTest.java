package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.gate.TestGate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What of HTTP/1.1 is understood, and what is refused because others might understand something
/// else (RFC 9112).
@Timeout(60)
final class HttpConversationTest {
    private static final String QUESTION =
            "{\"client_address\":\"192.0.2.1\",\"sender\":\"a@b\",\"recipient\":\"c@d\"}";

    private final HttpDialogue dialogue = new HttpDialogue(TestGate.original());

    @AfterEach
    void close() {
        dialogue.close();
    }

    /// All that comes to these requests; the last one ends the connection.
    private String all(String requests) {
        try (HttpPeer peer = dialogue.connect()) {
            peer.say(requests.replace("|", "\r\n"));
            return peer.rest();
        }
    }

    /// 9.3: the connection goes on with 1.1 unless somebody says close, with 1.0 only if asked to.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1|Connection: close||",
                "HTTP/1.1|connection: Keep-Alive, CLOSE||",
                "HTTP/1.0||",
                "HTTP/1.0|Connection: x||",
            })
    void anAnswerAfterWhichItEndsSaysSo(String rest) {
        assertThat(all("GET /healthz " + rest + "GET /readyz HTTP/1.1||"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nConnection: close\r\n")
                .endsWith("\r\n\r\nok\n")
                .containsOnlyOnce("HTTP/1.1");
    }

    @Test
    void anOldPeerThatAsksForItMayAskAgain() {
        String answers =
                all(
                        "GET /healthz HTTP/1.0|Connection: keep-alive||"
                                + "GET /readyz HTTP/1.0|Connection: close||");
        assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(3);
        assertThat(answers).contains("\r\nConnection: keep-alive\r\n");
    }

    /// Each could be another request to a proxy in front.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1|Content-Length: 1|Content-Length: 1||x",
                "GET /healthz HTTP/1.1|Content-Length: 1, 1||x",
                "GET /healthz HTTP/1.1|Content-Length: +1||x",
                "GET /healthz HTTP/1.1|Content-Length: -1||x",
                "GET /healthz HTTP/1.1|Content-Length: 9999999999999999999||x",
                "GET /healthz HTTP/1.1|Content-Length: 1|Transfer-Encoding: chunked||1|x|0||",
                "GET /healthz HTTP/1.0|Transfer-Encoding: chunked||0||",
                "GET /healthz HTTP/1.1|Content-Length : 1||x",
                "GET /healthz HTTP/1.1|X: a| folded||",
                "GET /healthz HTTP/1.1|: a||",
                "GET /healthz HTTP/1.1|X||",
                "GET /healthz HTTP/1.1|X: \1||",
                "GET /healthz HTTP/1.1\nX: a||",
                "GET /healthz HTTP/1.1|X: a\rb||",
                "GET  /healthz HTTP/1.1||",
                "GET /healthz||",
                "GET /healthz HTTP/2.0||",
                "GET /%zz HTTP/1.1||",
                "last||",
            })
    void whatCanBeUnderstoodInTwoWaysIsRefused(String request) {
        assertThat(all(request + "GET /metrics HTTP/1.1||"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\nConnection: close\r\n")
                .containsOnlyOnce("HTTP/1.1 ");
    }

    /// The same of where a body ends: each of these is another one to somebody.
    @ParameterizedTest
    @ValueSource(
            strings = {
                " 1|x|0||",
                "1\u000b|x|0||",
                "1;a\0|x|0||",
                "1;a\rb|x|0||",
                "1|xy|0||",
                "1|x0||",
                "|x|0||",
                "0x1|x|0||",
                "+1|x|0||",
                "100000001|x|0||",
                "1|x|0|\1||",
            })
    void aChunkThatCanBeUnderstoodInTwoWaysIsRefused(String chunks) {
        String head =
                "POST /v1/check HTTP/1.1|"
                        + HttpDialogue.AUTHORIZATION
                        + "Transfer-Encoding: chunked||";
        assertThat(all(head + chunks + "GET /metrics HTTP/1.1||"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("chunk: ", "\r\nConnection: close\r\n")
                .containsOnlyOnce("HTTP/1.1 ");
    }

    /// 7.1: a size is as many digits as one likes; some programs write eight always.
    @Test
    void aSizeMayBeginWithZeros() {
        assertThat(
                        all(
                                "POST /v1/check HTTP/1.1|Connection: close|"
                                        + HttpDialogue.AUTHORIZATION
                                        + "Transfer-Encoding: chunked||"
                                        + "%012x  |".formatted(QUESTION.length())
                                        + QUESTION
                                        + "|00000000||"))
                .startsWith("HTTP/1.1 200 ");
    }

    /// Who speaks TLS waits for an answer, and says nothing more before.
    @Test
    void whoDoesNotSpeakHttpIsToldAtOnce() {
        assertThat(all("\26\3\1\2\0\1\0\1\u00fc"))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .contains("http://");
    }

    @Test
    void otherCodingsAreNotKnown() {
        assertThat(all("POST /v1/check HTTP/1.1|Transfer-Encoding: gzip, chunked||0||"))
                .startsWith("HTTP/1.1 501 Not Implemented\r\n");
    }

    @Test
    void aHeadIsBoundedByOctetsAndByFields() {
        assertThat(all("GET /healthz HTTP/1.1|X: " + "x".repeat(16 << 10) + "||"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(all("GET /healthz HTTP/1.1|" + "X: x|".repeat(51) + "|"))
                .startsWith("HTTP/1.1 431 ")
                .contains("more than 50 fields");
        assertThat(all("GET /healthz HTTP/1.1|Connection: close|" + "X: x|".repeat(49) + "|"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(all("GET /healthz HTTP/1.1|Connection: close|X: " + "x".repeat(16_000) + "||"))
                .startsWith("HTTP/1.1 200 ");
    }

    /// 2.2 and 7.1: an empty line before a request, extensions and a trailer.
    @Test
    void whatNobodyNeedsIsSkipped() {
        String chunks = "%x ; a=b|".formatted(QUESTION.length()) + QUESTION + "|0;c|Trailer: x||";
        assertThat(
                        all(
                                "||GET /healthz HTTP/1.1||POST /v1/check HTTP/1.1|"
                                        + HttpDialogue.AUTHORIZATION
                                        + "Transfer-Encoding: Chunked||"
                                        + chunks
                                        + "GET /readyz HTTP/1.1|Connection: close||"))
                .contains("\"new\"")
                .endsWith("\r\n\r\nok\n");
    }

    /// The next request begins behind it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /healthz HTTP/1.1|Content-Length: 11||hello world",
                "GET /healthz HTTP/1.1|Transfer-Encoding: chunked||b|hello world|0||",
                "POST /v1/change HTTP/1.1|Content-Length: 11||hello world",
            })
    void aBodyThatNobodyWantsIsSkipped(String request) {
        assertThat(all(request + "GET /readyz HTTP/1.1|Connection: close||"))
                .endsWith("\r\n\r\nok\n")
                .doesNotContain(" 400 ");
    }

    @Test
    void aLongBodyThatNobodyWantsEndsTheConnection() {
        assertThat(
                        all(
                                "GET /healthz HTTP/1.1|Content-Length: 100000||"
                                        + "GET /readyz HTTP/1.1||".repeat(3)))
                .contains("\r\nConnection: close\r\n")
                .containsOnlyOnce("HTTP/1.1");
    }

    /// It has its answer, and the next request would get another one for this.
    @Test
    void aFaultInABodyThatNobodyWantsIsNotAnsweredOnceMore() {
        assertThat(all("GET /healthz HTTP/1.1|Transfer-Encoding: chunked||zz|"))
                .endsWith("\r\n\r\nok\n")
                .containsOnlyOnce("HTTP/1.1");
    }

    /// RFC 9110 10.1.1: who waits for it is told to go on where the body is wanted, and only there.
    @Test
    void whoWaitsWithItsBodyIsToldToGoOn() {
        String head =
                "POST /v1/check HTTP/1.1|Expect: 100-continue|Connection: close|Content-Length: "
                        + QUESTION.length()
                        + "|";
        assertThat(all(head + HttpDialogue.AUTHORIZATION + "|" + QUESTION))
                .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n");
        assertThat(all(head.replace("|Connection: close", "") + "|"))
                .startsWith("HTTP/1.1 401 ")
                .contains("\r\nConnection: close\r\n");
    }

    @Test
    void everyAnswerHasADate() {
        assertThat(all("GET /healthz HTTP/1.0||"))
                .containsPattern(
                        "\r\n"
                                + "Date: [A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4}"
                                + " \\d\\d:\\d\\d:\\d\\d GMT\r\n");
    }
}
