package org.greydaemon.wire.milter;

import org.greydaemon.decision.Source;
import org.greydaemon.gate.Gate;
import org.greydaemon.gate.Replies;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.server.Connection;
import org.greydaemon.server.ConnectionHandler;
import org.greydaemon.server.SteadyClock;

import java.io.IOException;

/// Serves the milter connections of mail servers. Safe for use by several threads.
public final class MilterHandler implements ConnectionHandler {
    /// How long a mail server may be silent. It is while the content of a message passes, however
    /// slow the SMTP client; as long as libmilter waits (its MI_TIMEOUT).
    private static final long IDLE_SECONDS = 7_210;

    private static final int READ_MAX = 4_096;

    private final Gate gate;
    private final SteadyClock clock;
    private final Wording words;
    private final FaultLog faults;

    /// What SMTP clients and the readers of messages are told.
    ///
    /// @param replies to a deferred recipient
    /// @param header the header of a message that was held up
    public record Wording(Replies replies, DelayHeader header) {}

    /// @param faults hears of connections that speak nothing of the protocol
    public MilterHandler(Gate gate, SteadyClock clock, Wording words, FaultLog faults) {
        this.gate = gate;
        this.clock = clock;
        this.words = words;
        this.faults = faults;
    }

    @Override
    public void serve(Connection connection) throws IOException {
        MilterSession session =
                new MilterSession(new Judge(gate, clock, words, source(connection)));
        byte[] octets = new byte[READ_MAX];
        while (!session.isOver()) {
            connection.within(IDLE_SECONDS);
            // Mail servers write macros and their command separately.
            connection.acknowledgeAtOnce();
            int length = connection.read(octets, 0, octets.length);
            if (length < 0) {
                return;
            }
            if (!connection.hold(session.octetsToHear(length))) {
                return;
            }
            for (byte[] answer : session.hear(octets, length)) {
                connection.write(answer, 0, answer.length);
            }
            if (session.hasAsked()) {
                connection.asked();
            }
            if (!connection.hold(session.octets())) {
                return;
            }
        }
        if (!session.fault().isEmpty()) {
            faults.closed("milter " + connection.peer(), session.fault());
        }
    }

    private static Source source(Connection connection) {
        Source source = new Source(Source.Protocol.MILTER);
        if (connection.isUnix()) {
            source.asksLocally();
        } else {
            source.asks(connection.address().high(), connection.address().low(), connection.port());
        }
        return source;
    }
}
