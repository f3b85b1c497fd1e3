package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;

/// Tells of which message an attempt is. That is a good part of the work, and whoever reads a log
/// has time for it. Confined to one thread.
public final class MessageNames {
    private final Attempt attempt = Envelope.attempt();

    /// The attempt with its message.
    public MessageAttempt of(Recorded recorded) {
        recorded.envelope().writeTo(attempt);
        return new MessageAttempt(recorded, attempt.message());
    }
}
