package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.RetryWindow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// When senders get through.
final class SenderScheduleTest {
    private static final RetryWindow MODERN = new RetryWindow(240, 86_400);

    @TempDir Path folder;

    private static SenderSchedule sender(int addresses, String offsets) {
        List<Long> list =
                offsets.isBlank()
                        ? List.of()
                        : Arrays.stream(offsets.strip().split(" ", -1)).map(Long::valueOf).toList();
        return new SenderSchedule(
                "test", "mta-default", OptionalInt.of(addresses), list.size() + 1, list);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | -1    | who never retries",
                "10 100 239        | -1    | always early",
                "240               | 240   | from the delay on",
                "86399             | 86399 | before the end of the window",
                "86400             | -1    | late",
                "86400 86500       | -1    | late, and the wait starts over",
                "86400 86640       | 86640 | the wait that started over",
            })
    void oneAddressPassesWhenTheWindowSaysSo(String offsets, long passes, String why) {
        SenderSchedule.Passes expected = sender(1, offsets).passesByAddress(MODERN);
        assertThat(expected.median().orElse(-1)).describedAs(why).isEqualTo(passes);
        assertThat(expected.most().orElse(-1)).describedAs(why).isEqualTo(passes);
    }

    /// Of two addresses one is seen at once; each retry comes from it with a chance of a half, and
    /// from the other one for the second time with another.
    @Test
    void manyAddressesNeedMoreRetriesThanTheirNumber() {
        SenderSchedule.Passes two = sender(2, "300 600 900 1200 1500").passesByAddress(MODERN);
        assertThat(two.median().orElseThrow()).isBetween(600L, 900L);
        SenderSchedule.Passes six = sender(6, "300 600 900 1200 1500").passesByAddress(MODERN);
        assertThat(six.most()).isEmpty(); // All of six attempts came from elsewhere.
    }

    /// Nine attempts from seven addresses: measured in mail are a mean of 3:38 and 11:26 for 95 %.
    @Test
    void gmailHasMoreAddressesThanOneMessageShows() {
        SenderSchedule.Passes gmail = named("gmail.com").passesByAddress(MODERN);
        assertThat(gmail.median().orElseThrow()).isBetween(3396L, 13_784L);
        assertThat(gmail.most().orElseThrow()).isBetween(26_086L, 70_000L);
    }

    @Test
    void whoseAddressesNobodyHasCountedIsNotTakenForOne() {
        SenderSchedule unknown =
                new SenderSchedule("test", "docs", OptionalInt.empty(), 3, List.of(300L, 600L));
        assertThat(unknown.passesByAddress(MODERN).median()).hasValue(300);
        assertThat(unknown.passesByAddress(MODERN).most()).isEmpty();
    }

    private static SenderSchedule named(String name) {
        return SenderSchedules.read().stream()
                .filter(sender -> sender.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void allAddressesOfANetworkAreOneClient() {
        assertThat(sender(7, "300 600").passesByNetwork(MODERN).most()).hasValue(300);
    }

    /// The study had waited six hours, and says who got through.
    @Test
    void theWebmailStudyOfSixHoursIsReproduced() throws IOException {
        RetryWindow sixHours = new RetryWindow(21_600, 5 * 86_400);
        Map<String, SenderSchedule> byName =
                SenderSchedules.read().stream()
                        .collect(
                                java.util.stream.Collectors.toMap(
                                        SenderSchedule::name, sender -> sender));
        int measured = 0;
        for (String line : csv()) {
            String[] fields = line.split(",", -1);
            if (fields[1].equals("webmail-measured-2015/16")) {
                measured++;
                SenderSchedule sender = Objects.requireNonNull(byName.get(fields[0]));
                assertThat(sender.passesByNetwork(sixHours).most().isPresent())
                        .describedAs(fields[0])
                        .isEqualTo(fields[6].equals("yes"));
            }
        }
        assertThat(measured).isEqualTo(10);
    }

    @Test
    void everyLineOfTheResourceIsASender() throws IOException {
        List<SenderSchedule> senders = SenderSchedules.read();
        assertThat(senders).hasSize(csv().size());
        assertThat(senders)
                .allSatisfy(sender -> {
                    assertThat(sender.name()).isNotEmpty();
                    assertThat(sender.offsets()).isSorted().allMatch(offset -> offset > 0);
                });
        assertThat(senders).filteredOn(SenderSchedule::isAttacker).hasSize(3);
    }

    private static List<String> csv() throws IOException {
        Path file =
                Path.of(
                        System.getProperty("project.root"),
                        "server/src/main/resources/org/greydaemon/config/retry-schedules.csv");
        try (Stream<String> lines = Files.lines(file)) {
            return lines.skip(1).toList();
        }
    }

    private Sources.ReadConfiguration read(String toml) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, toml);
        return new Sources(Optional.of(file), Map.of()).read();
    }

    private List<String> shown(List<String> lines) {
        return lines.stream().map(line -> line.replace(folder + "/", "")).toList();
    }

    @Test
    void settingsThatMissRealSendersAreRefused() throws IOException {
        assertThat(shown(read("retry.delay = \"6h\"").errors()))
                .singleElement()
                .asString()
                .startsWith(
                        "greydaemon.toml:1:1: retry.delay and retry.window: mail of gmail.com, ")
                .endsWith(
                        " more may never pass; choose other values, greyctl schedules --delay 6h"
                                + " --window 24h shows when each would; or exempt them and set"
                                + " retry.some-never-pass = true");
        assertThat(read("retry.window = \"1h\"").errors())
                .singleElement()
                .asString()
                .contains("sendmail-q60m");
    }

    @Test
    void whoSaysItTwiceIsOnlyWarned() throws IOException {
        Sources.ReadConfiguration reading =
                read("retry.delay = \"6h\"\nretry.some-never-pass = true");
        assertThat(reading.errors()).isEmpty();
        assertThat(reading.warnings())
                .singleElement()
                .asString()
                .endsWith(" shows when each would, or exempt them");
    }

    @ParameterizedTest
    @CsvSource({"''", "'retry.delay = \"60s\"'", "'rules.set = \"original\"'"})
    void defaultsAndShorterDelaysAreNot(String toml) throws IOException {
        assertThat(read(toml).errors()).isEmpty();
        assertThat(read(toml).warnings()).isEmpty();
    }
}
