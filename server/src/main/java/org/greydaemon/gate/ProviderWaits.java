package org.greydaemon.gate;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How long mail that passed had waited, by the registrable domain of its client's confirmed host.
/// Safe for use by several threads; asked only by mail that passes after a wait, which is rare.
///
/// Bounded: whoever has the fewest mails makes room for another domain and counts with {@link
/// #OTHERS} from then on, so the sums stay right.
public final class ProviderWaits {
    /// The most domains.
    static final int DOMAINS_MAX = 256;

    /// Domains that made room.
    public static final String OTHERS = "others";

    /// Clients without a confirmed name, or with one that strangers have too.
    public static final String NO_NAME = "no-name";

    private final List<Long> bounds;

    // Counts by the bounds, then the longest wait.
    @GuardedBy("this")
    private final Map<String, long[]> counts = new HashMap<>();

    /// @param bounds the longest wait of each count but the last, in seconds
    public ProviderWaits(List<Long> bounds) {
        this.bounds = List.copyOf(bounds);
    }

    /// How long the mail of a provider had waited.
    ///
    /// @param counts of mails by the bounds, and of longer waits
    /// @param longest the longest wait, in seconds
    public record Provider(String domain, List<Long> counts, long longest) {
        /// How many mails there were.
        public long mails() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    /// A mail has passed.
    ///
    /// @param seconds how long it had waited
    synchronized void passed(String domain, long seconds) {
        if (!counts.containsKey(domain) && counts.size() >= DOMAINS_MAX) {
            makeRoom();
        }
        int place = 0;
        while (place < bounds.size() && seconds > bounds.get(place)) {
            place++;
        }
        long[] its = counts(domain);
        its[place]++;
        its[longest()] = Math.max(its[longest()], seconds);
    }

    @GuardedBy("this")
    private long[] counts(String domain) {
        return counts.computeIfAbsent(domain, _ -> new long[longest() + 1]);
    }

    private int longest() {
        return bounds.size() + 1;
    }

    private long mails(long[] its) {
        long sum = 0;
        for (int i = 0; i < longest(); i++) {
            sum += its[i];
        }
        return sum;
    }

    @GuardedBy("this")
    private void makeRoom() {
        long[] others = counts(OTHERS);
        String fewest = fewest();
        long[] gone = counts(fewest);
        counts.remove(fewest);
        Arrays.setAll(
                others, i -> i == longest() ? Math.max(others[i], gone[i]) : others[i] + gone[i]);
    }

    @GuardedBy("this")
    private String fewest() {
        String fewest = "";
        long least = Long.MAX_VALUE;
        for (Map.Entry<String, long[]> one : counts.entrySet()) {
            String domain = one.getKey();
            long mails = mails(one.getValue());
            if (mails < least && !domain.equals(OTHERS) && !domain.equals(NO_NAME)) {
                fewest = domain;
                least = mails;
                if (least <= 1) {
                    return fewest; // Nobody has fewer, and many domains have one.
                }
            }
        }
        return fewest;
    }

    /// The longest wait of all, in seconds.
    public synchronized long longestOfAll() {
        return counts.values().stream().mapToLong(its -> its[longest()]).max().orElse(0);
    }

    /// Those with the most mails, the most first.
    ///
    /// @param limit how many at most
    public synchronized List<Provider> most(int limit) {
        List<Provider> all = new ArrayList<>();
        counts.forEach((domain, its) ->
                all.add(
                        new Provider(
                                domain,
                                Arrays.stream(its, 0, longest()).boxed().toList(),
                                its[longest()])));
        all.sort(
                Comparator.comparingLong(Provider::mails)
                        .reversed()
                        .thenComparing(Provider::domain));
        return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
}
