package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The page that a link in a reply leads to, in Debian's Chromium, by the link that a mail server
/// gets to tell.
@Timeout(300)
final class WhyPageIT {
    private static final Pattern LINK = Pattern.compile("see (http://[!-~]+/why/[A-Za-z0-9_-]+)");

    @TempDir Path folder;

    private final Chromium chromium = Chromium.shared();

    private Daemon start(int http, int policy) throws IOException {
        Files.writeString(
                folder.resolve("greydaemon.toml"),
                """
                listen.udp = "127.0.0.1:0"
                listen.policy = "127.0.0.1:%d"
                listen.http = "127.0.0.1:%d"
                store.save-file = "state/save"
                rules.spf = false
                [reply]
                text = "451 4.7.1 Greylisted, 100 %%%% sure, see %%u"
                link = "http://127.0.0.1:%d/why/"
                """
                        .formatted(policy, http, http));
        return Daemon.startWith(folder, "greydaemon.toml");
    }

    /// The link in the reply to a stranger's mail.
    private static String link(int policy) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), policy)) {
            socket.setSoTimeout(60_000);
            String request =
                    """
                    request=smtpd_access_policy
                    protocol_state=RCPT
                    client_address=192.0.2.1
                    client_name=unknown
                    sender=alice@example.org
                    recipient=bob@example.net

                    """;
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\n\n") < 0) {
                answer.append((char) socket.getInputStream().read());
            }
            assertThat(answer).contains("Greylisted, 100 % sure, see ");
            Matcher link = LINK.matcher(answer);
            assertThat(link.find()).as(answer.toString()).isTrue();
            return link.group(1);
        }
    }

    private void looksWell(String what) throws IOException {
        Path pictures = Path.of(System.getProperty("pictures", "target/dashboard"));
        for (int width : List.of(360, 1280, 3840)) {
            for (boolean dark : List.of(false, true)) {
                chromium.look(width, width == 3840 ? 2_160 : 900, dark);
                String size = what + "-" + width + (dark ? "-dark" : "-light");
                assertThat(chromium.width()).as(size).isLessThanOrEqualTo(width);
                String background = "getComputedStyle(document.body).backgroundColor";
                assertThat(chromium.text(background).equals("rgb(255, 255, 255)"))
                        .as(size)
                        .isNotEqualTo(dark);
                assertThat(chromium.findings()).as(size).isEmpty();
                if (width == 360) {
                    chromium.picture(pictures.resolve(size + ".png"), width, 900, 1);
                }
            }
        }
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void aSendersPostmasterReadsWhyAndUntilWhen() throws IOException {
        int http = Ports.free();
        int policy = Ports.free();
        try (Daemon _ = start(http, policy)) {
            String link = link(policy);
            chromium.open(link);
            chromium.await("document.readyState === 'complete' && location.pathname !== 'blank'");
            assertThat(chromium.shown("h1")).isEqualTo("Your mail has to wait, and will arrive");
            assertThat(chromium.shown("main"))
                    .containsPattern("a retry passes from [-0-9]{10} [:0-9]{8} UTC on")
                    .contains("has no host name in DNS that leads back to it")
                    .doesNotContain("192.0.2.1")
                    .doesNotContain("alice")
                    .doesNotContain("bob");
            assertThat(chromium.text("document.documentElement.lang")).isEqualTo("en");
            assertThat(chromium.value("document.scripts.length").getAsInt()).isZero();
            looksWell("why");
            // The last character holds no spare bits: any other one makes another signature.
            char last = link.charAt(link.length() - 1);
            String forged = link.substring(0, link.length() - 1) + (last == 'A' ? 'B' : 'A');
            chromium.open(forged);
            chromium.await("document.querySelector('h1')?.innerText.startsWith('This link')");
            assertThat(chromium.shown("h1")).isEqualTo("This link is not valid any more");
            assertThat(chromium.shown("main")).contains("for seven days").doesNotContain("retry");
            looksWell("why-not");
        }
    }
}
