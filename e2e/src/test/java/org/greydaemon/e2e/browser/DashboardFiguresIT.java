package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;

import org.greydaemon.e2e.Daemon;
import org.junit.jupiter.api.Test;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What the dashboard draws and says is what the metrics and the report say, of a million entries
/// too.
final class DashboardFiguresIT extends OpenDashboard {
    private static final int ENTRIES = 1_000_000;

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
