package org.greydaemon.server;

import jdk.net.ExtendedSocketOptions;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// One accepted connection. Used by the one thread that serves it; the server closes it from
/// outside when its deadline passes.
///
/// Reads and writes wait for the peer, but for those of a {@link LoopConnection}. There is no
/// buffer in here: a reader brings its own, with the bound that its protocol has, and writes each
/// answer in one piece.
public sealed class Connection permits LoopConnection {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /// Nobody has looked yet how much had arrived before the stop.
    private static final int UNKNOWN = -1;

    private final SocketChannel channel;
    private final ConnectionBudget budget;
    private final CountDownLatch over = new CountDownLatch(1);
    private final LongSupplier nanoTime;
    private final ConnectionPeer peer;

    private ByteBuffer unread = NOTHING;

    // Written by the serving thread, read by the thread that looks for deadlines.
    private volatile long deadlineNanos;

    // When it was accepted, and from then on when it last asked something. Written by the serving
    // thread, read by whoever looks for one that can go.
    private volatile long questionNanos;
    private volatile boolean asked;
    private volatile boolean waiting;
    private volatile boolean answered;
    private volatile boolean leaving;
    private volatile boolean cutShort; // Written by the serving thread, read likewise.
    private volatile boolean resting; // Likewise.
    private volatile boolean madeRoom;
    private volatile boolean outlives; // Written by the serving thread, read by whoever stops.
    private volatile boolean stopping; // Written by whoever stops, read by the serving thread.
    private boolean refused; // Confined to the serving thread, as is the next one.
    private int rest = UNKNOWN;

    private final long firstDeadlineNanos;

    // Written under the budget's lock by the serving thread.
    private volatile long held;

    /// @param limits its first deadlines
    /// @param budget that what it holds is taken from
    /// @param nanoTime the clock of its deadlines
    Connection(
            SocketChannel channel,
            ConnectionServer.Limits limits,
            ConnectionBudget budget,
            LongSupplier nanoTime)
            throws IOException {
        this.channel = channel;
        this.budget = budget;
        this.nanoTime = nanoTime;
        questionNanos = nanoTime.getAsLong();
        firstDeadlineNanos = questionNanos + limits.firstSeconds() * 1_000_000_000;
        peer = new ConnectionPeer(channel);
        if (!peer.isUnix()) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        within(limits.idleSeconds());
    }

    SocketChannel channel() {
        return channel;
    }

    /// Who speaks.
    public final ConnectionPeer peer() {
        return peer;
    }

    /// From now on the peer has this many seconds for whatever is read or written; after that the
    /// connection is closed and counted, within a second. Until it has asked its first question it
    /// has no more than a few seconds from when it was accepted.
    public final void within(long seconds) {
        deadlineNanos = nanoTime.getAsLong() + seconds * 1_000_000_000;
    }

    /// The peer has asked a whole question, which is what connections are for: those that have not
    /// done so for the longest time make room for others.
    public final void asked() {
        asked = true;
        questionNanos = nanoTime.getAsLong();
    }

    /// Whether it has ever asked something.
    boolean hasAsked() {
        return asked;
    }

    long nanosSinceQuestion(long nanoTime) {
        return Math.max(0, nanoTime - questionNanos);
    }

    /// Says how many octets the protocol keeps for this connection from now on, before it takes
    /// them; what every connection takes is counted without.
    ///
    /// @return whether it may; if not, the connection should end
    public final boolean hold(long octets) {
        if (isClosed()) {
            return false; // It has given back what it held.
        }
        long total = ConnectionBudget.LEAST + octets;
        if (total != held && !budget.hold(this, total)) {
            refused = !isClosed();
            return false;
        }
        return !refused;
    }

    /// Whether it wanted to hold more than it may.
    boolean isRefused() {
        return refused;
    }

    /// What it holds; changed under the budget's lock.
    long held() {
        return held;
    }

    void holds(long octets) {
        held = octets;
    }

    /// Whether it waits for its peer, to say something or to hear the answer.
    final boolean isWaiting() {
        return waiting && !isClosed();
    }

    final void waits(boolean now) {
        waiting = now;
    }

    /// Whether its peer has all its answers, and asks again or does not: that its deadline passes
    /// then, or the peer resets it, as HAProxy does after a check, is no fault that anybody should
    /// count.
    public final void rests(boolean now) {
        resting = now;
    }

    boolean isResting() {
        return resting;
    }

    /// Its peer can ask again: where there is no other way to make room for somebody else, it goes
    /// even while it is being answered.
    public final void cutShort() {
        cutShort = true;
    }

    /// Whether it may go while it is being answered.
    final boolean mayBeCutShort() {
        return cutShort && !isClosed();
    }

    /// Whether it is over, or will be as soon as its thread sees it.
    boolean isClosed() {
        return leaving || !channel.isOpen();
    }

    /// The end of the server does not end it: the thread that serves it does.
    public final void outlivesServer() {
        outlives = true;
    }

    /// Whether the server leaves it alone when it stops.
    boolean isLeftAlone() {
        return outlives;
    }

    /// Whether its peer has all answers and will get no more.
    boolean isAnswered() {
        return answered;
    }

    /// Ends it for another one's sake. Who has all answers misses nothing: what he has sent and
    /// nobody has read yet is read before the end, which would else destroy an answer on its way.
    void makeRoom() {
        if (answered) {
            leaving = true;
            hearNoMore();
        } else {
            madeRoom = true;
            close();
        }
    }

    /// Whether it had to end for another one's sake.
    boolean hasMadeRoom() {
        return madeRoom;
    }

    boolean isOverdue(long nanoTime) {
        return nanoTime - deadlineNanos > 0 || (!asked && nanoTime - firstDeadlineNanos > 0);
    }

    /// Has the system acknowledge at once what arrives. The system may go back to waiting at any
    /// time, so this is to be called again before each read. Without it a peer that sends one
    /// message in several small packets waits 40 ms for an acknowledgement (tcp(7), TCP_QUICKACK).
    /// No effect where there is none.
    public final void acknowledgeAtOnce() throws IOException {
        if (!peer.isUnix() && HAS_QUICKACK) {
            channel.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
    }

    /// Gives octets back that were read too early: the next reads return them first.
    ///
    /// @param octets lent until they are read again
    public final void unread(byte[] octets, int from, int length) {
        unread = ByteBuffer.wrap(octets, from, length);
    }

    /// Waits for octets.
    ///
    /// @return how many came, at least one; -1 if none will come any more
    /// @throws IOException if the connection broke, or its deadline passed
    public int read(byte[] to, int from, int length) throws IOException {
        if (unread.hasRemaining()) {
            int count = Math.min(length, unread.remaining());
            unread.get(to, from, count);
            unread = unread.hasRemaining() ? unread : NOTHING; // Its array goes.
            return count;
        }
        waiting = true;
        try {
            return receive(ByteBuffer.wrap(to, from, length));
        } finally {
            waiting = false;
        }
    }

    /// Whether octets that were given back have still to be read.
    final boolean hasUnread() {
        return unread.hasRemaining();
    }

    /// While the server stops, what had arrived when this first looks is read, and no more: a peer
    /// that asks again as soon as it is answered would else go on until the grace is over. On a
    /// unix socket nobody can send any more.
    final int receive(ByteBuffer to) throws IOException {
        if (!stopping || peer.isUnix() || leaving) {
            return channel.read(to);
        }
        if (rest == UNKNOWN) {
            rest = channel.socket().getInputStream().available();
        }
        if (rest == 0) {
            return -1;
        }
        int count = channel.read(to.limit(Math.min(to.limit(), to.position() + rest)));
        rest -= Math.max(count, 0);
        return count;
    }

    /// Sends octets.
    ///
    /// @throws IOException if the connection broke, or its deadline passed
    public void write(byte[] octets, int from, int length) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(octets, from, length);
        waiting = true;
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } finally {
            waiting = false;
        }
    }

    /// Says that no more answers come, and waits until the peer has nothing more to say either: an
    /// end while something unread is in the system's buffer could destroy the answer on its way.
    /// Where others need its place, it waits no longer.
    public void finish() throws IOException {
        resting = true;
        try {
            endAnswers();
            ByteBuffer ignored = ByteBuffer.allocate(1 << 10);
            while (receive(ignored.clear()) >= 0) {
                // Until the deadline at the latest.
            }
        } catch (ClosedChannelException e) {
            // It has made room, or its deadline has passed.
        }
    }

    /// Says that no more answers come.
    final void endAnswers() throws IOException {
        answered = true; // Who sees the end connects again at once, and needs the place.
        waiting = true;
        channel.shutdownOutput();
    }

    /// The server stops: what has arrived is still read and answered, and then comes the end. To be
    /// called before {@link AcceptedSockets#endInput}, which wakes whoever waits.
    void answerTheRest() {
        stopping = true;
    }

    /// Nothing more is read, not even what has arrived.
    void hearNoMore() {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    /// Ends it; a thread that waits for it gets an exception. Idempotent.
    void close() {
        hangUp();
    }

    /// Closes its socket. Idempotent.
    void hangUp() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone in any case.
        }
    }

    /// Nothing more is said over it, and what it held is given back.
    final void isOver() {
        over.countDown();
    }

    /// Waits until it is over, or a time is.
    final boolean awaitEnd(long nanos) throws InterruptedException {
        return over.await(nanos, TimeUnit.NANOSECONDS);
    }

    private static final boolean HAS_QUICKACK = hasQuickAck();

    private static boolean hasQuickAck() {
        try (SocketChannel probe = SocketChannel.open()) {
            return probe.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK);
        } catch (IOException e) {
            return false;
        }
    }
}
