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
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Whatever greyctl is told and accepts is the same after a restart.
final class SaidAndReadTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    private static final List<String> PIECES =
            List.of(
                    "a",
                    "B",
                    "#",
                    "\"",
                    "\\",
                    " ",
                    "@",
                    ".",
                    "*",
                    "+",
                    "/",
                    "<",
                    ">",
                    "(",
                    ",",
                    ";",
                    ":",
                    "[",
                    "]",
                    "%",
                    "-",
                    "_",
                    "'",
                    "\n",
                    "\t",
                    "\r",
                    "\u0085",
                    "\u2028",
                    "\u00a0",
                    "\ud83d\ude00",
                    "\ud83d",
                    "\u0130",
                    "e\u0301",
                    "until",
                    "not",
                    "once",
                    "taken",
                    "sender",
                    "recipient ",
                    "@x.example",
                    "@example.net",
                    "192.0.2.1",
                    "::1",
                    "host ",
                    "xn--bro-hoa.example",
                    " # ",
                    "\"a b\"",
                    "\\\"",
                    "mail.example.org");

    @TempDir Path folder;

    private final List<String> problems = new ArrayList<>();

    private static String odd(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = 1 + random.nextInt(6); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return random.nextBoolean() ? text + "@x.example" : text.toString();
    }

    private boolean isAllowed(String who, Optional<String> to, String reason) throws IOException {
        List<Allowed> all;
        try {
            all = Allowed.parse(who, to, NOW + 60, reason);
        } catch (MistakeException e) {
            return false;
        }
        Path file = folder.resolve("allowed");
        AllowedLines said = AllowedLines.NONE.with(all, NOW);
        said.write(file, problem -> assertThat(problem).isNull());
        AllowedLines read = AllowedLines.read(file, problems::add);
        assertThat(problems).as("'%s' to %s", who, to).isEmpty();
        for (Allowed one : all) {
            assertThat(read.word(one)).as("'%s' to %s", who, to).isPresent();
            assertThat(read.word(one).get().passes()).isTrue();
            assertThat(read.word(one).get().until()).isEqualTo(NOW + 60);
        }
        assertThat(read.size()).isEqualTo(said.size());
        if (all.getFirst().isWide()) {
            return true; // Other hosts are not told, so it is forgotten that it was disallowed.
        }
        read.without(all.getFirst(), NOW).write(file, problem -> assertThat(problem).isNull());
        AllowedLines without = AllowedLines.read(file, problems::add);
        assertThat(without.word(all.getFirst()).filter(word -> !word.passes()))
                .as("disallowed '%s' to %s", who, to)
                .isPresent();
        return true;
    }

    private boolean isExpected(String to, String reason) throws IOException {
        String recipient;
        try {
            recipient = ExpectedRecipient.parse(to);
        } catch (MistakeException e) {
            return false;
        }
        Path file = folder.resolve("expected");
        Expected said = Expected.read(folder.resolve("none"), problems::add);
        assertThat(said.size()).isZero();
        said = Expected.read(file, problems::add);
        assertThat(
                        said.expect(
                                recipient,
                                to.length() % 2 == 0,
                                60,
                                reason,
                                () -> NOW,
                                RecipientDelimiter.USUAL))
                .isEmpty();
        Expected read = Expected.read(file, problems::add);
        assertThat(problems).as("'%s'", to).isEmpty();
        assertThat(read.expects(recipient)).as("'%s'", to).isTrue();
        said.cancel(recipient);
        return true;
    }

    @Test
    void whatIsAcceptedIsReadAsItWasSaid() throws Exception {
        long seed = Long.getLong("seed", 20_261_129L);
        Random random = new Random(seed);
        int allowed = 0;
        int expected = 0;
        for (int i = 0; i < 3_000; i++) {
            String who = odd(random);
            Optional<String> to = i % 3 == 0 ? Optional.of(odd(random)) : Optional.empty();
            allowed += isAllowed(who, to, odd(random)) ? 1 : 0;
            expected += i % 3 == 0 && isExpected(to.get(), odd(random)) ? 1 : 0;
        }
        assertThat(allowed).as("seed %d", seed).isGreaterThan(50);
        assertThat(expected).as("seed %d", seed).isGreaterThan(20);
    }

    /// Else it would be another word after the next start.
    @Test
    void aReasonIsReadAsItWasSaid() throws Exception {
        for (String reason :
                List.of("x".repeat(199) + "🙂", "a \ud83d b", "a 🙂 b # c", "\ud83d")) {
            List<Allowed> all = Allowed.parse("192.0.2.1", Optional.empty(), NOW + 60, reason);
            AllowedLines said = AllowedLines.NONE.with(all, NOW);
            said.write(folder.resolve("allowed"), problems::add);
            AllowedLines read = AllowedLines.read(folder.resolve("allowed"), problems::add);
            assertThat(read.word(all.getFirst()).orElseThrow().reason())
                    .isEqualTo(said.word(all.getFirst()).orElseThrow().reason());
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void whatNeedsQuotesIsKeptInThem() throws Exception {
        for (String to :
                List.of("\"a\\\"b\"@example.net", "\"a@b\"@example.net", "#a@example.net")) {
            assertThat(isExpected(to, "root")).as(to).isTrue();
        }
        assertThat(isAllowed("\"#\"@x.example", Optional.empty(), "root # a")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"#@x.example", "sender #a@x.example", "\"\"@x.example", "\" \"@x.example"})
    void whatNoFileCanSayIsRefused(String who) {
        assertThatThrownBy(() -> Allowed.parse(who, Optional.empty(), NOW, ""))
                .isInstanceOf(MistakeException.class)
                .hasMessageContaining("write");
    }

    @Test
    void aBlankInQuotesIsAnotherMailbox() {
        Optional<String> to = Optional.of("\"a b\"@example.net");
        assertThatThrownBy(() -> Allowed.parse("", to, NOW, ""))
                .hasMessageContaining("has a blank");
        assertThatThrownBy(() -> Allowed.parse("\"a b\"@x.example", Optional.empty(), NOW, ""))
                .hasMessageContaining("has a blank");
        assertThatThrownBy(() -> ExpectedRecipient.parse("\"a b\"@example.net"))
                .hasMessageContaining("has a blank");
    }
}
