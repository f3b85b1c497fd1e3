package org.greydaemon.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;

/// What became of messages: how long good ones waited, and how many of the others were stopped.
/// Confined to one thread.
public final class Outcomes {
    /// How many of those that waited longest are named.
    static final int LONGEST = 10;

    private static final int HOUR = 3600;

    private final TreeMap<Long, Long> waits = new TreeMap<>(); // Seconds from 1 on, and how many.
    private final PriorityQueue<Delayed> longest =
            new PriorityQueue<>(Comparator.comparingLong(Delayed::seconds));
    private long atOnce;
    private long good;
    private long lost;
    private long others;
    private long othersStopped;
    private long recipients;
    private long recipientsStopped;

    /// A good message that waited.
    ///
    /// @param who the attempt that passed
    public record Delayed(long seconds, Envelope who) {}

    /// Counts a good message that was accepted.
    ///
    /// @param who the attempt that passed
    public void arrived(long waited, Envelope who) {
        good++;
        if (waited == 0) {
            atOnce++;
            return;
        }
        waits.merge(waited, 1L, Long::sum);
        longest.add(new Delayed(waited, who));
        if (longest.size() > LONGEST) {
            longest.remove();
        }
    }

    /// Counts a good message that was never accepted.
    public void neverArrived() {
        good++;
        lost++;
    }

    /// Counts a message that is not good.
    ///
    /// @param ofRecipients how many recipients it has
    public void other(boolean accepted, int ofRecipients) {
        others++;
        recipients += ofRecipients;
        if (!accepted) {
            othersStopped++;
            recipientsStopped += ofRecipients;
        }
    }

    /// Good messages.
    public long good() {
        return good;
    }

    /// Good messages that were never accepted.
    public long lost() {
        return lost;
    }

    /// Good messages that were not accepted at their first attempt.
    public long delayed() {
        return good - atOnce;
    }

    /// Good messages that waited for more than an hour, or were never accepted.
    public long overAnHour() {
        return lost + waits.tailMap((long) HOUR, false).values().stream().mapToLong(n -> n).sum();
    }

    /// How long all good messages that were accepted waited together, in seconds.
    public long waited() {
        return waits.entrySet().stream().mapToLong(e -> e.getKey() * e.getValue()).sum();
    }

    /// How long good messages that were accepted waited on average, in seconds; 0 if there are
    /// none.
    public double mean() {
        return good == lost ? 0 : (double) waited() / (good - lost);
    }

    /// The wait that so many of a hundred good messages that were accepted do not exceed.
    public long percentile(int percent) {
        long rank = ((good - lost) * percent + 99) / 100;
        long count = atOnce;
        if (count >= rank) {
            return 0;
        }
        for (Map.Entry<Long, Long> wait : waits.entrySet()) {
            count += wait.getValue();
            if (count >= rank) {
                return wait.getKey();
            }
        }
        return 0;
    }

    /// The longest waits of good messages, the longest first.
    public List<Delayed> longest() {
        List<Delayed> sorted = new ArrayList<>(longest);
        sorted.sort(Comparator.comparingLong(Delayed::seconds).reversed());
        return sorted;
    }

    /// Messages that are not good.
    public long others() {
        return others;
    }

    /// Messages that are not good, and were never accepted.
    public long othersStopped() {
        return othersStopped;
    }

    /// The recipients of messages that are not good.
    public long recipients() {
        return recipients;
    }

    /// The recipients whom no message reached that is not good.
    public long recipientsStopped() {
        return recipientsStopped;
    }
}
