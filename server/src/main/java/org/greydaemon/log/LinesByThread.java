package org.greydaemon.log;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/// Has several threads write lines beside each other: who forms a line has octets of his own for
/// it, and neither waits for another one's line nor fetches what that has written. For forms that
/// say each decision in one line: that goes to the log as a whole, but lines of several would be
/// mixed with others'. Safe for use by several threads.
final class LinesByThread implements DecisionLog {
    /// More than there are threads that answer much; two that meet take turns.
    private static final int WRITERS = 8;

    private final Supplier<DecisionLog> form;
    private final AtomicReferenceArray<DecisionLog> writers = new AtomicReferenceArray<>(WRITERS);

    /// @param form makes what writes lines, once for each that is needed
    LinesByThread(Supplier<DecisionLog> form) {
        this.form = form;
    }

    @Override
    public void decided(Attempt attempt, Decision decision, long now) {
        // How often malformed requests are shown is counted in one place.
        boolean isCounted = decision.reason() == Reason.MALFORMED;
        writer(isCounted ? 0 : (int) Thread.currentThread().threadId() & WRITERS - 1)
                .decided(attempt, decision, now);
    }

    private DecisionLog writer(int place) {
        DecisionLog its = writers.get(place);
        if (its == null) {
            boolean _ = writers.compareAndSet(place, null, form.get());
            its = writers.get(place);
        }
        return its;
    }
}
