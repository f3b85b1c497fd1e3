package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Whose mail it is that comes for a recipient with an extension: whose the rules take it for too.
final class RecipientDelimiterTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    @TempDir private Path folder;

    private static RecipientDelimiter delimiter(String character) {
        return new RecipientDelimiter(character.equals("none") ? 0 : character.charAt(0));
    }

    @ParameterizedTest
    @CsvSource({
        "+, bob+news@example.net, bob@example.net",
        "+, bob-news@example.net, bob-news@example.net",
        "+, bob+a+b@example.net, bob@example.net",
        "+, +bob@example.net, +bob@example.net",
        "+, +bob+a@example.net, +bob@example.net",
        "+, bob@a+b.example.net, bob@a+b.example.net",
        "-, bob-news@example.net, bob@example.net",
        "-, bob+news@example.net, bob+news@example.net",
        "-, owner-list@example.net, owner-list@example.net",
        "-, list-request@example.net, list-request@example.net",
        "=, büro=news@büro.example, büro@büro.example",
        "none, bob+news@example.net, bob+news@example.net"
    })
    void thatIsWhoseMailItIs(String character, String recipient, String mailbox) {
        assertThat(delimiter(character).mailbox(recipient)).isEqualTo(mailbox);
    }

    @ParameterizedTest
    @CsvSource({
        "+, bob+news@example.net, true", "+, bob-news@example.net, false",
        "-, bob-news@example.net, true", "-, bob+news@example.net, false",
        "none, bob+news@example.net, false", "none, bob@example.net, true"
    })
    void aLineAndWhatIsExpectedMeanTheWholeMailbox(String character, String recipient, boolean its)
            throws MistakeException, IOException {
        ExemptionLists lists =
                new ExemptionLists(
                                ClientList.EMPTY,
                                List.of(
                                        ExemptionFile.parse(
                                                "f", List.of("recipient bob@example.net"))),
                                false)
                        .parting(delimiter(character));
        Exemptions written = Exemptions.of(lists, AllowedLines.NONE, NOW);
        assertThat(passes(written, recipient)).isEqualTo(its);

        Expected expected = Expected.read(folder.resolve("expected"), _ -> {});
        assertThat(
                        expected.expect(
                                "bob@example.net", false, 60, "", () -> NOW, delimiter(character)))
                .isEmpty();
        ExemptionLists none = ExemptionLists.NONE.parting(delimiter(character));
        Exemptions waiting = Exemptions.of(none, AllowedLines.NONE, expected, NOW);
        assertThat(passes(waiting, recipient)).isEqualTo(its);
    }

    private static boolean passes(Exemptions exemptions, String recipient) {
        return Asked.ofRecipient(exemptions, attempt("192.0.2.7", "a@b.example", recipient), 0)
                .passes();
    }

    /// One extension after the other would have no bound.
    @Test
    void anExtensionIsNoOtherRecipientOfWhomItMayBeSaid() throws IOException {
        Expected expected = Expected.read(folder.resolve("expected"), _ -> {});
        for (int i = 0; i < SaidTimes.MAX; i++) {
            assertThat(
                            expected.expect(
                                    "bob-" + i + "@example.net",
                                    false,
                                    60,
                                    "",
                                    () -> NOW,
                                    delimiter("-")))
                    .isEmpty();
        }
        assertThat(expected.expect("bob-x@example.net", false, 60, "", () -> NOW, delimiter("-")))
                .hasValueSatisfying(
                        words -> assertThat(words).contains("bob@example.net 10 times"));
    }
}
