package org.greydaemon.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.gate.TestGate;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.Peer;
import org.junit.jupiter.api.Test;

final class UdpHandlerTest {
    private final TestGate gate = TestGate.original();
    private final UdpHandler handler = new UdpHandler(gate.gate(), gate.clock(), LateAnswers.NONE);

    private final byte[] reply = new byte[DatagramHandler.REPLY_MAX];

    private int ask(String sender) {
        byte[] query = ("I192.0.2.1\0F" + sender + "\0Tb@example.net\0").getBytes(ISO_8859_1);
        return Ask.answer(handler, query, query.length, new Peer(), reply);
    }

    @Test
    void inATrialAllIsAcceptedAndTheReasonStays() {
        ask("a@example.org");
        assertThat(reply).startsWith(0, 1);
        gate.observe();
        ask("c@example.org");
        assertThat(reply).startsWith(1, 1);
    }

    /// What is not committed would be forgotten by a kill after the answer.
    @Test
    void allAnswersOfARoundAreCommittedTogetherBeforeTheyLeave() {
        assertThat(ask("a@example.org")).isEqualTo(2);
        assertThat(ask("c@example.org")).isEqualTo(2);
        assertThat(gate.store().commits()).isZero();
        handler.beforeReplies();
        assertThat(gate.store().commits()).isEqualTo(1);
    }
}
