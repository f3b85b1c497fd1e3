package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.gate.SpfAnswers.Lately;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class SpfAnswersTest {
    private static final long NOW = 1_700_000_000;

    private final SpfAnswers answers = new SpfAnswers();

    private long about(String client, String helo, String sender) {
        Attempt attempt = Attempts.attempt(client, sender, "bob@example.net");
        attempt.evidence().helo(helo);
        return answers.about(attempt);
    }

    @Test
    void anAnswerCountsForFiveMinutes() {
        long about = about("192.0.2.1", "mx.one.example", "alice@one.example");
        assertThat(answers.said(about, NOW)).isEqualTo(Lately.NOTHING);
        answers.keep(about, Spf.FAIL, NOW);
        assertThat(answers.said(about, NOW)).isEqualTo(Lately.NO_PASS);
        assertThat(answers.said(about, NOW + 299)).isEqualTo(Lately.NO_PASS);
        assertThat(answers.said(about, NOW + 300)).isEqualTo(Lately.NOTHING);
        assertThat(answers.said(about, NOW - 1))
                .as("of a clock set back")
                .isEqualTo(Lately.NOTHING);
    }

    @ParameterizedTest
    @EnumSource
    void silenceIsNoAnswer(Spf said) {
        long about = about("192.0.2.1", "", "alice@one.example");
        answers.keep(about, said, NOW);
        assertThat(answers.said(about, NOW))
                .isEqualTo(
                        switch (said) {
                            case PASS -> Lately.PASS;
                            case FAIL, NONE, OTHER -> Lately.NO_PASS;
                            case UNKNOWN, NO_ANSWER -> Lately.NOTHING;
                        });
    }

    @Test
    void theLastAnswerCounts() {
        long about = about("192.0.2.1", "", "alice@one.example");
        answers.keep(about, Spf.FAIL, NOW);
        answers.keep(about, Spf.PASS, NOW + 1);
        assertThat(answers.said(about, NOW + 300)).isEqualTo(Lately.PASS);
    }

    /// Nobody passes by what was said of somebody else.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, mx.one.example, bob@one.example, true",
        "192.0.2.1, mx.one.example, bob@x@one.example, true",
        "192.0.2.2, mx.one.example, alice@one.example, false",
        "2001:db8::1, mx.one.example, alice@one.example, false",
        "192.0.2.1, mx.one.exampl, alice@eone.example, false",
        "192.0.2.1, '', alice@mx.one.exampleone.example, false",
        "192.0.2.1, mx.one.example, alice@sub.one.example, false",
        "192.0.2.1, mx.one.example, one.example, true"
    })
    void itIsAboutTheClientItsGreetingAndTheDomain(
            String client, String helo, String sender, boolean isSame) {
        answers.keep(about("192.0.2.1", "mx.one.example", "alice@one.example"), Spf.PASS, NOW);
        assertThat(answers.said(about(client, helo, sender), NOW))
                .isEqualTo(isSame ? Lately.PASS : Lately.NOTHING);
    }

    /// Else who knows the hash could look for a client and a domain that have another's answer.
    @Test
    void eachDaemonHasAHashOfItsOwn() {
        Attempt attempt = Attempts.attempt("192.0.2.1", "alice@one.example", "bob@example.net");
        assertThat(answers.about(attempt)).isNotEqualTo(new SpfAnswers().about(attempt));
    }

    @Test
    void theOldestMakesRoom() {
        int asked = 4 * SpfAnswers.KEPT_MAX;
        for (int i = 0; i < asked; i++) {
            answers.keep(aboutOneOfMany(i), Spf.PASS, NOW + i);
        }
        int kept = 0;
        for (int i = 0; i < asked; i++) {
            kept += answers.said(aboutOneOfMany(i), NOW + i) == Lately.PASS ? 1 : 0;
        }
        assertThat(kept).isEqualTo(SpfAnswers.KEPT_MAX);
        for (int i = asked - SpfAnswers.KEPT_MAX / 8; i < asked; i++) {
            assertThat(answers.said(aboutOneOfMany(i), NOW + i)).as("%d", i).isEqualTo(Lately.PASS);
        }
    }

    private long aboutOneOfMany(int i) {
        return about("10.0." + (i >> 8 & 0xff) + "." + (i & 0xff), "", "alice@d" + i + ".example");
    }
}
