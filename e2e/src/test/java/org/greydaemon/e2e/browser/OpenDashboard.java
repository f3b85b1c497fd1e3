package org.greydaemon.e2e.browser;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A daemon with a dashboard, and a browser in which that is opened.
abstract class OpenDashboard {
    @TempDir Path folder;

    // Each daemon is another site to it.
    final Chromium chromium = Chromium.shared();
    private @Nullable Daemon running;
    private String address = "";

    @AfterEach
    void stop() {
        if (running != null) {
            running.close();
        }
    }

    Daemon daemon() {
        return Objects.requireNonNull(running);
    }

    /// At a port that it has again after a restart.
    void startDaemon(String... options) {
        int port = Ports.free();
        address = "http://127.0.0.1:" + port + "/";
        List<String> all = new ArrayList<>(List.of(options));
        all.add("--http=127.0.0.1:" + port);
        running = Daemon.start(folder, all.toArray(String[]::new));
    }

    String token(String file) throws IOException {
        return Files.readString(folder.resolve("state/save." + file)).strip();
    }

    void enter(String token) {
        chromium.open(address);
        chromium.await("document.querySelector('#enter')?.hidden === false");
        chromium.await("document.activeElement.id === 'token'");
        chromium.type(token);
        chromium.press("Enter");
    }

    void enter() throws IOException {
        enter(token("token"));
        chromium.await("document.querySelector('#board').hidden === false");
        chromium.await("document.querySelector('#facts').innerText.includes('wait now')");
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "\\'") + "'";
    }

    String get(String path) throws IOException {
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
}
