package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.Random;

@Timeout(60)
final class PolicyHandlerTest {
    private static final String DUNNO = "action=DUNNO\n\n";
    private static final long SEED = Long.getLong("seed", 20_261_123L);

    private final TestGate gate = TestGate.modern();
    private final Dialogue dialogue = dialogue(gate);
    private final Dialogue.Peer postfix = dialogue.connect();

    private static Dialogue dialogue(TestGate gate) {
        return new Dialogue(
                new PolicyHandler(
                        gate.gate(),
                        gate.clock(),
                        () -> ReplyText.DEFAULT,
                        new DelayHeader("mx.example.net")));
    }

    @AfterEach
    void close() {
        postfix.close();
        dialogue.close();
    }

    private static String request(
            String state, String instance, String sender, String recipient, String... more) {
        return "request=smtpd_access_policy\nprotocol_state="
                + state
                + "\nclient_address=192.0.2.7\nsender="
                + sender
                + "\nrecipient="
                + recipient
                + "\ninstance="
                + instance
                + "\n"
                + String.join("\n", more)
                + (more.length > 0 ? "\n\n" : "\n");
    }

    private String ask(String state, String instance, String sender, String recipient) {
        return ask(request(state, instance, sender, recipient));
    }

    private String ask(String request) {
        postfix.say(request);
        return postfix.hear("\n\n");
    }

    private static String deferred(int seconds) {
        return "action=DEFER_IF_PERMIT 4.7.1 Greylisted, please try again in "
                + seconds
                + " seconds\n\n";
    }

    @Test
    void aNewTripletIsDeferredWithTheTimeThatIsLeft() {
        assertThat(ask("RCPT", "1", "a@example.org", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(127);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net")).isEqualTo(deferred(173));
        assertThat(gate.store().commits()).isEqualTo(2);
    }

    @Test
    void aRetryPassesWithOneHeaderForTheMessage() {
        ask("RCPT", "1", "a@example.org", "b@example.net");
        ask("RCPT", "1", "a@example.org", "c@example.net");
        gate.pass(301);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net"))
                .isEqualTo(
                        "action=PREPEND X-Greylist: delayed 301 seconds by greydaemon at"
                                + " mx.example.net; Tue, 14 Nov 2023 22:18:21 +0000\n\n");
        assertThat(ask("RCPT", "2", "a@example.org", "c@example.net")).isEqualTo(DUNNO);
        assertThat(ask("DATA", "2", "a@example.org", "")).isEqualTo(DUNNO);
        assertThat(ask("END-OF-MESSAGE", "2", "a@example.org", "")).isEqualTo(DUNNO);
        assertThat(gate.decided())
                .containsExactly(Reason.NEW, Reason.NEW, Reason.PASSED, Reason.KNOWN);
    }

    @Test
    void otherStatesPassUnjudged() {
        for (String state : new String[] {"CONNECT", "EHLO", "HELO", "MAIL", "VRFY", "ETRN", ""}) {
            assertThat(ask(state, "1", "a@example.org", "")).isEqualTo(DUNNO);
        }
        assertThat(gate.decided()).isEmpty();
    }

    @Test
    void anAuthenticatedClientPasses() {
        assertThat(ask(request("RCPT", "1", "a@example.org", "b@c", "sasl_username=alice")))
                .isEqualTo(DUNNO);
        assertThat(ask(request("RCPT", "2", "a@example.org", "b@c", "ccert_subject=alice")))
                .isEqualTo(DUNNO);
        assertThat(ask(request("RCPT", "3", "a@example.org", "b@c", "ccert_fingerprint=00:11")))
                .as("any certificate has a fingerprint")
                .isEqualTo(deferred(300));
        assertThat(gate.decided())
                .containsExactly(Reason.AUTHENTICATED, Reason.AUTHENTICATED, Reason.NEW);
    }

    @Test
    void aBounceIsJudgedAtDataForAllItsRecipients() {
        assertThat(ask("RCPT", "1", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("RCPT", "1", "", "c@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).isEmpty();
        assertThat(ask("DATA", "1", "", "")).isEqualTo(deferred(300));
        gate.pass(301);
        ask("RCPT", "2", "", "c@example.net");
        assertThat(ask("DATA", "2", "", "c@example.net")).startsWith("action=PREPEND X-Greylist: ");
        assertThat(ask("END-OF-MESSAGE", "2", "", "c@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    @Test
    void aMessageThatWasNotSeenAtRcptIsJudgedLater() {
        assertThat(ask("DATA", "1", "a@example.org", "b@example.net")).isEqualTo(deferred(300));
        assertThat(ask("END-OF-MESSAGE", "2", "a@example.org", "b@example.net"))
                .isEqualTo(deferred(300));
        assertThat(ask("DATA", "3", "a@example.org", "")).as("several recipients").isEqualTo(DUNNO);
        gate.pass(301);
        assertThat(ask("END-OF-MESSAGE", "4", "a@example.org", "b@example.net"))
                .as("too late for a header")
                .isEqualTo(DUNNO);
    }

    @Test
    void aSecondCopyOfARequestGetsTheSameAnswer() {
        ask("RCPT", "1", "a@example.org", "b@example.net");
        gate.pass(300);
        String first = ask("RCPT", "2", "a@example.org", "b@example.net");
        gate.pass(1);
        try (Dialogue.Peer again = dialogue.connect()) {
            again.say(request("RCPT", "2", "a@example.org", "b@example.net"));
            assertThat(again.hear("\n\n")).isEqualTo(first).contains("PREPEND");
        }
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
        gate.pass(11);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net")).isEqualTo(DUNNO);
    }

    @Test
    void withoutAnInstanceEachRequestStandsAlone() {
        String request =
                "protocol_state=RCPT\nclient_address=192.0.2.7\nsender=a@b\nrecipient=c@d\n\n";
        assertThat(ask(request)).isEqualTo(deferred(300));
        gate.pass(5);
        assertThat(ask(request)).isEqualTo(deferred(295));
        gate.pass(295);
        assertThat(ask(request)).isEqualTo(DUNNO);
    }

    @Test
    void aClientWithoutAnAddressPassesUnjudged() {
        assertThat(ask(request("RCPT", "1", "a@b", "c@d").replace("192.0.2.7", "unknown")))
                .isEqualTo(DUNNO);
        assertThat(gate.decided()).isEmpty();
    }

    @Test
    void aMalformedRequestEndsItsConnectionOnly() {
        try (Dialogue.Peer other = dialogue.connect()) {
            for (String bad :
                    new String[] {
                        "request=smtpd_access_policy\r\n\r\n", "\n", "x\n\n", "sender=a\n\n"
                    }) {
                assertThat(dialogue.ask(bad)).isEmpty();
            }
            other.say(request("RCPT", "1", "a@example.org", "b@example.net"));
            assertThat(other.hear("\n\n")).isEqualTo(deferred(300));
        }
        assertThat(gate.decided())
                .containsExactly(
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.NEW);
    }

    @Test
    void aHalfCloseIsNoAbort() {
        assertThat(dialogue.ask(request("RCPT", "1", "a@example.org", "b@example.net")))
                .isEqualTo(deferred(300));
    }

    @Test
    void aConversationInPiecesIsTheSame() {
        String requests =
                RequestReaderTest.POSTFIX
                        + request("RCPT", "1", "a@example.org", "b@example.net")
                        + request("DATA", "1", "a@example.org", "b@example.net");
        String answers = deferred(300) + deferred(300) + DUNNO;
        Random random = new Random(SEED);
        for (int pieceMax : new int[] {1, 7, 100, 2_000}) {
            TestGate other = TestGate.original();
            try (Dialogue pieces = dialogue(other);
                    Dialogue.Peer peer = pieces.connect()) {
                peer.sayInPieces(requests, pieceMax, random);
                peer.end();
                assertThat(peer.rest()).as("seed %d", SEED).isEqualTo(answers);
            }
        }
    }

    @Test
    void anyOctetsEndInAnAnswerOrAnEnd() {
        Random random = new Random(SEED);
        String request = request("RCPT", "1", "a@example.org", "b@example.net");
        for (int round = 0; round < 300; round++) {
            StringBuilder mutated = new StringBuilder(request);
            for (int change = 1 + random.nextInt(5); change > 0; change--) {
                mutated.setCharAt(random.nextInt(request.length()), (char) random.nextInt(256));
            }
            assertThat(dialogue.ask(mutated.toString()))
                    .as("seed %d, round %d", SEED, round)
                    .matches("(action=(DUNNO|DEFER_IF_PERMIT 4\\.7\\.1 [ -~]+)\n\n)*");
        }
    }
}
