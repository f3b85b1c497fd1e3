package org.greydaemon.wire.policy;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.Deferral;
import org.greydaemon.wire.policy.PolicyAnswer.Action;

import java.util.Arrays;
import java.util.Optional;

/// A part of the {@link Messages}. Safe for use by several threads.
///
/// All is kept in arrays, for all parts some 1 MiB from the first request on: of objects, each
/// message left eight behind that lived for 16,000 messages, which the collector moved around
/// meanwhile and left lying afterwards (60 MiB of heap, and a twentieth of the time of a busy
/// policy port; `-Xlog:gc`, `bench/dialog policy`). What is looked through lies beside its like,
/// and the rest of a message in one row, as each place in memory costs more than to look at it:
///
/// ```
/// row   | low | request high | request low | at | seconds | marked |
/// ```
final class MessagePlaces {
    private static final int LOW = 0;
    private static final int REQUEST_HIGH = 1;
    private static final int REQUEST_LOW = 2;
    private static final int AT = 3;
    private static final int SECONDS = 4;
    private static final int MARKED = 5;
    private static final int ROW = 6;

    /// The halves of a digest that no request has (FIPS 180-4: one in 2^128).
    private static final long NOT_ASKED = 0;

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

    // When it was asked about last, in questions; 0: never.
    private long[] asked = {};
    private long asks;

    private long[] rows = {};

    // Most are told the same, so most have the same object, and what is not written the collector
    // need not look at.
    private Phrase[] phrases = {};
    private Phrase newest =
            new Phrase(Action.PASS, Optional.empty(), Reason.PASSED, Suspicion.NONE);

    /// What an answer says beside its numbers.
    private record Phrase(Action kind, Optional<String> reply, Reason reason, Suspicion suspicion) {
        static Phrase of(PolicyAnswer answer) {
            return answer.deferral()
                    .map(to -> new Phrase(answer.kind(), to.reply(), to.reason(), to.suspicion()))
                    .orElse(
                            new Phrase(
                                    answer.kind(),
                                    Optional.empty(),
                                    Reason.PASSED,
                                    Suspicion.NONE));
        }
    }

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
        if (place < 0) {
            return Optional.empty();
        }
        Phrase its = phrases[place];
        int row = place * ROW;
        boolean isSame =
                rows[row + REQUEST_HIGH] == request.digest().high()
                        && rows[row + REQUEST_LOW] == request.digest().low();
        return !isSame || now - rows[row + AT] > REPEAT_SECONDS
                ? Optional.empty()
                : Optional.of(answer(its, rows[row + SECONDS], rows[row + AT]));
    }

    private static PolicyAnswer answer(Phrase its, long seconds, long at) {
        Optional<Deferral> deferral =
                its.kind() == Action.DEFER
                        ? Optional.of(
                                new Deferral(
                                        its.reply(), its.reason(), its.suspicion(), seconds, at))
                        : Optional.empty();
        return new PolicyAnswer(its.kind(), seconds, at, deferral);
    }

    /// {@link Messages#answered}.
    synchronized void answered(
            Instance message, long hash, Messages.RequestDigest request, PolicyAnswer answer) {
        int place = findOrAdd(message, hash);
        int row = place * ROW;
        rows[row + REQUEST_HIGH] = request.digest().high();
        rows[row + REQUEST_LOW] = request.digest().low();
        rows[row + AT] = answer.at();
        rows[row + SECONDS] = answer.seconds();
        Phrase now = Phrase.of(answer);
        newest = now.equals(newest) ? newest : now;
        if (!phrases[place].equals(newest)) {
            phrases[place] = newest;
        }
    }

    /// {@link Messages#mark}.
    synchronized boolean mark(Instance message, long hash) {
        int place = findOrAdd(message, hash);
        boolean first = rows[place * ROW + MARKED] == 0;
        rows[place * ROW + MARKED] = 1;
        return first;
    }

    private int firstPlace(long hash) {
        return (int) (hash >>> (Long.SIZE - setsLog)) * WAYS;
    }

    /// @return its place; negative if it has none
    private int find(Instance message, long hash) {
        int first = firstPlace(hash);
        for (int place = first; place < Math.min(first + WAYS, asked.length); place++) {
            if (high[place] == message.high()
                    && asked[place] != 0
                    && rows[place * ROW + LOW] == message.low()) {
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
            asked[place] = ++asks;
            rows[place * ROW + LOW] = message.low();
            rows[place * ROW + MARKED] = 0;
            rows[place * ROW + REQUEST_HIGH] = NOT_ASKED;
            rows[place * ROW + REQUEST_LOW] = NOT_ASKED;
        }
        return place;
    }

    private void makePlaces() {
        if (asked.length == 0) {
            high = new long[places];
            asked = new long[places];
            rows = new long[places * ROW];
            phrases = new Phrase[places];
            Arrays.fill(phrases, newest);
        }
    }

    /// How many messages are remembered.
    synchronized int size() {
        return (int) Arrays.stream(asked).filter(when -> when != 0).count();
    }
}
