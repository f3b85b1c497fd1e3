package org.greydaemon.decision;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// How long the triplets of some clients wait, and what an attempt makes of them. Immutable.
final class Patience {
    /// Makes a triplet one that has proven itself.
    static final Rule PROVE = (seen, now) -> Entry.of(now, Entry.PROVEN);

    /// How often a proven triplet's time is brought up to date, in seconds: its life is weeks.
    private static final long REFRESH_SECONDS = 3600;

    /// How soon after the first attempt another one is a question that was asked once more, because
    /// the answer was late or lost (qmail's clients, Postfix), and no retry of the sender's.
    private static final long REPEAT_SECONDS = 3;

    /// The part of a triplet's mark that stays while its clock runs.
    private static final int KEPT = Entry.SUSPECT | Entry.FIRST | Entry.CAME_BACK | Entry.MESSAGE;

    /// Notes that somebody came back, where a triplet tells it.
    static final Rule RETURNED = (seen, now) -> seen == Memory.NEVER ? seen : cameBack(seen);

    /// Another triplet tells from now on whether somebody came back.
    static final Rule TELLS_NO_MORE =
            (seen, now) ->
                    seen != Memory.NEVER && Entry.neverCameBack(seen)
                            ? Entry.of(
                                    Entry.time(seen),
                                    Entry.mark(seen) & ~(Entry.FIRST | Entry.MESSAGE))
                            : seen;

    private final Retention retention;
    private final int mark;
    private final int hammer;
    private final RetryWindow usual;
    private final RetryWindow hammered;

    // 0 where early retries are not counted.
    private final long hammerSeconds;

    private final @Nullable Patience shared;
    private final @Nullable Patience sharedByHammerer;

    /// What an attempt does to a triplet.
    final Rule step = this::next;

    /// The same, of a triplet that tells whether the recipient came back.
    final Rule stepFirst = (entry, now) -> next(entry, now, Entry.FIRST);

    /// The same, of one that tells it for the whole message.
    final Rule stepMessage = (entry, now) -> next(entry, now, Entry.FIRST | Entry.MESSAGE);

    /// Starts the clock of a triplet where it does not run; where it does, somebody came back.
    final Rule start = (entry, now) -> startsOnly(entry, now, 0);

    /// The same, of a triplet that tells whether the recipient came back.
    final Rule startFirst = (entry, now) -> startsOnly(entry, now, Entry.FIRST);

    /// The same, of one that tells it for the whole message.
    final Rule startMessage = (entry, now) -> startsOnly(entry, now, Entry.FIRST | Entry.MESSAGE);

    /// @param window when a retry counts
    /// @param delaySeconds how long the triplet waits at least
    /// @param usualSeconds how long others wait: what comes later is no hammering
    Patience(
            RetryWindow window,
            Retention retention,
            long delaySeconds,
            Suspects suspects,
            long usualSeconds) {
        this.retention = retention;
        mark = delaySeconds > window.minSeconds() ? Entry.SUSPECT : 0;
        hammer = suspects.hammer();
        usual = from(delaySeconds, window);
        hammerSeconds = Math.min(window.minSeconds(), usualSeconds);
        hammered = from(suspects.hammerSeconds(), usual);
        shared = new Patience(this, usual);
        sharedByHammerer = new Patience(this, hammered);
    }

    /// For triplets that are not the client's alone.
    private Patience(Patience its, RetryWindow window) {
        retention = its.retention;
        mark = its.mark;
        hammer = its.hammer;
        usual = window;
        hammered = window;
        hammerSeconds = 0;
        shared = null;
        sharedByHammerer = null;
    }

    /// With what patience the same client is met where a triplet is not its own alone but of its
    /// network, its host's domain or others that it shares with strangers: nobody's early retries
    /// are counted there, or strangers could make it wait; its own ones hold there too.
    ///
    /// @param hammers whether it {@link #isHammering}
    Patience shared(boolean hammers) {
        return Objects.requireNonNull(hammers ? sharedByHammerer : shared);
    }

    /// Whether a client has become too impatient, with the attempt that is made now.
    ///
    /// @param entry what was remembered of the triplet of its address
    boolean isHammering(long entry, long now) {
        return judge(entry, now) == Reason.EARLY && earlyRetries(entry, now) > hammer;
    }

    /// The window with a later beginning; half of it stays open, so that mail can pass.
    private static RetryWindow from(long seconds, RetryWindow window) {
        long min = Math.max(window.minSeconds(), Math.min(seconds, window.maxSeconds() / 2));
        return new RetryWindow(min, window.maxSeconds());
    }

    /// How long it is, in seconds.
    long minSeconds() {
        return usual.minSeconds();
    }

    /// Why a triplet passes or not. A first attempt in the future is a clock that was wrong: the
    /// wait starts over, so that a bad clock delays mail by one wait and not until that future
    /// comes.
    Reason judge(long entry, long now) {
        if (entry == Memory.NEVER) {
            return Reason.NEW;
        }
        if (isProven(entry)) {
            return retention.isKnown(entry, now) ? Reason.KNOWN : Reason.LATE;
        }
        long first = Entry.time(entry);
        return first > now ? Reason.LATE : windowWith(entry, now).judge(first, now);
    }

    /// In how many seconds a retry passes that has just been judged so.
    long retryIn(long entry, Reason reason, long now) {
        if (reason.startsClock()) {
            return usual.minSeconds();
        }
        return windowWith(entry, now).remaining(Entry.time(entry), now);
    }

    /// When a retry counts, without the attempt that is made now.
    RetryWindow window(long entry) {
        return Entry.earlyRetries(entry) > hammer ? hammered : usual;
    }

    /// With the attempt that is made now, a client may have become too impatient.
    private RetryWindow windowWith(long entry, long now) {
        return earlyRetries(entry, now) > hammer ? hammered : usual;
    }

    private int earlyRetries(long entry, long now) {
        return Entry.earlyRetries(entry) + (counts(Entry.time(entry), now) ? 1 : 0);
    }

    private long next(long entry, long now) {
        return next(entry, now, 0);
    }

    /// @param first what is noted of a triplet whose clock starts
    private long next(long entry, long now, int first) {
        return switch (judge(entry, now)) {
            case NEW, LATE -> Entry.of(now, mark | first);
            case EARLY -> early(entry, now);
            case KNOWN ->
                    now - Entry.time(entry) < REFRESH_SECONDS ? entry : Entry.of(now, Entry.PROVEN);
            case PASSED -> cameBack(entry);
            case EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED -> entry;
        };
    }

    private long startsOnly(long entry, long now, int first) {
        if (judge(entry, now).startsClock()) {
            return Entry.of(now, first);
        }
        return now - Entry.time(entry) > REPEAT_SECONDS ? cameBack(entry) : entry;
    }

    /// Whether an attempt that was judged so is a retry of the sender's.
    static boolean isReturn(long entry, Reason reason, long now) {
        return reason == Reason.PASSED
                || (reason == Reason.EARLY && now - Entry.time(entry) > REPEAT_SECONDS);
    }

    private long early(long entry, long now) {
        long first = Entry.time(entry);
        int tooEarly = Math.min(earlyRetries(entry, now), hammer + 1);
        long next = Entry.of(first, tooEarly | mark | (Entry.mark(entry) & KEPT));
        return now - first > REPEAT_SECONDS ? cameBack(next) : next;
    }

    private static long cameBack(long entry) {
        return Entry.neverCameBack(entry)
                ? Entry.of(Entry.time(entry), Entry.mark(entry) | Entry.CAME_BACK)
                : entry;
    }

    /// Whether a retry is one that comes too soon: what comes later than others may pass is a mail
    /// server's schedule, even if its client has to wait longer.
    private boolean counts(long first, long now) {
        return now - first > REPEAT_SECONDS && now - first < hammerSeconds;
    }

    private static boolean isProven(long entry) {
        return (Entry.mark(entry) & Entry.PROVEN) != 0;
    }
}
