package org.greydaemon.wire.udp;

import org.greydaemon.bench.Request;
import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Source;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// The UDP protocol alone: a request is read, an answer is written.
@State(Scope.Thread)
public class QueryCodecBench {
    private final Request request = new Request();
    private final Source source = new Source(Source.Protocol.UDP);
    private final Attempt attempt = new Attempt(2048, 10);
    private final Decision decision = new Decision(10);
    private final byte[] reply = new byte[QueryCodec.REPLY_LENGTH];

    /// Reads a request with one recipient.
    @Benchmark
    public int parse() {
        QueryCodec.parse(request.octets(), request.length(), source, attempt, true);
        return attempt.recipients();
    }

    /// Writes an answer.
    @Benchmark
    public int reply() {
        return QueryCodec.reply(decision, reply);
    }
}
