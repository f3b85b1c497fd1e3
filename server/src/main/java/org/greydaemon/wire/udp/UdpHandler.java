package org.greydaemon.wire.udp;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.Peer;

import java.util.Arrays;
import java.util.function.LongSupplier;

/// Answers the datagrams of mail servers: reads the request, asks the gate, writes the answer.
/// Confined to one of the threads that answer; only an answer that has to wait for the name of the
/// client's host is given from a thread of its own, with an attempt of its own.
public final class UdpHandler implements DatagramHandler {
    private static final int DATAGRAM_MAX = 65_536;

    private final Gate gate;
    private final LongSupplier now;
    private final Attempt attempt = new Attempt(DATAGRAM_MAX, QueryCodec.RECIPIENTS_MAX);
    private final Decision decision = new Decision(QueryCodec.RECIPIENTS_MAX);
    private final Source source = new Source(Source.Protocol.UDP);
    private final LateAnswers late;
    private final QuestionRound round;

    /// @param now the time in seconds
    /// @param late gives the answers that have to wait
    public UdpHandler(Gate gate, LongSupplier now, LateAnswers late) {
        this.gate = gate;
        this.now = now;
        this.late = late;
        round = new QuestionRound(gate, Source.Protocol.UDP);
    }

    @Override
    public int answer(byte[] datagram, int length, Peer from, byte[] reply) {
        round.question();
        source.asks(from.high(), from.low(), from.port());
        source.request(datagram, length);
        QueryCodec.parse(datagram, length, source, attempt, gate.takesAnyClient());
        long seconds = now.getAsLong();
        if (!gate.judge(attempt, seconds, decision)) {
            if (answersLate(datagram, length, from)) {
                return 0;
            }
            attempt.evidence().unanswered(); // Too many wait for DNS already.
            attempt.evidence().asked();
            boolean _ = gate.judge(attempt, seconds, decision);
        }
        return QueryCodec.reply(decision, reply);
    }

    private boolean answersLate(byte[] datagram, int length, Peer from) {
        byte[] request = Arrays.copyOf(datagram, length);
        return late.answer(
                from,
                (peer, reply) -> {
                    Source asker = new Source(Source.Protocol.UDP);
                    asker.asks(peer.address().high(), peer.address().low(), peer.port());
                    asker.request(request, length);
                    Attempt own = new Attempt(length, QueryCodec.RECIPIENTS_MAX);
                    QueryCodec.parse(request, length, asker, own, gate.takesAnyClient());
                    Decision its = new Decision(QueryCodec.RECIPIENTS_MAX);
                    gate.decide(own, now.getAsLong(), its);
                    return QueryCodec.reply(its, reply);
                });
    }

    @Override
    public void beforeReplies() {
        round.commit();
    }
}
