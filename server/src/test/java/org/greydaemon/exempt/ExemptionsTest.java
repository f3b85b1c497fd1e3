package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Cause;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// Who passes, by each kind of condition and by several together.
final class ExemptionsTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    private static Exemptions of(String... lines) throws MistakeException {
        return of(false, lines);
    }

    private static Exemptions of(boolean postmaster, String... lines) throws MistakeException {
        return Exemptions.of(
                new ExemptionLists(
                        ClientList.EMPTY,
                        List.of(ExemptionFile.parse("f", List.of(lines))),
                        postmaster),
                AllowedLines.NONE,
                NOW);
    }

    /// The attempt of all rows: from 192.0.2.7, whose host is mx1.example.org, which says that it
    /// is mail.example.org, from alice@example.org to bob@example.net.
    private static Attempt alice() {
        Attempt attempt = attempt("192.0.2.7", "Alice@Example.org", "Bob@example.net");
        attempt.evidence().helo("mail.example.org");
        attempt.evidence().hosts(List.of("mx1.example.org"));
        return attempt;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client 192.0.2.7                                | true",
                "client 192.0.2                                  | true",
                "client 192.0.3.0/24                             | false",
                "host mx1.example.org                            | true",
                "host .example.org                               | true",
                "host mail.example.org                           | false",
                "helo mail.example.org                           | true",
                "helo mx1.example.org                            | false",
                "sender alice@example.org                        | true",
                "sender example.org                              | true",
                "sender <>                                       | false",
                "sender example.org host .example.org            | true",
                "sender example.org host .example.net            | false",
                "sender example.org client 192.0.3.0/24          | false",
                "helo mail.example.org client 192.0.2.0/24       | true",
                "helo mail.example.org client 192.0.3.0/24       | false",
                "client 192.0.2.7 until 2026-11-25               | false",
                "client 192.0.2.7 until 2026-11-26               | true",
                "sender alice@example.org until 2026-11-26T00:00Z| false",
            })
    void wholeMessagesPassIfAllConditionsAreTrue(String line, boolean passes)
            throws MistakeException {
        Exemption found = Asked.ofMessage(of(line), alice());
        assertThat(found != Exemption.NONE).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "recipient bob@example.net                       | true",
                "opt-out bob@example.net                         | true",
                "recipient example.net                           | true",
                "recipient example.net client 192.0.2.0/24       | true",
                "recipient example.net client 192.0.3.0/24       | false",
                "recipient example.net sender example.org host .example.org helo mail.example.org"
                        + " | true",
                "opt-in carol@example.net                        | true",
                "opt-in bob@example.net                          | false",
                "opt-in example.net                              | false",
            })
    void recipientsPassAlone(String line, boolean passes) throws MistakeException {
        Exemptions exemptions = of(line);
        assertThat(Asked.ofMessage(exemptions, alice())).isSameAs(Exemption.NONE);
        assertThat(Asked.ofRecipient(exemptions, alice(), 0) != Exemption.NONE).isEqualTo(passes);
    }

    @Test
    void whoHasOptedInMayBeExemptAllTheSame() throws MistakeException {
        Exemptions exemptions = of("opt-in example.net", "recipient bob@example.net");
        assertThat(Asked.ofRecipient(exemptions, alice(), 0).line()).isEqualTo(2);
    }

    @Test
    void postmasterAndAbusePassWhereverTheyAre() throws MistakeException {
        Attempt attempt =
                attempt(
                        "192.0.2.7",
                        "a@b",
                        "postmaster@x",
                        "Postmaster",
                        "abuse@y",
                        "\"Postmaster\"@x",
                        "bob@x",
                        "abuse",
                        "\"postmaster@x",
                        "\"postmaster\"",
                        "\"abuse@x\"@y",
                        "postmaster@x@y",
                        "postmasters@x",
                        "x.postmaster@x");
        for (int i = 0; i < 4; i++) {
            assertThat(Asked.ofRecipient(of(true), attempt, i).place()).isEqualTo("postmaster");
        }
        for (int i = 4; i < attempt.recipients(); i++) {
            assertThat(Asked.ofRecipient(of(true), attempt, i)).isSameAs(Exemption.NONE);
        }
        assertThat(Asked.ofRecipient(of(false), attempt, 0)).isSameAs(Exemption.NONE);
    }

    @Test
    void aClientThatIsNoAddressHasNoNetwork() throws MistakeException {
        Attempt local = attempt("unknown", "alice@example.org", "bob@example.net");
        assertThat(Asked.ofMessage(of("client 0.0.0.0/0"), local)).isSameAs(Exemption.NONE);
        assertThat(Asked.ofMessage(of("sender example.org"), local)).isNotSameAs(Exemption.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host .example.org                                | true",
                "host .example.org sender example.org             | true",
                "host .example.org sender example.net             | false",
                "host .example.org client 192.0.3.0/24            | false",
                "host .example.org recipient example.net          | true",
                "host .example.org recipient example.org          | false",
                "host .example.org until 2026-11-01               | false",
                "sender example.org                               | false",
            })
    void namesOfHostsAreWantedOnlyIfTheyCouldMatter(String line, boolean wanted)
            throws MistakeException {
        Attempt unknown = attempt("192.0.2.7", "alice@example.org", "bob@example.net");
        assertThat(Asked.questions(of("client 203.0.113.1", line), unknown).hosts())
                .isEqualTo(wanted);
        assertThat(Asked.questions(of(line), alice()).isEmpty()).isTrue();
    }

    @Test
    void theEndOfOneIsTheNextMoment() throws MistakeException {
        Exemptions exemptions =
                of("client 192.0.2.7 until 2026-11-26", "host a.b until 2027-01-01");
        assertThat(exemptions.nextChange()).isEqualTo(NOW + 86_400);
        Exemptions after = exemptions.at(NOW + 86_400);
        assertThat(Asked.ofMessage(after, alice())).isSameAs(Exemption.NONE);
        assertThat(after.nextChange()).isGreaterThan(NOW + 86_400).isLessThan(Exemption.FOREVER);
        assertThat(after.all()).hasSize(2);
        assertThat(of("client 192.0.2.7").nextChange()).isEqualTo(Exemption.FOREVER);
    }

    @Test
    void usesAreCountedOnOverAReload() throws MistakeException {
        Exemptions before = of("client 192.0.2.7", "host a.b");
        Asked.ofMessage(before, alice()).use();
        Asked.ofMessage(before, alice()).use();
        Exemptions after = of("host a.b", "client 192.0.2.7");
        after.countOnFrom(before);
        assertThat(after.all()).extracting(Exemption::uses).containsExactly(0L, 2L);
    }

    @Test
    void whatNoLineDecidesIsNotCountedTwiceOverAReload() throws MistakeException {
        ExemptionLists lists = ExemptionLists.NONE.otherwise(true);
        Exemptions before = Exemptions.of(lists, AllowedLines.NONE, NOW);
        Exemption otherwise = Asked.ofMessage(before, alice());
        long uses = otherwise.uses(); // There is one in all of the process.
        otherwise.use();
        Exemptions.of(lists, AllowedLines.NONE, NOW).countOnFrom(before);
        assertThat(otherwise.uses()).isEqualTo(uses + 1);
    }

    /// Else the longest lists would be a million objects, and twice that during a reload.
    @Test
    void onlyLinesThatDecideAreObjectsOfTheirOwn() throws MistakeException {
        ClientList white = ClientList.parse("w", List.of("192.0.2.1 # one", "192.0.2.2"));
        ExemptionFile file =
                ExemptionFile.parse(
                        "f",
                        List.of(
                                "sender a@b client 192.0.2.7",
                                "recipient c@d until 2036-12-31",
                                "host .e.f",
                                "greylist client 203.0.113.1"));
        ExemptionLists lists = new ExemptionLists(white, List.of(file), false);
        Exemptions exemptions = Exemptions.of(lists, AllowedLines.NONE, NOW);
        assertThat(exemptions.all()).hasSize(6);
        assertThat(lists.needed()).extracting(Exemption::place).containsExactly("f:4");
        Asked.ofMessage(exemptions, attempt("192.0.2.1", "x@y", "z@y")).use();
        Asked.ofMessage(exemptions, attempt("192.0.2.7", "a@b", "z@y")).use();
        assertThat(lists.needed())
                .extracting(Exemption::toString)
                .containsExactly(
                        "w:1: 192.0.2.1",
                        "f:1: sender a@b client 192.0.2.7",
                        "f:4: greylist client 203.0.113.1");
        assertThat(exemptions.all())
                .extracting(Exemption::uses)
                .containsExactly(1L, 0L, 1L, 0L, 0L, 0L);
    }

    /// All of the same network and of those around it are looked at, until one fits.
    @ParameterizedTest
    @CsvSource({
        "client 192.0.2.7 not sender a@b, client 192.0.2.7 until 2026-11-20, client 192.0.2.7",
        "client 192.0.2.7 until 2026-11-20, client 192.0.2.0/24 until 2026-11-20, client"
                + " 192.0.2.0/24",
        "client 192.0.2.7 until 2026-11-20, client 192.0.2.7 until 2026-11-20, client 192.0.2.7",
        "client 192.0.2.7 helo a.b, client 192.0.2.7 helo c.d, client 192.0.2.7 helo e.f",
    })
    void linesOfTheSameClientAreTriedInTurn(String first, String second, String third)
            throws MistakeException {
        Attempt attempt = attempt("192.0.2.7", "a@b", "c@d");
        attempt.evidence().helo("e.f");
        assertThat(Asked.ofMessage(of(first, second, third), attempt).line()).isEqualTo(3);
    }

    @Test
    void thoseThatAreUsedMostComeFirst() throws MistakeException {
        Exemptions exemptions = of("host a.b", "client 192.0.2.7", "host c.d");
        assertThat(exemptions.mostUsed(2)).extracting(Exemption::line).containsExactly(1, 2);
        Asked.ofMessage(exemptions, alice()).use();
        assertThat(exemptions.mostUsed(2)).extracting(Exemption::line).containsExactly(2, 1);
        assertThat(exemptions.mostUsed(9)).extracting(Exemption::line).containsExactly(2, 1, 3);
        assertThat(exemptions.size()).isEqualTo(3);
    }

    @Test
    void theFirstLineThatFitsIsNamed() throws MistakeException {
        byte[] label = new byte[Cause.TEXT_MAX];
        Exemption found =
                Asked.ofMessage(
                        of("client 192.0.2.0/24", "client 192.0.2.7", "client 192.0.2.7"), alice());
        assertThat(new String(label, 0, found.write(label, 0), UTF_8)).isEqualTo("f:1");
    }
}
