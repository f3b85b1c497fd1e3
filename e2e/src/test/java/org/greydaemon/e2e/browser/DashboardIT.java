package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;

/// The dashboard as people use it, in Debian's Chromium: the keyboard alone, words for what is
/// asked about, tokens that are not good enough.
final class DashboardIT extends OpenDashboard {
    private static final int TABS_MAX = 60;

    /// Goes on with Tab until something has the focus.
    private void tabTo(String selector) {
        for (int i = 0; i < TABS_MAX; i++) {
            chromium.press("Tab");
            if (chromium.value("document.activeElement.matches(" + quoted(selector) + ")")
                    .getAsBoolean()) {
                return;
            }
        }
        throw new AssertionError(selector + " is not reached by Tab");
    }

    private static String button(String word) {
        return "#waiting button[aria-label^=\"" + word + ":\"]";
    }

    @Test
    void aWrongTokenIsRefusedAndAReadersChangesNothing() throws IOException {
        startDaemon("--rules", "modern", "-m", "5");
        daemon().ask("192.0.2.1", "a@example.org", "b@example.net");
        enter("this-is-no-token");
        chromium.await("document.querySelector('#enter-error').innerText.includes('not know')");
        assertThat(chromium.findings()).isEmpty();
        assertThat(chromium.value("document.querySelector('#board').hidden").getAsBoolean())
                .isTrue();
        chromium.await("document.activeElement.id === 'token'");
        chromium.type(token("token-read"));
        chromium.press("Enter");
        chromium.await("document.querySelectorAll('#waiting li').length === 1");
        press(button("Forget"));
        chromium.await("document.querySelector('#do-error').innerText.includes('only reads')");
        assertThat(daemon().ask("192.0.2.1", "a@example.org", "b@example.net"))
                .isEqualTo(Reply.EARLY);
        daemon().awaitLine(line -> line.startsWith("http: 1 wrong token was shown"));
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void theKeyboardAloneLooksExplainsLetsPassAndTakesBack() throws IOException {
        startDaemon("--rules", "modern", "-m", "5");
        daemon().ask("192.0.2.1", "a@example.org", "b@example.net");
        enter();
        chromium.await("document.querySelectorAll('#waiting li').length === 1");
        tabTo("#text");
        chromium.type("@example.org");
        chromium.press("Enter");
        chromium.await("document.querySelectorAll('#found li').length === 1");
        assertThat(chromium.shown("#found-count")).startsWith("1 entry has “@example.org”");
        tabTo("#found button[aria-label^=\"Why?\"]");
        chromium.press("Enter");
        chromium.await("document.querySelector('#why-text').innerText.includes('verdict')");
        assertThat(chromium.shown("#why-text")).contains("defer, early").contains("retry");
        assertThat(chromium.findings()).isEmpty();
        chromium.press("Escape");
        chromium.await("!document.querySelector('#why-dialog').open");
        tabTo("#found button[aria-label^=\"Let pass\"]");
        chromium.press(" ");
        chromium.await("document.activeElement.id === 'do-reason'");
        assertThat(chromium.findings()).isEmpty();
        chromium.type("ticket 7");
        chromium.press("Enter");
        chromium.await("!document.querySelector('#done').hidden");
        assertThat(chromium.shown("#done-text")).contains("allowed 192.0.2.1").contains("15 min");
        assertThat(daemon().ask("192.0.2.1", "c@example.org", "b@example.net"))
                .isEqualTo(Reply.EXEMPT);
        assertThat(Files.readString(folder.resolve("state/save.allowed")))
                .contains("client 192.0.2.1 until ")
                .contains("http/127.0.0.1: ticket 7");
        chromium.press("Enter"); // Undo has the focus.
        chromium.await("document.querySelector('#done-text').innerText.includes('took back')");
        assertThat(daemon().ask("192.0.2.1", "d@example.org", "b@example.net"))
                .isEqualTo(Reply.NEW);
        chromium.press("Enter");
        chromium.await("document.querySelector('#done').hidden");
        assertThat(chromium.complaints()).isEmpty();
    }

    private void search(String text) {
        chromium.value("document.querySelector('#text').value = " + quoted(text));
        chromium.value("document.querySelector('#find').requestSubmit()");
        chromium.await(
                "document.querySelector('#found-count').innerText.includes('"
                        + "Nothing is remembered of “"
                        + text
                        + "”')");
    }

    private void press(String selector) {
        chromium.value("document.querySelector(" + quoted(selector) + ").click()");
        chromium.await("document.activeElement.id === 'do-reason'");
        chromium.type("a test");
        chromium.press("Enter");
    }

    @Test
    void whoeverIsSearchedForCanBeLetPassAndNearlyEverybodyIsAskedAboutInWords()
            throws IOException {
        startDaemon("--rules", "modern", "-m", "5");
        enter();
        search("carol@example.net");
        press("#found-does button[aria-label=\"Expect: carol@example.net\"]");
        chromium.await("document.querySelector('#done-text').innerText.includes('carol@')");
        assertThat(daemon().ask("192.0.2.9", "codes@example.org", "carol@example.net"))
                .isEqualTo(Reply.EXEMPT);
        search("0.0.0.0/0");
        press("#found-does button[aria-label=\"Let pass: 0.0.0.0/0\"]");
        chromium.await("document.querySelector('#do-error').innerText.includes('Really?')");
        assertThat(chromium.shown("#do-error"))
                .startsWith("0.0.0.0/0 is so much that nearly everybody is meant")
                .doesNotContain("wide\"");
        assertThat(chromium.findings()).isEmpty();
        assertThat(daemon().ask("192.0.2.9", "a@example.org", "b@example.net"))
                .isEqualTo(Reply.NEW);
        tabTo("#do-ok");
        assertThat(chromium.shown("#do-ok")).isEqualTo("Let all of it pass");
        chromium.press("Enter");
        chromium.await("document.querySelector('#done-text').innerText.includes('0.0.0.0/0')");
        assertThat(daemon().ask("192.0.2.10", "a@example.org", "b@example.net"))
                .isEqualTo(Reply.EXEMPT);
        search("host.example.org");
        assertThat(chromium.shown("#found-does")).isEmpty();
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void aSenderNamedScriptIsAName() throws IOException {
        startDaemon("-m", "5");
        String name = "<script>alert(1)</script>@evil.example";
        daemon().ask("192.0.2.66", name, "<img src=x onerror=alert(2)>@example.net");
        daemon().ask("192.0.2.67", "a&amp;b\"'`${1}@evil.example", "b@example.net");
        enter();
        chromium.await("document.querySelectorAll('#waiting li').length === 2");
        assertThat(chromium.shown("#waiting"))
                .contains(name)
                .contains("<imgsrc=xonerror=alert(2)>@example.net") // Blanks are left out over UDP.
                .contains("a&amp;b\"'`${1}@evil.example");
        assertThat(chromium.text("String(document.querySelectorAll('script, img').length)"))
                .isEqualTo("2");
        chromium.value("document.querySelector(" + quoted(button("Why?")) + ").click()");
        chromium.await("document.querySelector('#why-text').innerText.includes('defer, early')");
        chromium.press("Escape");
        chromium.value("document.querySelector('#text').value = '<script>'");
        chromium.value("document.querySelector('#find').requestSubmit()");
        chromium.await("document.querySelectorAll('#found li').length === 1");
        assertThat(chromium.complaints()).isEmpty();
    }
}
