package org.greydaemon.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Evidence.Spf;
import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/// What SPF has said lately of a client and a sender's domain, so that a host that sends much mail
/// of one domain is asked about once and not with every message. Safe for use by several threads.
///
/// The local part of the sender is not part of it: a record may depend on it (RFC 7208 7.2,
/// `%{l}`), but what passes stands for the domain as a whole anyway (docs/rules.md).
final class SpfAnswers {
    /// How many are kept, some 200 octets each; the one asked for longest ago makes room.
    static final int KEPT_MAX = 8_192;

    /// How long, in seconds: whoever repairs a record in DNS should not have to wait for long.
    static final long KEPT_SECONDS = 300;

    /// Longer domains are none (RFC 1035 2.3.4), and longer greetings are not kept.
    private static final int TEXT_MAX = 255;

    /// Who is asked about what.
    ///
    /// @param high the first 64 bits of the client's address
    /// @param low the last 64 bits
    /// @param domain the sender's
    /// @param helo what the client called itself
    record About(long high, long low, String domain, String helo) {
        /// What an attempt is about; null if it is not kept.
        static @Nullable About of(Attempt attempt) {
            String sender = attempt.senderText();
            String domain = sender.substring(sender.lastIndexOf('@') + 1);
            String helo = attempt.evidence().helo();
            return domain.length() > TEXT_MAX || helo.length() > TEXT_MAX
                    ? null
                    : new About(attempt.addressHigh(), attempt.addressLow(), domain, helo);
        }
    }

    private record Answer(Spf said, long time) {}

    @GuardedBy("this")
    private final Map<About, Answer> answers =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<About, Answer> eldest) {
                    return size() > KEPT_MAX;
                }
            };

    /// What was said, if that was not long ago; else {@link Spf#UNKNOWN}.
    ///
    /// @param now the time in seconds
    synchronized Spf said(About about, long now) {
        Answer answer = answers.get(about);
        return answer != null && now >= answer.time && now - answer.time < KEPT_SECONDS
                ? answer.said
                : Spf.UNKNOWN;
    }

    /// Keeps what was said. Silence is no answer, and is not kept.
    void keep(About about, Spf said, long now) {
        if (said != Spf.NO_ANSWER && said != Spf.UNKNOWN) {
            synchronized (this) {
                answers.put(about, new Answer(said, now));
            }
        }
    }
}
