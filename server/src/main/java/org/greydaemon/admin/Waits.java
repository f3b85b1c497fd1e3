package org.greydaemon.admin;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Attempt;
import org.greydaemon.decision.Decision;
import org.greydaemon.decision.Reason;
import org.greydaemon.json.JsonLine;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The waits that came to a good end: the last mails that passed after they had been deferred, so
/// that somebody can ask which of them waited long. Safe for use by several threads.
///
/// Always kept, since nobody can ask for the past otherwise. Mail that passes in this way is rare:
/// its client is known from then on. All other decisions cost one comparison here, no lock and no
/// garbage.
final class Waits {
    /// The most waits that are kept; the oldest one goes. Some 600 KiB at worst.
    static final int KEPT_MAX = 1_000;

    /// How long ago they ended at most when they are shown, in seconds.
    static final long RECENT_SECONDS = 86_400;

    /// The most characters of a client or a sender that are kept: RFC 5321 4.5.3.1.3 has no longer
    /// path.
    static final int TEXT_MAX = 256;

    /// @param time when it ended, in seconds
    /// @param seconds how long it was
    private record Wait(long time, String client, String sender, long seconds) {}

    // The oldest one is the first one.
    @GuardedBy("this")
    private final Deque<Wait> waits = new ArrayDeque<>();

    /// Hears of every decision.
    ///
    /// The null sender is left out: with the modern rules it proves no client, so a triplet of it
    /// passes again and again, hours after a first attempt that was another message's.
    void decided(Attempt attempt, Decision decision, long now) {
        if (decision.reason() == Reason.PASSED
                && decision.waitedSeconds() > 0
                && !attempt.isNullSender()) {
            note(attempt, decision.waitedSeconds(), now);
        }
    }

    private void note(Attempt attempt, long seconds, long now) {
        EntryText names = EntryText.of(attempt);
        Wait wait = new Wait(now, cut(names.client()), cut(names.sender()), seconds);
        synchronized (this) {
            waits.addLast(wait);
            if (waits.size() > KEPT_MAX) {
                waits.removeFirst();
            }
        }
    }

    private static String cut(String text) {
        if (text.length() <= TEXT_MAX) {
            return text;
        }
        boolean splitsPair = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1));
        return text.substring(0, splitsPair ? TEXT_MAX - 1 : TEXT_MAX);
    }

    /// The clients that waited longest, one line each for its longest wait, the longest one first:
    /// `client`, `sender`, `waited` and `ago`, in seconds.
    ///
    /// @param most how many at most
    /// @param now the time in seconds
    List<JsonLine> longest(int most, long now) {
        return longest(most, now, RECENT_SECONDS);
    }

    /// {@link #longest(int, long)} of those that ended within a time, in seconds.
    List<JsonLine> longest(int most, long now, long recentSeconds) {
        Map<String, Wait> byClient = new LinkedHashMap<>();
        for (Wait wait : copy()) {
            if (now - wait.time() <= recentSeconds) {
                byClient.merge(wait.client(), wait, (a, b) -> b.seconds() >= a.seconds() ? b : a);
            }
        }
        return byClient.values().stream()
                .sorted(Comparator.comparingLong(Wait::seconds).reversed())
                .limit(most)
                .map(wait -> line(wait, now))
                .toList();
    }

    private synchronized List<Wait> copy() {
        return List.copyOf(waits);
    }

    private static JsonLine line(Wait wait, long now) {
        return new JsonLine()
                .put("client", wait.client())
                .put("sender", wait.sender())
                .put("waited", wait.seconds())
                .put("ago", Math.max(0, now - wait.time()));
    }
}
