package org.greydaemon.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.system.TimeSlice;

import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Receives datagrams, lets the handler answer them and sends the answers. Threads: `udp` runs the
/// loop and owns everything here but the counters; virtual threads, `udp-late`, one for each answer
/// that has to wait; {@link #stop} may be called from any thread and ends the loop after the round
/// it is in.
public final class DatagramServer implements AutoCloseable, LateAnswers {
    /// The most answers that wait at a time; each has an attempt of its own, some 10 KiB.
    static final int LATE_MAX = 1000;

    /// How long {@link #stop} waits for them: longer than any of them waits for a name.
    static final long LATE_SECONDS = 5;

    /// How many rounds {@link #stop} lets follow: more than the socket's buffer has datagrams for.
    private static final int LAST_ROUNDS = 1024;

    /// How soon {@link #stop} wakes the loop once more: it may not have waited yet, and the system
    /// may drop what it is woken with.
    private static final Duration WAKE_AGAIN = Duration.ofMillis(50);

    private final UdpSocket socket;
    private final Endpoint localEndpoint;
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final ConnectionServer.OnBug onBug;
    private final long lateSeconds;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong notAllowed = new AtomicLong();
    private final AtomicLong notSent = new AtomicLong();
    private final AtomicLong notLate = new AtomicLong();
    private final Semaphore late = new Semaphore(LATE_MAX);

    // Odd while `udp` is in a round, even while it waits; written by `udp` only.
    private final AtomicLong rounds = new AtomicLong();

    // Confined to the thread that asks whether `udp` moves.
    private long roundsSeen;

    // Written by start(), read by stop() and by whoever wonders whether it answers.
    private volatile Thread thread = new Thread();

    // Written by `udp`, read by whoever tells the operator; any recent one will do.
    private volatile IpAddress lastNotAllowed = IpAddress.ipv4(0);

    // Written by a reload, read by `udp` at each datagram; the set is immutable.
    private volatile CidrSet allowed;

    // Written by stop(), read by `udp`; no other ordering is needed.
    private volatile boolean closing;

    // How many answers still waited when stop() no longer did: they are never sent, as the number
    // of the socket may be another file's by then.
    @GuardedBy("late")
    private int unanswered;

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
        this.allowed = allowed;
        this.onBug = onBug;
        this.lateSeconds = lateSeconds;
        OptionalInt descriptor = inherited.datagrams(at);
        socket = inherited.bound(() -> new UdpSocket(at, descriptor));
        localEndpoint = socket.localEndpoint();
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
        allowed = changed;
    }

    /// Begins to answer.
    public void start(DatagramHandler handler) {
        thread =
                Thread.ofPlatform()
                        .name("udp")
                        .uncaughtExceptionHandler(onBug.ofServer())
                        .start(() -> run(handler));
    }

    private void run(DatagramHandler handler) {
        TimeSlice.shorten();
        byte[] datagram = new byte[UdpSocket.DATAGRAM_MAX];
        byte[] reply = new byte[DatagramHandler.REPLY_MAX];
        Peer peer = new Peer();
        boolean isLast = false;
        for (int last = 0; !isLast && last < LAST_ROUNDS; last += closing ? 1 : 0) {
            int count = receive();
            rounds.setRelease(rounds.getPlain() + 1);
            isLast = closing && count == 0; // Nothing waits.
            for (int i = 0; i < count; i++) {
                int length = socket.read(i, datagram, peer);
                if (length == 0 && isOurs(peer)) {
                    isLast |= closing; // Sent by stop(): what waited by then came before it.
                    continue;
                }
                if (!allowed.contains(peer.high(), peer.low())
                        && !ownAddresses.contains(peer.high(), peer.low())) {
                    lastNotAllowed = new IpAddress(peer.high(), peer.low());
                    notAllowed.incrementAndGet();
                    continue;
                }
                int replyLength = handler.answer(datagram, length, peer, reply);
                if (replyLength > 0) {
                    socket.reply(i, reply, replyLength);
                }
            }
            received.addAndGet(count);
            handler.beforeReplies();
            int failed = socket.send();
            if (failed > 0) {
                notSent.addAndGet(failed);
            }
            rounds.setRelease(rounds.getPlain() + 1);
        }
    }

    /// Whether it comes from this very socket; a daemon before us may have left it there.
    private boolean isOurs(Peer peer) {
        return peer.port() == localEndpoint.port()
                && ownAddresses.contains(peer.high(), peer.low());
    }

    /// May be called by `udp` only.
    @Override
    public boolean answer(Peer from, Work work) {
        if (!late.tryAcquire()) {
            notLate.incrementAndGet();
            return false;
        }
        Endpoint peer = new Endpoint(new IpAddress(from.high(), from.low()), from.port());
        IpAddress local = new IpAddress(from.localHigh(), from.localLow());
        Thread.ofVirtual()
                .name("udp-late")
                .uncaughtExceptionHandler(onBug.ofConnection())
                .start(() -> answerLate(peer, local, work));
        return true;
    }

    private void answerLate(Endpoint peer, IpAddress local, Work work) {
        boolean isDone = false;
        try {
            byte[] reply = new byte[DatagramHandler.REPLY_MAX];
            int length = work.answer(peer, reply);
            isDone = length == 0 || sendLate(peer, local, reply, length);
        } finally {
            if (!isDone) {
                notSent.incrementAndGet();
            }
            late.release();
        }
    }

    private boolean sendLate(Endpoint peer, IpAddress local, byte[] reply, int length) {
        synchronized (late) {
            return unanswered == 0 && socket.sendTo(peer, local, reply, length);
        }
    }

    private int receive() {
        try {
            return socket.receive();
        } catch (IOException e) {
            throw new IllegalStateException("udp " + localEndpoint + ": " + e.getMessage(), e);
        }
    }

    /// Whether somebody takes datagrams from the socket.
    public boolean isAnswering() {
        return thread.isAlive() && !closing;
    }

    /// Whether the thread lives, and is not in the same round as when this was last asked. To be
    /// called by one thread, at intervals that a round should not take.
    public boolean moves() {
        long now = rounds.getAcquire();
        boolean isStuck = (now & 1) == 1 && now == roundsSeen;
        roundsSeen = now;
        return thread.isAlive() && !isStuck;
    }

    /// The datagrams received since the start.
    public long received() {
        return received.get();
    }

    /// The datagrams dropped because their sender may not ask.
    public long notAllowed() {
        return notAllowed.get();
    }

    /// The sender of one of the latest of them.
    public IpAddress lastNotAllowed() {
        return lastNotAllowed;
    }

    /// The answers that were not sent: the system would not, or a bug was in the way.
    public long notSent() {
        return notSent.get();
    }

    /// The answers that did not wait for something that was worth waiting for, because too many
    /// others did.
    public long notLate() {
        return notLate.get();
    }

    /// Ends the loop: what waits in the socket by now is answered, what comes later stays there for
    /// who goes on with it, and no answer is sent after this returns. An answer that waits for
    /// something else than a name, as for a disk that hangs, is not waited for. Idempotent.
    ///
    /// @return how many such there were
    @CanIgnoreReturnValue
    public int stop() {
        if (!closing) {
            closing = true;
            join();
        }
        synchronized (late) {
            return unanswered;
        }
    }

    private void join() {
        try {
            while (thread.isAlive()) {
                socket.wake();
                boolean _ = thread.join(WAKE_AGAIN);
            }
            if (!late.tryAcquire(LATE_MAX, lateSeconds, TimeUnit.SECONDS)) {
                synchronized (late) {
                    unanswered = LATE_MAX - late.availablePermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Stops and frees the address.
    @Override
    public void close() {
        stop();
        socket.close();
    }
}
