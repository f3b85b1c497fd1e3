package org.greydaemon.wire.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.log.FaultLog;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

/// The operator's words, which need a unix socket, are tested with greylistd's own client in e2e.
@Timeout(60)
final class WordsHandlerTest {
    private static final long SEED = Long.getLong("seed", 20_261_123L);

    private final TestGate gate = TestGate.original();
    private final Dialogue dialogue = dialogue(gate);

    private static Dialogue dialogue(TestGate gate) {
        return new Dialogue(
                new WordsHandler(
                                gate.gate(),
                                gate.clock(),
                                new Operator(
                                        gate.ledger(), gate.tally()::count, () -> {}, () -> true),
                                "mx.example.net",
                                new FaultLog((octets, length) -> {}))
                        ::inLoop);
    }

    @AfterEach
    void close() {
        dialogue.close();
    }

    @Test
    void aClientIsGreyThenWhite() {
        assertThat(dialogue.ask("192.0.2.7 <a@example.org> b@example.net\n")).isEqualTo("grey");
        gate.pass(299);
        assertThat(dialogue.ask("192.0.2.7 A@example.org b@example.net")).isEqualTo("grey");
        gate.pass(1);
        assertThat(dialogue.ask("update 192.0.2.7 a@example.org b@example.net")).isEqualTo("white");
        assertThat(dialogue.ask("192.0.2.7 other@example.org b@example.net")).isEqualTo("white");
        assertThat(gate.decided())
                .containsExactly(Reason.NEW, Reason.EARLY, Reason.PASSED, Reason.KNOWN);
        assertThat(gate.store().commits()).isEqualTo(4);
    }

    @Test
    void inATrialAllIsWhite() {
        gate.observe();
        assertThat(dialogue.ask("192.0.2.7 <a@example.org> b@example.net\n")).isEqualTo("white");
        assertThat(dialogue.ask("check 192.0.2.7 a@example.org b@example.net")).isEqualTo("white");
        assertThat(gate.decided()).containsExactly(Reason.NEW);
    }

    @Test
    void anOptionAsksForTheTruth() {
        assertThat(dialogue.ask("--grey 192.0.2.7 a@b c@d")).isEqualTo("true");
        assertThat(dialogue.ask("--white 192.0.2.7 a@b c@d")).isEqualTo("false");
        assertThat(dialogue.ask("--black 192.0.2.7 a@b c@d")).isEqualTo("false");
        assertThat(dialogue.ask("check --white 198.51.100.1 a@b c@d")).isEqualTo("true");
    }

    @Test
    void checkAndStatusRememberNothing() {
        assertThat(dialogue.ask("status 192.0.2.7 a@b c@d")).isEqualTo("unseen");
        assertThat(dialogue.ask("check 192.0.2.7 a@b c@d")).isEqualTo("grey");
        assertThat(dialogue.ask("status 198.51.100.1 a@b c@d")).isEqualTo("white");
        assertThat(gate.store().entries()).isZero();
        assertThat(gate.decided()).isEmpty();
        dialogue.ask("192.0.2.7 a@b c@d");
        assertThat(dialogue.ask("status 192.0.2.7 a@b c@d")).isEqualTo("grey");
        gate.pass(300);
        assertThat(dialogue.ask("check 192.0.2.7 a@b c@d")).isEqualTo("white");
        assertThat(dialogue.ask("status 192.0.2.7")).isEqualTo("unseen");
    }

    @Test
    void theNullSenderLeavesTwoWords() {
        dialogue.ask("192.0.2.7  b@example.net");
        gate.pass(300);
        assertThat(dialogue.ask("192.0.2.7 <> b@example.net")).isEqualTo("white");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "192.0.2.7 <> b@example.net, c@example.net|192.0.2.7 <>"
                        + " c@example.net,b@example.net",
                "192.0.2.7 <> b@example.net|192.0.2.7  b@example.net",
                "192.0.2.7 <> b@example.net, c@example.net|192.0.2.7  c@example.net, b@example.net",
                "192.0.2.7 <a@b> \"c d\"@e|[192.0.2.7] A@B \"C D\"@e",
                "192.0.2.7 <\"a b\"@c> d@e|192.0.2.7 \"a b\"@c d@e",
                "192.0.2.7 <\"a, \\\" > b\"@c> d@e, d@e|192.0.2.7 \"a, \\\" > b\"@c <d@e>",
                "2001:db8::1 <a@b> c@d|IPv6:2001:db8::1 a@b c@d",
            })
    void theSameMessageInOtherWordsIsItsRetry(String words, String retry) {
        assertThat(dialogue.ask(words)).isEqualTo("grey");
        gate.pass(300);
        assertThat(dialogue.ask(retry)).isEqualTo("white");
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    /// Whoever reads the answer has a terminal or a log.
    @Test
    void whatAnErrorRepeatsIsEscaped() {
        assertThat(dialogue.ask("192.0.2.7 \033[2J x@y z@w\n"))
                .startsWith("error: '\\x1b[2j' may be");
        assertThat(dialogue.ask("--\205\033x 192.0.2.7 a@b c@d\n"))
                .isEqualTo("error: '\\x85\\x1bx' is not a known state");
    }

    /// Else whoever sends bounces to two recipients would be known after a retry.
    @Test
    void theNullSenderProvesNobody() {
        TestGate modern = TestGate.modern();
        try (Dialogue words = dialogue(modern)) {
            words.ask("192.0.2.7 <> b@example.net, c@example.net");
            modern.pass(300);
            assertThat(words.ask("192.0.2.7 <> b@example.net, c@example.net")).isEqualTo("white");
            assertThat(words.ask("192.0.2.7 <x@example.org> d@example.net")).isEqualTo("grey");
        }
    }

    @Test
    void aMessageIsNotExemptByOneOfItsRecipients() {
        TestGate modern = TestGate.modern().exempt("recipient postmaster@*");
        try (Dialogue words = dialogue(modern)) {
            assertThat(words.ask("192.0.2.7 <> postmaster@v")).isEqualTo("white");
            assertThat(words.ask("192.0.2.7 <> bob@v, alice@v, postmaster@v")).isEqualTo("grey");
            String many = "postmaster@v, ".repeat(WordsHandler.REQUEST_MAX / 14);
            assertThat(words.ask("192.0.2.8 <> " + many + many + "bob@v\n"))
                    .as("what is beyond the bound may be anybody")
                    .isEqualTo("grey");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " <a@example.org> b@example.net",
                "<> b@example.net",
                "--grey  a@example.org b@example.net",
                "unknown <a@example.org> b@example.net",
            })
    void whoHasNoClientPassesUnidentified(String words) {
        assertThat(dialogue.ask(words)).isIn("white", "false");
        assertThat(gate.decided()).containsExactly(Reason.UNIDENTIFIED);
        assertThat(gate.store().entries()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.0.2.7 <>b@example.net, c@example.net",
                "192.0.2.7 <a@b> bob b@example.net",
                "192.0.2.7 a@b c@d e@f",
                "192.0.2.7 bob b@example.net",
                "192.0.2.7  a@b c@d",
                "192.0.2.7 <a@b> c@d,",
                "192.0.2.7 <a@b> , c@d",
                "192.0.2.7, <a@b> c@d",
                "192.0.2.7 <\"a@b> c@d",
                "192.0.2.7 <a@b c@d",
            })
    void whatMayMeanTwoThingsIsAnErrorAndNoGuess(String words) {
        assertThat(dialogue.ask(words)).startsWith("error: ");
        assertThat(gate.decided()).containsExactly(Reason.MALFORMED);
        assertThat(gate.store().entries()).isZero();
    }

    @Test
    void aQuotedSenderMayHaveBlanks() {
        dialogue.ask("192.0.2.7 \"a b\"@c d@e");
        gate.pass(300);
        assertThat(dialogue.ask("192.0.2.7 <\"A B\"@c> d@e")).isEqualTo("white");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "||,                    error: No data received",
                "update,                error: Missing argument",
                "192.0.2.7,             error: Missing argument",
                "check,                 error: Missing argument",
                "stats now,             error: Too many arguments",
                "--foo 192.0.2.7 a b,   error: 'foo' is not a known state",
                "add 192.0.2.7,         error: Only root and the user that started the daemon may",
                "delete 192.0.2.7,      error: Only root and the user that started the daemon may",
                "save,                  error: Only root and the user that started the daemon may",
                "list,                  error: Only root and the user that started the daemon may",
                "clear,                 error: Only root and the user that started the daemon may",
                "reload,                error: Only root and the user that started the daemon may"
            })
    void whatCannotBeDoneIsAnError(String words, String answer) {
        assertThat(dialogue.ask(words)).startsWith(answer);
        assertThat(gate.store().entries()).isZero();
    }

    @Test
    void figuresCountWhatWasAnswered() {
        dialogue.ask("192.0.2.7 a@b c@d");
        gate.pass(300);
        dialogue.ask("192.0.2.7 a@b c@d");
        assertThat(dialogue.ask("mrtg")).isEqualTo("1\n1\n0 hours, 5 minutes\nmx.example.net\n");
        assertThat(dialogue.ask("stats"))
                .startsWith("Statistics since 2023-11-14T22:13:20Z (0 hours, 5 minutes ago)\n---")
                .contains("\n1 requests were answered white\n1 requests were answered grey\n")
                .endsWith(" - 1 (100.0%) became whitelisted\n");
    }

    @Test
    void aRequestThatIsTooLongIsAnError() {
        assertThat(dialogue.ask("192.0.2.7 a@b " + "c".repeat(WordsHandler.REQUEST_MAX)))
                .isEqualTo("error: Request too long");
    }

    @Test
    void aRequestInPiecesIsTheSame() {
        Random random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            try (Dialogue.Peer peer = dialogue.connect()) {
                peer.sayInPieces("192.0.2.7 a@example.org b@example.net\n", 1 + round, random);
                assertThat(peer.rest()).isEqualTo("grey");
            }
        }
    }

    @Test
    void anyOctetsGetAnAnswer() {
        Random random = new Random(SEED);
        for (int round = 0; round < 300; round++) {
            StringBuilder text = new StringBuilder("update --grey 192.0.2.7 <a@b> c@d\n");
            for (int change = random.nextInt(8); change > 0; change--) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            assertThat(dialogue.ask(text.toString()))
                    .as("seed %d, round %d", SEED, round)
                    .matches("(?s)white|grey|true|false|error: .*");
        }
    }
}
