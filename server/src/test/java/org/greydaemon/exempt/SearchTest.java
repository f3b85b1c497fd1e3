package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Questions;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/// How much work a search may be: senders write the texts, so the bound is on the whole of it.
final class SearchTest {
    private static Exemptions of(List<String> lines) throws MistakeException {
        return Exemptions.of(
                new ExemptionLists(
                        ClientList.EMPTY, List.of(ExemptionFile.parse("f", lines)), false),
                AllowedLines.NONE,
                0);
    }

    private static Attempt attempt(String sender, String... recipients) {
        return Attempts.attempt("192.0.2.7", sender, recipients);
    }

    private static List<String> wildcards(String subject, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(subject + " *a*a*a*a*a*b" + i + "*@*");
        }
        return lines;
    }

    @Test
    void aThousandWildcardsAndALongSenderAreCutShortAndCounted() throws MistakeException {
        List<String> lines = wildcards("sender", 999);
        lines.add("sender *x*@example.org");
        Exemptions exemptions = of(lines);
        String hostile = "a".repeat(1900) + "@example.org";
        assertThat(Asked.ofMessage(exemptions, attempt(hostile, "b@c"))).isSameAs(Exemption.NONE);
        assertThat(exemptions.cutShort()).isEqualTo(1);
        assertThat(Asked.ofMessage(exemptions, attempt("ax@example.org", "b@c")).line())
                .isEqualTo(1000);
        assertThat(exemptions.cutShort()).isEqualTo(1);
        Exemption looked =
                exemptions.foresee(attempt(hostile, "b@c"), Asked.RULES, new Questions());
        assertThat(looked).isSameAs(Exemption.NONE);
        assertThat(exemptions.cutShort()).isEqualTo(1); // Who only looks is no mail.
        Exemptions reloaded = of(lines);
        reloaded.countOnFrom(exemptions);
        assertThat(reloaded.at(1).cutShort()).isEqualTo(1);
    }

    @Test
    void allRecipientsTogetherHaveTheBoundOfOne() throws MistakeException {
        Exemptions exemptions = of(wildcards("recipient", 1000));
        String[] recipients = new String[1000];
        java.util.Arrays.fill(recipients, "a".repeat(50) + "@example.org");
        Attempt attempt = attempt("s@example.org", recipients);
        assertThat(Asked.ofRecipient(exemptions, attempt, 999)).isSameAs(Exemption.NONE);
        assertThat(exemptions.cutShort()).isEqualTo(1000);
        Search search =
                new Search(attempt, 0, Asked.RULES, RecipientDelimiter.USUAL, RankedLines.END);
        assertThat(search.mayTake(Search.STEPS_MAX / 1000)).isTrue();
        assertThat(search.mayTake(1)).isFalse();
    }

    /// With opt-ins, finding nothing exempts.
    @Test
    void anOptInThatIsNotFoundInTimeExemptsNobody() throws MistakeException {
        Exemptions exemptions = of(wildcards("opt-in", 1000));
        String hostile = "a".repeat(1900) + "@example.org";
        assertThat(Asked.ofRecipient(exemptions, attempt("s@b", hostile), 0))
                .isSameAs(Exemption.NONE);
        assertThat(exemptions.cutShort()).isEqualTo(1);
        assertThat(Asked.ofRecipient(exemptions, attempt("s@b", "c@d"), 0).place())
                .isEqualTo("not-opted-in");
    }

    /// All of them were compared with each mail to the domain, until no line counted.
    @ParameterizedTest
    @CsvSource({
        "recipient @example.net sender partner%d@example.org",
        "sender partner%d@example.org recipient bob@example.net",
        "recipient b*@example.net sender partner%d@example.org",
    })
    void linesThatShareATextAreFoundByTheOtherOne(String form) throws MistakeException {
        List<String> lines = new ArrayList<>();
        int count = form.contains("*") ? ExemptionFile.TRIED_MAX : 14_000;
        for (int i = 0; i < count; i++) {
            lines.add(form.replace("%d", "" + i));
        }
        Exemptions exemptions = of(lines);
        for (int i : new int[] {0, 1, count - 1}) {
            Attempt attempt = attempt("partner" + i + "@example.org", "bob@example.net");
            assertThat(Asked.ofRecipient(exemptions, attempt, 0).line()).isEqualTo(i + 1);
        }
        Attempt stranger = attempt("partner" + count + "@example.org", "bob@example.net");
        assertThat(Asked.ofRecipient(exemptions, stranger, 0)).isSameAs(Exemption.NONE);
        assertThat(exemptions.cutShort()).isZero();
    }

    /// And by both, where some share one and some the other.
    @Test
    void linesThatShareEitherTextAreAllFound() throws MistakeException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            lines.add(
                    i % 2 == 0
                            ? "recipient @example.net sender p" + i + "@example.org"
                            : "recipient r" + i + "@example.net sender @example.org");
        }
        Exemptions exemptions = of(lines);
        for (int i = 0; i < 20_000; i += 997) {
            Attempt attempt = attempt("p" + i + "@example.org", "r" + i + "@example.net");
            assertThat(Asked.ofRecipient(exemptions, attempt, 0).line()).isEqualTo(i + 1);
        }
        assertThat(exemptions.cutShort()).isZero();
    }

    @Test
    void whatMayHaveBeenCutMatchesNothing() throws MistakeException {
        String long_ = "a".repeat(Key.ADDRESS_MAX - "@example.org".length());
        Exemptions exemptions = of(List.of("sender @example.org", "recipient @example.org"));
        Attempt cut = attempt(long_ + "@example.org.evil.test", long_ + "@example.org.evil.test");
        assertThat(Asked.ofMessage(exemptions, cut)).isSameAs(Exemption.NONE);
        assertThat(Asked.ofRecipient(exemptions, cut, 0)).isSameAs(Exemption.NONE);
        Exemptions optIn = of(List.of("opt-in @example.net"));
        assertThat(Asked.ofRecipient(optIn, cut, 0)).isSameAs(Exemption.NONE);
        String shorter = long_.substring(1) + "@example.org";
        assertThat(Asked.ofMessage(exemptions, attempt(shorter, "b@c")).line()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "bob@example.net,      bob@example.net,       true",
        "bob@example.net,      bob+news@example.net,  true",
        "bob@,                 bob+news@example.net,  true",
        "b*b@example.net,      bob+news@example.net,  true",
        "bob+news@example.net, bob+news@example.net,  true",
        "bob+news@example.net, bob@example.net,       false",
        "bob@example.net,      bobo+news@example.net, false",
        "bob@example.net,      +bob@example.net,      false",
        "bob@example.net,      bob@exam+ple.net,      false",
    })
    void aRecipientsExtensionIsTheRecipients(String line, String recipient, boolean passes)
            throws MistakeException {
        Exemptions exemptions = of(List.of("recipient " + line));
        assertThat(Asked.ofRecipient(exemptions, attempt("s@b", recipient), 0) != Exemption.NONE)
                .isEqualTo(passes);
    }
}
