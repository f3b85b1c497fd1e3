package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;

import org.greydaemon.e2e.Daemon;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/// What the dashboard does when nobody answers it.
final class DashboardLinkIT extends OpenDashboard {
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
}
