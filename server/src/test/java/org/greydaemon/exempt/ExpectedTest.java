package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is expected is bounded, and kept in a file whose damage stops nobody.
final class ExpectedTest {
    private static final long NOW = 1_795_651_200; // 2026-11-26.

    @TempDir Path folder;

    private final List<String> problems = new ArrayList<>();

    private Expected read() throws IOException {
        return Expected.read(folder.resolve("expected"), problems::add);
    }

    /// Why it is too much to say that mail is expected within ten minutes.
    private static Optional<String> refusal(Expected expected, String recipient, long now)
            throws IOException {
        return expected.expect(recipient, false, 600, "", () -> now, RecipientDelimiter.USUAL);
    }

    @Test
    void whatIsSaidIsRead() throws Exception {
        Expected expected = read();
        assertThat(
                        expected.expect(
                                "carol@example.net",
                                false,
                                600,
                                "root: a\nb",
                                () -> NOW,
                                RecipientDelimiter.USUAL))
                .isEmpty();
        assertThat(
                        expected.expect(
                                "b\u00fcro@example.net",
                                true,
                                60,
                                "http",
                                () -> NOW,
                                RecipientDelimiter.USUAL))
                .isEmpty();
        assertThat(Files.readAllLines(folder.resolve("expected")))
                .containsExactlyInAnyOrder(
                        "# What greyctl expect has said, and who asks over HTTP.",
                        "recipient carol@example.net until 2026-11-26T00:10:00Z # root: a b",
                        "once recipient b\u00fcro@example.net until 2026-11-26T00:01:00Z # http");
        Expected again = read();
        assertThat(problems).isEmpty();
        assertThat(again.exemptions())
                .extracting(Exemption::text, Exemption::until, Exemption::reason)
                .containsExactlyInAnyOrderElementsOf(
                        expected.exemptions().stream()
                                .map(its -> tuple(its.text(), its.until(), its.reason()))
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "carol",
                "@example.net",
                "carol@",
                "*@example.net",
                "c*@example.net",
                "carol@.example.net",
                "a@b.c d@e.f",
                "<>",
                "carol@example.net until 2027-01-01"
            })
    void onlyAnAddressCanExpectMail(String recipient) {
        assertThatThrownBy(() -> ExpectedRecipient.parse(recipient))
                .hasMessageMatching("(?s).*; write.*");
    }

    @Test
    void nobodySaysSoAllTheTime() throws Exception {
        Expected expected = read();
        for (int i = 0; i < SaidTimes.MAX; i++) {
            assertThat(refusal(expected, "carol@example.net", NOW + i)).isEmpty();
        }
        assertThat(refusal(expected, "carol@example.net", NOW + 60))
                .hasValueSatisfying(why ->
                        assertThat(why)
                                .contains("10 times within an hour")
                                .contains("again in 3540 s"));
        assertThat(refusal(expected, "dora@example.net", NOW + 60)).isEmpty();
        assertThat(refusal(expected, "carol@example.net", NOW + 3600)).isEmpty();
    }

    /// A site with many log-ins was told that it had said so 0 times.
    @Test
    void howManyMailboxesExpectedMailWithinAnHourHasNoBound() {
        SaidTimes said = new SaidTimes();
        for (int i = 0; i < SaidTimes.MAX; i++) {
            Runnable _ = said.count("carol@example.net", NOW);
        }
        for (int i = 0; i < 2 * SaidTimes.COUNTED_MAX; i++) {
            String mailbox = "u" + i + "@example.net";
            assertThat(said.tooOften(mailbox, NOW + i / 100, () -> Set.of("carol@example.net")))
                    .isEmpty();
            Runnable _ = said.count(mailbox, NOW + i / 100);
        }
        assertThat(said.tooOften("carol@example.net", NOW + 60, Set::of))
                .hasValueSatisfying(why -> assertThat(why).contains("10 times within an hour"));
    }

    @Test
    void whatCouldNotBeKeptWasNotSaid() throws Exception {
        Path state = folder.resolve("state");
        Expected expected = Expected.read(state.resolve("expected"), problems::add);
        for (int i = 0; i < SaidTimes.MAX; i++) {
            assertThatThrownBy(() -> refusal(expected, "carol+a@example.net", NOW))
                    .isInstanceOf(IOException.class);
        }
        Files.createDirectories(state);
        for (int i = 0; i < SaidTimes.MAX; i++) {
            assertThat(refusal(expected, "carol+b@example.net", NOW)).isEmpty();
        }
        assertThat(refusal(expected, "carol@example.net", NOW)).isPresent();
    }

    @Test
    void anExtensionIsTheSameMailbox() throws Exception {
        Expected expected = read();
        for (int i = 0; i < 10; i++) {
            assertThat(refusal(expected, "carol+" + i + "@example.net", NOW)).isEmpty();
        }
        assertThat(refusal(expected, "carol+a+b@example.net", NOW))
                .hasValueSatisfying(why -> assertThat(why).contains("10 times within an hour"));
        assertThat(refusal(expected, "carol@example.net", NOW)).isPresent();
        assertThat(refusal(expected, "dora@example.net", NOW)).isEmpty();
    }

    @Test
    void whatIsDamagedIsLeftOut() throws Exception {
        Files.writeString(
                folder.resolve("expected"),
                """
                recipient carol@example.net until 2027-01-31T12:00:00Z
                recipient dora@example.net
                recipient @example.net until 2027-01-31T12:00:00Z
                client 192.0.2.1 recipient erik@example.net until 2027-01-31T12:00:00Z
                greylist recipient erik@example.net until 2027-01-31T12:00:00Z
                opt-in erik@example.net until 2027-01-31T12:00:00Z
                once once recipient erik@example.net until 2027-01-31T12:00:00Z
                once recipient frida@example.net until 2027-01-31T12:00:00Z
                taken 00000000000000ff recipient gerd@example.net until 2027-01-31T12:00:00Z
                taken 0000000000000000 recipient erik@example.net until 2027-01-31T12:00:00Z
                taken ff recipient erik@example.net until 2027-01-31T12:00:00Z
                """);
        assertThat(read().exemptions())
                .extracting(Exemption::text)
                .containsExactlyInAnyOrder(
                        "recipient carol@example.net",
                        "once recipient frida@example.net",
                        "once recipient gerd@example.net");
        assertThat(problems).hasSize(9);
        assertThat(problems.removeLast()).contains(": as it was, it is kept as expected.strange;");
        assertThat(problems).allMatch(line -> line.endsWith("(left out)"));
    }

    @Test
    void whatCannotBeKeptIsNotInForce() throws Exception {
        Expected nowhere = Expected.read(folder.resolve("none/expected"), problems::add);
        assertThatThrownBy(() -> refusal(nowhere, "carol@example.net", NOW))
                .isInstanceOf(IOException.class);
        assertThat(nowhere.size()).isZero();
    }
}
