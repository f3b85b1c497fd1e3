package org.greydaemon.store;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What every store must equal: two maps, a save that forgets the expired, and a restart that knows
/// nothing but the files. Confined to one thread.
public final class ReferenceStore implements Store {
    private final Map<Name, Long> memory = new HashMap<>();

    // All that save file and journal say of a name, one line after the other.
    private final Map<Name, List<Long>> files = new HashMap<>();
    private final Lifetimes lifetimes;

    /// @param lifetimes how long entries are worth keeping
    public ReferenceStore(Lifetimes lifetimes) {
        this.lifetimes = lifetimes;
    }

    @Override
    public long step(Key key, Rule rule, long now) {
        Name name = Name.of(key);
        long seen = time(name);
        long next = rule.next(seen, now);
        if (next == NEVER) {
            memory.remove(name);
            files.remove(name);
        } else if (next != seen) {
            memory.put(name, next);
            files.computeIfAbsent(name, _ -> new ArrayList<>()).add(next);
        }
        return seen;
    }

    /// The time of a name, or {@link #NEVER}.
    public long time(Name name) {
        return memory.getOrDefault(name, NEVER);
    }

    /// Everything that is remembered.
    public Set<Name> names() {
        return Set.copyOf(memory.keySet());
    }

    /// Forgets what has expired; the files then hold what the next start has a use for.
    public void save(long now) {
        memory.entrySet().removeIf(e -> !lifetimes.isKept(e.getKey().kind(), e.getValue(), now));
        files.clear();
        memory.forEach((name, entry) -> {
            if (isSaved(name, entry, now)) {
                files.put(name, new ArrayList<>(List.of(entry)));
            }
        });
    }

    private boolean isSaved(Name name, long entry, long now) {
        return lifetimes.isSaved(name.kind(), entry, now);
    }

    /// Begins anew with what the files hold.
    ///
    /// @param wallOffset how much later the wall clock is than the clock of the process before
    public void restart(long now, long wallOffset) {
        files.values().forEach(lines -> lines.replaceAll(entry -> shifted(entry, wallOffset)));
        memory.clear();
        files.forEach((name, lines) -> {
            long entry = read(name, lines, now);
            if (entry != NEVER) {
                memory.put(name, entry);
            }
        });
        memory.replaceAll((name, entry) ->
                name.isTriplet() && Entry.time(entry) - now > lifetimes.client()
                        ? Entry.of(now, Entry.mark(entry))
                        : entry);
    }

    /// The last line counts that is of use; but one that is not has replaced what is earlier.
    private long read(Name name, List<Long> lines, long now) {
        long entry = NEVER;
        for (long line : lines) {
            if (isSaved(name, line, now)) {
                entry = line;
            } else if (entry != NEVER && Entry.time(entry) < Entry.time(line)) {
                entry = NEVER;
            }
        }
        return entry;
    }

    private static long shifted(long entry, long seconds) {
        return Entry.of(Entry.time(entry) + seconds, Entry.mark(entry));
    }

    /// Replaces what is known of a name by what a killed store still knew of it.
    public void correct(Name name, long time) {
        if (time == NEVER) {
            memory.remove(name);
        } else {
            memory.put(name, time);
            List<Long> lines = Objects.requireNonNull(files.get(name));
            lines.set(lines.size() - 1, time);
        }
    }

    @Override
    public void commit() {}

    @Override
    public void visit(Visitor visitor) {
        memory.forEach((name, time) -> visitor.entry(name.key(), time));
    }

    @Override
    public long entries() {
        return memory.size();
    }

    @Override
    public long entries(Key.Kind kind) {
        return memory.keySet().stream().filter(name -> name.kind() == kind).count();
    }

    @Override
    public void close() {}
}
