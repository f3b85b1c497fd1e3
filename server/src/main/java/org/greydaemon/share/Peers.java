package org.greydaemon.share;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The other hosts, and how late what each of them changes comes here. What they say of themselves
/// is not trusted: it is cut, and nothing in it can steer a terminal. Confined to one thread.
final class Peers {
    /// The most that are shown, and characters of each one's name and version.
    private static final int SHOWN = 64;

    private static final int NAME_MAX = 100;

    /// Who was not heard for so long is not there, in seconds.
    static final long GONE_SECONDS = 60;

    /// How late the changes of one come.
    private record Late(OptionalLong millis, long changes) {}

    private final String id;

    // When we have last said that we are there, in seconds of the engine's time; 0 for never.
    private long said;

    private Map<String, SharedHost> byId = Map.of();
    private final Map<String, Late> late = new HashMap<>();

    /// @param id this host's own, which changes with each start
    Peers(String id) {
        this.id = id;
    }

    /// What a host says of itself.
    static String introduction(String name, String version, String id) {
        return name + " " + version + " " + id;
    }

    /// We have introduced ourselves.
    ///
    /// @param now in seconds of the engine's time
    void said(long now) {
        said = now;
    }

    /// Since when the engine has lost what it was told, in seconds of its time, if it has: it came
    /// back with older files, or is a replica that was behind, where it knows only that we were
    /// there earlier. 0 if it does not know us; nobody can say after an hour, where its clock has
    /// gone back, or where more hosts are there than are read.
    OptionalLong lostSince(List<Timed> introductions, long now) {
        boolean isTooLate = now - said > Introductions.KEPT_SECONDS - GONE_SECONDS;
        boolean isTooEarly = said - now > Introductions.AHEAD_SECONDS;
        if (said == 0
                || isTooLate
                || isTooEarly
                || introductions.size() >= Introductions.HOSTS_MAX) {
            return OptionalLong.empty();
        }
        long known =
                introductions.stream()
                        .filter(one -> one.name().endsWith(" " + id))
                        .mapToLong(Timed::seconds)
                        .max()
                        .orElse(0);
        return known < said ? OptionalLong.of(known) : OptionalLong.empty();
    }

    /// Hears who has introduced himself, the latest first. Of a name that was there several times
    /// the earlier lives are over, unless they are still heard.
    ///
    /// @param now in seconds of the engine's time
    /// @param toEngine what is to be added to the wall clock's seconds to get that
    /// @return the hosts
    List<SharedHost> heard(List<Timed> introductions, long now, long toEngine) {
        Map<String, SharedHost> all = new LinkedHashMap<>();
        for (Timed one : introductions) {
            String plain = one.name().replaceAll("[^!-~ ]|[\"\\\\]", "?");
            int end = Math.max(0, plain.lastIndexOf(' '));
            String its = plain.substring(end).strip();
            String whole = plain.substring(0, Math.min(NAME_MAX, end));
            int blank = whole.lastIndexOf(' ');
            String name = blank < 0 ? whole : whole.substring(0, blank);
            boolean isOver =
                    now - one.seconds() > GONE_SECONDS
                            && all.values().stream().anyMatch(other -> other.name().equals(name));
            if (!its.equals(id) && !isOver && all.size() < SHOWN) {
                Late lately = late.getOrDefault(its, new Late(OptionalLong.empty(), 0));
                String version = blank < 0 ? "" : whole.substring(blank + 1);
                all.put(
                        its,
                        new SharedHost(
                                name,
                                version,
                                one.seconds() - toEngine,
                                lately.millis(),
                                lately.changes()));
            }
        }
        byId = all;
        late.keySet().retainAll(all.keySet());
        late.replaceAll((_, was) -> new Late(was.millis(), 0));
        return List.copyOf(all.values());
    }

    /// Hears that changes of a host have come.
    void took(String whose, long lateMillis, long changes) {
        if (byId.containsKey(whose)) {
            late.merge(
                    whose,
                    new Late(OptionalLong.of(Math.max(0, lateMillis)), changes),
                    (was, is) -> new Late(is.millis(), was.changes() + is.changes()));
        }
    }
}
