package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What is said of exemptions that can be used.
final class LintTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    private static List<Lint.Remark> lint(List<String> whiteList, List<String> lines)
            throws MistakeException {
        return Lint.of(of(whiteList, lines), NOW, Optional.empty());
    }

    private static Exemptions of(List<String> whiteList, List<String> lines)
            throws MistakeException {
        return Exemptions.of(
                new ExemptionLists(
                        ClientList.parse("white", whiteList),
                        List.of(ExemptionFile.parse("f", lines)),
                        true),
                AllowedLines.NONE,
                NOW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sender example.org                    | DANGEROUS | anybody can say so; add a"
                        + " client",
                "sender <>                             | DANGEROUS | anybody can send with the"
                        + " null",
                "helo mail.example.org                 | DANGEROUS | anybody can say so",
                "sender example.org helo a.example.org | DANGEROUS | anybody can say so",
                "host .com                             | DANGEROUS | that is everybody, or nearly",
                "host .co.uk                           | DANGEROUS | that is everybody, or nearly",
                "host *e*                              | DANGEROUS | that is everybody, or nearly",
                "greylist reply \"LONG\" tls  | LONG      | its reply can have",
                "recipient *@*                         | DANGEROUS | that is everybody",
                "spf none                              | DANGEROUS | that is everybody",
                "spf fail                              | DANGEROUS | that is everybody",
                "not spf fail                          | DANGEROUS | that is everybody",
                "suspect                               | DANGEROUS | that is everybody",
                "not suspect                           | DANGEROUS | that is everybody",
                "confirmed                             | DANGEROUS | that is everybody",
                "not confirmed tls                     | DANGEROUS | that is everybody",
                "confirmed spf pass                    | DANGEROUS | that is everybody, or nearly",
                "client 64.0.0.0/8                     | DANGEROUS | that is everybody",
                "client 2000::/12                      | DANGEROUS | that is everybody",
                "host a.b until 2026-11-25             | OVER      | it has come to its end; take"
                        + " it",
            })
    void whatIsTheMatter(String line, Lint.Matter kind, String words) throws MistakeException {
        String long3 = "\u5f8c".repeat(190); // Three octets each.
        List<Lint.Remark> findings = lint(List.of(), List.of(line.replace("LONG", long3)));
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().kind()).isEqualTo(kind);
        assertThat(findings.getFirst().toString()).startsWith("f:1: ").contains(": " + words);
    }

    @ParameterizedTest
    @CsvSource({
        "client 10.0.0.0/8",
        "client fd00::/8",
        "client 192.0.2.0/24",
        "host .example.com",
        "recipient example.net",
        "sender example.org client 192.0.2.0/24",
        "sender <> host .example.org",
        "suspect recipient bob@example.net",
        "not confirmed client 192.0.2.0/24",
        "greylist delay 1h suspect",
        "opt-in *@*",
    })
    void whatIsMeantWell(String line) throws MistakeException {
        assertThat(lint(List.of(), List.of(line))).isEmpty();
    }

    @Test
    void wideNetworksOfTheWhiteListAreNamedWithWhatTheyStandFor() throws MistakeException {
        assertThat(lint(List.of("71", "10", "192.0.2", "8.0.0.0/7"), List.of()))
                .extracting(Lint.Remark::toString)
                .containsExactly(
                        "white:1: 71: that are millions of addresses of many owners; write the"
                                + " networks that are meant, 71 is 71.0.0.0/8",
                        "white:4: 8.0.0.0/7: that are millions of addresses of many owners; write"
                                + " the networks that are meant");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "client 192.0.2.0/24     | client 192.0.2.7                      | true",
                "client 192.0.2.7        | client 192.0.2.8                      | false",
                "client 192.0.2.7        | client 192.0.2.7                      | true",
                "client 192.0.2.0/24     | client 192.0.2.7 sender example.org   | true",
                "client 192.0.2.0/24 until 2027-01-01 | client 192.0.2.7         | false",
                "client 192.0.2.0/24 until 2027-01-01 | client 192.0.2.7 until 2026-12-01 | true",
                "host .example.org       | host mx.example.org                   | true",
                "host .example.org       | host mx.example.org sender a@b.c      | true",
                "host .example.org sender b.c | host mx.example.org sender a@b.c | true",
                "host .example.org sender x.c | host mx.example.org sender a@b.c | false",
                "host .example.org       | helo mx.example.org client 192.0.2.1  | false",
                "recipient example.net   | recipient bob@example.net             | true",
                "recipient example.net   | opt-in bob@example.net                | false",
                "opt-in example.net      | opt-in bob@example.net                | true",
                "greylist suspect        | greylist delay 1h suspect             | true",
                "greylist suspect        | greylist suspect recipient a@b.c      | true",
                "greylist suspect        | greylist delay 1h suspect tls         | true",
                "greylist suspect tls    | greylist delay 1h suspect             | false",
                "greylist suspect        | greylist delay 1h not suspect         | false",
                "greylist spf fail       | greylist spf none client 192.0.2.1    | false",
                "greylist spf fail       | greylist client 192.0.2.1 spf fail    | true",
            })
    void superfluousLinesAreNamed(String first, String second, boolean shadowed)
            throws MistakeException {
        List<Lint.Remark> findings = lint(List.of(), List.of(first, second));
        assertThat(findings).hasSize(shadowed ? 1 : 0);
        if (shadowed) {
            assertThat(findings.getFirst().kind()).isEqualTo(Lint.Matter.SHADOWED);
            assertThat(findings.getFirst().exemption().line()).isEqualTo(2);
            assertThat(findings.getFirst().text()).startsWith("f:1: ");
        }
    }

    @Test
    void theWiderLineStaysWhereverItStands() throws MistakeException {
        assertThat(lint(List.of(), List.of("client 192.0.2.7", "client 192.0.2.0/24")))
                .extracting(finding -> finding.exemption().line())
                .containsExactly(1);
    }

    @Test
    void aLineOfSeveralBlocksIsSuperfluousOnlyAsAWhole() throws MistakeException {
        List<Lint.Remark> findings =
                lint(
                        List.of("192.0.2.0-192.0.2.2", "192.0.2.0/31", "192.0.2.1-192.0.2.3"),
                        List.of());
        assertThat(findings).extracting(finding -> finding.exemption().line()).containsExactly(2);
    }

    @Test
    void whatHasLetNoMailPassIsNamed() throws MistakeException {
        Exemptions exemptions =
                of(List.of("192.0.2.7", "192.0.2.8"), List.of("host a.b", "opt-in example.net"));
        exemptions.whiteList().lines().get(0).use();
        assertThat(Lint.of(exemptions, NOW, Optional.of("for a week")))
                .extracting(Lint.Remark::toString)
                .containsExactly(
                        "white:2: 192.0.2.8: it has let no mail pass for a week; is it still"
                                + " needed?",
                        "f:1: host a.b: it has let no mail pass for a week; is it still needed?");
    }

    /// Else the time grew with the square of their number.
    @ParameterizedTest
    @CsvSource({
        "recipient u%d@example.net sender @partner.example, 3",
        "recipient @example.net sender u%d@partner.example, 3",
        "sender @partner.example helo u%d.example,          3",
        "client 10.0.0.%d host .partner.example,            500",
    })
    void linesThatShareATextAreNotAllCompared(String form, int each) throws MistakeException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            lines.add(form.replace("0.0.%d", "0." + i / 250 + "." + i % 250).replace("%d", "" + i));
        }
        lines.add(lines.get(7) + " spf pass");
        LintShadows shadows = LintShadows.of(List.of(), ExemptionFile.parse("f", lines).lines());
        assertThat(shadows.compared()).isLessThanOrEqualTo((long) each * lines.size());
        assertThat(shadows.findings())
                .singleElement()
                .hasToString(
                        "f:2001: "
                                + lines.getLast()
                                + ": f:8: "
                                + lines.get(7)
                                + " lets pass all that it does; take one of them out");
    }

    @Test
    void halfAMillionClientsAreLookedAtInTime() throws MistakeException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            lines.add("%d.%d.%d.%d".formatted(20 + (i >> 16), i >> 8 & 255, i & 255, 7));
        }
        lines.add("20.0.5.0/24");
        assertThat(lint(lines, List.of())).hasSize(1);
    }
}
