package org.greydaemon.replay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Messages that an Exim has deferred behind their data, where its log names no recipients: who
/// they were for is known when the message comes again and is taken. It is known by its sender;
/// bounces, which have none, by their client; and what is deferred at DATA, where a sender is not
/// named, by client and recipient. Confined to one thread.
final class EximDeferrals {
    /// A message of which nothing was heard for so long does not come again.
    private static final int QUIET_SECONDS = 86_400;

    private static final int WAITING_MAX = 20_000;

    private final ReadLines counted;

    // The one that was heard of last stands last: who is deferred again and again must not keep
    // those behind it from being given up.
    private final Map<String, List<Unnamed>> waiting = new LinkedHashMap<>();
    private final NavigableMap<Long, Integer> begins = new TreeMap<>(); // When how many began.
    private int size;

    /// That a message was deferred whose recipients nobody has named yet.
    record Unnamed(long time, EximHost host, boolean authenticated) {}

    EximDeferrals(ReadLines counted) {
        this.counted = counted;
    }

    /// That it was sent by somebody.
    void add(String sender, Unnamed deferral) {
        addNamed(name(sender, deferral.host()), deferral);
    }

    /// That it was sent to somebody.
    void addTo(String recipient, Unnamed deferral) {
        addNamed(nameTo(recipient, deferral.host()), deferral);
    }

    private void addNamed(String name, Unnamed deferral) {
        List<Unnamed> its = waiting.remove(name);
        if (its == null) {
            its = new ArrayList<>();
            begins.merge(deferral.time(), 1, Integer::sum);
        }
        its.add(deferral);
        waiting.put(name, its);
        size++;
        if (size > WAITING_MAX) {
            forgetOldest();
        }
    }

    /// Those of a message that was taken, which are over now.
    List<Unnamed> take(String sender, EximHost host) {
        return waiting.isEmpty() ? List.of() : takeNamed(name(sender, host));
    }

    /// Those of a message that one recipient of it is known by.
    List<Unnamed> takeTo(String recipient, EximHost host) {
        return waiting.isEmpty() ? List.of() : takeNamed(nameTo(recipient, host));
    }

    private List<Unnamed> takeNamed(String name) {
        List<Unnamed> its = waiting.remove(name);
        if (its == null) {
            return List.of();
        }
        leave(its);
        return its;
    }

    private void leave(List<Unnamed> its) {
        size -= its.size();
        begins.computeIfPresent(its.getFirst().time(), (_, count) -> count == 1 ? null : count - 1);
    }

    /// Since when some wait, in seconds; the largest number if none does.
    long since() {
        return begins.isEmpty() ? Long.MAX_VALUE : begins.firstKey();
    }

    /// Gives up those that will not come again, and counts them.
    void forgetQuiet(long time) {
        while (!waiting.isEmpty() && oldest().getLast().time() < time - QUIET_SECONDS) {
            forgetOldest();
        }
    }

    /// Gives up all.
    void end() {
        while (!waiting.isEmpty()) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        List<Unnamed> gone = oldest();
        waiting.remove(waiting.keySet().iterator().next());
        leave(gone);
        gone.forEach(_ -> counted.countUnnamed());
    }

    private List<Unnamed> oldest() {
        return waiting.values().iterator().next();
    }

    private static String name(String sender, EximHost host) {
        return sender.isEmpty() ? host.address() : "<" + sender.toLowerCase(Locale.ROOT);
    }

    private static String nameTo(String recipient, EximHost host) {
        return host.address() + " " + recipient.toLowerCase(Locale.ROOT);
    }
}
