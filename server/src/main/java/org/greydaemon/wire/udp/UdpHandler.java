package org.greydaemon.wire.udp;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.QuestionRound;
import org.greydaemon.server.Datagram;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.LateAnswers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/// Answers the datagrams of mail servers: reads the requests of a round, asks the gate about each,
/// writes the answers. Confined to one of the threads that answer; only an answer that has to wait
/// for the name of the client's host is given from a thread of its own, with an attempt of its own.
public final class UdpHandler implements DatagramHandler {
    /// The octets of a request that has room without more being made.
    private static final int USUAL = 2048;

    private final Gate gate;
    private final LongSupplier now;
    private final Decision decision = new Decision(QueryCodec.RECIPIENTS_MAX);
    private final LateAnswers late;
    private final QuestionRound round;

    // By the place in the round; made when they are needed.
    private final List<Query> queries = new ArrayList<>();

    // How many of the round, the first ones, have been read before the first answer.
    private int readAhead;

    /// @param now the time in seconds
    /// @param late gives the answers that have to wait
    public UdpHandler(Gate gate, LongSupplier now, LateAnswers late) {
        this.gate = gate;
        this.now = now;
        this.late = late;
        round = new QuestionRound(gate, Source.Protocol.UDP);
    }

    @Override
    public void read(Datagram datagram) {
        round.question();
        if (datagram.number() == 0) {
            readAhead = 0; // A round begins.
        }
        if (round.readsAhead() && datagram.number() == readAhead) {
            readAhead++;
            round.expect(read(datagram, datagram.number()));
        }
    }

    private Attempt read(Datagram datagram, int number) {
        while (queries.size() <= number) {
            queries.add(new Query(USUAL));
        }
        Query query = queries.get(number);
        query.asks(datagram.from().high(), datagram.from().low(), datagram.from().port());
        query.read(datagram.octets(), datagram.length(), gate.takesAnyClient());
        return query.attempt();
    }

    @Override
    public void beforeAnswers() {
        round.fetch();
    }

    @Override
    public int answer(Datagram datagram, byte[] reply) {
        Attempt attempt =
                datagram.number() < readAhead
                        ? queries.get(datagram.number()).attempt()
                        : read(datagram, 0); // Those read ahead have been judged by then.
        long seconds = now.getAsLong();
        if (!gate.judge(attempt, seconds, decision)) {
            if (answersLate(datagram)) {
                round.late();
                return 0;
            }
            attempt.evidence().unanswered(); // Too many wait for DNS already.
            attempt.evidence().asked();
            boolean _ = gate.judge(attempt, seconds, decision);
        }
        return QueryCodec.reply(decision, reply);
    }

    private boolean answersLate(Datagram datagram) {
        byte[] request = Arrays.copyOf(datagram.octets(), datagram.length());
        return late.answer(
                datagram.from(),
                (peer, reply) -> {
                    Query own = new Query(request.length);
                    own.asks(peer.address().high(), peer.address().low(), peer.port());
                    own.read(request, request.length, gate.takesAnyClient());
                    Decision its = new Decision(QueryCodec.RECIPIENTS_MAX);
                    gate.decide(own.attempt(), now.getAsLong(), its);
                    return QueryCodec.reply(its, reply);
                });
    }

    @Override
    public void beforeReplies() {
        round.commit();
    }
}
