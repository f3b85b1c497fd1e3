package org.greydaemon.wire.milter;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.HexFormat;

/// How connections of mail servers go on and end.
@Timeout(60)
final class MilterConnectionTest {
    private static final String OFFER = "O 00000006 000001ff 001fffff";

    private final MilterScene scene = new MilterScene(MilterScene.rules("modern"));
    private final Dialogue dialogue = new Dialogue(scene.handler()::inLoop);

    @AfterEach
    void close() {
        dialogue.close();
    }

    private static void say(Dialogue.Peer peer, String... frames) {
        StringBuilder all = new StringBuilder();
        for (String frame : frames) {
            all.append(new String(Wire.frame(frame), ISO_8859_1));
        }
        peer.say(all.toString());
    }

    private static String frame(String frame) {
        return HexFormat.of().formatHex(Wire.frame(frame));
    }

    /// The answers up to an octet that ends one.
    private static String hear(Dialogue.Peer peer, String ending) {
        return HexFormat.of().formatHex(peer.hear(ending).getBytes(ISO_8859_1));
    }

    /// Sendmail negotiates with all its milters, one after the other, before it tells the first one
    /// of a client; one whose host is away takes it minutes.
    @Test
    void whoHasNegotiatedMayWaitForTheMailServersOtherMilters() {
        try (Dialogue.Peer silent = dialogue.connect();
                Dialogue.Peer sendmail = dialogue.connect()) {
            say(sendmail, OFFER);
            sendmail.hear("{tls_version}\0");
            while (dialogue.open() < 2) {
                Thread.onSpinWait(); // Its time begins when it is accepted.
            }
            dialogue.pass(300);
            assertThat(silent.rest()).as("who says nothing at all is closed").isEmpty();
            say(
                    sendmail,
                    client("192.0.2.99"),
                    "M \"<alice@sender.test>\"",
                    "R \"<bob@example.test>\"");
            assertThat(hear(sendmail, "a")).isEqualTo(frame("a"));
        }
        assertThat(dialogue.overdue()).isOne();
    }

    /// Who does not wait for the answers has a turn like everybody else, and then another one.
    @Test
    void whatWasSaidTogetherIsAnsweredInItsOrderTurnByTurn() {
        int many = 100;
        MilterSession session = scene.connect();
        byte[] said = Wire.join(Wire.frame(OFFER), Wire.frame(client("192.0.2.7")));
        said = Wire.join(said, Wire.frame("M \"<>\""));
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < many; i++) {
            said = Wire.join(said, Wire.frame("R \"<b%d@example.test>\"".formatted(i)));
            answers.append(frame("c"));
        }
        said = Wire.join(said, Wire.frame("T"));
        answers.append(frame("y \"451 4.7.1 Greylisted, please try again in 240 seconds\""));
        session.hear(said, said.length);
        assertThat(session.answers(false)).hasSizeLessThanOrEqualTo(MilterSession.TURN_MAX);
        assertThat(session.hasMore()).isTrue();
        try (Dialogue.Peer peer = dialogue.connect()) {
            peer.say(new String(said, ISO_8859_1));
            peer.hear("{tls_version}\0");
            assertThat(hear(peer, "seconds\0")).isEqualTo(answers.toString());
        }
    }

    private static String client(String address) {
        return "C \"mail.sender.test\" '4' :25 \"%s\"".formatted(address);
    }
}
