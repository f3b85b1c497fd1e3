package org.greydaemon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.mail.ReplyText;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What clients are told, in which words and by which clock.
final class RepliesTest {
    private static final String CLIENT = "192.0.2.7";
    private static final String BOB = "bob@example.net";

    /// The clock of decisions began 1000 s before; the wall clock says 2023-11-14 22:13:20 UTC.
    private static final long AT = 1_000;

    private static final long WALL = 1_700_000_000;

    private final List<String> links = new ArrayList<>();

    private Replies replies(String usual) {
        return new Replies(
                () -> ReplyText.parse(usual).orElseThrow(),
                () -> WALL - AT,
                (deferral, wall) -> {
                    links.add(deferral.seconds() + " from " + wall);
                    return "https://mx.example.net/w";
                });
    }

    private static Deferral deferral(@Nullable String ofLine, long seconds) {
        return new Deferral(Optional.ofNullable(ofLine), Reason.NEW, Suspicion.NONE, seconds, AT);
    }

    /// Whoever reads it tomorrow has to know that it was not today.
    @ParameterizedTest
    @CsvSource({
        "1,     22:13:21 UTC",
        "300,   22:18:20 UTC",
        "6399,  23:59:59 UTC",
        "6400,  2023-11-15 00:00:00 UTC",
        "90000, 2023-11-15 23:13:20 UTC",
    })
    void whenARetryPassesIsToldByTheWallClock(long seconds, String time) {
        Replies replies = replies("451 4.7.1 not before %t");
        assertThat(replies.text(deferral(null, seconds), CLIENT, BOB, false))
                .isEqualTo("not before " + time);
    }

    @Test
    void whatIsToldIsOfThisMail() {
        Replies replies = replies("450 4.2.1 %c to %r: %s s, %u");
        assertThat(replies.text(deferral(null, 300), CLIENT, BOB, false))
                .isEqualTo("192.0.2.7 to bob@example.net: 300 s, https://mx.example.net/w");
        assertThat(links).containsExactly("300 from 1700000000");
    }

    @Test
    void noLinkIsMadeThatNobodyReads() {
        Replies replies = replies("451 4.7.1 later");
        assertThat(replies.text(deferral(null, 300), CLIENT, BOB, false)).isEqualTo("later");
        assertThat(links).isEmpty();
    }

    @Test
    void aLineHasItsOwnWordsAndTheUsualCodes() {
        Replies replies = replies("450 4.2.1 later");
        Deferral deferral = deferral("ask %c's postmaster", 300);
        assertThat(replies.reply(deferral).code()).isEqualTo(450);
        assertThat(replies.text(deferral, CLIENT, BOB, false))
                .isEqualTo("ask 192.0.2.7's postmaster");
        assertThat(replies.reply(deferral(null, 300)).text()).isEqualTo("later");
    }

    private static String behindRecipient(Replies replies, Deferral deferral) {
        StringBuilder words = new StringBuilder();
        replies.behindRecipient(deferral, CLIENT, BOB, words);
        return words.toString();
    }

    /// Postfix puts 450 before it, beside which 4.7.1 returns mail to its sender.
    @Test
    void postfixIsToldItsCodeAndTheText() {
        Replies replies = replies("451 4.7.1 again in %s s");
        assertThat(behindRecipient(replies, deferral(null, 300))).isEqualTo("4.2.0 again in 300 s");
        assertThat(behindRecipient(replies("450 4.2.1 x"), deferral("wait", 300)))
                .isEqualTo("4.2.1 wait");
    }

    @Test
    void lettersBeyondAsciiAreForWhoMayHaveThem() {
        Replies replies = replies("451 4.7.1 sp\u00e4ter");
        assertThat(replies.text(deferral(null, 1), CLIENT, BOB, true)).isEqualTo("sp\u00e4ter");
        assertThat(replies.text(deferral(null, 1), CLIENT, BOB, false)).isEqualTo("spater");
    }
}
