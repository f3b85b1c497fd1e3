package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.DelayTokens;
import org.greydaemon.gate.TestGate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The page that a link in a reply leads to.
@Timeout(60)
final class WhyPageTest {
    private static String get(HttpDialogue dialogue, String path) {
        return dialogue.ask("GET " + path + " HTTP/1.1\r\nHost: why.example.com\r\n\r\n");
    }

    private static String token(HttpDialogue dialogue, Suspicion suspicion, long at) {
        return dialogue.tokens.of(new DelayTokens.Facts(Reason.NEW, suspicion, at, 1_800));
    }

    /// A visitor has neither the daemon's token nor its name.
    @Test
    void itSaysWhyAndUntilWhenAndWhatHelps() {
        try (HttpDialogue dialogue = new HttpDialogue(TestGate.original())) {
            String token = token(dialogue, Suspicion.NO_NAME, HttpDialogue.NOW);
            assertThat(get(dialogue, "/why/" + token))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("Content-type: text/html; charset=utf-8")
                    .contains("Content-security-policy: default-src 'none'; style-src 'sha256-")
                    .contains("Referrer-policy: no-referrer")
                    .contains("Cache-control: no-store")
                    .contains("On 2026-11-26 00:00:00 UTC the mail server mx.&lt;b&gt;.example.org")
                    .contains("<strong>from 2026-11-26 00:30:00 UTC on</strong>")
                    .contains("Give the mail server a PTR record");
        }
    }

    @Test
    void eachReasonHasItsRemedy() {
        try (HttpDialogue dialogue = new HttpDialogue(TestGate.original())) {
            for (Suspicion suspicion : Suspicion.values()) {
                assertThat(get(dialogue, "/why/" + token(dialogue, suspicion, HttpDialogue.NOW)))
                        .contains(
                                switch (suspicion) {
                                    case NONE -> "a server that this one does not know yet";
                                    case NO_NAME -> "no host name in DNS";
                                    case GENERIC_NAME -> "a name of its own";
                                    case OUR_NAME -> "Set its own name there";
                                    case BARE_ADDRESS -> "gives a bare address in HELO";
                                });
            }
        }
    }

    @Test
    void whatIsNoTokenOrTooOldSaysNothingOfAnybody() {
        try (HttpDialogue dialogue = new HttpDialogue(TestGate.original())) {
            String old =
                    token(
                            dialogue,
                            Suspicion.NONE,
                            HttpDialogue.NOW - DelayTokens.KEPT_SECONDS - 1);
            String nothing = get(dialogue, "/why/");
            assertThat(nothing)
                    .startsWith("HTTP/1.1 404 ")
                    .contains("not valid any more")
                    .doesNotContain("example.org");
            for (String path :
                    new String[] {"/why/" + old, "/why/%3Cscript%3E", "/why/..%2fmetrics"}) {
                assertThat(get(dialogue, path).replaceAll("(?m)^Date: .*$", ""))
                        .isEqualTo(nothing.replaceAll("(?m)^Date: .*$", ""));
            }
        }
    }

    @Test
    void nothingIsChangedThere() {
        try (HttpDialogue dialogue = new HttpDialogue(TestGate.original())) {
            assertThat(dialogue.ask("POST /why/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n"))
                    .startsWith("HTTP/1.1 405 ");
            assertThat(get(dialogue, "/metrics")).startsWith("HTTP/1.1 421 ");
        }
    }
}
