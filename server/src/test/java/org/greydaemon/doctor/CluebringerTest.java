package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Cluebringer greylists by one of its modules, beside quotas.
final class CluebringerTest {
    private static final Path DEBIANS = Path.of("/etc/cluebringer/cluebringer.conf");
    private static final Place PLACE = new Place("", "127.0.0.1", 10031);

    /// As its own example has it, shortened.
    private static final String FILE =
            """
            [server]
            protocols=<<EOT
            Postfix
            EOT
            modules=<<EOT
            Core
            AccessControl
            Greylisting
            Quotas
            EOT
            host=*
            #port=10031
            [AccessControl]
            enable=1
            # Greylisting module
            [Greylisting]
            enable=1
            [Quotas]
            enable=1
            """;

    private static Optional<Finding> finding(String text) {
        return Cluebringer.finding("smtpd_recipient_restrictions", PLACE, files(text));
    }

    private static Function<Path, Optional<String>> files(String text) {
        return path -> Optional.ofNullable(Map.of(DEBIANS, text).get(path));
    }

    @Test
    void whereItsGreylistingIsOnTheDatabaseSaysForWhom() {
        assertThat(finding(FILE)).isPresent();
        assertThat(finding(FILE).get().isProblem()).isFalse();
        assertThat(finding(FILE).get().toString())
                .startsWith(
                        "smtpd_recipient_restrictions asks Cluebringer at 127.0.0.1:10031 too,"
                                + " whose greylisting is on")
                .contains("enable=0 below [Greylisting] in " + DEBIANS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[Greylisting]~enable=1 | [Greylisting]~enable=0",
                "[Greylisting]~enable=1 | [Greylisting]~#enable=1",
                "[Greylisting]~enable=1 | ",
                "~Greylisting~ | ~#Greylisting~",
            })
    void quotasAloneAreNoGreylisting(String from, String to) {
        String text =
                FILE.replace(from.replace('~', '\n'), to == null ? "" : to.replace('~', '\n'));
        assertThat(text).isNotEqualTo(FILE);
        assertThat(finding(text)).isEmpty();
    }

    @Test
    void withoutItsFileNobodyKnows() {
        Optional<Finding> found = Cluebringer.finding("some list", PLACE, _ -> Optional.empty());
        assertThat(found.map(Finding::isProblem)).contains(false);
        assertThat(found.map(Finding::what).orElse(""))
                .contains("whether it greylists could not be judged");
    }

    @Test
    void itMayListenElsewhere() {
        String text = FILE.replace("#port=10031", "port = 10099");
        Place there = new Place("", "127.0.0.1", 10099);
        assertThat(Cluebringer.mayListen(there, files(text))).isTrue();
        assertThat(Cluebringer.mayListen(there, files(FILE))).isFalse();
        assertThat(Cluebringer.mayListen(PLACE, files(FILE))).isTrue();
        assertThat(Cluebringer.finding("x", there, files(text)).map(Finding::what).orElse(""))
                .contains("whose greylisting is on");
    }
}
