package org.greydaemon.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.gate.TestGate;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.Datagram;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.Peer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

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

    /// Under one set of rules the whole round is read before the first answer, under the other not.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachOfARoundHasItsOwnAnswer(boolean modern) {
        TestGate rules = modern ? TestGate.modern() : TestGate.original();
        UdpHandler asked = new UdpHandler(rules.gate(), rules.clock(), LateAnswers.NONE);
        String longOne = "x".repeat(3000);
        List<String> round =
                List.of(
                        "I192.0.2.1\0Fa@example.org\0Tb@example.net",
                        "nonsense",
                        "I192.0.2.2\0F" + longOne + "\0Tb@example.net",
                        "I192.0.2.1\0Fa@example.org\0Tb@example.net",
                        "I192.0.2.3\0Fa@example.org\0Tb@example.net");
        for (int times = 0; times < 2; times++) {
            assertThat(answers(asked, round))
                    .containsExactly(
                            times == 0 ? "0 1" : "0 2",
                            "",
                            times == 0 ? "0 1" : "0 2",
                            "0 2",
                            times == 0 ? "0 1" : "0 2");
        }
        assertThat(answers(asked, List.of("I192.0.2.4\0Fa@example.org\0Tb@example.net")))
                .containsExactly("0 1");
    }

    @Test
    void anAnswerThatWaitsForANameIsMeasuredOnce() {
        TestGate rules =
                TestGate.with(AllIdentities.after(300)).host("192.0.2.7", "mx.example.org");
        List<LateAnswers.Work> late = new ArrayList<>();
        UdpHandler asked = new UdpHandler(rules.gate(), rules.clock(), (_, work) -> late.add(work));
        assertThat(
                        answers(
                                asked,
                                List.of(
                                        "I192.0.2.7\0Fa@example.org\0Tb@example.net",
                                        "I192.0.2.7\0F\0Tb@example.net")))
                .containsExactly("", "");
        late.getFirst().answer(new Endpoint(IpAddress.ipv4(0x7f00_0001), 4242), reply);
        assertThat(Exposition.of(List.of()).write(rules.metrics()))
                .contains("greydaemon_decision_seconds_count{protocol=\"udp\"} 1\n");
    }

    private static List<String> answers(UdpHandler asked, List<String> round) {
        List<Datagram> datagrams = new ArrayList<>();
        for (String text : round) {
            byte[] octets = text.getBytes(ISO_8859_1);
            Datagram datagram = new Datagram(datagrams.size());
            System.arraycopy(octets, 0, datagram.begin(octets.length), 0, octets.length);
            asked.read(datagram);
            datagrams.add(datagram);
        }
        asked.beforeAnswers();
        List<String> answers = new ArrayList<>();
        byte[] to = new byte[DatagramHandler.REPLY_MAX];
        for (Datagram datagram : datagrams) {
            int length = asked.answer(datagram, to);
            answers.add(length == 0 ? "" : to[0] + " " + to[1]);
        }
        asked.beforeReplies();
        return answers;
    }
}
