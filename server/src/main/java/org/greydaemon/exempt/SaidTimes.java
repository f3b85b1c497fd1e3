package org.greydaemon.exempt;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// How often somebody said of recipients that mail is {@link Expected}: who could always say so
/// would never be greylisted. Used under the lock of that.
final class SaidTimes {
    /// How often somebody may say so of a recipient within {@link #PER_SECONDS}.
    static final int MAX = 10;

    private static final long PER_SECONDS = 3_600;

    /// The most mailboxes of which it is known while they expect nothing any more.
    static final int COUNTED_MAX = 2 * Expected.RECIPIENTS_MAX;

    private final Map<String, Times> byMailbox = new HashMap<>();

    /// How often somebody said so of a recipient.
    ///
    /// @param since in seconds since 1970
    private record Times(long since, int count) {
        static final Times NEVER = new Times(Long.MIN_VALUE, 0);

        boolean isOver(long wall) {
            return equals(NEVER) || wall < since || wall - since >= PER_SECONDS;
        }
    }

    /// Counts that somebody says so of a recipient.
    ///
    /// @param mailbox whose mail that is: one extension after the other would have no bound
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @return takes that back
    Runnable count(String mailbox, long wall) {
        Times last = byMailbox.getOrDefault(mailbox, Times.NEVER);
        byMailbox.put(
                mailbox,
                last.isOver(wall) ? new Times(wall, 1) : new Times(last.since(), last.count() + 1));
        return () -> {
            if (last.equals(Times.NEVER)) {
                byMailbox.remove(mailbox);
            } else {
                byMailbox.put(mailbox, last);
            }
        };
    }

    /// Why it may not be said of a recipient once more; empty if it may.
    ///
    /// @param mailbox whose mail that is
    /// @param wall the time of the wall clock, in seconds since 1970
    /// @param expecting the mailboxes that expect mail, asked if there are too many others
    Optional<String> tooOften(String mailbox, long wall, Supplier<Set<String>> expecting) {
        if (byMailbox.size() >= COUNTED_MAX) {
            byMailbox.values().removeIf(times -> times.isOver(wall));
        }
        if (byMailbox.size() >= COUNTED_MAX) {
            // Who expects nothing is greylisted.
            byMailbox.keySet().retainAll(expecting.get());
        }
        Times last = byMailbox.getOrDefault(mailbox, Times.NEVER);
        if (last.isOver(wall) || last.count() < MAX) {
            return Optional.empty();
        }
        return Optional.of(
                "it was said of %s %d times within an hour; say it again in %d s, or use greyctl allow --to"
                        .formatted(mailbox, last.count(), last.since() + PER_SECONDS - wall));
    }
}
