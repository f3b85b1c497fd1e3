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
import java.util.Optional;
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
    /// @param isKnown whether it is known when; else this is when it is for others
    private record Waiting(
            EntryText names, long first, long passes, boolean isKnown, long late, int tries) {
        static final Comparator<Waiting> LAST_SHOWN_FIRST =
                Comparator.comparing((Waiting one) -> one.tries() > 1)
                        .thenComparing(Waiting::passes, Comparator.reverseOrder());
    }

    private final Rules rules;
    private final EntryTimes times;
    private final long now;
    private final long wallOffsetSeconds;
    private final Map<EntryState, AtomicLong> states = new EnumMap<>(EntryState.class);
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(Waiting.LAST_SHOWN_FIRST);
    private long clients;
    private final long[][] dots = new long[TRIES_MAX][WAIT_CLASSES];

    private EntrySurvey(Ledger ledger, long now, long wallOffsetSeconds) {
        rules = ledger.rules();
        times = new EntryTimes(ledger, now);
        this.now = now;
        this.wallOffsetSeconds = wallOffsetSeconds;
    }

    /// Walks, and adds: `proven`, `waiting`, `ready`, `late`, `by-lines`, `suspect`, how many there
    /// are of each; `clients`, how many of the proven are clients; `rows`, those who wait, with
    /// `client`, `sender`, `recipient`, `first_seen`, `passes`, `late` (times), `tries` and, if the
    /// operator's lines may say another time by what an entry does not tell, `by_lines` each; and
    /// `dots`, lists of tries, seconds waited and how many triplets.
    ///
    /// @param wallOffsetSeconds what to add to an entry's time to get the time of the wall clock
    static void addTo(JsonLine line, Ledger ledger, long now, long wallOffsetSeconds) {
        EntrySurvey survey = new EntrySurvey(ledger, now, wallOffsetSeconds);
        ledger.visit(now, survey::look);
        for (EntryState state : EntryState.values()) {
            line.put(state.word(), survey.count(state).get());
        }
        line.put("clients", survey.clients);
        line.putLines("rows", survey.rows());
        line.putLists("dots", survey.dots());
    }

    private void look(Key key, long entry) {
        if (!Entries.isShown(key)) {
            return;
        }
        EntryState state = times.state(key, entry);
        if (key.kind() == Key.Kind.TRIPLET && state != EntryState.PROVEN) {
            lookAtTriplet(key, entry, state);
        }
        clients += key.kind() == Key.Kind.CLIENT ? 1 : 0;
        count(state).incrementAndGet();
    }

    private AtomicLong count(EntryState state) {
        return states.computeIfAbsent(state, _ -> new AtomicLong());
    }

    private void lookAtTriplet(Key key, long entry, EntryState state) {
        long first = Entry.time(entry);
        int tries = 1 + Entry.earlyRetries(entry);
        dots[Math.min(tries, TRIES_MAX) - 1][waitClass(now - first)]++;
        if (state != EntryState.WAITING) {
            return;
        }
        Optional<RetryWindow> known = times.window(key, entry);
        RetryWindow window = known.orElseGet(() -> rules.window(entry));
        long passes = first + window.minSeconds();
        if (waiting.size() < WAITING_MAX || isBeforeLast(tries, passes)) {
            long late = first + window.maxSeconds();
            waiting.add(
                    new Waiting(EntryText.of(key), first, passes, known.isPresent(), late, tries));
            if (waiting.size() > WAITING_MAX) {
                waiting.remove();
            }
        }
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
        return waiting.stream().sorted(Waiting.LAST_SHOWN_FIRST.reversed()).map(this::row).toList();
    }

    private JsonLine row(Waiting one) {
        JsonLine line = new JsonLine();
        line.put("client", one.names().client()).put("sender", one.names().sender());
        line.put("recipient", one.names().recipient());
        line.put("first_seen", one.first() + wallOffsetSeconds);
        line.put("passes", one.passes() + wallOffsetSeconds);
        line.put("late", one.late() + wallOffsetSeconds).put("tries", one.tries());
        return one.isKnown() ? line : line.put("by_lines", true);
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
