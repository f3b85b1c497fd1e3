package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;

import org.greydaemon.gate.TestGate;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Who is answered over HTTP, and with what it is shown.
final class AccessTest {
    private static final String TOKEN = "a-token-of-the-test";

    @TempDir Path folder;

    private final Access access = new Access("MX.example.org");

    private int status(String peer, String host, String authorization, boolean changes) {
        Headers headers = new Headers();
        if (!host.isEmpty()) {
            headers.set("Host", host);
        }
        if (!authorization.isEmpty()) {
            headers.set("Authorization", authorization);
        }
        return access.refusal(IpAddress.parse(peer).orElseThrow(), headers, changes)
                .map(Answer::status)
                .orElse(200);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 200",
        "127.0.0.1:8077, 200",
        "127.0.0.1, 200",
        "[::1]:8077, 200",
        "192.0.2.1:80, 200",
        "localhost:8077, 200",
        "LocalHost, 200",
        "mx.example.org:8077, 200",
        "mx, 200",
        "attacker.example:8077, 421",
        "localhost.attacker.example, 421",
        "127.0.0.1.attacker.example, 421",
        "127.0.0.1@attacker.example, 421",
        "mx.example.org.attacker.example, 421",
    })
    void aNameThatWasMadeToLeadHereIsRefused(String host, int status) {
        access.token(TOKEN);
        assertThat(status("127.0.0.1", host, "", false)).isEqualTo(status);
        assertThat(status("127.0.0.1", host, "Bearer " + TOKEN, false)).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,   false, '',                          200",
        "127.8.9.10,  false, '',                          200",
        "::1,         false, '',                          200",
        "192.0.2.1,   false, '',                          401",
        "10.0.0.1,    false, '',                          401",
        "2001:db8::1, false, '',                          401",
        "127.0.0.1,   true,  '',                          401",
        "192.0.2.1,   false, Bearer a-token-of-the-test,  200",
        "127.0.0.1,   true,  Bearer a-token-of-the-test,  200",
        "127.0.0.1,   true,  bearer  a-token-of-the-test, 200",
        "127.0.0.1,   true,  Bearer a-token-of-the-tes,   401",
        "127.0.0.1,   true,  Basic a-token-of-the-test,   401",
        "127.0.0.1,   true,  a-token-of-the-test,         401",
        "127.0.0.1,   true,  Bearer,                      401",
    })
    void changesNeedTheTokenAndReadingToo(
            String peer, boolean changes, String authorization, int status) {
        access.token(TOKEN);
        assertThat(status(peer, "", authorization, changes)).isEqualTo(status);
    }

    @Test
    void untilItIsReadNobodyHasTheToken() {
        assertThat(status("127.0.0.1", "", "Bearer ", true)).isEqualTo(401);
        assertThat(status("127.0.0.1", "", "Bearer null", true)).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/healthz", "/readyz", "/v1/check", "/favicon.ico"})
    void everyPathIsLookedAt(String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: attacker.example\r\n\r\n";
        try (HttpDialogue dialogue = new HttpDialogue(TestGate.original())) {
            assertThat(dialogue.ask(request)).startsWith("HTTP/1.1 421 ");
            String question = HttpDialogue.check("{}").replace("-test", "-best");
            assertThat(dialogue.ask(question))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("\r\nWww-authenticate: Bearer\r\n");
        }
    }

    @Test
    void theTokenIsMadeOnceAndOnlyItsGroupCanReadIt() throws IOException {
        Path file = folder.resolve("savefile.token");
        String token = Token.of(file);
        assertThat(token).hasSize(43);
        assertThat(Token.of(file)).isEqualTo(token);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isIn("rw-r-----", "rw-------");
        Files.writeString(file, "short\n");
        assertThatThrownBy(() -> Token.of(file)).hasMessageStartingWith("a token has 16 or more");
    }
}
