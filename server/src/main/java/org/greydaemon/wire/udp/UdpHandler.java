package org.greydaemon.wire.udp;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.metrics.Timer;
import org.greydaemon.server.DatagramHandler;
import org.greydaemon.server.Peer;

import java.util.function.LongSupplier;

/// Answers the datagrams of mail servers: reads the request, asks the gate, writes the answer.
/// Confined to `udp`.
public final class UdpHandler implements DatagramHandler {
    private static final int DATAGRAM_MAX = 65_536;

    private final Gate gate;
    private final LongSupplier now;
    private final Attempt attempt = new Attempt(DATAGRAM_MAX, QueryCodec.RECIPIENTS_MAX);
    private final Decision decision = new Decision(QueryCodec.RECIPIENTS_MAX);
    private final Source source = new Source(Source.Protocol.UDP);
    private final Timer timer;
    private long roundStarted;
    private int roundLength;

    /// @param now the time in seconds
    public UdpHandler(Gate gate, LongSupplier now) {
        this.gate = gate;
        this.now = now;
        timer = gate.time(Source.Protocol.UDP);
    }

    @Override
    public int answer(byte[] datagram, int length, Peer from, byte[] reply) {
        if (roundLength++ == 0) {
            roundStarted = timer.start();
        }
        source.asks(from.high(), from.low(), from.port());
        source.request(datagram, length);
        QueryCodec.parse(datagram, length, source, attempt);
        gate.judge(attempt, now.getAsLong(), decision);
        return QueryCodec.reply(decision, reply);
    }

    @Override
    public void beforeReplies() {
        gate.commit();
        if (roundLength > 0) {
            timer.stop(roundStarted, roundLength);
            roundLength = 0;
        }
    }
}
