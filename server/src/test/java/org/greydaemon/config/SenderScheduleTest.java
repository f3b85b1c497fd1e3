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
        return new SenderSchedule("test", "mta-default", OptionalInt.of(addresses), list);
    }

    @ParameterizedTest(name = "{0} addresses, {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1 |                      | -1   | who never retries",
                "1 | 10 100 239           | -1   | always early",
                "1 | 240                  | 240  | from the delay on",
                "1 | 86399                | 86399 | before the end of the window",
                "1 | 86400                | -1   | late",
                "1 | 86400 86500          | -1   | late, and the wait starts over",
                "1 | 86400 86640          | 86640 | the wait that started over",
                "2 | 300                  | -1   | the other address is new",
                "2 | 300 600              | 600  | both have been there",
                "2 | 300 400              | -1   | the other one is early",
                "2 | 300 400 539 540      | 540  | until it is not",
                "3 | 300 600 900          | 900  | the third is new at 600",
                "2 | 300 86500            | -1   | late at the first, which starts over",
                "2 | 300 86500 86740 86979 | -1 | both were late, one after the other",
                "2 | 300 86500 86740 86980 | 86980 | and have waited again",
            })
    void addressesChangeWheneverThatPutsTheMessageOff(
            int addresses, String offsets, long passes, String why) {
        assertThat(
                        sender(addresses, Objects.requireNonNullElse(offsets, ""))
                                .passesByAddress(MODERN)
                                .orElse(-1))
                .describedAs(why)
                .isEqualTo(passes);
    }

    @Test
    void allAddressesOfANetworkAreOneClient() {
        assertThat(sender(7, "300 600").passesByNetwork(MODERN)).hasValue(300);
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
                assertThat(sender.passesByNetwork(sixHours).isPresent())
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

    private List<String> warnings(String toml) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, toml);
        return new Sources(Optional.of(file), Map.of())
                .read().warnings().stream().map(line -> line.replace(folder + "/", "")).toList();
    }

    @Test
    void settingsThatMissRealSendersAreWarnedAbout() throws IOException {
        assertThat(warnings("retry.delay = \"6h\""))
                .singleElement()
                .asString()
                .isEqualTo(
                        "greydaemon.toml:1:1: retry.delay and retry.window: no retry that is known"
                                + " of gmail.com, qq.com, mail.ru, mail.com, gmx.com and 6 more"
                                + " passes for certain; exempt them or choose other values, greyctl"
                                + " schedules --delay 6h --window 24h shows when each would");
        assertThat(warnings("retry.window = \"1h\""))
                .singleElement()
                .asString()
                .contains("sendmail-q60m");
    }

    @ParameterizedTest
    @CsvSource({"''", "'retry.delay = \"60s\"'", "'rules.set = \"original\"'"})
    void defaultsAndShorterDelaysAreNot(String toml) throws IOException {
        assertThat(warnings(toml)).isEmpty();
    }
}
