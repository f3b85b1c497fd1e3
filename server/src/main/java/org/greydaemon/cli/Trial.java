package org.greydaemon.cli;

import org.greydaemon.admin.Amount;
import org.greydaemon.decision.Reason;

import java.util.Optional;

/// What `greyctl status` and `greyctl top` say while `rules.observe` is set or lines observe.
final class Trial {
    private Trial() {}

    /// What greylisting would have done since the start.
    ///
    /// @param figures the daemon's
    /// @return empty if it is no trial
    static Optional<String> of(ControlClient.Line figures) {
        boolean ofAll = figures.isTrue("observes");
        if (!ofAll && !figures.isTrue("observing_lines")) {
            return Optional.empty();
        }
        long all = 0;
        for (Reason reason : Reason.values()) {
            all += reason == Reason.MALFORMED ? 0 : figures.line("total").number(reason.word());
        }
        return Optional.of(
                "%s; of %s since the start %d would have been deferred"
                        .formatted(
                                ofAll
                                        ? "rules.observe is set, so all mail passes"
                                        : "lines of exemption files observe, so their mail passes",
                                Amount.of(all, "attempt", "attempts"),
                                figures.number("observed")));
    }
}
