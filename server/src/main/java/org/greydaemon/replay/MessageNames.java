package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;

/// Tells of which message an attempt is. That is a good part of the work, and whoever reads a log
/// has time for it. Confined to one thread.
public final class MessageNames {
    private final Attempt attempt = Envelope.attempt();
    private final byte[] room = Envelope.room();
    private final byte[] message = new byte[Attempt.MESSAGE_MAX];
    private final Fingerprint fingerprint = new Fingerprint();

    /// The attempt with its message.
    public MessageAttempt of(Recorded recorded) {
        recorded.envelope().writeTo(attempt, room);
        fingerprint.take(message, attempt.writeMessage(message), 0);
        return new MessageAttempt(recorded, fingerprint.high(), fingerprint.low());
    }
}
