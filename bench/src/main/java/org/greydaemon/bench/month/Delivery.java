package org.greydaemon.bench.month;

import org.greydaemon.replay.Envelope;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// A message that a client tries to deliver, until it is accepted or the client gives up. Two
/// messages are two, whatever they look like.
final class Delivery {
    private final boolean isGood;
    private final String label;
    private final List<Long> times;
    private final IntFunction<Envelope> envelopes;
    private final int recipients;
    private final Optional<Delivery> unless;

    /// @param isGood whether somebody wants it
    /// @param label whose it is, for the figures
    /// @param times its attempts in seconds, ascending
    /// @param envelopes what the n-th attempt looks like
    /// @param recipients how many it has
    /// @param unless it is sent only if this other one has not arrived by then
    Delivery(
            boolean isGood,
            String label,
            List<Long> times,
            IntFunction<Envelope> envelopes,
            int recipients,
            Optional<Delivery> unless) {
        this.isGood = isGood;
        this.label = label;
        this.times = times;
        this.envelopes = envelopes;
        this.recipients = recipients;
        this.unless = unless;
    }

    /// The same, but it is sent only if the other one has not arrived by then.
    Delivery unless(Delivery other) {
        return new Delivery(isGood, label, times, envelopes, recipients, Optional.of(other));
    }

    boolean isGood() {
        return isGood;
    }

    String label() {
        return label;
    }

    /// How many attempts there are at most.
    int attempts() {
        return times.size();
    }

    /// When the n-th attempt is, from 0 on.
    long time(int attempt) {
        return times.get(attempt);
    }

    /// What the n-th attempt looks like.
    Envelope envelope(int attempt) {
        return envelopes.apply(attempt);
    }

    int recipients() {
        return recipients;
    }

    Optional<Delivery> unless() {
        return unless;
    }
}
