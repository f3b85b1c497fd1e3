package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.share.Mx;
import org.greydaemon.e2e.share.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The dashboard of one of two hosts that share, behind a proxy with a prefix, as docs/dashboard.md
/// has it.
final class SharedDashboardIT {
    /// Not the daemon's host, but Chromium finds it on loopback (RFC 6761 6.3) and trusts it as it
    /// trusts https.
    private static final String NAME = "mail.localhost";

    @TempDir Path folder;

    private final Chromium chromium = Chromium.shared();

    @Test
    void behindAPrefixTheOtherHostsStandInATableAndAChangeIsMade() throws Exception {
        int port = Ports.free();
        List<String> http =
                List.of("http = \"127.0.0.1:" + port + "\"", "http-names = [\"" + NAME + "\"]");
        try (RedisServer redis = new RedisServer(folder.resolve("redis"));
                PrefixProxy proxy = new PrefixProxy(port);
                Mx _ = new Mx(folder.resolve("one"), http, Mx.servers(redis.place()));
                Mx other = new Mx(folder.resolve("other"), List.of(), Mx.servers(redis.place()))) {
            chromium.open("http://" + NAME + ":" + proxy.port() + PrefixProxy.PREFIX);
            chromium.await("document.querySelector('#enter')?.hidden === false");
            chromium.await("document.activeElement.id === 'token'");
            chromium.type(Files.readString(folder.resolve("one/state/save.token")).strip());
            chromium.press("Enter");
            chromium.await("document.querySelectorAll('#hosts tbody tr').length === 1");
            assertThat(chromium.shown("#hosts thead").strip().split("\\s*\t\\s*"))
                    .containsExactly(
                            "Host", "Version", "Last heard", "Latest change came after", "In 5 s");
            other.ask("192.0.2.7", "alice@example.org");
            chromium.await(
                    "/^[0-9.]+"
                        + " s$/.test(document.querySelector('#hosts').rows[1].cells[3].innerText)");
            assertThat(chromium.shown("#hosts tbody").strip())
                    .matches("(?s)\\S+\\s+\\S+\\s+just now\\s+\\d+\\.\\d s\\s+\\d changes?");
            assertThat(chromium.shown("#hosts-text"))
                    .matches("Up to date; \\d changes? waits? to be sent to the others.");
            for (int width : List.of(360, 1280)) {
                chromium.look(width, 900, width == 360);
                assertThat(chromium.width()).isLessThanOrEqualTo(width);
                assertThat(chromium.findings()).isEmpty();
            }
            Path pictures = Path.of(System.getProperty("pictures", "target/dashboard"));
            chromium.picture(
                    pictures.resolve("dashboard-hosts.png"),
                    "document.querySelector('#hosts').closest('section')");
            chromium.value("document.querySelector('#text').value = 'alice@'");
            chromium.value("document.querySelector('#find').requestSubmit()");
            chromium.await("document.querySelectorAll('#found li').length === 1");
            chromium.value(
                    "document.querySelector('#found button[aria-label^=\"Forget\"]').click()");
            chromium.await("document.activeElement.id === 'do-reason'");
            chromium.type("a test");
            chromium.press("Enter");
            chromium.await("!document.querySelector('#done').hidden");
            assertThat(chromium.shown("#done-text"))
                    .matches("(?s)Done: forgot \\d entr(y|ies) of 192.0.2.7.*undone.*");
            assertThat(chromium.complaints()).isEmpty();
        }
    }
}
