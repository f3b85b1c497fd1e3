package org.greydaemon.e2e.browser;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The dashboard as people see it. Pictures of it go to `e2e/target/dashboard`, or where
/// `-Dpictures=` says (docs/dashboard.md).
final class DashboardPictureIT extends OpenDashboard {
    /// What a picture in a document may have, in pixels.
    private static final double PICTURE_WIDTH = 800;

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
}
