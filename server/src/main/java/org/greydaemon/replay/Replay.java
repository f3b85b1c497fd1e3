package org.greydaemon.replay;

import org.greydaemon.exempt.Exemptions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/// Plays the attempts of a log by several sets of rules.
///
/// The retries in a log are those that its own rules have caused. Under others
///
/// - a message that is accepted earlier is not tried again: its later attempts are left out;
/// - a message that was accepted then and is deferred now would be tried again, and nobody knows
///   when: it is taken to come from the same client at the times of {@link #RETRIES}, and counted.
///
/// A message is what one sender sends to one recipient until it is accepted, or until nothing was
/// heard of it for a day, whatever the client. Confined to one thread.
public final class Replay {
    /// When a message is tried again whose retries are not known, in seconds: as Postfix does by
    /// default.
    private static final long[] RETRIES = {
        450, 1050, 2250, 4650, 8850, 13_050, 17_250, 21_450, 25_650, 29_850, 34_050, 38_250, 42_450,
        46_650, 50_850, 55_050, 59_250, 63_450, 67_650, 71_850, 76_050, 80_250, 84_450
    };

    /// A message of which nothing was heard for so long does not come again.
    private static final long QUIET_SECONDS = 86_400;

    /// The most messages that are not accepted yet; the one heard of longest ago goes.
    static final int MESSAGES_MAX = 200_000;

    /// The most messages whose retries are being made up.
    static final int RETRIES_MAX = 50_000;

    private final List<Side> sides;
    private final Optional<Exemptions> good;
    private final OpenMessages messages = new OpenMessages();
    private long first = Long.MAX_VALUE;
    private long last;
    private long attempts;
    private long forgotten;
    private boolean namesKnown;

    /// A retry that is made up.
    private record Retry(
            long time, int number, long deferred, OpenMessage message, MessageAttempt attempted) {}

    /// One set of rules and what became of the messages under it.
    public static final class Side {
        private final String name;
        private final TrialDaemon daemon;
        private final Outcomes outcomes = new Outcomes();
        private final PriorityQueue<Retry> retries =
                new PriorityQueue<>(Comparator.comparingLong(Retry::time));
        private long earlier;
        private long madeUp;
        private long unknown;
        private long waiting;

        /// @param name what to call it
        public Side(String name, TrialDaemon daemon) {
            this.name = name;
            this.daemon = daemon;
        }

        /// What to call it.
        public String name() {
            return name;
        }

        /// Who judges.
        public TrialDaemon daemon() {
            return daemon;
        }

        /// What became of the messages.
        public Outcomes outcomes() {
            return outcomes;
        }

        /// Attempts of the log that were left out, because their message had been accepted.
        public long earlier() {
            return earlier;
        }

        /// Messages that were accepted then and are deferred here, so that their retries are made
        /// up.
        public long madeUp() {
            return madeUp;
        }

        /// Good messages that still waited when the log ended.
        public long waiting() {
            return waiting;
        }

        /// Messages whose retries were too many to be made up; they count as never accepted.
        public long unknown() {
            return unknown;
        }
    }

    /// @param sides the sets of rules
    /// @param good what is good: a message that one of these lets pass; if nobody says, a message
    ///   that the log shows accepted
    public Replay(List<Side> sides, Optional<Exemptions> good) {
        this.sides = List.copyOf(sides);
        this.good = good;
    }

    /// Plays an attempt of the log; their times never go back.
    public void play(MessageAttempt attempted) {
        Recorded recorded = attempted.recorded();
        attempts++;
        first = Math.min(first, recorded.time());
        last = Math.max(last, recorded.time());
        namesKnown |= recorded.envelope().hosts().isPresent();
        playRetries(recorded.time());
        forgetQuiet(recorded.time());
        OpenMessage message = messages.heard(attempted.high(), attempted.low());
        if (message == null) {
            message = new OpenMessage(attempted, isListed(attempted), sides.size());
            messages.add(message);
        }
        message.hear(recorded);
        for (int i = 0; i < sides.size(); i++) {
            judge(i, message, attempted);
        }
        if (recorded.accepted()) {
            messages.remove(message);
            close(message, true);
        }
    }

    private void judge(int number, OpenMessage message, MessageAttempt attempted) {
        Side side = sides.get(number);
        Recorded recorded = attempted.recorded();
        if (message.passed(number) != null) {
            side.earlier++;
        } else if (side.daemon.judge(attempted, recorded.time()).accepts()) {
            message.pass(number, recorded.time(), recorded.envelope());
        }
        if (recorded.accepted() && message.passed(number) == null) {
            if (side.retries.size() < RETRIES_MAX) {
                side.madeUp++;
                retry(side, 0, recorded.time(), message, attempted);
            } else {
                side.unknown++;
                count(number, message, true);
            }
        }
    }

    private static void retry(
            Side side, int number, long deferred, OpenMessage message, MessageAttempt attempted) {
        side.retries.add(
                new Retry(deferred + RETRIES[number], number, deferred, message, attempted));
    }

    private void playRetries(long until) {
        for (int i = 0; i < sides.size(); i++) {
            Side side = sides.get(i);
            while (true) {
                Retry next = side.retries.peek();
                if (next == null || next.time() > until) {
                    break;
                }
                side.retries.remove();
                play(i, next);
            }
        }
    }

    private void play(int number, Retry retry) {
        Side side = sides.get(number);
        OpenMessage message = retry.message();
        if (side.daemon.judge(retry.attempted(), retry.time()).accepts()) {
            message.pass(number, retry.time(), retry.attempted().recorded().envelope());
            count(number, message, true);
        } else if (retry.number() + 1 < RETRIES.length) {
            retry(side, retry.number() + 1, retry.deferred(), message, retry.attempted());
        } else {
            count(number, message, true);
        }
    }

    /// Counts a message whose log is over, for all sides that do not wait for its retries.
    private void close(OpenMessage message, boolean cameBack) {
        for (int i = 0; i < sides.size(); i++) {
            if (!cameBack || message.passed(i) != null) {
                count(i, message, cameBack);
            }
        }
    }

    /// Counts a good message that still waits when the log ends: nobody knows what became of it.
    private void closeUnfinished(OpenMessage message) {
        for (int i = 0; i < sides.size(); i++) {
            if (message.passed(i) != null) {
                count(i, message, false);
            } else {
                sides.get(i).waiting++;
            }
        }
    }

    private void count(int number, OpenMessage message, boolean cameBack) {
        Outcomes outcomes = sides.get(number).outcomes;
        OpenMessage.Passed passed = message.passed(number);
        if (good.isPresent() ? !message.isListed() : !cameBack) {
            outcomes.other(passed != null, message.recipients());
        } else if (passed != null) {
            outcomes.arrived(passed.waited(), passed.who());
        } else {
            outcomes.neverArrived();
        }
    }

    private void forgetQuiet(long now) {
        for (OpenMessage oldest = messages.oldest(); oldest != null; oldest = messages.oldest()) {
            boolean quiet = now - oldest.heard() >= QUIET_SECONDS;
            if (!quiet && messages.size() < MESSAGES_MAX) {
                return;
            }
            forgotten += quiet ? 0 : 1;
            messages.remove(oldest);
            close(oldest, false);
        }
    }

    /// The log is over: made-up retries come, and what was not accepted never will be.
    public void end() {
        playRetries(Long.MAX_VALUE);
        for (OpenMessage oldest = messages.oldest(); oldest != null; oldest = messages.oldest()) {
            messages.remove(oldest);
            if (oldest.isListed()) {
                closeUnfinished(oldest);
            } else {
                close(oldest, false);
            }
        }
    }

    private boolean isListed(MessageAttempt attempted) {
        return good.isPresent() && sides.getFirst().daemon().passes(good.get(), attempted);
    }

    /// The sets of rules.
    public List<Side> sides() {
        return new ArrayList<>(sides);
    }

    /// How many attempts the log has.
    public long attempts() {
        return attempts;
    }

    /// The time of the first attempt, in seconds.
    public long first() {
        return first;
    }

    /// The time of the last attempt, in seconds.
    public long last() {
        return last;
    }

    /// Messages that were taken to be over because too many were open.
    public long forgotten() {
        return forgotten;
    }

    /// Whether the log tells names of hosts.
    public boolean knowsNames() {
        return namesKnown;
    }
}
