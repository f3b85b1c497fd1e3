package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpServer;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The dashboard as people see and use it, in Debian's Chromium. Pictures of it go to
/// `e2e/target/dashboard`, or where `-Dpictures=` says (docs/dashboard.md).
final class DashboardIT {
    private static final int ENTRIES = 1_000_000;
    private static final int TABS_MAX = 60;

    /// What a picture in a document may have, in pixels.
    private static final double PICTURE_WIDTH = 800;

    @TempDir Path folder;

    // Each daemon is another site to it.
    private final Chromium chromium = Chromium.shared();
    private @Nullable Daemon running;
    private String address = "";

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    private Daemon daemon() {
        return Objects.requireNonNull(running);
    }

    /// At a port that it has again after a restart.
    private void startDaemon(String... options) {
        int port = Ports.free();
        address = "http://127.0.0.1:" + port + "/";
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--http=127.0.0.1:" + port);
        running = Daemon.start(folder, all.toArray(String[]::new));
    }

    private String token(String file) throws IOException {
        return Files.readString(folder.resolve("state/save." + file)).strip();
    }

    private void enter(String token) {
        chromium.open(address);
        chromium.await("document.querySelector('#enter')?.hidden === false");
        chromium.await("document.activeElement.id === 'token'");
        chromium.type(token);
        chromium.press("Enter");
    }

    private void enter() throws IOException {
        enter(token("token"));
        chromium.await("document.querySelector('#board').hidden === false");
        chromium.await("document.querySelector('#facts').innerText.includes('wait now')");
    }

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

    private static String quoted(String text) {
        return "'" + text.replace("'", "\\'") + "'";
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

    private String get(String path) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(address + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The mails that /metrics has counted by these reasons.
    private long counted(String reasons) throws IOException {
        return Pattern.compile(
                        "^greydaemon_decisions_total\\{.*reason=\"(?:" + reasons + ")\"} (\\d+)$",
                        Pattern.MULTILINE)
                .matcher(get("metrics"))
                .results()
                .map((MatchResult found) -> found.group(1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /// How many mails the river shows above or below its line in all: the pixels of a colour, and
    /// how many of them are a mail.
    private double drawn(String colour, boolean below) {
        return chromium.value(
                        """
                        (() => {
                          const place = document.querySelector('#river');
                          const canvas = place.querySelector('canvas');
                          const {zero, unit, left, right} = place.dataset;
                          const wanted = getComputedStyle(document.documentElement)
                              .getPropertyValue('--%s').trim();
                          const rgb = [1, 3, 5].map(i => parseInt(wanted.slice(i, i + 2), 16));
                          const from = %s ? Math.round(zero) + 2 : 0;
                          const height = %s ? canvas.height - from : Math.round(zero) - 2;
                          const {data} = canvas.getContext('2d').getImageData(0, from, canvas.width, height);
                          let pixels = 0;
                          for (let i = 0; i < data.length; i += 4) {
                            if (rgb.every((part, j) => Math.abs(part - data[i + j]) < 12)) pixels++;
                          }
                          return (pixels / (right - left) ) / unit;
                        })()\
                        """
                                .formatted(colour, below, below))
                .getAsDouble();
    }

    @Test
    void theHeightsThatAreDrawnAreThoseOfTheMetrics() throws IOException {
        startDaemon("-m", "0.02");
        enter(); // Before the mail comes, of whose last minute something is said.
        chromium.look(1600, 1000, false);
        for (int i = 0; i < 30; i++) {
            daemon().ask("192.0.2." + i, "a@example.org", "b@example.net");
        }
        Daemon.pause(2_500);
        for (int i = 0; i < 20; i++) {
            daemon().ask("192.0.2." + i, "a@example.org", "b@example.net");
        }
        chromium.await("document.querySelector('#facts').innerText.includes('20 clients')");
        assertThat(chromium.shown("#facts"))
                .containsPattern("deferred in the last minute\\s+30 attempts")
                .containsPattern("have proven themselves\\s+20 clients");
        chromium.value("document.querySelector('input[value=hour]').click()");
        chromium.await(
                "document.querySelector('#river-text').innerText.includes('20 attempts acc')");
        chromium.value("new Promise(done => requestAnimationFrame(() => done(0)))"); // Is painted.
        long accepted = counted("passed|known");
        long deferred = counted("new|early|late");
        assertThat(List.of(accepted, deferred)).containsExactly(20L, 30L);
        assertThat(chromium.shown("#river-text"))
                .contains("20 attempts accepted, 30 attempts deferred");
        assertThat(drawn("accepted", false)).isBetween(0.85 * accepted, 1.15 * accepted);
        assertThat(drawn("deferred", true)).isBetween(0.85 * deferred, 1.15 * deferred);
        chromium.await("document.querySelector('#waits-text').innerText !== ''");
        assertThat(chromium.shown("#waits-text")).startsWith("20 mails waited and passed");
        assertThat(chromium.complaints()).isEmpty();
    }

    /// As `greyctl report` has it: by mails, of which some have several recipients.
    @Test
    void whatNeverCameBackIsCountedByMails() throws IOException {
        long never = PastMail.write(folder.resolve("state/save"));
        startDaemon("--rules", "modern", "-m", "5");
        enter();
        chromium.value("document.querySelector('input[value=year]').click()");
        String text = String.format(Locale.ROOT, ", %,d mails never came back", never);
        chromium.await(
                "document.querySelector('#river-text').innerText.includes(" + quoted(text) + ")");
        assertThat(chromium.complaints()).isEmpty();
    }

    @Test
    void itIsReadableOnAPhoneADeskAndAWallByDayAndByNight() throws IOException {
        PastMail.write(folder.resolve("state/save"));
        startDaemon("--rules", "modern", "-m", "5", "-w", whiteList());
        mail();
        enter();
        chromium.await("document.querySelectorAll('#waiting li').length === 8");
        chromium.await("document.querySelectorAll('#exempt tbody tr').length > 0");
        Path pictures = Path.of(System.getProperty("pictures", "target/dashboard"));
        for (int width : List.of(360, 1280, 3840)) {
            for (boolean dark : List.of(false, true)) {
                chromium.look(width, width == 3840 ? 2_160 : 900, dark);
                String size = width + (dark ? "-dark" : "-light");
                assertThat(chromium.width()).describedAs(size).isLessThanOrEqualTo(width);
                assertThat(axisInLetters()).describedAs(size).isBetween(2.1, 2.3);
                if (dark == (width == 1280)) { // Each rule by day and by night, on two widths.
                    assertThat(chromium.findings()).describedAs(size).isEmpty();
                }
                int height =
                        Math.min(
                                width == 360 ? 1_600 : 2_160,
                                chromium.value("document.documentElement.scrollHeight").getAsInt());
                chromium.picture(
                        pictures.resolve("dashboard-" + size + ".png"),
                        width,
                        height,
                        Math.min(1, PICTURE_WIDTH / width));
            }
        }
        assertThat(chromium.complaints()).isEmpty();
    }

    /// How high the axis below the dots is, in the size of the page's letters.
    private double axisInLetters() {
        return chromium.value(
                        "document.querySelector('#dots .u-axis').getBoundingClientRect().height /"
                            + " parseFloat(getComputedStyle(document.documentElement).fontSize)")
                .getAsDouble();
    }

    private String whiteList() throws IOException {
        Files.writeString(folder.resolve("white"), "198.51.100.0/24 # our own hosts\n");
        return "white";
    }

    /// Mail servers that try again, a bot, and our own hosts.
    private void mail() {
        String[] senders = {"anna", "billing", "news", "m.weber", "info", "orders", "dean", "hr"};
        for (int tries = 0; tries < 3; tries++) {
            for (int i = tries; i < senders.length; i++) {
                daemon().ask(
                                "192.0.2." + (20 + i),
                                senders[i] + "@example.org",
                                "office@example.net");
            }
            daemon().ask("198.51.100.7", "cron@example.net", "root@example.net");
            Daemon.pause(4_000); // An earlier one is the same question, asked once more.
        }
    }

    @Test
    void whenTheDaemonIsKilledThePageSaysSoAndComesBackByItself() throws IOException {
        startDaemon("--rules", "modern", "-m", "5");
        daemon().ask("192.0.2.1", "a@example.org", "b@example.net");
        enter();
        chromium.await("document.querySelectorAll('#waiting li').length === 1");
        daemon().kill();
        chromium.await("document.querySelector('#link').innerText.startsWith('No answer since')");
        assertThat(chromium.findings()).isEmpty();
        daemon().restart();
        chromium.await("document.querySelector('#link').innerText === 'live'");
        chromium.await("document.querySelectorAll('#waiting li').length === 1");
        assertThat(chromium.shown("#since")).contains("has just been started");
        assertThat(chromium.complaints()).isEmpty();
    }

    /// A proxy that lets nothing through must not have the page ask as fast as it can.
    @Test
    void whereNothingComesThroughIsAskedLessAndLess() throws IOException {
        startDaemon("-m", "5");
        AtomicInteger asked = new AtomicInteger();
        HttpServer proxy =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        proxy.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath().substring(1);
                    byte[] body = new byte[0];
                    if (path.equals("v1/live")) {
                        asked.incrementAndGet();
                    } else {
                        String kind = path.endsWith(".js") ? "text/javascript" : "text/html";
                        exchange.getResponseHeaders().set("Content-Type", kind);
                        body = get(path).getBytes(UTF_8);
                    }
                    exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        proxy.start();
        try {
            chromium.open("http://127.0.0.1:" + proxy.getAddress().getPort() + "/");
            for (int i = 0; i < 6_000 && asked.get() < 2; i++) {
                Daemon.pause(10); // On a busy machine its scripts come late.
            }
            Daemon.pause(3_000);
            assertThat(asked.get()).isBetween(2, 6);
            chromium.await("document.querySelector('#link').innerText.startsWith('No answer')");
        } finally {
            proxy.stop(0);
        }
    }

    @Test
    void aMillionEntriesAreShownAndSearchedInBoundedSize() throws IOException {
        Path saveFile = folder.resolve("state/save");
        Files.createDirectories(saveFile.getParent());
        long now = System.currentTimeMillis() / 1000;
        try (BufferedWriter file = Files.newBufferedWriter(saveFile)) {
            for (int i = 0; i < ENTRIES; i++) {
                file.write("G " + (now - i % 250) + " 198." + (i >> 16) + "." + (i >> 8 & 255));
                file.write("." + (i & 255) + " sender" + i + "@example.org rcpt@example.net\n");
            }
        }
        startDaemon("--rules", "modern", "-m", "20"); // None of them may pass meanwhile.
        enter();
        chromium.value(
                "window.longest = 0; new PerformanceObserver(list => list.getEntries().forEach(task"
                        + " => window.longest = Math.max(window.longest, task.duration)))"
                        + ".observe({type: 'longtask', buffered: true})");
        chromium.await("document.querySelectorAll('#waiting li').length === 8");
        chromium.await("document.querySelector('#facts').innerText.includes('1,000,000 mails')");
        chromium.value("document.querySelector('#waiting-all').click()");
        chromium.await("document.querySelectorAll('#waiting li').length === 60");
        chromium.value("document.querySelector('#text').value = 'sender777777@'");
        chromium.value("document.querySelector('#find').requestSubmit()");
        chromium.await("!document.querySelector('#found-count').innerText.startsWith('Looking')");
        // On a slow machine the search says that it did not come to the end.
        assertThat(chromium.shown("#found-count"))
                .matches("(?s)1 entry has .*|.*entries were looked at, in two seconds.*");
        assertThat(chromium.value("document.querySelectorAll('*').length").getAsInt())
                .isLessThan(3_000);
        JsonObject paint =
                chromium.value(
                                "({paint: performance.getEntriesByName('first-contentful-paint')[0]"
                                        + ".startTime, longest: window.longest})")
                        .getAsJsonObject();
        System.out.println("dashboard of " + ENTRIES + " entries, in ms: " + paint);
        assertThat(chromium.complaints()).isEmpty();
    }
}
