package org.greydaemon.share;

import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.log.Event;
import org.greydaemon.metrics.Histogram;
import org.greydaemon.store.ChangeFeed;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The thread `share` while sharing is configured: sends what has changed here, reads what others
/// have changed, and connects again when that fails. Everything here is confined to it, but for
/// {@link #settle} and {@link #stop}.
final class Worker {
    /// The most that waits for this thread, in octets.
    private static final int FEED_MAX = 8 << 20;

    /// How long it rests when there is nothing to do, in milliseconds: the others are so much late.
    private static final long REST_MILLIS = 100;

    /// How long it waits before it connects again, in milliseconds: at first, and at most.
    private static final long RETRY_MILLIS = 500;

    private static final long RETRY_MILLIS_MAX = 10_000;

    /// How often it looks after what is not changes, in seconds.
    private static final long TEND_SECONDS = 5;

    private static final long EXPIRE_SECONDS = 60;

    /// What was sent so shortly before a connection went is sent again, in seconds: an engine that
    /// fails over may have lost it.
    private static final long AGAIN_SECONDS = 60;

    /// A refresh is sent at most once in such a part of a life.
    private static final long REFRESHES = 20;

    /// By how much clocks may differ without anybody minding, in seconds.
    private static final long SKEW_SECONDS = 2;

    /// The most other hosts that are shown, and characters of each one's name and version.
    private static final int HOSTS_SHOWN = 64;

    private static final int NAME_MAX = 100;

    private static final long SETTLE_MILLIS = 5_000;

    /// With more changes of its own in a millisecond than this, a host is busy answering.
    private static final long BUSY = 30;

    private static final long YIELD_MILLIS_MAX = 400;

    private static final long NOTHING = Long.MAX_VALUE;

    private final ShareSettings settings;
    private final Host host;
    private final Figures figures;
    private final Histogram lag;
    private final Path file;
    private final ChangeFeed feed;
    private final Tombstones tombstones = new Tombstones();
    private final Adoption adoption;
    private final SharedWords words;
    private final Outbox outbox = new Outbox();
    private final ChangeLine line = new ChangeLine();
    private final String id;
    private final String mark;
    private final Engine.Place[] places = new Engine.Place[Engine.SHARDS];

    /// What is forgotten up to here, in milliseconds of the engine's time, we have heard of.
    private final long[] heard = new long[Engine.SHARDS];

    private final Thread thread;

    /// What is newer must be sent once more, in seconds of the engine's time.
    private long owed;

    private long feedDropped;

    // How many changes of our own were taken since the last round began.
    private long changed;
    private long skewMillis;
    private long toEngine;
    private boolean saidSkew;
    private boolean saidEvicts;
    private boolean isStateOld;
    private String said = "";

    @GuardedBy("this")
    private boolean isStopping;

    // Who waits until what was fed is taken.
    @GuardedBy("this")
    private long settleAsked;

    @GuardedBy("this")
    private long settleDone;

    Worker(ShareSettings settings, Host host, Figures figures, Histogram lag) {
        this.lag = lag;
        this.settings = settings;
        this.host = host;
        this.figures = figures;
        file = ShareState.path(host.saveFile());
        feed = new ChangeFeed(FEED_MAX, host.wallMillis());
        words = new SharedWords(host.allowed(), this::engineMillis, () -> skewMillis, host.log());
        adoption =
                new Adoption(
                        host.store(),
                        host.lifetimes(),
                        host.now(),
                        this::engineMillis,
                        tombstones,
                        words::hear);
        SecureRandom random = new SecureRandom();
        id = HexFormat.of().toHexDigits(random.nextLong());
        mark = HexFormat.of().toHexDigits(random.nextLong());
        Arrays.fill(places, Engine.Place.FIRST);
        thread = Thread.ofPlatform().name("share").unstarted(this::run);
        thread.setUncaughtExceptionHandler(host.onBug());
    }

    private long wallSeconds() {
        return host.now().getAsLong() + host.wallOffsetSeconds().getAsLong();
    }

    private long engineSeconds() {
        return wallSeconds() + toEngine;
    }

    private long engineMillis() {
        return host.wallMillis().getAsLong() + skewMillis;
    }

    /// Begins. From now on changes are kept for others.
    void start() {
        goOn();
        host.store().tell(Optional.of(feed));
        thread.start();
    }

    /// Goes on where the daemon before this one was.
    private void goOn() {
        Optional<ShareState> state = ShareState.read(file, settings.name());
        owed = state.map(its -> its.whole() - AGAIN_SECONDS).orElse(0L);
        state.ifPresent(its -> {
            for (int shard = 0; shard < Engine.SHARDS; shard++) {
                places[shard] = its.shards().get(shard);
                heard[shard] = places[shard].millis();
            }
            its.forgotten().forEach(tombstones::add);
        });
    }

    /// Ends after the round it is in, which sends what waits if the engine is well.
    void stop() {
        synchronized (this) {
            isStopping = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        host.store().tell(Optional.empty());
    }

    private synchronized boolean isStopping() {
        return isStopping;
    }

    /// Waits, or returns as soon as somebody wants something. To return early does no harm.
    private synchronized void rest(long millis) {
        try {
            for (long left = millis;
                    left > 0 && !isStopping && settleAsked == settleDone;
                    left = 0) {
                wait(left);
            }
        } catch (InterruptedException e) {
            isStopping = true;
        }
    }

    /// Returns when what was changed before would be told even if the process died now; after some
    /// seconds at the latest.
    synchronized void settle() {
        long asked = ++settleAsked;
        notifyAll();
        long end = host.wallMillis().getAsLong() + SETTLE_MILLIS;
        try {
            for (long left = SETTLE_MILLIS; settleDone < asked && !isStopping && left > 0; ) {
                wait(left);
                left = end - host.wallMillis().getAsLong();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long retry = RETRY_MILLIS;
        while (!isStopping()) {
            long before = figures.exchanges.get();
            try (Engine engine = Engine.open(settings)) {
                join(engine);
                serve(engine);
            } catch (EngineException e) {
                fail(e);
            } catch (RuntimeException | Error bug) {
                // Mail is answered without the others, so this is no reason to end.
                host.onBug().uncaughtException(Thread.currentThread(), bug);
                trouble(
                        "a fault of greydaemon's own, which standard error shows; please report"
                                + " it");
            }
            figures.isConnected = false;
            retry = figures.exchanges.get() > before ? RETRY_MILLIS : retry;
            for (long rested = 0; rested < retry && !isStopping(); rested += REST_MILLIS) {
                drain();
                rest(REST_MILLIS);
            }
            retry = Math.min(2 * retry, RETRY_MILLIS_MAX);
        }
        drain();
        saveState();
    }

    private void fail(EngineException fault) {
        if (figures.trouble.isEmpty()) {
            figures.reconnects.incrementAndGet();
        }
        trouble(fault.words());
    }

    /// Says what is wrong, once until it is something else.
    private void trouble(String words) {
        figures.trouble = words;
        if (!words.equals(said)) {
            host.log()
                    .tell(
                            Event.SHARE,
                            settings.place()
                                    + ": "
                                    + words
                                    + "; mail is answered from what this host remembers",
                            words);
            said = words;
        }
    }

    private void well() {
        figures.isConnected = true;
        figures.trouble = "";
        if (!said.isEmpty()) {
            host.log().tell(Event.SHARE, settings.place() + ": well again");
            said = "";
        }
    }

    /// Learns the engine's time, and reads what the others remember if we may have missed any.
    private void join(Engine engine) throws EngineException {
        compareClocks(engine);
        if (engine.evicts() && !saidEvicts) {
            saidEvicts = true;
            host.log()
                    .tell(
                            Event.SHARE,
                            settings.place()
                                    + ": it may evict keys when it is short of memory, and then"
                                    + " everything is exchanged again; set maxmemory-policy"
                                    + " noeviction");
        }
        owed = Math.min(owed, lastWhole() - AGAIN_SECONDS);
        lookAtMarks(engine);
        adoption.toEngine(toEngine);
        words.owe();
        words.compare(engine);
    }

    private long whole;

    private long lastWhole() {
        return whole == 0 ? owed : whole;
    }

    private void compareClocks(Engine engine) throws EngineException {
        long before = host.wallMillis().getAsLong();
        long theirs = engine.millis();
        long after = host.wallMillis().getAsLong();
        skewMillis = theirs - (before + after) / 2;
        long seconds = Math.round(skewMillis / 1000.0);
        if (Math.abs(seconds - toEngine) > SKEW_SECONDS) {
            toEngine = Math.abs(seconds) > SKEW_SECONDS ? seconds : 0;
        }
        boolean differs = Math.abs(seconds) > SKEW_SECONDS;
        if (differs && !saidSkew) {
            host.log()
                    .tell(
                            Event.SHARE,
                            settings.place()
                                    + ": its clock differs from ours by "
                                    + seconds
                                    + " s, which is corrected; see that NTP runs on both");
        }
        saidSkew = differs;
    }

    /// Where the mark is another one, or the stream has gone, the engine has lost what it was told;
    /// where we were away for too long, the stream has.
    private void lookAtMarks(Engine engine) throws EngineException {
        List<Engine.Mark> marks = engine.marks(mark);
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            Engine.Place place = places[shard];
            Engine.Mark its = marks.get(shard);
            boolean isLost =
                    !place.mark().equals(its.mark()) || (place.millis() > 0 && !its.hasStream());
            boolean isTooLate = place.millis() < trimMillis();
            if (isLost || (isTooLate && its.hasStream() && !isCurrent[shard])) {
                figures.isBehind = true;
                read(engine, shard);
                places[shard] = new Engine.Place(Engine.Place.FIRST.id(), its.mark());
            }
            if (isLost) {
                owed = 0;
                words.owe();
            }
            isCurrent[shard] = true;
        }
    }

    // Whether we have read a stream from its beginning or from where we were.
    private final boolean[] isCurrent = new boolean[Engine.SHARDS];

    private long trimMillis() {
        return Math.max(1, engineMillis() - 1000 * window());
    }

    /// How long changes are kept in the streams, in seconds: as long as a retry could pass.
    private long window() {
        return host.lifetimes().get().tripletWindow() + 2 * AGAIN_SECONDS;
    }

    /// Reads what is forgotten and what has proven itself.
    private void read(Engine engine, int shard) throws EngineException {
        Optional<byte[]> next = Optional.empty();
        do {
            Engine.Page page = engine.forgotten(shard, next);
            page.names()
                    .forEach(
                            name -> adoption.forgotten(name, name.seconds() * 1000 > heard[shard]));
            next = page.next();
        } while (next.isPresent());
        do {
            Engine.Page page = engine.proven(shard, next);
            page.names().forEach(adoption::proven);
            host.store().commit();
            next = page.next();
            drain();
        } while (next.isPresent() && !isStopping());
    }

    private void serve(Engine engine) throws EngineException {
        long tended = 0;
        long expired = 0;
        while (true) {
            boolean isLast = isStopping();
            long began = host.wallMillis().getAsLong();
            changed = 0;
            drain();
            boolean isMore = round(engine);
            giveWay(host.wallMillis().getAsLong() - began);
            long now = host.now().getAsLong();
            if (isLast) {
                return;
            }
            if (now - tended >= TEND_SECONDS) {
                tend(engine, now - expired >= EXPIRE_SECONDS);
                expired = now - expired >= EXPIRE_SECONDS ? now : expired;
                tended = now;
            }
            if (!isMore && owed != NOTHING) {
                push(engine);
            } else if (!isMore && outbox.count() == 0) {
                figures.isBehind = false;
                whole = engineSeconds();
                rest(REST_MILLIS);
            }
        }
    }

    /// While a flood is answered this thread takes no more than a third of the time: others may
    /// hear late, and what finds no room meanwhile is made up for, but answers may not be late.
    private void giveWay(long millis) {
        long took = Math.max(1, millis);
        if (changed > BUSY * (took + REST_MILLIS)) {
            rest(Math.min(2 * took, YIELD_MILLIS_MAX));
        }
    }

    private void tend(Engine engine, boolean expires) throws EngineException {
        lookAtMarks(engine);
        words.compare(engine);
        figures.hosts = hosts(engine);
        if (expires) {
            compareClocks(engine);
            adoption.toEngine(toEngine);
            Lifetimes current = host.lifetimes().get();
            engine.expire(engineSeconds(), window(), current.client());
            tombstones.age(1000 * (engineSeconds() - current.client()));
        }
        saveState();
    }

    private List<String> hosts(Engine engine) throws EngineException {
        String us = host.name() + " " + host.version() + " " + id;
        List<String> others = new ArrayList<>();
        for (String one : engine.hosts(us, engineSeconds())) {
            if (!one.equals(us) && others.size() < HOSTS_SHOWN) {
                String cut = one.substring(0, Math.min(NAME_MAX + id.length(), one.length()));
                String plain = cut.replaceAll("[^!-~ ]|[\"\\\\]", "?");
                int end = plain.lastIndexOf(' ');
                others.add(plain.substring(0, Math.min(NAME_MAX, end < 0 ? plain.length() : end)));
            }
        }
        return List.copyOf(others);
    }

    /// Sends and reads once.
    ///
    /// @return whether there may be more to read
    private boolean round(Engine engine) throws EngineException {
        words.take();
        words.send(outbox);
        List<List<Change>> changes = new ArrayList<>();
        int[] taken = new int[Engine.SHARDS];
        String[] after = new String[Engine.SHARDS];
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            List<Change> first = outbox.first(shard);
            taken[shard] = first.size();
            changes.add(
                    tombstones.isEmpty()
                            ? first
                            : first.stream().filter(adoption::isAlive).toList());
            after[shard] = places[shard].id();
        }
        List<Engine.Outcome> outcomes =
                engine.exchange(id, changes, after, trimMillis(), engineSeconds());
        long adoptedBefore = adoption.adopted();
        boolean isMore = false;
        Optional<EngineException> fault = Optional.empty();
        long latest = 0;
        for (int shard = 0; shard < Engine.SHARDS; shard++) {
            Engine.Outcome outcome = outcomes.get(shard);
            fault = outcome.fault().isPresent() ? outcome.fault() : fault;
            if (outcome.fault().isEmpty()) {
                outbox.sent(shard, taken[shard]);
                figures.sent.addAndGet(changes.get(shard).size());
            }
            for (Engine.Written written : outcome.written()) {
                take(shard, written);
                latest = Math.max(latest, engineMillis() - written.millis());
            }
            isMore |= outcome.isFull();
        }
        host.store().commit();
        words.take();
        figures.lagMillis = latest;
        figures.lagChanges = adoption.adopted() - adoptedBefore;
        tell();
        if (fault.isPresent()) {
            if (fault.get().isConnectionOver()) {
                throw fault.get();
            }
            trouble(fault.get().words());
            rest(RETRY_MILLIS);
            return true;
        }
        figures.exchanges.incrementAndGet();
        well();
        return isMore || outbox.isHalfFull();
    }

    private void take(int shard, Engine.Written written) {
        boolean isOurs = written.host().equals(id);
        if (!isOurs && !figures.isBehind) {
            lag.observe(Math.max(0, engineMillis() - written.millis()));
        }
        adoption.lines(written.lines().array(), isOurs, written.millis() > heard[shard]);
        places[shard] = new Engine.Place(written.id(), places[shard].mark());
        heard[shard] = Math.max(heard[shard], written.millis() - 1);
    }

    private void tell() {
        figures.waiting = (long) outbox.count() + words.waiting();
        figures.adopted.set(adoption.adopted() + words.taken());
        figures.strange.set(adoption.strange() + words.strange());
    }

    /// Takes what has changed here since the last look.
    private void drain() {
        long asked;
        boolean isAsked;
        synchronized (this) {
            asked = settleAsked;
            isAsked = asked != settleDone || isStopping;
        }
        if (!outbox.isFull() || isAsked) {
            feed.take(this::add);
        }
        long dropped = feed.dropped();
        if (dropped > feedDropped) {
            miss(dropped - feedDropped, engineSeconds() - AGAIN_SECONDS);
            feedDropped = dropped;
        }
        if (isStateOld) {
            saveState();
        }
        synchronized (this) {
            settleDone = asked;
            notifyAll();
        }
        figures.waiting = (long) outbox.count() + words.waiting();
    }

    /// What could not be kept is made up for from the store.
    private void miss(long changes, long since) {
        figures.dropped.addAndGet(changes);
        owed = Math.min(owed, since);
    }

    private void add(long wallMade, long before, byte[] text, int from, int to) {
        changed++;
        if (!line.readEntry(text, from, to)) {
            throw new IllegalStateException("a line of our own cannot be read");
        }
        if (!line.isCarried()) {
            return;
        }
        long made = wallMade + skewMillis;
        if (line.entry() == Memory.NEVER) {
            tombstones.add(line.name(), made);
            isStateOld = true;
            put(line.change(Change.Kind.FORGOTTEN, made, toEngine));
            return;
        }
        Change.Kind kind = kind(before);
        if (kind == Change.Kind.NEW
                && !tombstones.isEmpty()
                && tombstones.of(line.name()).isPresent()) {
            tombstones.remove(line.name(), made);
            isStateOld = true;
            kind = Change.Kind.REVIVED;
        }
        if (kind != Change.Kind.REFRESHED || isDue(before)) {
            put(line.change(kind, made, toEngine));
        }
    }

    private void put(Change change) {
        if (!outbox.add(change)) {
            miss(1, change.made() / 1000 - AGAIN_SECONDS);
        }
    }

    private Change.Kind kind(long before) {
        if (before == Memory.NEVER) {
            return Change.Kind.NEW;
        }
        long time = Entry.time(line.entry());
        boolean isProof = Lifetimes.isProof(line.key().kind(), line.entry());
        boolean isNew =
                (line.key().isTriplet() && !isProof)
                        ? time != before
                        : time - before >= host.lifetimes().get().client();
        return isNew ? Change.Kind.NEW : Change.Kind.REFRESHED;
    }

    /// Whether others should hear that something has served again. Each key has its own times, so
    /// that not all are sent at once.
    private boolean isDue(long before) {
        if (line.key().isTriplet()) {
            return true;
        }
        long part = Math.max(1, host.lifetimes().get().client() / REFRESHES);
        long phase = line.digest() % part;
        return (Entry.time(line.entry()) + phase) / part != (before + phase) / part;
    }

    /// Sends what the others may not have heard, from the store.
    private void push(Engine engine) throws EngineException {
        long since = owed;
        owed = NOTHING;
        try {
            tombstones
                    .since(since * 1000)
                    .forEach((name, time) -> {
                        if (line.readName(name)) {
                            put(line.change(Change.Kind.FORGOTTEN, time, toEngine));
                        }
                    });
            host.store()
                    .visit((key, entry) -> {
                        long now = host.now().getAsLong();
                        long wallOffset = host.wallOffsetSeconds().getAsLong();
                        long wall = Entry.time(entry) + wallOffset;
                        if (wall + toEngine >= since
                                && host.lifetimes().get().isSaved(key.kind(), entry, now)) {
                            line.entry(key, Entry.of(wall, Entry.mark(entry)));
                            if (line.isCarried()) {
                                put(known(1000 * (wall + toEngine)));
                            }
                        }
                        while (outbox.isHalfFull()) {
                            roundInVisit(engine);
                        }
                    });
        } catch (Interrupted e) {
            owed = Math.min(owed, since);
            throw e.cause;
        }
    }

    /// What the store has just told, for others. When a proof was made is not known, only when it
    /// has served last, so it does not speak against anybody who has forgotten it.
    private Change known(long time) {
        OptionalLong revived = tombstones.revived(line.name());
        if (revived.isPresent()) {
            return line.change(Change.Kind.REVIVED, revived.getAsLong(), toEngine);
        }
        boolean isProof = Lifetimes.isProof(line.key().kind(), line.entry());
        return line.change(isProof ? Change.Kind.REFRESHED : Change.Kind.NEW, time, toEngine);
    }

    /// A visitor throws nothing that is checked.
    private void roundInVisit(Engine engine) {
        try {
            drain();
            boolean _ = round(engine);
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

    /// What is not sent yet is in no stream: the next start sends what is newer than `whole`.
    private void saveState() {
        long until = owed == NOTHING ? lastWhole() : Math.min(owed, lastWhole());
        isStateOld = false;
        try {
            new ShareState(
                            settings.name(),
                            Math.max(0, until),
                            List.of(places),
                            tombstones.since(1000 * (until - AGAIN_SECONDS)))
                    .write(file);
        } catch (IOException e) {
            host.log()
                    .tell(
                            Event.SHARE,
                            file
                                    + ": cannot be written: "
                                    + e.getMessage()
                                    + "; the next start exchanges everything",
                            "state");
        }
    }
}
