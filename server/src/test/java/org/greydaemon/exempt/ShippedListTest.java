package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The list of the package, `packaging/shipped`.
final class ShippedListTest {
    private static Exemptions with(String... lines) throws MistakeException {
        return Exemptions.of(
                new ExemptionLists(
                                ClientList.EMPTY,
                                List.of(ExemptionFile.parse("f", List.of(lines))),
                                true)
                        .with(List.of(ExemptionFile.shipped())),
                AllowedLines.NONE,
                1_795_651_200);
    }

    private static Attempt attempt(String... hosts) {
        Attempt attempt = Attempts.attempt("192.0.2.7", "a@b", "c@d");
        if (hosts.length > 0) {
            attempt.evidence().hosts(List.of(hosts));
        }
        return attempt;
    }

    @Test
    void eachEntryIsAConfirmedNameWithItsReason() throws Exception {
        Path file = Path.of(System.getProperty("project.root"), "packaging", "shipped");
        assertThat(ExemptionFile.parse("shipped", Files.readAllLines(file)).lines())
                .hasSameSizeAs(ExemptionFile.shipped().lines())
                .isNotEmpty()
                .allSatisfy(line -> {
                    assertThat(line.pattern(Subject.HOST)).isPresent();
                    assertThat(line.concernsRecipients()).isFalse();
                    assertThat(line.exemption().passes()).isTrue();
                    assertThat(line.exemption().reason()).isNotEmpty();
                });
        assertThat(Lint.of(with(), 1_795_651_200, Optional.empty())).isEmpty();
    }

    @Test
    void itComesBehindTheOperatorsLines() throws Exception {
        Attempt airline = attempt("mx1.southwest.com");
        assertThat(Asked.ofRecipient(with(), airline, 0).source()).isEqualTo("shipped");
        assertThat(Asked.ofRecipient(with("greylist host .southwest.com"), airline, 0).line())
                .isEqualTo(1);
        assertThat(Asked.ofRecipient(with(), attempt("mx1.southwest.example"), 0))
                .isSameAs(Exemption.NONE);
    }

    /// Of a domain, of a host, and with a star; behind another name, and as DNS may write it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx1.southwest.com",
                "a.b.gw.bas.roche.com",
                "ms-smtp-01.rr.com",
                "lake1mta2.cox.net",
                "gateway7.np4.de",
                "piggy.rz.tu-ilmenau.de",
                "smtp.liberal.ca",
                "SMTP.Liberal.ca."
            })
    void itsNamesAreFound(String name) throws Exception {
        Attempt second = attempt("mx.example.org", name);
        assertThat(Asked.ofRecipient(with(), second, 0).source()).isEqualTo("shipped");
        assertThat(Asked.ofRecipient(with(), attempt("x" + name + ".example"), 0))
                .isSameAs(Exemption.NONE);
    }

    /// The rules ask for the name, if anybody needs to know.
    @Test
    void nobodyIsAskedForItsSake() throws Exception {
        assertThat(Asked.questions(with(), attempt()).isEmpty()).isTrue();
    }
}
