package org.greydaemon.gate;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// What SPF has said lately of a client and a sender's domain, so that a host that sends much mail
/// of one domain is asked about once and not with every message. Bounded: such a pair has one
/// place, and who comes later takes it. Safe for use by several threads.
///
/// The local part of the sender is not part of it: a record may depend on it (RFC 7208 7.2,
/// `%{l}`), but what passes stands for the domain as a whole anyway (docs/rules.md). What the
/// client called itself is: a record may depend on that too (`%{h}`).
final class SpfAnswers {
    /// How many are kept at most, some 100 octets each.
    static final int KEPT_MAX = 1 << SpfAnswers.PLACE_BITS;

    /// How long, in seconds: whoever repairs a record in DNS should not have to wait for long.
    static final long KEPT_SECONDS = 300;

    private static final int PLACE_BITS = 14;

    /// Longer domains are none (RFC 1035 2.3.4), and longer greetings are not kept.
    private static final int TEXT_MAX = 255;

    private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
    private static final @Nullable Answer[] NONE = {};

    // Made by the first answer. Its places are read and written without a lock: each holds what
    // never changes (JLS 17.5), and whoever does not see the newest asks again.
    private volatile @Nullable Answer[] places = NONE;

    /// What was said of whom. No record, because of the array.
    private static final class Answer {
        private final long high;
        private final long low;
        private final String helo;
        private final byte[] domain;
        private final Spf said;
        private final long time;

        Answer(Attempt attempt, int domainFrom, Spf said, long time) {
            high = attempt.addressHigh();
            low = attempt.addressLow();
            helo = attempt.evidence().helo();
            domain = Arrays.copyOfRange(attempt.text(), domainFrom, attempt.senderTo());
            this.said = said;
            this.time = time;
        }

        boolean isOf(Attempt attempt, int domainFrom) {
            return high == attempt.addressHigh()
                    && low == attempt.addressLow()
                    && Arrays.equals(
                            domain,
                            0,
                            domain.length,
                            attempt.text(),
                            domainFrom,
                            attempt.senderTo())
                    && helo.equals(attempt.evidence().helo());
        }
    }

    /// What was said, if that was not long ago; else {@link Spf#UNKNOWN}.
    ///
    /// @param now the time in seconds
    Spf said(Attempt attempt, long now) {
        @Nullable Answer[] all = places;
        if (all.length == 0) {
            return Spf.UNKNOWN;
        }
        int domainFrom = domainFrom(attempt);
        Answer answer = all[place(attempt, domainFrom)];
        return answer != null
                        && now >= answer.time
                        && now - answer.time < KEPT_SECONDS
                        && answer.isOf(attempt, domainFrom)
                ? answer.said
                : Spf.UNKNOWN;
    }

    /// Keeps what was said. Silence is no answer, and is not kept.
    ///
    /// @param now the time in seconds
    void keep(Attempt attempt, Spf said, long now) {
        int from = domainFrom(attempt);
        String helo = attempt.evidence().helo();
        boolean isLong = attempt.senderTo() - from > TEXT_MAX || helo.length() > TEXT_MAX;
        if (said == Spf.NO_ANSWER || said == Spf.UNKNOWN || isLong) {
            return;
        }
        places()[place(attempt, from)] = new Answer(attempt, from, said, now);
    }

    private @Nullable Answer[] places() {
        if (places.length == 0) {
            synchronized (this) {
                if (places.length == 0) {
                    places = new Answer[KEPT_MAX];
                }
            }
        }
        return places;
    }

    private static int domainFrom(Attempt attempt) {
        byte[] text = attempt.text();
        int from = attempt.senderTo();
        while (from > attempt.clientTo() && text[from - 1] != '@') {
            from--;
        }
        return from;
    }

    private static int place(Attempt attempt, int domainFrom) {
        long hash = attempt.addressHigh() * 31 + attempt.addressLow();
        for (int i = domainFrom; i < attempt.senderTo(); i++) {
            hash = hash * 31 + attempt.text()[i];
        }
        return (int) ((hash * GOLDEN) >>> (Long.SIZE - PLACE_BITS));
    }
}
