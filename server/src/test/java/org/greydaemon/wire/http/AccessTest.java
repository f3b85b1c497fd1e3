package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Who is answered over HTTP, and with what it is shown.
final class AccessTest {
    private static final String TOKEN = "a-token-of-the-test";

    @TempDir Path folder;

    private final Access access = new Access("MX.example.org");

    private int status(String peer, String host, String authorization, boolean changes) {
        HttpFields headers = new HttpFields();
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

    /// A monitor that asks with the token that it has is nobody who guesses.
    @Test
    void aReadersTokenThatIsToChangeSomethingIsKnownAndNotCounted() {
        access.token(TOKEN);
        access.readersToken("a-token-for-readers");
        for (int i = 0; i <= WrongTokens.MINUTE_MAX; i++) {
            assertThat(status("192.0.2.1", "", "Bearer a-token-for-readers", true)).isEqualTo(403);
        }
        assertThat(access.wrongTokens()).isZero();
    }

    @Test
    void untilItIsReadNobodyHasTheToken() {
        assertThat(status("127.0.0.1", "", "", true)).isEqualTo(401);
        for (int i = 0; i <= WrongTokens.MINUTE_MAX; i++) {
            assertThat(status("127.0.0.1", "", "Bearer null", true)).isEqualTo(503);
            assertThat(status("192.0.2.1", "", "Bearer " + TOKEN, false)).isEqualTo(503);
        }
        assertThat(access.wrongTokens()).isZero();
    }

    private static final String READERS = "a-token-for-readers";

    private static HttpFields headers(String... namesAndValues) {
        HttpFields headers = new HttpFields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    private static int ofPage(Access page, String peer, boolean changes, HttpFields headers) {
        return page.refusalOfPage(IpAddress.parse(peer).orElseThrow(), headers, changes)
                .map(Answer::status)
                .orElse(200);
    }

    private static Access page(boolean isOpen) {
        return page(List.of(), isOpen);
    }

    private static Access page(List<String> otherNames, boolean isOpen) {
        Access page = new Access("mx.example.org", otherNames, isOpen);
        page.token(TOKEN);
        page.readersToken(READERS);
        return page;
    }

    @ParameterizedTest
    @CsvSource({
        "false, '',                         401",
        "false, Bearer a-token-for-readers, 200",
        "false, Bearer a-token-of-the-test, 200",
        "false, Bearer something-else-here, 401",
        "true,  '',                         401",
        "true,  Bearer a-token-for-readers, 403",
        "true,  Bearer a-token-of-the-test, 200",
    })
    void theDashboardNeedsATokenOnLoopbackTooAndAReadersOnlyReads(
            boolean changes, String authorization, int status) {
        HttpFields headers = headers("Host", "127.0.0.1:8077");
        if (!authorization.isEmpty()) {
            headers.set("Authorization", authorization);
        }
        assertThat(ofPage(page(false), "127.0.0.1", changes, headers)).isEqualTo(status);
        assertThat(ofPage(page(false), "192.0.2.1", changes, headers)).isEqualTo(status);
    }

    /// What is open is open to this host alone: a proxy on it brings others.
    @Test
    void anOpenDashboardIsOpenOnLoopbackToLookAt() {
        HttpFields ours = headers("Host", "localhost:8077");
        assertThat(ofPage(page(true), "127.0.0.1", false, ours)).isEqualTo(200);
        assertThat(ofPage(page(true), "::1", false, ours)).isEqualTo(200);
        assertThat(ofPage(page(true), "127.0.0.1", true, ours)).isEqualTo(401);
        assertThat(ofPage(page(true), "192.0.2.1", false, ours)).isEqualTo(401);
        assertThat(ofPage(page(false), "127.0.0.1", false, ours)).isEqualTo(401);
        for (String name :
                List.of(
                        "X-Forwarded-For",
                        "X-Forwarded-Host",
                        "X-Forwarded-Proto",
                        "X-Real-IP",
                        "Forwarded",
                        "Via")) {
            HttpFields through = headers("Host", "127.0.0.1", name, "192.0.2.7");
            assertThat(ofPage(page(true), "127.0.0.1", false, through)).isEqualTo(401);
        }
        HttpFields wrong = headers("Host", "127.0.0.1", "Authorization", "Bearer wrong");
        assertThat(ofPage(page(true), "127.0.0.1", false, wrong)).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example.net, '', '', 200",
        "MAIL.example.net:443, '', '', 200",
        "attacker.example, '', '', 421",
        "attacker.example, '', https://attacker.example, 421",
        "127.0.0.1:8077, same-origin, https://mail.example.net, 200",
        "127.0.0.1:8077, cross-site, '', 403",
        "127.0.0.1:8077, same-site, '', 403",
        "127.0.0.1:8077, none, '', 403",
        "127.0.0.1:8077, '', http://127.0.0.1:8077, 200",
        "127.0.0.1:8077, '', http://127.0.0.1:9999, 403",
        "127.0.0.1:8077, '', https://mail.example.net, 200",
        "127.0.0.1:8077, '', https://attacker.example, 403",
        "127.0.0.1:8077, '', null, 403",
        "127.0.0.1:8077, '', '::', 403",
    })
    void pagesOfOthersAskNothingEvenWithTheToken(
            String host, String site, String origin, int status) {
        HttpFields headers = headers("Host", host, "Authorization", "Bearer " + TOKEN);
        if (!site.isEmpty()) {
            headers.set("Sec-Fetch-Site", site);
        }
        if (!origin.isEmpty()) {
            headers.set("Origin", origin);
        }
        Access page = page(List.of("mail.example.net"), false);
        assertThat(ofPage(page, "127.0.0.1", true, headers)).isEqualTo(status);
    }

    @Test
    void untilTheTokensAreReadAPageIsToldToComeBack() {
        Access starting = new Access("mx.example.org");
        HttpFields headers = headers("Host", "127.0.0.1", "Authorization", "Bearer " + TOKEN);
        assertThat(ofPage(starting, "127.0.0.1", false, headers)).isEqualTo(503);
        assertThat(starting.wrongTokens()).isZero();
        starting.token(TOKEN);
        assertThat(ofPage(starting, "127.0.0.1", false, headers)).isEqualTo(200);
    }

    @Test
    void whatAProxyWasAskedForIsLookedAtToo() {
        HttpFields headers =
                headers(
                        "Host",
                        "127.0.0.1",
                        "X-Forwarded-Host",
                        "attacker.example",
                        "Authorization",
                        "Bearer " + TOKEN);
        assertThat(ofPage(page(false), "127.0.0.1", false, headers)).isEqualTo(421);
    }

    @Test
    void whoShowsManyWrongTokensIsToldToWaitAndTheRightOneIsTakenAllTheSame() {
        Access page = page(false);
        HttpFields wrong = headers("Host", "127.0.0.1", "Authorization", "Bearer wrong");
        for (int i = 0; i < WrongTokens.MINUTE_MAX; i++) {
            assertThat(ofPage(page, "192.0.2.1", false, wrong)).isEqualTo(401);
        }
        assertThat(ofPage(page, "192.0.2.1", false, wrong)).isEqualTo(429);
        assertThat(ofPage(page, "192.0.2.2", false, wrong)).isEqualTo(401);
        assertThat(page.wrongTokens()).isEqualTo(WrongTokens.MINUTE_MAX + 2);
        assertThat(page.lastWrongToken()).hasToString("192.0.2.2");
        HttpFields right = headers("Host", "127.0.0.1", "Authorization", "Bearer " + TOKEN);
        assertThat(ofPage(page, "192.0.2.1", false, right)).isEqualTo(200);
        assertThat(ofPage(page, "192.0.2.1", false, headers("Host", "127.0.0.1"))).isEqualTo(401);
        assertThat(page.wrongTokens()).isEqualTo(WrongTokens.MINUTE_MAX + 2);
    }

    @Test
    void wrongTokensAreForgottenAfterAMinuteAndOfManyPeersTheOldestAre() {
        AtomicLong nanos = new AtomicLong();
        WrongTokens wrong = new WrongTokens(nanos::get);
        IpAddress peer = IpAddress.parse("2001:db8::1").orElseThrow();
        for (int i = 0; i < WrongTokens.MINUTE_MAX; i++) {
            assertThat(wrong.shown(peer)).isFalse();
        }
        assertThat(wrong.shown(IpAddress.parse("2001:db8::2").orElseThrow())).isTrue();
        nanos.addAndGet(60_000_000_000L);
        assertThat(wrong.shown(peer)).isFalse();
        for (int i = 0; i < WrongTokens.MINUTE_MAX; i++) {
            boolean _ = wrong.shown(peer);
        }
        assertThat(wrong.shown(peer)).isTrue();
        for (int i = 0; i < 2_000; i++) {
            assertThat(wrong.shown(IpAddress.ipv4(i))).isFalse();
        }
        assertThat(wrong.shown(peer)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page/main.js",
                "/v1/live",
                "/metrics",
                "/healthz",
                "/readyz",
                "/v1/check",
                "/favicon.ico"
            })
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
