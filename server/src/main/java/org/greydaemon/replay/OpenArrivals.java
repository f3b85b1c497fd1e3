package org.greydaemon.replay;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Messages that a mail server has taken and of which its log tells more, by the names of their
/// queue files. A local delivery is told within moments, so they are over after a minute. One of
/// which nobody has said yet from whom or for whom it is waits for an hour: a large one on a slow
/// line, one that a filter keeps, one that only waits for the next run of the queue (Exim's
/// `smtp_accept_queue_per_connection`). Confined to one thread.
final class OpenArrivals<A extends OpenArrivals.Arrival> {
    /// The most of each kind.
    private static final int OPEN_MAX = 20_000;

    /// How long further lines are waited for, in seconds.
    private static final int OPEN_SECONDS = 60;

    private static final int UNTOLD_SECONDS = 3600;

    /// How often those that wait for longer are looked through, in seconds of the log.
    private static final int LOOK_SECONDS = 10;

    private final Map<String, A> open = new LinkedHashMap<>();
    private final Map<String, Slow<A>> slow = new LinkedHashMap<>();
    private long looked = Long.MIN_VALUE;

    /// A message that was taken.
    interface Arrival {
        /// When it came, in seconds.
        long time();

        /// Whether sender and recipients are known, some of these at least.
        boolean isTold();
    }

    /// One that waits for longer, and when it was first seen that the log has told it.
    private static final class Slow<A> {
        private final A arrival;
        private long told = Long.MAX_VALUE;

        Slow(A arrival) {
            this.arrival = arrival;
        }
    }

    @Nullable A get(String id) {
        A arrival = open.get(id);
        Slow<A> late = arrival == null ? slow.get(id) : null;
        return late == null ? arrival : late.arrival;
    }

    /// Begins one; the one of that name is to be removed before.
    void put(String id, A arrival) {
        open.put(id, arrival);
    }

    @Nullable A remove(String id) {
        A arrival = get(id);
        open.remove(id);
        slow.remove(id);
        return arrival;
    }

    /// Removes those that are over at a time, and hands them over.
    List<A> over(long time) {
        List<A> over = new ArrayList<>();
        while (!open.isEmpty()) {
            Map.Entry<String, A> oldest = open.entrySet().iterator().next();
            A arrival = oldest.getValue();
            if (open.size() <= OPEN_MAX && time - arrival.time() < OPEN_SECONDS) {
                break;
            }
            open.remove(oldest.getKey());
            if (arrival.isTold() || slow.size() >= OPEN_MAX) {
                over.add(arrival);
            } else {
                slow.put(oldest.getKey(), new Slow<>(arrival));
            }
        }
        if (!slow.isEmpty() && (looked == Long.MIN_VALUE || time - looked >= LOOK_SECONDS)) {
            looked = time;
            takeSlow(time, over);
        }
        return over;
    }

    private void takeSlow(long time, List<A> over) {
        for (Iterator<Slow<A>> each = slow.values().iterator(); each.hasNext(); ) {
            Slow<A> one = each.next();
            if (one.arrival.isTold()) {
                one.told = Math.min(one.told, time);
            }
            if (time - one.arrival.time() >= UNTOLD_SECONDS
                    || (one.told <= time && time - one.told >= OPEN_SECONDS)) {
                each.remove();
                over.add(one.arrival);
            }
        }
    }

    /// Since when the oldest that waits for longer does, in seconds; the largest number if none
    /// does.
    long since() {
        return slow.isEmpty() ? Long.MAX_VALUE : slow.values().iterator().next().arrival.time();
    }

    /// Removes all, and hands them over.
    List<A> all() {
        List<A> all = new ArrayList<>();
        slow.values().forEach(one -> all.add(one.arrival));
        all.addAll(open.values());
        slow.clear();
        open.clear();
        return all;
    }
}
