package org.greydaemon.server;

import org.greydaemon.system.TimeSlice;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One of the threads that answer datagrams, round by round: it takes what waits in the socket,
/// lets its handler answer, sends the answers. The first one waits in the socket. Whoever finds
/// more than a round takes wakes the next one, which helps until nothing waits any more: so nobody
/// is woken for a single question, and a flood has all processors ([ADR
/// 29](docs/adr/0029-several-threads-answer.md)).
///
/// What is not said to be for others is confined to the thread.
final class DatagramRounds {
    /// How many rounds {@link DatagramServer#stop} lets follow: more than the socket's buffer has
    /// datagrams for.
    private static final int LAST = 1024;

    private final DatagramServer server;
    private final Supplier<? extends DatagramHandler> handlers;
    private final boolean isFirst;
    private final @Nullable DatagramRounds helper;
    private final Thread thread;

    // Set by the thread, reset by who wakes it.
    private final AtomicBoolean isIdle = new AtomicBoolean(true);

    // Odd while the thread is in a round, even while it waits; written by the thread only.
    private final AtomicLong rounds = new AtomicLong();

    // Confined to the thread that asks whether this one moves.
    private long roundsSeen;

    /// @param handlers makes the thread's own handler when there is something to answer
    /// @param isFirst whether it is the one that waits in the socket
    /// @param helper is woken when more waits than a round takes; null if nobody helps
    DatagramRounds(
            DatagramServer server,
            Supplier<? extends DatagramHandler> handlers,
            String name,
            boolean isFirst,
            @Nullable DatagramRounds helper,
            Thread.UncaughtExceptionHandler onBug) {
        this.server = server;
        this.handlers = handlers;
        this.isFirst = isFirst;
        this.helper = helper;
        thread =
                Thread.ofPlatform()
                        .name(name)
                        .uncaughtExceptionHandler(onBug)
                        .unstarted(isFirst ? this::answer : this::help);
    }

    /// Begins to answer. For others.
    void start() {
        thread.start();
    }

    private void answer() {
        try (Work work = new Work()) {
            for (int last = 0; last < LAST; last += server.isClosing() ? 1 : 0) {
                int count = work.round(true);
                if (server.isClosing() && (count == 0 || work.isWoken)) {
                    return; // Nothing waits, or only what came after the stop.
                }
            }
        }
    }

    private void help() {
        awaitWanted();
        if (server.isClosing()) {
            return; // Nobody ever needed what a handler and a batch take.
        }
        try (Work work = new Work()) {
            while (!server.isClosing()) { // What waits then is the first thread's.
                if (work.round(false) > 0) {
                    continue;
                }
                // Who found more until now has not woken it: it looks once again before it waits.
                if (isIdle.getAndSet(true)) {
                    awaitWanted();
                }
            }
        }
    }

    private void awaitWanted() {
        while (isIdle.get() && !server.isClosing()) {
            LockSupport.park(this);
        }
    }

    /// More waits than one thread takes. For others.
    private void want() {
        if (isIdle.get() && isIdle.compareAndSet(true, false)) {
            LockSupport.unpark(thread);
        }
    }

    /// Lets it end if it waits, once the server stops. For others.
    void wake() {
        if (isFirst) {
            server.socket().wake();
        } else {
            LockSupport.unpark(thread);
        }
    }

    /// Whether it lives. For others.
    boolean isAlive() {
        return thread.isAlive();
    }

    /// Waits until it has ended, or a time is over. For others.
    boolean join(Duration time) throws InterruptedException {
        return thread.join(time);
    }

    /// {@link DatagramServer#moves} of this thread. For others, of which only one may ask.
    boolean moves() {
        long now = rounds.getAcquire();
        boolean isStuck = (now & 1) == 1 && now == roundsSeen;
        roundsSeen = now;
        return thread.isAlive() && !isStuck;
    }

    /// What the thread works with, and its rounds.
    private final class Work implements AutoCloseable {
        private final DatagramHandler handler = handlers.get();
        private final DatagramBatch batch = server.socket().batch();
        private final byte[] reply = new byte[DatagramHandler.REPLY_MAX];

        // Made when they are needed, since an idle daemon needs one. Those of a round that are
        // answered come first, `places` says where they lie in the batch.
        private final List<Datagram> datagrams = new ArrayList<>();
        private final int[] places = new int[DatagramBatch.LENGTH_MAX];

        // Whether what DatagramServer.stop() wakes the first thread with has come.
        private boolean isWoken;

        Work() {
            TimeSlice.shorten();
        }

        /// @param waits whether to wait for a datagram
        /// @return how many there were
        int round(boolean waits) {
            int count = receive(waits);
            if (count == 0 && !waits) {
                return 0;
            }
            rounds.setRelease(rounds.getPlain() + 1);
            if (count == DatagramBatch.LENGTH_MAX && helper != null) {
                helper.want();
            }
            answer(read(count));
            server.took(count); // Who has an answer is counted.
            handler.beforeReplies();
            server.failed(batch.send());
            rounds.setRelease(rounds.getPlain() + 1);
            return count;
        }

        private int receive(boolean waits) {
            try {
                return batch.receive(waits);
            } catch (IOException e) {
                throw new IllegalStateException(
                        "udp " + server.localEndpoint() + ": " + e.getMessage(), e);
            }
        }

        /// @return how many of them are to be answered
        private int read(int count) {
            int read = 0;
            for (int i = 0; i < count; i++) {
                if (read == datagrams.size()) {
                    datagrams.add(new Datagram(read));
                }
                Datagram datagram = datagrams.get(read);
                batch.read(i, datagram);
                if (datagram.length() == 0 && server.isOurs(datagram.from())) {
                    isWoken |= server.isClosing(); // A daemon before us may have left one, too.
                } else if (server.askers().admits(datagram.from())) {
                    handler.read(datagram);
                    places[read++] = i;
                }
            }
            return read;
        }

        private void answer(int count) {
            handler.beforeAnswers();
            for (int i = 0; i < count; i++) {
                int length = handler.answer(datagrams.get(i), reply);
                if (length > 0) {
                    batch.reply(places[i], reply, length);
                }
            }
        }

        @Override
        public void close() {
            batch.close();
        }
    }
}
