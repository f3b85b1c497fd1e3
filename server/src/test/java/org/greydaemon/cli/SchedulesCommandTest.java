package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.PrintWriter;
import java.io.StringWriter;

/// `greyctl schedules`.
final class SchedulesCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Greyctl.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    @Test
    void theTableHasALineForEachSenderAndASum() {
        assertThat(run("schedules")).isZero();
        assertThat(out.toString().lines().toList())
                .contains(
                        "sender                      known from               addresses seen   half"
                                + " by   95 % by",
                        "aol.com                     webmail-measured-2015/16              1  "
                                + " 0:05:32   0:05:32",
                        "exchange-message            mta-default                           1  "
                                + " 0:15:00   0:15:00",
                        "spambot-no-retry            attacker                              1    "
                                + " never     never")
                .anyMatch(line -> line.matches("gmail.com .* 7   [123]:.*"))
                .anyMatch(line -> line.startsWith("battle.net-2017  "))
                .last()
                .asString()
                .matches("95 % of the mail of \\d+ of \\d+ senders gets through");
    }

    @Test
    void perNetworkAllAddressesAreOneClient() {
        assertThat(run("schedules", "--per-net")).isZero();
        assertThat(out.toString()).containsPattern("gmail.com  .* 7   0:06:02   0:06:02\n");
    }

    @Test
    void theCsvHasSecondsAndNothingForNever() {
        assertThat(run("schedules", "--csv", "--delay", "6h", "--window=5d")).isZero();
        assertThat(out.toString().lines())
                .contains(
                        "sender,kind,addresses,median_s,p95_s",
                        "yahoo.co.uk,webmail-measured-2015/16,1,25836,25836",
                        "aol.com,webmail-measured-2015/16,1,,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "schedules --delay 240 | --delay: '240' is no duration; write whole numbers with",
                "schedules --window 24x | --window: '24x' is no duration",
                "schedules --delay 2d | --delay 2d is not shorter than --window 24h, so no mail",
            })
    void aWrongCommandLineIsOneSentence(String commandLine, String sentence) {
        assertThat(run(commandLine.split(" ", -1))).isEqualTo(Greyctl.USAGE);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("greyctl: " + sentence)
                .endsWith("; greyctl schedules --help shows the options");
    }
}
