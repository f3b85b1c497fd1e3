package org.greydaemon.bench.month;

import org.greydaemon.replay.Envelope;
import org.greydaemon.replay.Outcomes;
import org.greydaemon.replay.TrialDaemon;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/// Plays a month: each client tries until the rules accept, or until it gives up.
final class Simulation {
    private final TrialDaemon daemon;
    private final Outcomes outcomes = new Outcomes();
    private final Map<String, Outcomes> byLabel = new TreeMap<>();
    private final Set<Delivery> arrived = new HashSet<>();
    private final PriorityQueue<Next> queue = new PriorityQueue<>();

    /// The next attempt of a delivery.
    ///
    /// @param order tells apart what happens in the same second
    private record Next(long time, int order, Delivery delivery, int attempt)
            implements Comparable<Next> {
        @Override
        public int compareTo(Next other) {
            return time != other.time
                    ? Long.compare(time, other.time)
                    : Integer.compare(order, other.order);
        }
    }

    Simulation(TrialDaemon daemon) {
        this.daemon = daemon;
    }

    /// Plays it.
    Simulation play(List<Delivery> month) {
        for (int i = 0; i < month.size(); i++) {
            Delivery delivery = month.get(i);
            queue.add(new Next(delivery.time(0), i, delivery, 0));
        }
        while (true) {
            Next next = queue.poll();
            if (next == null) {
                return this;
            }
            attempt(next);
        }
    }

    private void attempt(Next next) {
        Delivery delivery = next.delivery();
        if (next.attempt() == 0 && delivery.unless().filter(arrived::contains).isPresent()) {
            return; // Nobody asks for it.
        }
        Envelope envelope = delivery.envelope(next.attempt());
        if (daemon.judge(envelope, next.time()).accepts()) {
            arrived.add(delivery);
            ended(delivery, true, next.time() - delivery.time(0), envelope);
            return;
        }
        int again = next.attempt() + 1;
        if (again < delivery.attempts()) {
            queue.add(new Next(delivery.time(again), next.order(), delivery, again));
        } else {
            ended(delivery, false, 0, envelope);
        }
    }

    private void ended(Delivery delivery, boolean accepted, long waited, Envelope envelope) {
        Outcomes ofLabel = byLabel.computeIfAbsent(delivery.label(), _ -> new Outcomes());
        for (Outcomes counted : List.of(outcomes, ofLabel)) {
            if (!delivery.isGood()) {
                counted.other(accepted, delivery.recipients());
            } else if (accepted) {
                counted.arrived(waited, envelope);
            } else {
                counted.neverArrived();
            }
        }
    }

    /// What became of all messages.
    Outcomes outcomes() {
        return outcomes;
    }

    /// What became of the messages of each provider and of each kind of bot.
    Map<String, Outcomes> byLabel() {
        return byLabel;
    }

    /// Who judged.
    TrialDaemon daemon() {
        return daemon;
    }
}
