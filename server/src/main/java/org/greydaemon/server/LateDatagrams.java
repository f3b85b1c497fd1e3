package org.greydaemon.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The answers to datagrams that have to wait for something: each has a virtual thread, `udp-late`.
/// Safe for use by several threads.
final class LateDatagrams implements LateAnswers {
    /// The most answers that wait at a time; each has an attempt of its own, some 10 KiB.
    static final int MAX = 1000;

    private final UdpSocket socket;
    private final Thread.UncaughtExceptionHandler onBug;
    private final AtomicLong notSent;
    private final AtomicLong notLate = new AtomicLong();
    private final Semaphore late = new Semaphore(MAX);

    // How many answers still waited when stop() no longer did: they are never sent, as the number
    // of the socket may be another file's by then.
    @GuardedBy("late")
    private int unanswered;

    /// @param onBug hears what no operator can mend, in the thread of the answer: only that
    ///   question stays without one
    /// @param notSent counts the answers that were not sent
    LateDatagrams(UdpSocket socket, Thread.UncaughtExceptionHandler onBug, AtomicLong notSent) {
        this.socket = socket;
        this.onBug = onBug;
        this.notSent = notSent;
    }

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
                .uncaughtExceptionHandler(onBug)
                .start(() -> answer(peer, local, work));
        return true;
    }

    private void answer(Endpoint peer, IpAddress local, Work work) {
        boolean isDone = false;
        try {
            byte[] reply = new byte[DatagramHandler.REPLY_MAX];
            int length = work.answer(peer, reply);
            isDone = length == 0 || send(peer, local, reply, length);
        } finally {
            if (!isDone) {
                notSent.incrementAndGet();
            }
            late.release();
        }
    }

    private boolean send(Endpoint peer, IpAddress local, byte[] reply, int length) {
        synchronized (late) {
            return unanswered == 0 && socket.sendTo(peer, local, reply, length);
        }
    }

    /// The answers that did not wait for something that was worth waiting for, because too many
    /// others did.
    long notLate() {
        return notLate.get();
    }

    /// Waits for all of them. To be called when nobody adds any more; none is sent after it has
    /// returned.
    ///
    /// @param seconds how long to wait
    /// @return how many wait for something else than a name, as for a disk that hangs, and are not
    ///   waited for any longer
    @CanIgnoreReturnValue
    int stop(long seconds) throws InterruptedException {
        boolean isDone = late.tryAcquire(MAX, seconds, TimeUnit.SECONDS);
        synchronized (late) {
            unanswered = isDone ? 0 : MAX - late.availablePermits();
            return unanswered;
        }
    }
}
