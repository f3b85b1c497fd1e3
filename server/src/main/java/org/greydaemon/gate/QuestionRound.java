package org.greydaemon.gate;

import org.greydaemon.decision.Source.Protocol;
import org.greydaemon.metrics.Timer;

/// The questions that one thread answers together: judged one by one, committed once, and measured
/// as if each had taken the same time. Confined to the thread.
public final class QuestionRound {
    private final Gate gate;
    private final Timer timer;
    private long started;
    private int length;

    /// @param protocol by which is asked
    public QuestionRound(Gate gate, Protocol protocol) {
        this.gate = gate;
        timer = gate.time(protocol);
    }

    /// One more is going to be judged.
    public void question() {
        if (length++ == 0) {
            started = timer.start();
        }
    }

    /// Returns when what was judged would survive the death of the process.
    public void commit() {
        if (length > 0) {
            gate.commit();
            timer.stop(started, length);
            length = 0;
        }
    }
}
