package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.LearnedPools;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Merge;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.store.SharedStore;

import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Takes what others have changed into our store. What comes from the engine is not trusted: what
/// is no line is counted and left. Confined to one thread.
///
/// What an operator has forgotten stays so although a host that had not heard of it used it once
/// more: only what is new since then (`N`) is remembered again, and in the order of the stream,
/// which is the same for all hosts (docs/adr/0020).
final class Adoption {
    /// A time may be so far ahead, in seconds: hosts round.
    private static final long AHEAD_MAX = 60;

    /// The most octets of lines that are read of one entry of a stream.
    private static final int LINES_MAX = 1 << 20;

    private final SharedStore store;
    private final Supplier<Lifetimes> lifetimes;
    private final LongSupplier now;
    private final LongSupplier millis;
    private final LongSupplier aheadOfStore;
    private final Tombstones tombstones;
    private final Predicate<String> words;
    private final Consumer<Change> tell;
    private final ChangeLine line = new ChangeLine();

    private long adopted;
    private long strange;

    /// @param now the store's time in seconds
    /// @param millis the engine's time in milliseconds
    /// @param aheadOfStore what to add to a time of the store's to get the engine's, in seconds
    /// @param words takes what operators allow, and says whether it is that
    /// @param tell has the engine hear that what was forgotten is proven anew
    Adoption(
            SharedStore store,
            Supplier<Lifetimes> lifetimes,
            LongSupplier now,
            LongSupplier millis,
            LongSupplier aheadOfStore,
            Tombstones tombstones,
            Predicate<String> words,
            Consumer<Change> tell) {
        this.store = store;
        this.lifetimes = lifetimes;
        this.now = now;
        this.millis = millis;
        this.aheadOfStore = aheadOfStore;
        this.tombstones = tombstones;
        this.words = words;
        this.tell = tell;
    }

    /// Takes the lines of an entry of a stream.
    ///
    /// @param isOurs whether we wrote them
    /// @param isNew whether we had not heard of what they forget
    void lines(byte[] lines, boolean isOurs, boolean isNew) {
        if (lines.length > LINES_MAX) {
            strange++;
            return;
        }
        // Once for all lines: a new one for each was a fifth of the garbage of a full exchange.
        Lifetimes current = lifetimes.get();
        int from = 0;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] == '\n') {
                if (lines[from] == 'A' || lines[from] == 'D') {
                    boolean isOne =
                            isOurs || words.test(new String(lines, from, i - from, ISO_8859_1));
                    strange += isOne ? 0 : 1;
                    from = i + 1;
                    continue;
                }
                if (isOurs && lines[from] != 'F' && tombstones.isEmpty()) {
                    from = i + 1; // We know it.
                    continue;
                }
                if (line.read(lines, from, i)) {
                    take(isOurs, isNew, current);
                } else {
                    strange++;
                }
                from = i + 1;
            }
        }
        strange += from < lines.length ? 1 : 0;
    }

    private void take(boolean isOurs, boolean isNew, Lifetimes current) {
        if (line.operation() == 'F') {
            // Our own too: what stands before it in the stream may have come back here meanwhile.
            forget(line.made(), isNew);
            return;
        }
        if (!tombstones.isEmpty()) {
            String name = line.name();
            OptionalLong forgotten = tombstones.of(name);
            if (forgotten.isPresent()) {
                if (line.operation() != 'N' || line.made() <= forgotten.getAsLong()) {
                    return;
                }
                tombstones.remove(name, line.made());
                tellRevived();
            } else if (isOurs) {
                return;
            }
        }
        adopt(line.key(), line.entry(), current);
    }

    /// Who has proven it anew may have been started since it was forgotten, and know of no mark.
    /// Then the engine keeps it as forgotten, and hosts that come when the stream tells no more of
    /// it would never take its proof. Whoever still has the mark says so.
    private void tellRevived() {
        if (Lifetimes.isProof(line.key().kind(), line.entry())) {
            tell.accept(line.change(Change.Meaning.REVIVED, line.made(), 0));
        }
    }

    private void forget(long time, boolean isNew) {
        tombstones.add(line.name(), Math.min(time, millis.getAsLong()));
        if (isNew) {
            store.adopt(line.key(), (_, _) -> Memory.NEVER, now.getAsLong());
            adopted++;
        }
    }

    private void adopt(Key key, long theirs, Lifetimes current) {
        long at = now.getAsLong();
        long time = Entry.time(theirs) - aheadOfStore.getAsLong();
        if (time > at + AHEAD_MAX || time < 0) {
            strange++;
            return;
        }
        long said = Entry.of(Math.min(time, at), Entry.mark(theirs));
        long entry = Entry.ofOtherHost(key.kind(), said);
        long before = merge(key, entry, current, at);
        if (key.kind() == Key.Kind.POOL_NETWORK) {
            LearnedPools.unite(
                    before, entry, current, at, (its, also) -> merge(its, also, current, at));
        }
        adopted++;
    }

    private long merge(Key key, long entry, Lifetimes current, long at) {
        return store.adopt(
                key,
                (seen, when) -> {
                    long both = Merge.merged(key.kind(), seen, entry, current, when);
                    return both == Memory.NEVER ? seen : both;
                },
                at);
    }

    /// Takes something that has proven itself.
    void proven(Timed proof) {
        if (!line.readName(proof.name()) || line.entry() == Memory.NEVER) {
            strange++;
        } else if (tombstones.isEmpty() || tombstones.of(line.name()).isEmpty()) {
            adopt(
                    line.key(),
                    Entry.of(Math.max(0, proof.seconds()), Entry.mark(line.entry())),
                    lifetimes.get());
        }
    }

    /// Takes that something was forgotten, unless we have heard of it and of what came after it:
    /// the engine may still have it, or again.
    ///
    /// @param isNew whether we may not have heard of it
    void forgotten(Timed name, boolean isNew) {
        if (!line.readName(name.name()) || line.entry() != Memory.NEVER) {
            strange++;
            return;
        }
        OptionalLong revived = tombstones.revived(line.name());
        if (revived.isEmpty() || revived.getAsLong() <= name.forgotten()) {
            forget(name.forgotten(), isNew);
        }
    }

    /// Whether a change is still to be told: nobody has heard that what it is about is forgotten
    /// again, or, where it is itself that, that it was proven anew later. Told behind that, it
    /// would have all forget what came after it: a forgetting may come late, or again after each
    /// connection. It is told where the later word alone does not have all remember the same.
    boolean isAlive(Change change) {
        if (change.kind() == Change.Meaning.FORGOTTEN) {
            OptionalLong revived = tombstones.revived(change.name());
            return revived.isEmpty()
                    || revived.getAsLong() <= change.made()
                    || !line.readName(change.name())
                    || !isAllToldByTheLast(line.key().kind());
        }
        if (change.kind() == Change.Meaning.SAID || tombstones.isEmpty()) {
            return true;
        }
        String name = change.name();
        if (name.isEmpty() && line.read(change.line(), 0, change.line().length - 1)) {
            name = line.name();
        }
        OptionalLong forgotten = tombstones.of(name);
        return forgotten.isEmpty()
                || (change.kind() != Change.Meaning.REFRESHED
                        && change.made() > forgotten.getAsLong());
    }

    /// Whether of two proofs the later one is remembered, whatever the other was: {@link Merge}.
    private static boolean isAllToldByTheLast(Key.Kind kind) {
        return switch (kind) {
            case CLIENT, HOST_SENDER, POOL, SPF_DOMAIN -> true;
            case SUSPECT,
                    POOL_LINK,
                    POOL_NETWORK,
                    TRIPLET,
                    NETWORK_TRIPLET,
                    HOST_TRIPLET,
                    SPF_TRIPLET ->
                    false;
        };
    }

    /// How many changes of others were taken since the start.
    long adopted() {
        return adopted;
    }

    /// How many lines were none.
    long strange() {
        return strange;
    }
}
