package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.decision.Source;
import org.greydaemon.decision.Source.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.stream.IntStream;

final class SpfAnswersTest {
    private static final long NOW = 1_700_000_000;

    private final SpfAnswers answers = new SpfAnswers();

    private static Attempt attempt(String client, String helo, String sender) {
        Attempt attempt = new Attempt(1000, 1);
        attempt.start(new Source(Protocol.POLICY));
        attempt.evidence().helo(helo);
        attempt.client(client.getBytes(ISO_8859_1), 0, client.length());
        attempt.sender(sender.getBytes(ISO_8859_1), 0, sender.length());
        return attempt;
    }

    private static Attempt numbered(int number) {
        String client = "10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255);
        return attempt(client, "", "alice@one.example");
    }

    @Test
    void whatWasSaidHoldsForFiveMinutes() {
        Attempt attempt = attempt("192.0.2.1", "mx.one.example", "alice@one.example");
        assertThat(answers.said(attempt, NOW)).isEqualTo(Spf.UNKNOWN);
        answers.keep(attempt, Spf.FAIL, NOW);
        assertThat(answers.said(attempt, NOW + 299)).isEqualTo(Spf.FAIL);
        assertThat(answers.said(attempt, NOW + 300)).isEqualTo(Spf.UNKNOWN);
        assertThat(answers.said(attempt, NOW - 1)).as("a clock set back").isEqualTo(Spf.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, mx.one.example, carol@one.example, PASS",
        "192.0.2.1, mx.one.example, one.example, PASS",
        "192.0.2.2, mx.one.example, alice@one.example, UNKNOWN",
        "2001:db8::1, mx.one.example, alice@one.example, UNKNOWN",
        "192.0.2.1, mx.two.example, alice@one.example, UNKNOWN",
        "192.0.2.1, mx.one.example, alice@two.example, UNKNOWN",
        "192.0.2.1, mx.one.example, alice@a.one.example, UNKNOWN",
        "192.0.2.1, mx.one.example, alice@ne.example, UNKNOWN",
    })
    void itHoldsForTheClientItsGreetingAndTheDomain(
            String client, String helo, String sender, Spf said) {
        answers.keep(attempt("192.0.2.1", "mx.one.example", "alice@one.example"), Spf.PASS, NOW);
        assertThat(answers.said(attempt(client, helo, sender), NOW)).isEqualTo(said);
    }

    @ParameterizedTest
    @EnumSource(
            value = Spf.class,
            names = {"NO_ANSWER", "UNKNOWN"})
    void silenceIsNoAnswer(Spf silence) {
        answers.keep(numbered(1), Spf.PASS, NOW);
        answers.keep(numbered(1), silence, NOW);
        assertThat(answers.said(numbered(1), NOW)).isEqualTo(Spf.PASS);
    }

    /// Names are what nobody keeps beyond their length.
    @ParameterizedTest
    @CsvSource({"255, 255, PASS", "256, 255, UNKNOWN", "255, 256, UNKNOWN"})
    void ofLongNamesNothingIsKept(int domain, int helo, Spf said) {
        Attempt attempt = attempt("192.0.2.1", "h".repeat(helo), "alice@" + "d".repeat(domain));
        answers.keep(attempt, Spf.PASS, NOW);
        assertThat(answers.said(attempt, NOW)).isEqualTo(said);
    }

    /// Each has one place, and a newer one may take it.
    @Test
    void asManyAreKeptAsThereArePlaces() {
        int count = 4 * SpfAnswers.KEPT_MAX;
        for (int i = 0; i < count; i++) {
            answers.keep(numbered(i), Spf.PASS, NOW);
            assertThat(answers.said(numbered(i), NOW)).isEqualTo(Spf.PASS);
        }
        assertThat(
                        IntStream.range(0, count)
                                .filter(i -> answers.said(numbered(i), NOW) == Spf.PASS)
                                .count())
                .isBetween(SpfAnswers.KEPT_MAX / 2L, (long) SpfAnswers.KEPT_MAX);
    }
}
