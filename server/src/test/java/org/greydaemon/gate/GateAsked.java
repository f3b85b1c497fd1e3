package org.greydaemon.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Attempts;
import org.greydaemon.decision.Cause;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;

/// Asks gates about mail of alice@example.org from 192.0.2.7.
abstract class GateAsked {
    final Decision decision = new Decision(10);

    static Attempt attempt(String... recipients) {
        return Attempts.attempt("192.0.2.7", "alice@example.org", recipients);
    }

    Reason decide(TestGate gate, String... recipients) {
        return decide(gate, attempt(recipients));
    }

    Reason decide(TestGate gate, Attempt attempt) {
        gate.gate().decide(attempt, gate.clock().getAsLong(), decision);
        return decision.reason();
    }

    /// Which line of the operator's has decided.
    String by() {
        byte[] text = new byte[Cause.TEXT_MAX];
        return new String(text, 0, decision.cause().write(text, 0), UTF_8);
    }
}
