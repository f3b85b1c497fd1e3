package org.greydaemon.share;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.log.Event;
import org.greydaemon.metrics.Histogram;
import org.greydaemon.store.ChangeFeed;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The thread `share` while sharing is configured: connects, makes whole what is not ({@link
/// FullExchange}), then sends what has changed here and reads what others have changed ({@link
/// Round}) again and again, and connects anew when that fails. Everything here is confined to it,
/// but for {@link #settle} and {@link #stop}.
final class Worker {
    /// How long it rests when there is nothing to do, in milliseconds: the others are so much late.
    private static final long REST_MILLIS = 100;

    /// How long it waits before it connects again, in milliseconds: at first, and at most.
    private static final long RETRY_MILLIS = 500;

    private static final long RETRY_MILLIS_MAX = 10_000;

    /// How often it looks after what is not changes, in seconds.
    private static final long TEND_SECONDS = 5;

    private static final long EXPIRE_SECONDS = 60;

    /// How long the end of it takes at most where the engine does not answer: for the round that it
    /// is in, and then for a connection that is just being made.
    private static final long STOP_MILLIS = 2_000;

    private static final long CONNECTION_MILLIS = 3_000;

    /// The same, each, where nobody is answered meanwhile.
    private static final long HURRIED_MILLIS = 100;

    // What a duration is measured with: the wall clock may be set.
    private final LongSupplier nanos = System::nanoTime;
    private final ShareSettings settings;
    private final AnswerDeadline deadline = new AnswerDeadline(nanos);
    private final Host host;
    private final Figures figures;
    private final EngineHealth health;
    private final EngineClock clock;
    private final Tombstones tombstones;
    private final ShareProgress progress;
    private final Outbox outbox;
    private final OwnChanges changes;
    private final SharedWords words;
    private final Adoption adoption;
    private final Round round;
    private final FullExchange full;
    private final Pace pace = new Pace(REST_MILLIS);
    private final String id;
    private final Peers peers;
    private final Thread thread;

    private final ShareOrders orders = new ShareOrders(nanos);

    private boolean saidEvicts;

    // Whether what others have written before the connection is not read yet: what they have
    // forgotten until then must not be sent. However fast others write, that has an end.
    private boolean isHearing;

    // When this connection began, in milliseconds of the engine's time.
    private long joined;

    /// @param feed what is changed here
    Worker(ShareSettings settings, Host host, ChangeFeed feed, Figures figures, Histogram lag) {
        this.settings = settings;
        this.host = host;
        this.figures = figures;
        OurSide side = OurSide.of(settings, host, figures);
        health = side.health();
        clock = side.clock();
        tombstones = side.tombstones();
        progress = side.progress();
        outbox = side.outbox();
        changes = new OwnChanges(side, feed);
        words =
                new SharedWords(
                        host.allowed(),
                        clock::millis,
                        clock::skewMillis,
                        clock::toEngine,
                        host.log());
        adoption =
                new Adoption(
                        host.store(),
                        host.lifetimes(),
                        host.now(),
                        clock::millis,
                        clock::aheadOfStore,
                        tombstones,
                        words::hear,
                        change -> {
                            boolean _ = outbox.add(change); // Without room it is not told.
                        });
        SecureRandom random = new SecureRandom();
        id = HexFormat.of().toHexDigits(random.nextLong());
        peers = new Peers(id);
        round = new Round(id, peers, lag, side, words, adoption);
        full =
                new FullExchange(
                        () -> HexFormat.of().toHexDigits(random.nextLong()),
                        side,
                        changes,
                        words,
                        adoption,
                        new Meanwhile());
        thread = Thread.ofPlatform().daemon().name("share").unstarted(this::run);
        thread.setUncaughtExceptionHandler(host.onBug());
    }

    /// Begins, and takes what the feed has: what came since another one has ended too.
    void start() {
        progress.goOn(host.store().isAsLeft());
        thread.start();
    }

    /// Gives up a question that takes too long.
    void look() {
        deadline.look();
    }

    /// Begins to end, while mail is still answered: {@link #stop} hardly waits then.
    void endSoon() {
        orders.endSoon();
    }

    /// {@link ShareOrders#settle}.
    boolean settle() {
        return orders.settle();
    }

    /// Ends after the round it is in, which sends what waits if the engine is well; without it if
    /// the engine is not. A thread that has not ended by then, as a name that DNS is asked for may
    /// hold it, is left: it neither sends nor says anything more, and does not save how far it has
    /// read. So the next start sends and reads again what this one has, and nothing is lost.
    ///
    /// @param isForGood whether no other worker takes what is fed from now on
    void stop(boolean isForGood) {
        boolean isHurrying = orders.end();
        boolean isOver = true;
        try {
            if (!thread.join(Duration.ofMillis(isHurrying ? HURRIED_MILLIS : STOP_MILLIS))) {
                deadline.cut();
                long left = isHurrying ? HURRIED_MILLIS : CONNECTION_MILLIS;
                isOver = thread.join(Duration.ofMillis(left));
                if (!isOver) {
                    progress.leave();
                    host.log().tell(Event.SHARE, settings.place() + ": left while it is asked");
                }
            }
        } catch (InterruptedException e) {
            isOver = false;
            Thread.currentThread().interrupt();
        }
        if (isForGood) {
            host.store().tell(Optional.empty());
            if (isOver) { // Else the thread may be at all that is its own.
                drain();
                progress.save();
            }
        }
        orders.hasEnded();
    }

    private void run() {
        long retry = RETRY_MILLIS;
        while (!orders.isStopping()) {
            long before = figures.exchanges.get();
            try (Engine engine = Engine.open(settings, deadline)) {
                join(engine);
                serve(engine);
            } catch (EngineException e) {
                if (progress.isLeft()) {
                    return;
                }
                health.fail(e);
            } catch (RuntimeException | Error bug) {
                if (progress.isLeft()) {
                    return; // The store may be closed.
                }
                // Mail is answered without the others, so this is no reason to end.
                host.onBug().uncaughtException(Thread.currentThread(), bug);
                health.trouble(
                        "a fault of greydaemon's own, which standard error shows; please report"
                                + " it");
            }
            figures.isConnected = false;
            retry = figures.exchanges.get() > before ? RETRY_MILLIS : retry;
            for (long rested = 0; rested < retry && !orders.isStopping(); rested += REST_MILLIS) {
                drain();
                orders.rest(REST_MILLIS);
            }
            retry = Math.min(2 * retry, RETRY_MILLIS_MAX);
        }
        drain();
        progress.save();
        orders.hasEnded();
    }

    /// Learns the engine's time, and makes whole what is not. What the others may not have heard is
    /// taken from the store before their changes come into it: so nobody is told once more what he
    /// has said himself.
    private void join(Engine engine) throws EngineException {
        isHearing = true;
        clock.compare(engine);
        joined = clock.millis();
        progress.compared(joined);
        if (engine.evicts() && !saidEvicts) {
            saidEvicts = true;
            health.tell(
                    "it may evict keys when it is short of memory, and then everything is"
                            + " exchanged again; set maxmemory-policy noeviction");
        }
        progress.owe();
        long now = clock.seconds();
        peers.lostSince(engine.introductions().read(now), now)
                .ifPresent(lost -> progress.owe(lost - ShareProgress.AGAIN_SECONDS));
        full.lookAtMarks(engine);
        if (progress.isOwing()) {
            full.push(engine);
        }
        full.hearForgotten(engine); // Now: what others have told is not told again for it.
        words.owe();
        words.compare(engine);
    }

    private void serve(Engine engine) throws EngineException {
        long tended = 0;
        long expired = 0;
        while (true) {
            boolean isLast = orders.isStopping();
            if (clock.isSet()) {
                compareClocks(engine);
            }
            long began = nanos.getAsLong();
            long takenBefore = changes.taken();
            Round.End end = round(engine, isLast);
            boolean isMore = end != Round.End.QUIET;
            long millis = (nanos.getAsLong() - began) / 1_000_000;
            long changed = changes.taken() - takenBefore;
            orders.rest(pace.rest(millis, changed, end == Round.End.MORE, isHearing));
            long now = host.now().getAsLong();
            if (isLast) {
                return;
            }
            if (now - tended >= TEND_SECONDS) {
                tend(engine, now - expired >= EXPIRE_SECONDS);
                expired = now - expired >= EXPIRE_SECONDS ? now : expired;
                tended = now;
            }
            if (!isMore && progress.isOwing()) {
                full.push(engine);
            } else if (!isMore && outbox.count() == 0) {
                figures.isBehind = false;
                progress.isWhole(clock.seconds());
                orders.rest(REST_MILLIS);
            }
        }
    }

    /// Drains, sends what waits unless there is something to be heard first, and reads once.
    ///
    /// @param isLast whether it is sent however much there is to hear
    private Round.End round(Engine engine, boolean isLast) throws EngineException {
        drain();
        Round.End end = round.exchange(engine, !isHearing || isLast);
        isHearing &= end == Round.End.MORE && !progress.isKnownUntil(joined);
        if (end == Round.End.FAULT) {
            orders.rest(RETRY_MILLIS);
        }
        return end;
    }

    /// An engine that takes nothing just now is no reason for another connection: others' changes
    /// are still read by this one.
    private void tend(Engine engine, boolean expires) throws EngineException {
        try {
            full.lookAtMarks(engine);
            words.compare(engine);
            if (expires) { // Before what needs room: it makes some.
                compareClocks(engine);
                Lifetimes current = host.lifetimes().get();
                tombstones.age(1000 * (clock.seconds() - current.client()));
                engine.expire(clock.seconds(), clock.window(), current.client());
            }
            figures.hosts = hosts(engine);
            health.takes();
        } catch (EngineException e) {
            if (e.isConnectionOver()) {
                throw e;
            }
            health.refuses(e);
        }
        progress.save();
    }

    private void compareClocks(Engine engine) throws EngineException {
        boolean isSet = clock.isSet();
        long before = clock.toEngine();
        clock.compare(engine);
        if (isSet || clock.toEngine() != before) {
            words.owe(); // What was said and heard until now has times of the other clock.
            words.compare(engine);
        }
    }

    private List<SharedHost> hosts(Engine engine) throws EngineException {
        String us = Peers.introduction(host.name(), host.version(), id);
        long now = clock.seconds();
        List<Timed> all = engine.introductions().say(us, now);
        peers.said(now);
        return peers.heard(all, now, clock.toEngine());
    }

    /// Takes what has changed here since the last look, and lets those go on who wait for it.
    private void drain() {
        ShareOrders.Settling asked = orders.settling();
        boolean isTaken =
                progress.unlessLeft(() -> {
                    changes.take(asked.isWanted());
                    if (changes.mustOutlive()) {
                        progress.save();
                    }
                });
        if (!isTaken) {
            return; // What is in the feed is the next worker's.
        }
        orders.settled(asked);
        figures.waiting = (long) outbox.count() + words.waiting();
    }

    /// What goes on during a full exchange.
    private final class Meanwhile implements FullExchange.Meanwhile {
        @Override
        public void drain() {
            Worker.this.drain();
        }

        @Override
        public void round(Engine engine) throws EngineException {
            Round.End _ = Worker.this.round(engine, false);
        }

        @Override
        public boolean isStopping() {
            return orders.isStopping();
        }
    }
}
