package org.greydaemon.admin;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Identity;
import org.greydaemon.decision.IdentityView;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Suspicion;
import org.greydaemon.json.JsonLine;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.LongFunction;

/// An attempt's identities in the words of an explanation, a line each. Confined to one thread.
final class IdentityLines implements IdentityView {
    private final BiConsumer<String, String> step;
    private final LongFunction<String> time;
    private final long now;
    private final IntFunction<List<String>> poolNetworks;
    private long delay;
    private long first = Memory.NEVER;
    private final boolean isSuspicionKnown;
    private String suspect = "";

    /// @param step takes a line: its name and its words
    /// @param time writes a time
    /// @param poolNetworks the networks with which others count as one, by the mark of their
    ///   entries
    /// @param isSuspicionKnown whether all was looked at that makes a client suspect
    IdentityLines(
            boolean isSuspicionKnown,
            BiConsumer<String, String> step,
            LongFunction<String> time,
            long now,
            IntFunction<List<String>> poolNetworks) {
        this.isSuspicionKnown = isSuspicionKnown;
        this.step = step;
        this.time = time;
        this.poolNetworks = poolNetworks;
        this.now = now;
    }

    @Override
    public void suspicion(Suspicion suspicion, long delaySeconds) {
        delay = delaySeconds;
        suspect = suspicion == Suspicion.NONE ? "" : suspicion.word();
        String wait = ", so a retry passes after " + Span.text(delaySeconds);
        step.accept(
                "suspect",
                switch (suspicion) {
                    case NONE ->
                            isSuspicionKnown
                                    ? "no" + wait
                                    : "not known, its host's name was not looked up";
                    case NO_NAME -> "yes, no name of its host leads back to it" + wait;
                    case GENERIC_NAME ->
                            "yes, its host has the name of an end user's line or a hoster's default"
                                    + " name"
                                    + wait;
                    case OUR_NAME -> "yes, it calls itself what this server is called" + wait;
                    case BARE_ADDRESS -> "yes, it calls itself by a bare address" + wait;
                });
    }

    @Override
    public void learnedPool(int pool) {
        step.accept(
                "pool",
                "network learned as one with others: "
                        + String.join(", ", poolNetworks.apply(pool)));
    }

    @Override
    public void triplet(Identity identity, long entry, Reason reason) {
        long seen = Entry.time(entry);
        if (identity == Identity.ADDRESS && reason != Reason.KNOWN) {
            first = seen; // Of what has passed it is the last time.
        }
        step.accept(
                "triplet of", of(identity) + ": " + words(seen, Entry.earlyRetries(entry), reason));
    }

    private static String of(Identity identity) {
        return switch (identity) {
            case ADDRESS -> "address";
            case NETWORK -> "network";
            case LEARNED_POOL -> "the networks learned as one";
            case HOST -> "the domain of its host";
            case HOST_SENDER -> "the domain of its host, with the sender's domain";
            case POOL -> "the pool of its host";
            case SPF -> "the sender's domain, by SPF";
            case NONE -> "nobody";
        };
    }

    private String words(long seen, int mark, Reason reason) {
        return switch (reason) {
            case NEW -> "not remembered: this would be the first attempt";
            case EARLY -> first(seen) + early(mark);
            case LATE -> first(seen) + "; too late, the wait would begin anew";
            case PASSED -> first(seen) + "; passes";
            case KNOWN -> "has passed before, the last time " + ago(seen);
            case EXEMPT, AUTHENTICATED, UNIDENTIFIED, BOUNCE, MALFORMED -> reason.word();
        };
    }

    private static String early(int mark) {
        return mark == 0
                ? "; too early"
                : "; too early, and so " + mark + (mark == 1 ? " time" : " times") + " before";
    }

    private String first(long seen) {
        return "first seen " + ago(seen);
    }

    private String ago(long seen) {
        return time.apply(seen) + ", " + Span.text(Math.max(0, now - seen)) + " ago";
    }

    @Override
    public void proof(Identity identity, String name, long entry) {
        if (identity == Identity.ADDRESS) {
            return; // The explanation has a line of its own for it.
        }
        step.accept(
                "proven",
                of(identity)
                        + (name.isEmpty() ? "" : " (" + name + ")")
                        + ": "
                        + (entry == Memory.NEVER ? "no" : "last seen " + ago(Entry.time(entry))));
    }

    /// What programs want to know.
    void facts(JsonLine facts, long wallOffsetSeconds) {
        facts.put("delay", delay);
        if (!suspect.isEmpty()) {
            facts.put("suspect", suspect);
        }
        if (first != Memory.NEVER) {
            facts.put("first_seen", first + wallOffsetSeconds);
        }
    }
}
