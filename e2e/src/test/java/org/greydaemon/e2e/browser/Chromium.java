package org.greydaemon.e2e.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Tools;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// Debian's Chromium with one page, driven over its debugging protocol (CDP) by Java's own web
/// socket: no driver, no npm. Whatever the page complains of is a failure of the test.
final class Chromium implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    /// Keys by name: code, and the text that comes of them.
    private static final Map<String, List<String>> KEYS =
            Map.of(
                    "Tab", List.of("9", ""),
                    "Enter", List.of("13", "\r"),
                    "Escape", List.of("27", ""),
                    " ", List.of("32", " "),
                    "ArrowLeft", List.of("37", ""),
                    "ArrowRight", List.of("39", ""));

    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> asked = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private static @Nullable Chromium shared;

    /// One for all tests: it takes longer to start than a test does. It ends with the JVM.
    static synchronized Chromium shared() {
        Chromium browser = shared;
        if (browser == null) {
            try {
                Path folder = Files.createTempDirectory("browser");
                browser = new Chromium(folder);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> end(folder)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            shared = browser;
        }
        browser.open("about:blank");
        browser.look(1280, 900, false);
        browser.complaints.clear();
        return browser;
    }

    private static synchronized void end(Path folder) {
        if (shared != null) {
            shared.close();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // It lies where temporary files do.
        }
    }

    /// Starts it.
    ///
    /// @param folder for its profile
    private Chromium(Path folder) {
        Path program = Tools.require("chromium", "chromium");
        try {
            Path profile = Files.createTempDirectory(folder, "chromium");
            ProcessBuilder builder =
                    new ProcessBuilder(
                                    program.toString(),
                                    "--headless=new",
                                    "--no-sandbox", // CI is root.
                                    "--disable-gpu",
                                    "--disable-dev-shm-usage",
                                    "--hide-scrollbars",
                                    "--no-first-run",
                                    "--disable-extensions",
                                    "--disable-background-networking",
                                    "--disable-component-update",
                                    "--force-color-profile=srgb",
                                    "--lang=en-GB",
                                    "--remote-debugging-port=0",
                                    "--remote-allow-origins=*",
                                    "--user-data-dir=" + profile,
                                    "about:blank")
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("chromium.log").toFile());
            builder.environment().put("TMPDIR", profile.toString());
            process = builder.start();
            socket =
                    client.newWebSocketBuilder()
                            .buildAsync(page(profile), new Listener())
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException("Chromium did not start", e);
        }
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            ask(domain + ".enable", new JsonObject());
        }
    }

    /// Where its page is driven.
    private URI page(Path profile) throws IOException, InterruptedException {
        Path file = profile.resolve("DevToolsActivePort");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            if (lines.size() >= 2) {
                URI list = URI.create("http://127.0.0.1:" + lines.getFirst() + "/json/list");
                String pages =
                        client.send(
                                        HttpRequest.newBuilder(list).build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body();
                for (JsonElement page : JsonParser.parseString(pages).getAsJsonArray()) {
                    if (page.getAsJsonObject().get("type").getAsString().equals("page")) {
                        return URI.create(
                                page.getAsJsonObject().get("webSocketDebuggerUrl").getAsString());
                    }
                }
            }
            Daemon.pause(50);
        }
        throw new IOException("no page");
    }

    /// Hears answers and events.
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = JsonParser.parseString(text.toString()).getAsJsonObject();
                text.setLength(0);
                if (message.has("id")) {
                    CompletableFuture<JsonObject> answer =
                            asked.remove(message.get("id").getAsInt());
                    if (answer != null) {
                        answer.complete(message);
                    }
                } else {
                    event(message.get("method").getAsString(), message);
                }
            }
            from.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void event(String method, JsonObject message) {
        JsonObject params = message.getAsJsonObject("params");
        if (method.equals("Runtime.exceptionThrown")) {
            complaints.add(params.toString());
        } else if (method.equals("Log.entryAdded")) {
            JsonObject entry = params.getAsJsonObject("entry");
            String source = entry.get("source").getAsString();
            if (entry.get("level").getAsString().equals("error") && !source.equals("network")) {
                complaints.add(entry.toString());
            }
        }
    }

    /// What the page has complained of, and has to be none.
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /// The text of the rules that the page breaks, of those that axe knows.
    String findings() throws IOException {
        if (value("typeof axe === 'undefined'").getAsBoolean()) {
            try (InputStream axe = Chromium.class.getResourceAsStream("/axe.min.js")) {
                value(new String(Objects.requireNonNull(axe).readAllBytes(), UTF_8) + ";0");
            }
        }
        return text(
                "axe.run().then(found => found.violations.map(rule => rule.id + ': ' + rule.help +"
                        + " ' ' + rule.nodes.map(node => node.html + node.failureSummary)"
                        + ".join()).join('\\n'))");
    }

    /// How wide what is shown is, in pixels: no more than the window, or it has to be pushed.
    int width() {
        return value("document.documentElement.scrollWidth").getAsInt();
    }

    /// Sends a command of the protocol.
    JsonObject ask(String method, JsonObject params) {
        int id = number.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        asked.put(id, answer);
        JsonObject command = new JsonObject();
        command.addProperty("id", id);
        command.addProperty("method", method);
        command.add("params", params);
        try {
            socket.sendText(command.toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            JsonObject message = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (message.has("error")) {
                throw new IllegalStateException(method + ": " + message.get("error"));
            }
            return message.getAsJsonObject("result");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(method, e);
        }
    }

    static JsonObject with(Object... namesAndValues) {
        JsonObject made = new JsonObject();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = String.valueOf(namesAndValues[i]);
            switch (namesAndValues[i + 1]) {
                case String text -> made.addProperty(name, text);
                case Boolean flag -> made.addProperty(name, flag);
                case Number value -> made.addProperty(name, value);
                case JsonElement element -> made.add(name, element);
                default -> throw new IllegalArgumentException(name);
            }
        }
        return made;
    }

    /// Goes to an address.
    void open(String address) {
        ask("Page.navigate", with("url", address));
    }

    /// The value of an expression, which may be a promise.
    JsonElement value(String expression) {
        JsonObject result =
                ask(
                        "Runtime.evaluate",
                        with(
                                "expression", expression,
                                "awaitPromise", true,
                                "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
        }
        JsonElement value = result.getAsJsonObject("result").get("value");
        return value == null ? JsonNull.INSTANCE : value;
    }

    String text(String expression) {
        JsonElement value = value(expression);
        return value.isJsonNull() ? "" : value.getAsString();
    }

    /// The visible text of an element.
    String shown(String selector) {
        return text("document.querySelector('" + selector + "')?.innerText ?? ''");
    }

    /// Waits until an expression is true.
    void await(String expression) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            if (isTrue(expression)) {
                return;
            }
            Daemon.pause(50);
        }
        throw new AssertionError(
                expression + " did not come true; shown was:\n" + shown("body") + complaints);
    }

    /// Between two pages nothing is.
    private boolean isTrue(String expression) {
        try {
            return value("Boolean(" + expression + ")").getAsBoolean();
        } catch (IllegalStateException e) {
            if (String.valueOf(e.getMessage()).matches(".*(execution context|navigated).*")) {
                return false;
            }
            throw e;
        }
    }

    /// Presses a key once.
    void press(String key) {
        press(key, 0);
    }

    /// Presses a key together with others.
    ///
    /// @param modifiers 8 is Shift
    void press(String key, int modifiers) {
        List<String> known = KEYS.getOrDefault(key, List.of("0", key));
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event =
                    with(
                            "type", type,
                            "key", key,
                            "code", key.equals(" ") ? "Space" : key,
                            "modifiers", modifiers,
                            "windowsVirtualKeyCode", Integer.parseInt(known.getFirst()));
            if (type.equals("keyDown") && !known.getLast().isEmpty()) {
                event.addProperty("text", known.getLast());
            }
            ask("Input.dispatchKeyEvent", event);
        }
    }

    /// Types a text into what has the focus.
    void type(String text) {
        ask("Input.insertText", with("text", text));
    }

    /// Makes it as wide, and shows it by day or by night. The page's charts follow at its next
    /// frame, which is waited for: on a busy machine it comes late.
    void look(int width, int height, boolean dark) {
        ask(
                "Emulation.setDeviceMetricsOverride",
                with("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        JsonArray features = new JsonArray();
        features.add(with("name", "prefers-color-scheme", "value", dark ? "dark" : "light"));
        ask("Emulation.setEmulatedMedia", with("features", features));
        await(
                "innerWidth === "
                        + width
                        + " && document.documentElement.clientWidth === innerWidth"
                        + " && [...document.querySelectorAll('.u-wrap')].every(plot =>"
                        + " plot.offsetWidth === plot.parentElement.clientWidth)");
    }

    /// Keeps a picture of the page.
    ///
    /// @param height how much of it
    /// @param scale how big the picture is
    void picture(Path file, int width, int height, double scale) throws IOException {
        keep(file, with("x", 0, "y", 0, "width", width, "height", height, "scale", scale));
    }

    /// Keeps a picture of a part of the page.
    ///
    /// @param expression the element, in JavaScript
    void picture(Path file, String expression) throws IOException {
        JsonObject box =
                value("%s.getBoundingClientRect().toJSON()".formatted(expression))
                        .getAsJsonObject();
        double y = box.get("y").getAsDouble() + value("window.scrollY").getAsDouble();
        double width = box.get("width").getAsDouble();
        double height = box.get("height").getAsDouble();
        keep(
                file,
                with(
                        "x",
                        box.get("x").getAsDouble(),
                        "y",
                        y,
                        "width",
                        width,
                        "height",
                        height,
                        "scale",
                        1));
    }

    private void keep(Path file, JsonObject clip) throws IOException {
        JsonObject answer =
                ask(
                        "Page.captureScreenshot",
                        with("format", "png", "clip", clip, "captureBeyondViewport", true));
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(answer.get("data").getAsString()));
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
