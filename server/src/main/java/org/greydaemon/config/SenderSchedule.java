package org.greydaemon.config;

import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.RetryWindow;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// When a sender retries a message that is deferred.
///
/// @param name the mail service or mail server
/// @param kind how that is known: `webmail-measured-2015/16`, `mta-default`; or `attacker`
/// @param addresses how many addresses it sends one message from; empty if nobody knows
/// @param offsets its retries, in seconds after the first attempt, ascending
public record SenderSchedule(String name, String kind, OptionalInt addresses, List<Long> offsets) {
    private static final String ATTACKER = "attacker";

    /// Whether it is better kept out.
    public boolean isAttacker() {
        return kind.equals(ATTACKER);
    }

    /// When a message passes, at the latest, if each address is a client of its own: which attempt
    /// comes from which address is not known, so it is taken to use another one whenever that puts
    /// off the message. If nobody knows how many there are, it is taken for one.
    ///
    /// @return seconds after the first attempt; empty if no known retry passes
    public OptionalLong passesByAddress(RetryWindow window) {
        return passes(window, addresses.orElse(1));
    }

    /// When a message passes if all its addresses lie in one network, which is the client.
    ///
    /// @return seconds after the first attempt; empty if no known retry passes
    public OptionalLong passesByNetwork(RetryWindow window) {
        return passes(window, 1);
    }

    private OptionalLong passes(RetryWindow window, int clients) {
        long[] firstSeen = new long[clients];
        Arrays.fill(firstSeen, Memory.NEVER);
        firstSeen[0] = 0;
        for (long now : offsets) {
            int client = putsOff(window, firstSeen, now);
            if (client < 0) {
                return OptionalLong.of(now);
            }
            if (window.judge(firstSeen[client], now).startsClock()) {
                firstSeen[client] = now;
            }
        }
        return OptionalLong.empty();
    }

    /// A client whose attempt does not pass now; one that is early rather than a new one, so that
    /// new ones are left for later. Negative if all would pass.
    private static int putsOff(RetryWindow window, long[] firstSeen, long now) {
        for (Reason reason : List.of(Reason.EARLY, Reason.LATE, Reason.NEW)) {
            for (int client = 0; client < firstSeen.length; client++) {
                if (window.judge(firstSeen[client], now) == reason) {
                    return client;
                }
            }
        }
        return -1;
    }
}
