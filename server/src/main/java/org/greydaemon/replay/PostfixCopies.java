package org.greydaemon.replay;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Recipients whom Postfix itself adds to messages (`always_bcc`, `sender_bcc_maps`,
/// `recipient_bcc_maps`, a milter). Its log tells of them as of those that a client has named
/// (cleanup_addr_bcc_dsn()); but where it has named fewer than there are, some were added: those
/// who come so with ever different others. Which of two who always come together was added nobody
/// can tell. Confined to one thread.
final class PostfixCopies {
    /// That nobody has told how many recipients were named.
    static final int UNKNOWN = -1;

    /// How many times more than another recipient one has to be in messages that have too many.
    private static final int MARGIN = 3;

    /// The most recipients that are counted; the one seen longest ago goes.
    private static final int COUNTED_MAX = 20_000;

    private static final float LOAD = 0.75f;

    private final Map<String, Integer> counts =
            new LinkedHashMap<>(16, LOAD, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
                    return size() > COUNTED_MAX;
                }
            };

    /// Those of a message's recipients who were added, as far as that is known.
    ///
    /// @param named how many its client has named, or {@link #UNKNOWN}
    Collection<String> among(Collection<String> recipients, int named) {
        if (recipients.size() < 2 || (named == UNKNOWN && counts.isEmpty())) {
            return List.of();
        }
        int added = named == UNKNOWN ? 1 : recipients.size() - Math.max(named, 1);
        if (added <= 0) {
            return List.of();
        }
        if (named != UNKNOWN) {
            recipients.forEach(recipient -> counts.merge(recipient, 1, Integer::sum));
        }
        List<String> byCount = new ArrayList<>(recipients);
        byCount.sort(Comparator.comparingInt(this::count).reversed());
        int least = count(byCount.get(added - 1));
        return least - count(byCount.get(added)) < MARGIN ? List.of() : byCount.subList(0, added);
    }

    private int count(String recipient) {
        return counts.getOrDefault(recipient, 0);
    }
}
