package org.greydaemon.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Receives datagrams, lets handlers answer them and sends the answers. Threads: `udp` waits for
/// what comes, `udp-2` and so on help as long as that is more than it can answer ({@link
/// DatagramRounds}); virtual ones, `udp-late`, give the answers that have to wait. Safe for use by
/// several threads.
public final class DatagramServer implements AutoCloseable {
    /// The most threads that answer: far more than any site's mail needs, and each has buffers of
    /// its own.
    private static final int THREADS_MAX = 8;

    /// How long {@link #stop} waits for them: longer than any of them waits for a name.
    static final long LATE_SECONDS = 5;

    /// How soon {@link #stop} wakes the loop once more: it may not have waited yet, and the system
    /// may drop what it is woken with.
    private static final Duration WAKE_AGAIN = Duration.ofMillis(50);

    private final UdpSocket socket;
    private final Endpoint localEndpoint;
    private final AllowedAskers askers;
    private final ConnectionServer.OnBug onBug;
    private final long lateSeconds;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong notSent = new AtomicLong();
    private final LateDatagrams late;

    // Those who answer, the first one first; written by start(), read by stop() and by whoever
    // wonders whether it answers.
    private volatile List<DatagramRounds> threads = List.of();

    // Written by stop(), read by those who answer; no other ordering is needed.
    private volatile boolean closing;

    // Written by stop().
    private volatile int unanswered;

    /// Links the system calls ahead of time, in a thread of its own named `link`: that takes as
    /// long as reading the command line and needs nothing of it.
    public static void prepare() {
        Thread.ofPlatform().name("link").daemon().start(UdpSocket::link);
    }

    /// Listens, but does not answer yet: datagrams wait in the socket.
    ///
    /// @param inherited sockets that listen already
    /// @param allowed who may ask, beside programs of this host; datagrams from elsewhere are
    ///   dropped and counted
    /// @param onBug hears what no operator can mend; in the thread of an answer that waits, only
    ///   that question stays without one
    /// @throws IOException if the system refuses; the message is the system's
    public DatagramServer(
            Endpoint at, InheritedSockets inherited, CidrSet allowed, ConnectionServer.OnBug onBug)
            throws IOException {
        this(at, inherited, allowed, onBug, LATE_SECONDS);
    }

    /// @param lateSeconds how long {@link #stop} waits for answers that wait
    DatagramServer(
            Endpoint at,
            InheritedSockets inherited,
            CidrSet allowed,
            ConnectionServer.OnBug onBug,
            long lateSeconds)
            throws IOException {
        askers = new AllowedAskers(allowed);
        this.onBug = onBug;
        this.lateSeconds = lateSeconds;
        OptionalInt descriptor = inherited.datagrams(at);
        socket = inherited.bound(() -> new UdpSocket(at, descriptor));
        localEndpoint = socket.localEndpoint();
        late = new LateDatagrams(socket, onBug.ofConnection(), notSent);
    }

    /// Where it listens.
    public Endpoint localEndpoint() {
        return localEndpoint;
    }

    /// By what number the system knows the socket.
    public int descriptor() {
        return socket.descriptor();
    }

    /// Changes who may ask.
    public void allow(CidrSet changed) {
        askers.allow(changed);
    }

    /// Begins to answer, with as many threads as there are processors.
    ///
    /// @param handlers makes a handler for each thread that answers, in that thread
    public void start(Supplier<? extends DatagramHandler> handlers) {
        int processors = Runtime.getRuntime().availableProcessors();
        start(handlers, Math.clamp(processors, 1, THREADS_MAX));
    }

    /// @param count of the threads that answer
    void start(Supplier<? extends DatagramHandler> handlers, int count) {
        Deque<DatagramRounds> all = new ArrayDeque<>();
        for (int i = count; i > 0; i--) {
            String name = i == 1 ? "udp" : "udp-" + i;
            all.addFirst(
                    new DatagramRounds(
                            this, handlers, name, i == 1, all.peekFirst(), onBug.ofServer()));
        }
        threads = List.copyOf(all);
        threads.forEach(DatagramRounds::start);
    }

    UdpSocket socket() {
        return socket;
    }

    AllowedAskers askers() {
        return askers;
    }

    boolean isClosing() {
        return closing;
    }

    /// Whether it comes from this very socket.
    boolean isOurs(Peer peer) {
        return peer.port() == localEndpoint.port() && askers.isOfThisHost(peer);
    }

    /// Counts the datagrams of a round.
    void took(int count) {
        received.addAndGet(count);
    }

    /// Counts answers that could not be sent.
    void failed(int count) {
        if (count > 0) {
            notSent.addAndGet(count);
        }
    }

    /// Takes over the answers that have to wait.
    public LateAnswers late() {
        return late;
    }

    /// Whether somebody takes datagrams from the socket.
    public boolean isAnswering() {
        return !threads.isEmpty() && threads.getFirst().isAlive() && !closing;
    }

    /// Whether the threads live, and none is in the same round as when this was last asked. To be
    /// called by one thread, at intervals that a round should not take.
    public boolean moves() {
        boolean moves = !threads.isEmpty();
        for (DatagramRounds each : threads) {
            moves &= each.moves();
        }
        return moves;
    }

    /// The datagrams received since the start.
    public long received() {
        return received.get();
    }

    /// The datagrams dropped because their sender may not ask.
    public long notAllowed() {
        return askers.refused();
    }

    /// The sender of one of the latest of them.
    public IpAddress lastNotAllowed() {
        return askers.lastRefused();
    }

    /// The answers that were not sent: the system would not, or a bug was in the way.
    public long notSent() {
        return notSent.get();
    }

    /// The answers that did not wait for something that was worth waiting for, because too many
    /// others did.
    public long notLate() {
        return late.notLate();
    }

    /// Ends: what waits in the socket by now is answered, what comes later stays there for who goes
    /// on with it, and no answer is sent after this returns. An answer that waits for something
    /// else than a name, as for a disk that hangs, is not waited for. Idempotent.
    ///
    /// @return how many such there were
    @CanIgnoreReturnValue
    public int stop() {
        if (!closing) {
            closing = true;
            try {
                join();
                unanswered = late.stop(lateSeconds);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return unanswered;
    }

    private void join() throws InterruptedException {
        for (DatagramRounds each : threads) {
            each.wake();
            while (!each.join(WAKE_AGAIN)) {
                each.wake();
            }
        }
    }

    /// Stops and frees the address.
    @Override
    public void close() {
        stop();
        socket.close();
    }
}
