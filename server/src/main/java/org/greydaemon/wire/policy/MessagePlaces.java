package org.greydaemon.wire.policy;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.Deferral;
import org.greydaemon.wire.policy.PolicyAnswer.Action;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// A part of the {@link Messages}. Safe for use by several threads.
///
/// All is kept in arrays, for all parts some 1 MiB from the first request on: of objects, each
/// message left eight behind that lived for 16,000 messages, which the collector moved around
/// meanwhile and left lying afterwards (60 MiB of heap, and a twentieth of the time of a busy
/// policy port; `-Xlog:gc`, `bench/dialog policy`).
final class MessagePlaces {
    /// The places that a message can have.
    private static final int WAYS = 8;

    /// How long after an answer the same request is a second copy of it, in seconds. Postfix sends
    /// it one second after a connection broke (`smtpd_policy_service_retry_delay`); the same
    /// recipient given anew by the client later is a new request.
    private static final long REPEAT_SECONDS = 10;

    private final int places;
    private final int setsLog;

    // All below is guarded by this; no places before there is a message.
    private long[] high = {};
    private long[] low = {};

    // When it was asked about last, in questions; 0: never.
    private long[] asked = {};
    private long asks;

    private boolean[] marked = {};
    private @Nullable Action[] action = {}; // Null: it was not answered yet.
    private long[] requestHigh = {};
    private long[] requestLow = {};
    private long[] seconds = {};
    private long[] at = {};
    private Reason[] reason = {};
    private Suspicion[] suspicion = {};
    private Optional<?>[] reply = {};

    /// @param places how many messages it has room for, a power of two
    MessagePlaces(int places) {
        this.places = places;
        setsLog = Integer.numberOfTrailingZeros(places / WAYS);
    }

    /// {@link Messages#repeated}.
    ///
    /// @param hash its upper bits choose the places
    synchronized Optional<PolicyAnswer> repeated(
            Instance message, long hash, Messages.RequestDigest request, long now) {
        int place = find(message, hash);
        return place < 0
                        || action[place] == null
                        || requestHigh[place] != request.digest().high()
                        || requestLow[place] != request.digest().low()
                        || now - at[place] > REPEAT_SECONDS
                ? Optional.empty()
                : Optional.of(answer(place));
    }

    private PolicyAnswer answer(int place) {
        Action kind = Objects.requireNonNull(action[place]);
        return new PolicyAnswer(
                kind,
                seconds[place],
                at[place],
                kind == Action.DEFER ? Optional.of(deferral(place)) : Optional.empty());
    }

    private Deferral deferral(int place) {
        return new Deferral(
                reply[place].map(String.class::cast),
                reason[place],
                suspicion[place],
                seconds[place],
                at[place]);
    }

    /// {@link Messages#answered}.
    synchronized void answered(
            Instance message, long hash, Messages.RequestDigest request, PolicyAnswer answer) {
        int place = findOrAdd(message, hash);
        requestHigh[place] = request.digest().high();
        requestLow[place] = request.digest().low();
        action[place] = answer.kind();
        seconds[place] = answer.seconds();
        at[place] = answer.at();
        if (answer.deferral().isPresent()) {
            Deferral deferral = answer.deferral().get();
            reason[place] = deferral.reason();
            suspicion[place] = deferral.suspicion();
            reply[place] = deferral.reply();
        }
    }

    /// {@link Messages#mark}.
    synchronized boolean mark(Instance message, long hash) {
        int place = findOrAdd(message, hash);
        boolean first = !marked[place];
        marked[place] = true;
        return first;
    }

    private int firstPlace(long hash) {
        return (int) (hash >>> (Long.SIZE - setsLog)) * WAYS;
    }

    /// @return its place; negative if it has none
    private int find(Instance message, long hash) {
        int first = firstPlace(hash);
        for (int place = first; place < Math.min(first + WAYS, asked.length); place++) {
            if (asked[place] != 0 && high[place] == message.high() && low[place] == message.low()) {
                asked[place] = ++asks;
                return place;
            }
        }
        return -1;
    }

    private int findOrAdd(Instance message, long hash) {
        makePlaces();
        int place = find(message, hash);
        if (place < 0) {
            place = firstPlace(hash);
            for (int other = place + 1; other % WAYS != 0; other++) {
                place = asked[other] < asked[place] ? other : place;
            }
            high[place] = message.high();
            low[place] = message.low();
            asked[place] = ++asks;
            marked[place] = false;
            action[place] = null;
        }
        return place;
    }

    private void makePlaces() {
        if (asked.length == 0) {
            high = new long[places];
            low = new long[places];
            asked = new long[places];
            marked = new boolean[places];
            action = new Action[places];
            requestHigh = new long[places];
            requestLow = new long[places];
            seconds = new long[places];
            at = new long[places];
            reason = new Reason[places];
            suspicion = new Suspicion[places];
            reply = new Optional<?>[places];
            Arrays.fill(reply, Optional.empty());
        }
    }

    /// How many messages are remembered.
    synchronized int size() {
        return (int) Arrays.stream(asked).filter(when -> when != 0).count();
    }
}
