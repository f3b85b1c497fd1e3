package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.log.LogFormat;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.util.List;

/// What a configuration file means.
final class TomlSettingsTest extends ConfigurationRead {
    @Test
    void anEmptyFileIsTheModernDaemon() throws IOException {
        DaemonSettings settings = settings("");
        assertThat(settings.listen()).hasToString("127.0.0.1:1999");
        assertThat(settings.rules().lifetimes().tripletWindow()).isEqualTo(24 * 3600);
        assertThat(settings.rules().lifetimes().client()).isEqualTo(35 * 86_400);
        assertThat(settings.logFormat()).isEqualTo(LogFormat.LOGFMT);
        assertThat(settings.saveFile()).hasToString("/var/lib/greydaemon/savefile");
        assertThat(settings.policy()).isEmpty();
    }

    @Test
    void theOriginalRulesBringTheirDefaults() throws IOException {
        DaemonSettings settings = settings("\ufeff[rules]\r\nset = \"original\"\r\n");
        assertThat(settings.rules().lifetimes().tripletWindow()).isEqualTo(12 * 3600);
        assertThat(settings.rules().lifetimes().client()).isEqualTo(7 * 86_400);
        assertThat(settings.logFormat()).isEqualTo(LogFormat.ORIGINAL);
    }

    @Test
    void oneTextIsAListOfOne() throws IOException {
        assertThat(settings("listen.policy = \"unix:/run/p\"").policy())
                .map(Object::toString)
                .containsExactly("unix:/run/p");
    }

    @Test
    void exemptionsPartRecipientsAsTheRulesDo() throws IOException, MistakeException {
        for (String delimiter : List.of("+", "-", "")) {
            String toml = "rules.recipient-delimiter = '" + delimiter + "'";
            char expected = delimiter.isEmpty() ? 0 : delimiter.charAt(0);
            assertThat(settings(toml).exemptionLists().delimiter().character()).isEqualTo(expected);
        }
    }

    @Test
    void aServerOfSharingWithoutAPortHasTheUsualOne() throws IOException {
        assertThat(settings("share.servers = [\"x\", \"[::1]\"]\nshare.cluster = true").share())
                .hasValueSatisfying(share ->
                        assertThat(share.servers()).containsExactly("x:6379", "[::1]:6379"));
    }

    @Test
    void ourNamesAreNamesAndAddressesInAnyOfTheirForms() throws IOException {
        assertThat(
                        errors(
                                "rules.our-names = [\"mx\", \"MX_1.example.net\", \"192.0.2.1\","
                                        + " \"2001:db8::1\", \"[192.0.2.1]\","
                                        + " \"[IPv6:2001:db8::1]\", \"xn--bcher-kva.example\"]"))
                .isEmpty();
    }

    /// RFC 5321 4.1.3.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, [192.0.2.1]",
        "2001:db8::1, [ipv6:2001:db8::1]",
        "2001:DB8::1, [2001:db8::1]",
        "2001:db8::1, [ipv6:2001:0db8:0:0::1]",
        "2001:0DB8:0::1, 2001:db8::1",
        "[192.0.2.1], 192.0.2.1",
        "[IPv6:2001:DB8::1], 2001:db8::1",
        "192.0.2.1, [ipv6:::ffff:192.0.2.1]",
        "mx.example.net., mx.example.net"
    })
    void whatWeAreCalledIsOursInEachOfItsForms(String address, String helo) throws IOException {
        Attempt attempt = Attempts.attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        attempt.evidence().helo(helo);
        assertThat(settings("rules.our-names = [\"" + address + "\"]").rules().suspicion(attempt))
                .contains(Suspicion.OUR_NAME);
    }

    @Test
    void whoSaysNoNameIsNotCalledAsWeAre() throws IOException {
        Attempt attempt = Attempts.attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        attempt.evidence().hosts(List.of("mx.example.org"));
        assertThat(settings("rules.our-names = [\".\"]").rules().suspicion(attempt))
                .contains(Suspicion.NONE);
    }
}
