package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;

import java.util.List;

/// Tells of which message an attempt is, and prepares what its judges need. That is a good part of
/// the work, and whoever reads a log has time for it. Confined to one thread.
public final class MessageNames {
    private final Attempt attempt = Envelope.attempt();
    private final TextRoom room = Envelope.room();
    private final byte[] message = new byte[Attempt.MESSAGE_MAX];
    private final Fingerprint fingerprint = new Fingerprint();
    private final List<TrialDaemon> judges;

    /// @param judges judge the attempts, in another thread and soon
    public MessageNames(List<TrialDaemon> judges) {
        this.judges = List.copyOf(judges);
    }

    /// The attempt with its message.
    ///
    /// @param prepares whether there is time for what the judges can do themselves
    public MessageAttempt of(Recorded recorded, boolean prepares) {
        recorded.envelope().writeTo(attempt, room);
        fingerprint.take(message, attempt.writeMessage(message), 0);
        for (int i = 0; prepares && i < judges.size(); i++) {
            judges.get(i).prepare(attempt);
        }
        return new MessageAttempt(
                recorded, fingerprint.high(), fingerprint.low(), attempt.written());
    }
}
