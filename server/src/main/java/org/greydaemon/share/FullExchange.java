package org.greydaemon.share;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Rules.Lifetimes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Makes host and engine whole where the streams alone do not: where the engine has lost what it
/// knew or never knew us, both tell each other everything; where we were away for longer than the
/// streams reach, it tells us; where it may have missed what is newer, we tell it. Confined to
/// `share`.
///
/// What an operator has forgotten comes first, then what we remember goes out, and only then comes
/// what the others remember: so nobody is told what he has just said himself.
final class FullExchange {
    /// What must go on while it lasts.
    interface Meanwhile {
        /// Takes what has changed here, so that it finds room.
        void drain();

        /// Drains, sends and reads once.
        void round(Engine engine) throws EngineException;

        /// Whether to leave off.
        boolean isStopping();
    }

    private final Host host;
    private final Figures figures;
    private final EngineClock clock;
    private final Tombstones tombstones;
    private final ShareProgress progress;
    private final OwnChanges changes;
    private final Outbox outbox;
    private final SharedWords words;
    private final Adoption adoption;
    private final Meanwhile meanwhile;

    // Marks for the shards that the engine has none of, each another one: who was told the last
    // one must see that it is not there any more, whoever made this one.
    private final Supplier<String> newMarks;

    // Of which shards we have not read since the start what is forgotten.
    private final Set<Integer> unheard = new TreeSet<>();

    // Of what the store remembers.
    private final ChangeLine line = new ChangeLine();

    FullExchange(
            Supplier<String> newMarks,
            OurSide side,
            OwnChanges changes,
            SharedWords words,
            Adoption adoption,
            Meanwhile meanwhile) {
        this.newMarks = newMarks;
        this.changes = changes;
        this.words = words;
        this.adoption = adoption;
        this.meanwhile = meanwhile;
        host = side.host();
        figures = side.figures();
        clock = side.clock();
        tombstones = side.tombstones();
        progress = side.progress();
        outbox = side.outbox();
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            unheard.add(shard);
        }
    }

    /// Looks whether it is needed, and exchanges what is. Where the mark is another one, or the
    /// stream has gone, the engine has lost what it was told; where we were away for too long, the
    /// stream has.
    void lookAtMarks(Engine engine) throws EngineException {
        long began = clock.millis();
        List<Engine.StreamMark> marks = engine.marks(newMarks.get());
        List<Integer> lost = new ArrayList<>();
        List<Integer> toRead = new ArrayList<>();
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            if (isLost(shard, marks.get(shard))) {
                lost.add(shard);
                toRead.add(shard);
            } else if (isMissed(shard, marks.get(shard))) {
                toRead.add(shard);
            }
        }
        if (!toRead.isEmpty()) {
            figures.isBehind = true;
            // The streams are read meanwhile: who is ended before all is read has to begin again.
            toRead.forEach(shard -> progress.mark(shard, ""));
            exchange(engine, lost, toRead);
            if (!meanwhile.isStopping()) { // Else the next start reads what is left.
                toRead.forEach(shard -> {
                    progress.mark(shard, marks.get(shard).mark());
                    progress.isAtEnd(shard, began);
                });
            }
        }
    }

    private boolean isLost(int shard, Engine.StreamMark its) {
        Engine.StreamPlace place = progress.place(shard);
        return !place.mark().equals(its.mark()) || (place.millis() > 0 && !its.hasStream());
    }

    private boolean isMissed(int shard, Engine.StreamMark its) {
        return its.hasStream() && progress.knownUntil(shard) < clock.trimMillis();
    }

    private void exchange(Engine engine, List<Integer> lost, List<Integer> toRead)
            throws EngineException {
        Map<String, Long> ours = tombstones.since(0); // Before those of others join them.
        readForgotten(engine, toRead, true);
        if (!lost.isEmpty()) {
            lost.forEach(progress::startOver);
            words.owe();
            progress.owe(0);
        }
        if (progress.isOwing()) {
            push(engine, progress.takeOwed(), ours);
        }
        readProven(engine, toRead);
    }

    /// Hears once what the engine keeps as forgotten, of all shards that nobody has asked for it
    /// since the start: of what was forgotten before that, only the engine may know, and who comes
    /// when it has lost that brings it back.
    void hearForgotten(Engine engine) throws EngineException {
        if (!unheard.isEmpty()) {
            // Only that it is known: what was proven anew since, and not told yet, stays.
            readForgotten(engine, List.copyOf(unheard), false);
        }
    }

    private void readForgotten(Engine engine, List<Integer> shards, boolean mayBeNews)
            throws EngineException {
        read(
                shards,
                engine::forgotten,
                (shard, name) ->
                        adoption.forgotten(name, mayBeNews && progress.isNews(shard, name)));
        if (!meanwhile.isStopping()) {
            unheard.removeAll(shards);
        }
    }

    private void readProven(Engine engine, List<Integer> shards) throws EngineException {
        read(shards, engine::proven, (_, name) -> adoption.proven(name));
    }

    /// What is asked for in one go: of each shard where to go on.
    private interface Pages {
        Map<Integer, Engine.NamePage> after(Map<Integer, Optional<ScanPlace>> from)
                throws EngineException;
    }

    private interface Taker {
        void take(int shard, Timed name);
    }

    /// Reads sets of names, page by page of all shards at once.
    private void read(List<Integer> shards, Pages pages, Taker taker) throws EngineException {
        Map<Integer, Optional<ScanPlace>> from = new HashMap<>();
        shards.forEach(shard -> from.put(shard, Optional.empty()));
        while (!from.isEmpty() && !meanwhile.isStopping()) {
            pages.after(from)
                    .forEach((shard, page) -> {
                        page.names().forEach(name -> taker.take(shard, name));
                        if (page.next().isPresent()) {
                            from.put(shard, page.next());
                        } else {
                            from.remove(shard);
                        }
                    });
            host.store().commit();
            meanwhile.drain();
        }
    }

    /// Takes from the store what the others may not have heard, to be sent.
    void push(Engine engine) throws EngineException {
        long since = progress.takeOwed();
        push(engine, since, tombstones.since(0));
    }

    private void push(Engine engine, long since, Map<String, Long> forgotten)
            throws EngineException {
        try {
            forgotten.forEach((name, time) -> {
                if (time >= since * 1000 && line.readName(name)) {
                    changes.put(line, Change.Meaning.FORGOTTEN, time);
                    makeRoom(engine); // What finds none would be missed again the next time.
                }
            });
            host.store()
                    .visit((key, entry) -> {
                        if (meanwhile.isStopping()) {
                            progress.owe(since); // The next start sends what is left.
                            return;
                        }
                        put(key, entry, since);
                        makeRoom(engine);
                    });
        } catch (Interrupted e) {
            progress.owe(since);
            throw e.cause;
        }
    }

    private void put(Key key, long entry, long since) {
        long now = host.now().getAsLong();
        long wall = Entry.time(entry) + host.wallOffsetSeconds().getAsLong();
        if (wall + clock.toEngine() >= since
                && host.lifetimes().get().isSaved(key.kind(), entry, now)) {
            line.entry(key, Entry.of(wall, Entry.mark(entry)));
            if (line.isCarried()) {
                putKnown(1000 * (wall + clock.toEngine()));
            }
        }
    }

    /// What the store has just told, for others. When a proof was made is not known, only when it
    /// has served last, so it does not speak against anybody who has forgotten it.
    private void putKnown(long time) {
        OptionalLong revived = tombstones.revived(line.name());
        if (revived.isPresent()) {
            changes.put(line, Change.Meaning.REVIVED, revived.getAsLong());
            return;
        }
        boolean isProof = Lifetimes.isProof(line.key().kind(), line.entry());
        Change.Meaning kind = isProof ? Change.Meaning.REFRESHED : Change.Meaning.NEW;
        changes.put(line, kind, time);
    }

    /// Has sent what waits, if that is much. A visitor throws nothing that is checked.
    private void makeRoom(Engine engine) {
        try {
            while (outbox.isHalfFull() && !meanwhile.isStopping()) {
                meanwhile.round(engine);
            }
        } catch (EngineException e) {
            throw new Interrupted(e);
        }
    }

    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient EngineException cause;

        Interrupted(EngineException cause) {
            super(cause);
            this.cause = cause;
        }
    }
}
