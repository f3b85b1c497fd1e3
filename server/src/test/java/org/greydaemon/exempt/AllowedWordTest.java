package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// What operators of several hosts say: all hosts end with the same, in whatever order they hear.
final class AllowedWordTest {
    private static final long NOW = 1_800_000_000;
    private static final long DAY = 86_400;
    private static final int ROUNDS = 2_000;

    private static final Allowed OTHER = word("client 192.0.2.9", true, NOW, 0).whom();

    private final Random random = new Random(20_261_128);

    private static AllowedWord word(String text, boolean passes, long until, long made) {
        try {
            return AllowedWord.of(text, passes, until, "root", made);
        } catch (MistakeException e) {
            throw new AssertionError(e);
        }
    }

    /// Few values, so that many are equal.
    private AllowedWord any() {
        String[] texts = {
            "client 192.0.2.1",
            "client 192.0.2.0/24",
            "sender alice@example.org recipient carol@example.net",
            "recipient carol@example.net sender Alice@example.org"
        };
        long[] untils = {Exemption.FOREVER, NOW - 1, NOW, NOW + 1, NOW + 90};
        return word(
                texts[random.nextInt(texts.length)],
                random.nextBoolean(),
                untils[random.nextInt(untils.length)],
                1000 * NOW + random.nextInt(4) + (random.nextInt(8) == 0 ? 90_000 : 0));
    }

    private static Set<String> inForce(AllowedLines lines) {
        Set<String> all = new TreeSet<>();
        lines.words()
                .forEach(its ->
                        all.add(
                                its.made()
                                        + (its.passes()
                                                ? " " + its.text() + " until " + its.until()
                                                : " " + its.key().hashCode())));
        return all;
    }

    @Test
    void inWhateverOrderAndHoweverOftenWordsAreHeardTheSameHolds() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            List<AllowedWord> words = new ArrayList<>();
            for (int i = random.nextInt(8); i >= 0; i--) {
                words.add(any());
            }
            AllowedLines inOrder = AllowedLines.NONE.merged(words, NOW);
            words.addAll(words.subList(0, random.nextInt(words.size())));
            Collections.shuffle(words, random);
            AllowedLines oneByOne = AllowedLines.NONE;
            for (AllowedWord word : words) {
                oneByOne = oneByOne.merged(List.of(word), NOW);
            }
            assertThat(inForce(oneByOne)).as("round " + round).isEqualTo(inForce(inOrder));
            assertThat(inOrder.merged(inOrder.words(), NOW)).isSameAs(inOrder);
        }
    }

    @Test
    void aDisallowBeatsWhatIsOlderAndNothingThatIsLater() throws IOException {
        AllowedWord older = word("client 192.0.2.1", true, Exemption.FOREVER, 1000 * NOW);
        AllowedWord no = word("client 192.0.2.1", false, Exemption.FOREVER, 1000 * NOW);
        AllowedWord later = word("client 192.0.2.1", true, Exemption.FOREVER, 1000 * NOW + 1);
        assertThat(AllowedLines.NONE.merged(List.of(no, older), NOW).size()).isZero();
        assertThat(AllowedLines.NONE.merged(List.of(later, no), NOW).size()).isOne();
    }

    @Test
    void whatIsSaidHereIsLaterThanWhatWasHeardWhateverTheClocks() throws IOException {
        AllowedWord ahead = word("client 192.0.2.1", false, Exemption.FOREVER, 2000 * NOW);
        AllowedLines lines = AllowedLines.NONE.merged(List.of(ahead), NOW);
        lines = lines.with(List.of(later(ahead)), NOW);
        assertThat(lines.merged(List.of(ahead), NOW).size()).isOne();
    }

    /// Another host disallows what was allowed in the same second, and that one compares its clock
    /// with the engine's anew, as it is started again: a millisecond less, and it would go on.
    @Test
    void aWordInTheSameSecondIsLaterAlsoWhereClocksAreComparedOnceMore() throws IOException {
        AllowedWord allowed = word("client 192.0.2.1", true, Exemption.FOREVER, 1000 * NOW);
        AllowedLines other =
                AllowedLines.NONE.merged(List.of(allowed), NOW).without(allowed.whom(), NOW);
        AllowedWord no = other.word(allowed.key()).orElseThrow();
        for (long millis = -100; millis <= 100; millis++) {
            AllowedWord heard = no.at(no.made() + millis, no.until());
            AllowedLines here = AllowedLines.NONE.merged(List.of(allowed), NOW);
            assertThat(here.merged(List.of(heard), NOW).size()).as("off by " + millis).isZero();
        }
    }

    private static Allowed later(AllowedWord word) {
        return word.whom();
    }

    @Test
    void whatHasComeToItsEndDoesNotLetAnOlderWordHoldAgain() throws IOException {
        AllowedWord forever = word("client 192.0.2.1", true, Exemption.FOREVER, 1000 * NOW);
        AllowedWord hour = word("client 192.0.2.1", true, NOW + 3600, 1000 * NOW + 1);
        AllowedLines lines = AllowedLines.NONE.merged(List.of(hour), NOW);
        lines =
                lines.merged(
                        List.of(word("client 192.0.2.2", true, NOW * 2, 1000 * NOW + 2)),
                        NOW + 3600);
        assertThat(lines.merged(List.of(forever), NOW + 3600).size()).isOne();
    }

    @Test
    void whatIsOverByOneClockIsStillTheWordThatWasSaid() throws IOException {
        AllowedWord month = word("client 192.0.2.1", true, NOW + 30 * DAY, 1000 * NOW);
        AllowedLines ahead = AllowedLines.NONE.merged(List.of(month), NOW + 40 * DAY);
        assertThat(ahead.size()).isZero();
        assertThat(AllowedLines.NONE.merged(ahead.words(), NOW).size()).isOne();
        assertThat(ahead.merged(List.of(), NOW).size()).as("the clock was set").isOne();
    }

    @Test
    void whatAClockThatWasAheadHasDatedHoldsAgainstNothingThatIsHeard() throws IOException {
        AllowedWord ahead =
                word("client 192.0.2.1", true, Exemption.FOREVER, 1000 * (NOW + 40 * DAY));
        AllowedWord no = word("client 192.0.2.1", false, Exemption.FOREVER, 1000 * NOW);
        AllowedLines lines = AllowedLines.NONE.merged(List.of(ahead), NOW);
        assertThat(lines.size()).as("nobody says otherwise").isOne();
        assertThat(lines.merged(List.of(no), NOW).size()).isZero();
        assertThat(AllowedLines.NONE.merged(List.of(no, ahead), NOW).size()).isZero();
    }

    @Test
    void whatIsOverIsKeptForAYearFromItsEnd() throws IOException {
        AllowedLines lines =
                AllowedLines.NONE.merged(
                        List.of(word("client 192.0.2.1", true, NOW + 700 * DAY, 1000 * NOW)), NOW);
        assertThat(lines.without(OTHER, NOW + 1_065 * DAY).words()).hasSize(2);
        assertThat(lines.without(OTHER, NOW + 1_066 * DAY).words()).hasSize(1);
    }

    @Test
    void whatWasDisallowedIsKeptAndBounded(@TempDir Path folder) throws IOException {
        AllowedLines lines = AllowedLines.NONE;
        List<AllowedWord> words = new ArrayList<>();
        for (int i = 0; i <= AllowedLines.WITHDRAWN_MAX; i++) {
            words.add(
                    word(
                            "client 10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256,
                            false,
                            Exemption.FOREVER,
                            1000 * NOW + i));
        }
        lines = lines.merged(words, NOW);
        assertThat(lines.words()).hasSize(AllowedLines.WITHDRAWN_MAX);
        assertThat(lines.word(words.getFirst().key())).isEmpty();
        lines = lines.merged(List.of(word("host .example.org", true, NOW + 9, NOW)), NOW);
        lines.write(
                folder.resolve("allowed"),
                problem -> {
                    throw new AssertionError(problem);
                });
        AllowedLines read =
                AllowedLines.read(
                        folder.resolve("allowed"),
                        problem -> {
                            throw new AssertionError(problem);
                        });
        assertThat(inForce(read)).isEqualTo(inForce(lines));
        long nextYear = NOW + 367 * 86_400;
        assertThat(read.merged(List.of(any()), nextYear).words()).hasSizeLessThan(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "client *",
                "client 999.0.2.55",
                "client 0.0.0.0/0",
                "::/0",
                "client 192.0.2.1-192.0.2.6",
                "greylist client 192.0.2.1",
                "opt-in example.net",
                "client 192.0.2.1 until 2030-01-01",
                "host *",
                "sender *",
                "nonsense"
            })
    void whatNoOperatorCouldSayOrEverybodyIsRefused(String text) {
        assertThatThrownBy(() -> AllowedWord.of(text, true, NOW, "", 1))
                .isInstanceOf(MistakeException.class);
    }
}
