package org.greydaemon.wire.policy;

import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.gate.Deferral;
import org.greydaemon.wire.policy.PolicyAnswer.Action;
import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// What was just answered about messages, by {@link Instance}, and which have their header. Safe
/// for use by several threads, because the requests may come over several connections.
///
/// Bounded: a message has one of {@link #WAYS} places, chosen by a secret, and there the one that
/// was asked about longest ago goes first. One that loses its place only loses comfort: it gets one
/// more header, or a retry of it is judged once more. What a verdict depends on is in {@link
/// Bounces}.
///
/// All is kept in arrays, some 1 MiB from the first request on: of objects, each message left eight
/// behind that lived for 16,000 messages, which the collector moved around meanwhile and left lying
/// afterwards (60 MiB of heap, and a twentieth of the time of a busy policy port; `-Xlog:gc`,
/// `bench/dialog policy`).
final class Messages {
    /// The most messages.
    static final int MESSAGES_MAX = 16_384;

    /// The places that a message can have.
    private static final int WAYS = 8;

    /// 2^64 divided by the golden ratio: the upper bits of a multiple depend on all others.
    private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

    private static final int SETS_LOG = Integer.numberOfTrailingZeros(MESSAGES_MAX / WAYS);

    /// How long after an answer the same request is a second copy of it, in seconds. Postfix sends
    /// it one second after a connection broke (`smtpd_policy_service_retry_delay`); the same
    /// recipient given anew by the client later is a new request.
    private static final long REPEAT_SECONDS = 10;

    /// What is asked about a message, so that two of its requests are told apart. A digest, since
    /// the client chooses the recipient: if it could compute the hash, it could choose one that
    /// gets another recipient's answer.
    ///
    /// @param digest of state and recipient
    record RequestDigest(Instance digest) {
        static RequestDigest of(String state, String recipient) {
            return new RequestDigest(Instance.of(state, recipient, ""));
        }
    }

    // Otherwise a client could choose messages that all have the same places.
    private final long secret = new SecureRandom().nextLong();

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

    /// How the same request about the message was answered a moment ago; empty if it was not.
    synchronized Optional<PolicyAnswer> repeated(
            Instance message, RequestDigest request, long now) {
        int place = find(message);
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

    /// Remembers how a request about the message was answered.
    synchronized void answered(Instance message, RequestDigest request, PolicyAnswer answer) {
        int place = findOrAdd(message);
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

    /// Whether the message gets its header now, and from now on no other.
    synchronized boolean mark(Instance message) {
        int place = findOrAdd(message);
        boolean first = !marked[place];
        marked[place] = true;
        return first;
    }

    private int firstPlace(Instance message) {
        long mixed = ((message.high() ^ secret) * GOLDEN_RATIO) ^ message.low();
        return (int) ((mixed * GOLDEN_RATIO) >>> (Long.SIZE - SETS_LOG)) * WAYS;
    }

    /// @return its place; negative if it has none
    private int find(Instance message) {
        int first = firstPlace(message);
        for (int place = first; place < Math.min(first + WAYS, asked.length); place++) {
            if (asked[place] != 0 && high[place] == message.high() && low[place] == message.low()) {
                asked[place] = ++asks;
                return place;
            }
        }
        return -1;
    }

    private int findOrAdd(Instance message) {
        makePlaces();
        int place = find(message);
        if (place < 0) {
            place = firstPlace(message);
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
            high = new long[MESSAGES_MAX];
            low = new long[MESSAGES_MAX];
            asked = new long[MESSAGES_MAX];
            marked = new boolean[MESSAGES_MAX];
            action = new Action[MESSAGES_MAX];
            requestHigh = new long[MESSAGES_MAX];
            requestLow = new long[MESSAGES_MAX];
            seconds = new long[MESSAGES_MAX];
            at = new long[MESSAGES_MAX];
            reason = new Reason[MESSAGES_MAX];
            suspicion = new Suspicion[MESSAGES_MAX];
            reply = new Optional<?>[MESSAGES_MAX];
            Arrays.fill(reply, Optional.empty());
        }
    }

    /// How many messages are remembered.
    synchronized int size() {
        return (int) Arrays.stream(asked).filter(when -> when != 0).count();
    }
}
