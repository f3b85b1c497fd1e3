package org.greydaemon.replay;

import org.greydaemon.decision.Attempt;
import org.greydaemon.exempt.Exemptions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final Attempt attempt = Envelope.attempt();
    private final Map<String, Message> messages = new LinkedHashMap<>(16, 0.75f, true);
    private long first = Long.MAX_VALUE;
    private long last;
    private long attempts;
    private long forgotten;
    private boolean namesKnown;

    /// A message that was not accepted in the log yet.
    private static final class Message {
        private final long began;
        private long heard;
        private int recipients;
        private final boolean isListed;
        private final Fate[] fates;

        Message(long began, boolean isListed, int sides) {
            this.began = began;
            this.isListed = isListed;
            fates = new Fate[sides];
            for (int i = 0; i < sides; i++) {
                fates[i] = new Fate();
            }
        }
    }

    /// What one set of rules has done with a message.
    private static final class Fate {
        private boolean accepted;
        private long waited;
        private Optional<Envelope> who = Optional.empty();
    }

    /// A retry that is made up.
    private record Retry(
            long time, int number, long deferred, Message message, Envelope envelope) {}

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
        String key = attempted.message();
        Message message = messages.get(key);
        if (message == null) {
            message = new Message(recorded.time(), isListed(recorded.envelope()), sides.size());
            messages.put(key, message);
        }
        message.heard = recorded.time();
        message.recipients = Math.max(message.recipients, recorded.recipients());
        for (int i = 0; i < sides.size(); i++) {
            judge(sides.get(i), message.fates[i], message, recorded);
        }
        if (recorded.accepted()) {
            messages.remove(key);
            close(message, true);
        }
    }

    private void judge(Side side, Fate fate, Message message, Recorded recorded) {
        if (fate.accepted) {
            side.earlier++;
        } else if (side.daemon.judge(recorded.envelope(), recorded.time()).accepts()) {
            accepted(fate, recorded.time() - message.began, recorded.envelope());
        }
        if (recorded.accepted() && !fate.accepted) {
            if (side.retries.size() < RETRIES_MAX) {
                side.madeUp++;
                retry(side, 0, recorded.time(), message, recorded.envelope());
            } else {
                side.unknown++;
                count(side, message, fate, true);
            }
        }
    }

    private static void accepted(Fate fate, long waited, Envelope who) {
        fate.accepted = true;
        fate.waited = waited;
        fate.who = Optional.of(who);
    }

    private static void retry(
            Side side, int number, long deferred, Message message, Envelope envelope) {
        side.retries.add(
                new Retry(deferred + RETRIES[number], number, deferred, message, envelope));
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
                play(side, next, next.message().fates[i]);
            }
        }
    }

    private void play(Side side, Retry retry, Fate fate) {
        Message message = retry.message();
        if (side.daemon.judge(retry.envelope(), retry.time()).accepts()) {
            accepted(fate, retry.time() - message.began, retry.envelope());
            count(side, message, fate, true);
        } else if (retry.number() + 1 < RETRIES.length) {
            retry(side, retry.number() + 1, retry.deferred(), message, retry.envelope());
        } else {
            count(side, message, fate, true);
        }
    }

    /// Counts a message whose log is over, for all sides that do not wait for its retries.
    private void close(Message message, boolean cameBack) {
        for (int i = 0; i < sides.size(); i++) {
            if (message.fates[i].accepted || !cameBack) {
                count(sides.get(i), message, message.fates[i], cameBack);
            }
        }
    }

    /// Counts a good message that still waits when the log ends: nobody knows what became of it.
    private void closeUnfinished(Message message) {
        for (int i = 0; i < sides.size(); i++) {
            if (message.fates[i].accepted) {
                count(sides.get(i), message, message.fates[i], false);
            } else {
                sides.get(i).waiting++;
            }
        }
    }

    private void count(Side side, Message message, Fate fate, boolean cameBack) {
        if (good.isPresent() ? !message.isListed : !cameBack) {
            side.outcomes.other(fate.accepted, message.recipients);
        } else if (fate.accepted) {
            side.outcomes.arrived(fate.waited, fate.who.orElseThrow());
        } else {
            side.outcomes.neverArrived();
        }
    }

    private void forgetQuiet(long now) {
        Iterator<Message> oldest = messages.values().iterator();
        while (oldest.hasNext()) {
            Message message = oldest.next();
            boolean quiet = now - message.heard >= QUIET_SECONDS;
            if (!quiet && messages.size() < MESSAGES_MAX) {
                return;
            }
            forgotten += quiet ? 0 : 1;
            oldest.remove();
            close(message, false);
        }
    }

    /// The log is over: made-up retries come, and what was not accepted never will be.
    public void end() {
        playRetries(Long.MAX_VALUE);
        for (Message message : messages.values()) {
            if (message.isListed) {
                closeUnfinished(message);
            } else {
                close(message, false);
            }
        }
        messages.clear();
    }

    private boolean isListed(Envelope envelope) {
        if (good.isEmpty()) {
            return false;
        }
        envelope.writeTo(attempt);
        return good.get().passes(attempt, sides.getFirst().daemon().rules());
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
