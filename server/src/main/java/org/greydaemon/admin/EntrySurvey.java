package org.greydaemon.admin;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.decision.Rules;
import org.greydaemon.gate.Ledger;
import org.greydaemon.json.JsonLine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/// What one walk over all entries tells at a glance: how many there are in each state, who waits
/// now, and how often who has tried in which time. Of fixed size, however many entries there are.
/// Confined to one thread.
final class EntrySurvey {
    /// The most of those who wait that are shown: those who have tried again first, for they are
    /// somebody's mail server, then those who pass soonest.
    static final int WAITING_MAX = 60;

    /// The most attempts of a triplet that are told apart.
    static final int TRIES_MAX = 20;

    /// How many classes of waits there are: four for each doubling, from a second to a month.
    private static final int WAIT_CLASSES = 4 * 22;

    /// Who waits.
    ///
    /// @param tries how often it was attempted, the first time included
    /// @param passes when a retry passes, in seconds
    private record Waiting(EntryText names, long first, long passes, long late, int tries) {
        static final Comparator<Waiting> LAST_SHOWN_FIRST =
                Comparator.comparing((Waiting one) -> one.tries() > 1)
                        .thenComparing(Waiting::passes, Comparator.reverseOrder());
    }

    private final Rules rules;
    private final long now;
    private final long wallOffsetSeconds;
    private final Map<EntryState, AtomicLong> states = new EnumMap<>(EntryState.class);
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Waiting.LAST_SHOWN_FIRST);
    private final long[][] dots = new long[TRIES_MAX][WAIT_CLASSES];

    private EntrySurvey(Rules rules, long now, long wallOffsetSeconds) {
        this.rules = rules;
        this.now = now;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// Walks, and adds: `proven`, `waiting`, `ready`, `late`, `suspect`, how many there are of
    /// each; `rows`, those who wait, with `client`, `sender`, `recipient`, `first_seen`, `passes`,
    /// `late` (times) and `tries` each; and `dots`, lists of tries, seconds waited and how many
    /// triplets.
    ///
    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    static void addTo(JsonLine line, Ledger ledger, long now, long wallOffsetSeconds) {
        EntrySurvey survey = new EntrySurvey(ledger.rules(), now, wallOffsetSeconds);
        ledger.visit(now, survey::look);
        for (EntryState state : EntryState.values()) {
            line.put(state.word(), survey.count(state).get());
        }
        line.putLines("rows", survey.rows());
        line.putLists("dots", survey.dots());
    }

    private void look(Key key, long entry) {
        if (!Entries.isShown(key)) {
            return;
        }
        EntryState state = EntryState.of(key.kind(), entry, now, rules);
        if (key.kind() == Key.Kind.TRIPLET && state != EntryState.PROVEN) {
            state = lookAtTriplet(key, entry);
        }
        count(state).incrementAndGet();
    }

    private AtomicLong count(EntryState state) {
        return states.computeIfAbsent(state, _ -> new AtomicLong());
    }

    /// Its entry may say that it waits longer than others do.
    private EntryState lookAtTriplet(Key key, long entry) {
        RetryWindow window = rules.window(entry);
        long first = Entry.time(entry);
        int tries = 1 + Entry.earlyRetries(entry);
        dots[Math.min(tries, TRIES_MAX) - 1][waitClass(now - first)]++;
        if (now - first >= window.maxSeconds()) {
            return EntryState.LATE;
        }
        long passes = first + window.minSeconds();
        if (passes <= now) {
            return EntryState.READY;
        }
        if (waiting.size() < WAITING_MAX || isBeforeLast(tries, passes)) {
            waiting.add(
                    new Waiting(
                            EntryText.of(key), first, passes, first + window.maxSeconds(), tries));
            if (waiting.size() > WAITING_MAX) {
                waiting.remove();
            }
        }
        return EntryState.WAITING;
    }

    private boolean isBeforeLast(int tries, long passes) {
        Waiting last = waiting.element();
        boolean again = tries > 1;
        return again == last.tries() > 1 ? passes < last.passes() : again;
    }

    private static int waitClass(long seconds) {
        double doublings = Math.log((double) Math.max(1, seconds)) / Math.log(2);
        return Math.min(WAIT_CLASSES - 1, (int) (4 * doublings));
    }

    private List<JsonLine> rows() {
        return waiting.stream()
                .sorted(Waiting.LAST_SHOWN_FIRST.reversed())
                .map(one ->
                        new JsonLine()
                                .put("client", one.names().client())
                                .put("sender", one.names().sender())
                                .put("recipient", one.names().recipient())
                                .put("first_seen", one.first() + wallOffsetSeconds)
                                .put("passes", one.passes() + wallOffsetSeconds)
                                .put("late", one.late() + wallOffsetSeconds)
                                .put("tries", one.tries()))
                .toList();
    }

    private List<long[]> dots() {
        List<long[]> all = new ArrayList<>();
        for (int tries = 0; tries < TRIES_MAX; tries++) {
            for (int wait = 0; wait < WAIT_CLASSES; wait++) {
                if (dots[tries][wait] > 0) {
                    long seconds = Math.round(Math.pow(2, (wait + 0.5) / 4));
                    all.add(new long[] {tries + 1, seconds, dots[tries][wait]});
                }
            }
        }
        return all;
    }
}
