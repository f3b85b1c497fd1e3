package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.gate.TestGate;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// The dashboard's files, its stream, and the door to its commands.
@Timeout(120)
final class DashboardTest {
    private static final String FILES =
            "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final HttpDialogue dialogue = new HttpDialogue(TestGate.original());
    private final AtomicInteger drawn = new AtomicInteger();

    private final Commands commands =
            new Commands() {
                @Override
                public String now() {
                    return "{\"drawn\":" + drawn.incrementAndGet() + "}";
                }

                @Override
                public String entries() {
                    return "{\"entries\":1}";
                }

                @Override
                public Answered look(byte[] request) {
                    String text = new String(request, UTF_8);
                    return new Answered(text.contains("no") ? Outcome.WRONG : Outcome.DONE, text);
                }

                @Override
                public Answered change(byte[] request, String who) {
                    return new Answered(Outcome.DONE, "{\"who\":\"" + who + "\"}");
                }
            };

    /// Commands that all wait.
    private static Commands blocked(CountDownLatch go) {
        return new Commands() {
            @Override
            public String now() {
                return "{}";
            }

            @Override
            public String entries() {
                return "{}";
            }

            @Override
            public Answered look(byte[] request) {
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return new Answered(Outcome.DONE, "{}");
            }

            @Override
            public Answered change(byte[] request, String who) {
                return look(request);
            }
        };
    }

    /// Those whose turn it is wait without a bound.
    private static boolean waitsForItsTurn(Thread page) {
        return page.getState() == Thread.State.TIMED_WAITING;
    }

    private static Thread asks(Dashboard dashboard, List<Integer> statuses) {
        byte[] body = "{}".getBytes(UTF_8);
        return Thread.ofPlatform()
                .start(() -> statuses.add(dashboard.command(false, body, "x").status()));
    }

    private String post(String path, String body) {
        try (dialogue) {
            dialogue.server.show(commands);
            return dialogue.ask(
                    "POST "
                            + path
                            + " HTTP/1.1\r\nHost: localhost\r\n"
                            + HttpDialogue.AUTHORIZATION
                            + "Connection: close\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page/icon.svg",
                "/page/page.css",
                "/page/uplot.css",
                "/page/uplot.js",
                "/page/main.js",
                "/page/daemon.js",
                "/page/text.js",
                "/page/charts.js",
                "/page/lists.js",
                "/page/actions.js"
            })
    void everyFileIsThereForAnybodyWhoMayAskAndRunsNothingInline(String path) {
        try (dialogue) {
            assertThat(dialogue.ask(FILES.formatted(path)))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("script-src 'self'; style-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe-inline")
                    .contains("X-content-type-options: nosniff");
        }
    }

    /// Whoever opens the page over a slow line waits for no more than this.
    @Test
    void thePageIsSmallAndAsksNobodyElse() throws IOException {
        int octets = 0;
        List<String> scripts = new ArrayList<>();
        for (String path : Page.paths()) {
            String text = Page.file(path).body();
            octets += text.getBytes(UTF_8).length;
            if (!path.equals("/page/uplot.js") && !path.equals("/page/icon.svg")) {
                assertThat(text).describedAs(path).doesNotContain("http://", "https://");
            }
            if (path.endsWith(".js") && !path.equals("/page/uplot.js")) {
                scripts.add(text);
            }
        }
        assertThat(octets).isLessThan(150_000);
        assertThat(String.join("\n", scripts)).doesNotContain("innerHTML", "eval(", "outerHTML");
        assertThat(Page.file("/").body())
                .doesNotContain("<style", " style=", " onclick")
                .doesNotContain("src=\"/", "href=\"/");
    }

    @Test
    void pathsThatAreNoFilesAreNotThere() {
        try (dialogue) {
            for (String path : List.of("/page/", "/page/../Page.class", "/page/x", "/index.html")) {
                assertThat(dialogue.ask(FILES.formatted(path))).startsWith("HTTP/1.1 404 ");
            }
            assertThat(dialogue.ask(FILES.formatted("/").replace("GET", "POST")))
                    .startsWith("HTTP/1.1 405 ");
        }
    }

    /// After a restart all pages that are open ask at the same time.
    @Test
    void moreCommandsThanAreCarriedOutAtATimeWaitForTheirTurn() throws Exception {
        Dashboard dashboard = new Dashboard(new Access("mx.example.org"), System::nanoTime, 60);
        CountDownLatch go = new CountDownLatch(1);
        dashboard.answer(blocked(go));
        List<Integer> statuses = new CopyOnWriteArrayList<>();
        List<Thread> pages = Stream.generate(() -> asks(dashboard, statuses)).limit(10).toList();
        while (pages.stream().filter(DashboardTest::waitsForItsTurn).count() < 2) {
            Thread.onSpinWait();
        }
        go.countDown();
        for (Thread page : pages) {
            page.join();
        }
        assertThat(statuses).hasSize(10).containsOnly(200);
    }

    /// It is then that somebody looks.
    @Test
    void changesThatWaitForTheDiskKeepNobodyFromLooking() throws Exception {
        Dashboard dashboard = new Dashboard(new Access("mx.example.org"), System::nanoTime, 0);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(8);
        Commands blocked = blocked(go);
        dashboard.answer(
                new Commands() {
                    @Override
                    public String now() {
                        return "{}";
                    }

                    @Override
                    public String entries() {
                        return "{}";
                    }

                    @Override
                    public Answered look(byte[] request) {
                        return new Answered(Outcome.DONE, "{}");
                    }

                    @Override
                    public Answered change(byte[] request, String who) {
                        begun.countDown();
                        return blocked.look(request);
                    }
                });
        List<Thread> changes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            changes.add(Thread.ofPlatform().start(() -> dashboard.command(true, new byte[0], "x")));
        }
        begun.await();
        assertThat(dashboard.command(true, new byte[0], "x").status()).isEqualTo(503);
        assertThat(dashboard.command(false, new byte[0], "x").status()).isEqualTo(200);
        go.countDown();
        for (Thread change : changes) {
            change.join();
        }
        assertThat(dashboard.command(true, new byte[0], "x").status()).isEqualTo(200);
    }

    @Test
    void commandsAreAnsweredAndWhoAsksIsToldOn() {
        assertThat(post("/v1/change", "{}")).contains("{\"who\":\"http/127.0.0.1\"}");
    }

    @Test
    void whatIsRefusedIsABadRequest() {
        assertThat(post("/v1/look", "{\"no\":1}"))
                .startsWith("HTTP/1.1 400 ")
                .contains("{\"no\":1}");
    }

    @Test
    void aBodyThatIsTooLongIsNotRead() {
        assertThat(post("/v1/look", "x".repeat(Paths.BODY_MAX + 1))).startsWith("HTTP/1.1 413 ");
    }

    @Test
    void untilTheDaemonAnswersTheCommandsWait() {
        try (dialogue) {
            String ask = "GET /v1/live HTTP/1.1\r\nHost: localhost\r\n%s\r\n";
            assertThat(dialogue.ask(ask.formatted(""))).startsWith("HTTP/1.1 401 ");
            assertThat(dialogue.ask(ask.formatted(HttpDialogue.AUTHORIZATION)))
                    .startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    void aStreamTellsWhatIsNewAndEndsWhenTheServerDoes() throws Exception {
        dialogue.server.show(commands);
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + dialogue.port() + "/v1/live"))
                        .header("Authorization", "Bearer " + HttpDialogue.TOKEN)
                        .build();
        try (dialogue;
                HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> answer =
                    client.send(request, HttpResponse.BodyHandlers.ofLines());
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/event-stream");
            Iterator<String> lines = answer.body().iterator();
            assertThat(List.of(lines.next(), lines.next()))
                    .containsExactly("event: now", "data: {\"drawn\":1}");
            dialogue.server.stop();
            while (lines.hasNext()) {
                lines.next();
            }
        }
    }

    /// A reader of the stream that looks at the clock for it.
    private static String events(Live live, Commands commands) throws IOException {
        ByteArrayOutputStream reader = new ByteArrayOutputStream();
        live.tell(commands, reader);
        return reader.toString(UTF_8);
    }

    @Test
    void aPictureIsDrawnOnceForAllAndEntriesAreToldOnce() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Live live = new Live(nanos::get);
        CountDownLatch ready = new CountDownLatch(1);
        OutputStream first =
                new OutputStream() {
                    @Override
                    public void write(int octet) {}

                    @Override
                    public void flush() {
                        ready.countDown();
                    }
                };
        Thread reader =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                live.tell(commands, first);
                            } catch (IOException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        ready.await();
        Thread stopper = Thread.ofVirtual().unstarted(live::stop);
        stopper.start();
        stopper.join();
        assertThat(events(live, commands))
                .isEqualTo(
                        "event: now\ndata: {\"drawn\":1}\n\nevent: entries\ndata:"
                                + " {\"entries\":1}\n\n");
        reader.join();
        assertThat(drawn).hasValue(1);
    }

    @Test
    void noPeerAndNotAllTogetherOpenMoreThanTheirShare() {
        Live live = new Live(System::nanoTime);
        IpAddress peer = IpAddress.ipv4(0xc000_0201);
        for (int i = 0; i < Live.PEER_MAX; i++) {
            assertThat(live.enter(peer)).isTrue();
        }
        assertThat(live.enter(peer)).isFalse();
        live.leave(peer);
        assertThat(live.enter(peer)).isTrue();
        for (int i = Live.PEER_MAX; i < Live.STREAMS_MAX; i++) {
            assertThat(live.enter(IpAddress.ipv4(i))).isTrue();
        }
        assertThat(live.enter(IpAddress.ipv4(0x0a00_0001))).isFalse();
        assertThat(live.open()).isEqualTo(Live.STREAMS_MAX);
    }
}
