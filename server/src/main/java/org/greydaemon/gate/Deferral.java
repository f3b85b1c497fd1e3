package org.greydaemon.gate;

import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.decision.Wait;
import org.greydaemon.mail.ReplyText;

import java.util.Optional;

/// What a client is told whose mail has to wait: of a fixed size, so that front ends can keep it
/// and say it again. Immutable.
///
/// @param reply what the operator's line says that has it wait; empty for what all are told
/// @param reason why
/// @param suspicion why it waits longer than others, unless the line says how long
/// @param seconds until a retry passes, from `at` on
/// @param at when it was said, in seconds
public record Deferral(
        Optional<String> reply, Reason reason, Suspicion suspicion, long seconds, long at) {
    /// What a decision comes to.
    ///
    /// @param now the time in seconds
    public static Deferral of(Decision decision, long now) {
        boolean waitsByLine = decision.cause().waits().delaySeconds() != Wait.AS_USUAL;
        return new Deferral(
                decision.cause().reply(),
                decision.reason(),
                waitsByLine ? Suspicion.NONE : decision.suspicion(),
                Math.max(1, decision.retryInSeconds()),
                now);
    }

    /// The same, said again later.
    public Deferral again(long now) {
        return new Deferral(reply, reason, suspicion, Math.max(1, seconds - (now - at)), now);
    }

    /// The reply.
    ///
    /// @param usual what all others are told
    ReplyText reply(ReplyText usual) {
        return reply.map(usual::saying).orElse(usual);
    }
}
