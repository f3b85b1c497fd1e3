package org.greydaemon.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.greydaemon.mail.SipHash;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// What SPF has said lately of a client and a sender's domain, so that a host that sends much mail
/// of one domain is asked about once and not with every message. Safe for use by several threads.
///
/// The local part of the sender is not part of it: a record may depend on it (RFC 7208 7.2,
/// `%{l}`), but what passes stands for the domain as a whole anyway (docs/rules.md).
///
/// It is a table of a fixed size, made for the first answer: a place is one of eight, and the
/// oldest of them makes room. Who is asked about what is 64 bits there, of a hash whose key nobody
/// knows: to pass by somebody else's answer one would have to guess them.
final class SpfAnswers {
    /// What was said lately.
    enum Lately {
        /// Nobody has asked, or nobody has answered.
        NOTHING,
        /// The domain sends from this client.
        PASS,
        /// Anything else.
        NO_PASS
    }

    /// How many are kept at most: 256 KiB. Of half as many busy hosts less than one in a hundred
    /// has to share its eight places with more than seven others.
    static final int KEPT_MAX = 16_384;

    /// How long, in seconds: whoever repairs a record in DNS should not have to wait for long.
    static final long KEPT_SECONDS = 300;

    private static final int WAYS = 8;

    /// The words of a place: who is asked about what, and when that was answered, twice the seconds
    /// plus two, 0 if the place is free; the lowest bit says whether SPF passes.
    private static final int WORDS = 2;

    private final SipHash hash;

    @GuardedBy("this")
    private long[] places = {};

    SpfAnswers() {
        RandomGenerator random = new SecureRandom();
        hash = new SipHash(random.nextLong(), random.nextLong());
    }

    /// Who is asked about what: the client, what it calls itself, and the sender's domain.
    long about(Attempt attempt) {
        byte[] text = attempt.text();
        int to = attempt.senderTo();
        int from = to;
        while (from > attempt.clientTo() && text[from - 1] != '@') {
            from--;
        }
        byte[] helo = attempt.evidence().helo().getBytes(StandardCharsets.UTF_8);
        byte[] about = new byte[2 * Long.BYTES + Integer.BYTES + helo.length + to - from];
        int at = write(attempt.addressHigh(), Long.BYTES, about, 0);
        at = write(attempt.addressLow(), Long.BYTES, about, at);
        at = write(helo.length, Integer.BYTES, about, at);
        System.arraycopy(helo, 0, about, at, helo.length);
        System.arraycopy(text, from, about, at + helo.length, to - from);
        return hash.hash(about, about.length);
    }

    private static int write(long value, int octets, byte[] to, int at) {
        for (int i = 0; i < octets; i++) {
            to[at + i] = (byte) (value >>> (8 * i));
        }
        return at + octets;
    }

    /// What was said, if that was not long ago.
    ///
    /// @param now the time in seconds
    synchronized Lately said(long about, long now) {
        if (places.length == 0) {
            return Lately.NOTHING;
        }
        int at = place(about);
        long time = time(at);
        if (places[at] != about || now < time || now - time >= KEPT_SECONDS) {
            return Lately.NOTHING;
        }
        return (places[at + 1] & 1) == 1 ? Lately.PASS : Lately.NO_PASS;
    }

    /// Keeps what was said. Silence is no answer, and is not kept.
    void keep(long about, Spf said, long now) {
        if (said == Spf.NO_ANSWER || said == Spf.UNKNOWN) {
            return;
        }
        synchronized (this) {
            if (places.length == 0) {
                places = new long[KEPT_MAX * WORDS];
            }
            int at = place(about);
            places[at] = about;
            places[at + 1] = 2 * now + 2 + (said == Spf.PASS ? 1 : 0);
        }
    }

    /// Where an answer is, else where it belongs.
    @GuardedBy("this")
    private int place(long about) {
        int from = (int) Long.remainderUnsigned(about, KEPT_MAX / WAYS) * WAYS * WORDS;
        int oldest = from;
        for (int at = from; at < from + WAYS * WORDS; at += WORDS) {
            if (places[at] == about) {
                return at;
            }
            oldest = time(at) < time(oldest) ? at : oldest;
        }
        return oldest;
    }

    /// When the answer at a place was given, in seconds; before all others if there is none.
    @GuardedBy("this")
    private long time(int at) {
        return (places[at + 1] >> 1) - 1;
    }
}
