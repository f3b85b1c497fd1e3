package org.greydaemon.server;

import org.greydaemon.server.Conversation.Next;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.function.LongSupplier;

/// A connection that an {@link EventLoop} serves. What is not said to be for others is the loop's,
/// or, while an answer is late, of the thread that gives it.
final class LoopConnection extends Connection {
    /// How long a late answer waits for its peer to take more, before it looks whether the
    /// connection is still there.
    private static final long LOOK_MILLIS = 1_000;

    private final EventLoop loop;
    private final ConnectionBudget budget;

    private @Nullable SelectionKey key;
    private @Nullable Conversation conversation;
    private @Nullable ByteBuffer unsent;
    private boolean isUnsentLent; // By who has written it: nothing may be put behind it.
    private boolean isUnsentHeld;
    private Next next = Next.MORE;
    private boolean isLate;
    private boolean finishes;
    private boolean isGone;

    // Written by whoever ends it, read by all.
    private volatile boolean ended;

    // Written by the thread of a late answer, read and reset by the loop.
    private volatile boolean isLateDone;

    LoopConnection(
            SocketChannel channel,
            EventLoop loop,
            ConnectionServer.Limits limits,
            ConnectionBudget budget,
            LongSupplier nanoTime)
            throws IOException {
        super(channel, limits, budget, nanoTime);
        this.loop = loop;
        this.budget = budget;
        channel.configureBlocking(false);
    }

    EventLoop loop() {
        return loop;
    }

    /// Begins to be told of what arrives.
    void register(Selector selector, Conversation begun) throws IOException {
        conversation = begun;
        key = channel().register(selector, SelectionKey.OP_READ, this);
    }

    /// Whether it has been registered.
    boolean isRegistered() {
        return key != null;
    }

    Conversation conversation() {
        return Objects.requireNonNull(conversation);
    }

    /// What the loop hears of from now on.
    void interest(int operations) {
        SelectionKey known = Objects.requireNonNull(key);
        if (known.interestOps() != operations) {
            known.interestOps(operations);
        }
    }

    /// What comes when all is sent.
    Next next() {
        return next;
    }

    void next(Next then) {
        next = then;
    }

    boolean isLate() {
        return isLate;
    }

    void beginLateAnswer() {
        isLate = true;
    }

    /// For the thread of the late answer.
    void lateAnswerIsDone() {
        isLateDone = true;
    }

    /// Whether a late answer has been given since it was last asked.
    boolean takeLateAnswer() {
        boolean isTaken = isLateDone;
        if (isTaken) {
            isLateDone = false;
            isLate = false;
        }
        return isTaken;
    }

    /// Whether no more answers come.
    boolean finishes() {
        return finishes;
    }

    /// {@link Connection#endAnswers}; what still comes is for nobody.
    void beginFinish() throws IOException {
        finishes = true;
        rests(true);
        endAnswers();
    }

    /// In the loop what has arrived.
    ///
    /// @return how many octets; 0 if nothing has arrived
    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        return hasUnread()
                ? super.read(to, from, length)
                : receive(ByteBuffer.wrap(to, from, length));
    }

    /// In the loop kept until {@link #flush}, and lent until then; a late answer is sent at once.
    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
        ByteBuffer more = ByteBuffer.wrap(octets, from, length);
        if (isLate) {
            send(more);
        } else if (unsent == null) {
            unsent = more;
            isUnsentLent = true;
        } else {
            unsent = both(unsent, more);
            isUnsentLent = false;
        }
    }

    /// Room is doubled, so that many answers are not copied for each further one.
    private ByteBuffer both(ByteBuffer first, ByteBuffer second) {
        int length = second.remaining();
        ByteBuffer both = first;
        if (isUnsentLent || length > first.capacity() - first.limit()) {
            int room = Math.max(first.remaining() + length, 2 * first.remaining());
            both = ByteBuffer.allocate(room).put(first).flip();
        }
        int to = both.limit();
        return both.limit(to + length).put(to, second, second.position(), length);
    }

    private void send(ByteBuffer rest) throws IOException {
        waits(true);
        while (rest.hasRemaining()) {
            if (channel().write(rest) == 0) {
                awaitRoom();
            }
        }
        waits(false);
    }

    private void awaitRoom() throws IOException {
        try (Selector selector = Selector.open()) {
            channel().register(selector, SelectionKey.OP_WRITE);
            selector.select(LOOK_MILLIS);
        }
    }

    /// Whether something could not be sent yet.
    boolean hasUnsent() {
        return unsent != null;
    }

    /// Sends what is kept, as far as the peer takes it.
    ///
    /// @return whether nothing is left
    boolean flush() throws IOException {
        ByteBuffer rest = unsent;
        if (rest != null) {
            channel().write(rest);
            unsent = rest.hasRemaining() ? rest : null;
            isUnsentHeld &= unsent != null;
        }
        return unsent == null;
    }

    /// Says that what {@link #flush} has left is held too, until the protocol says the next time
    /// what it holds.
    ///
    /// @return whether it may
    boolean holdUnsent() {
        ByteBuffer rest = unsent;
        if (rest == null || isUnsentHeld) {
            return true;
        }
        isUnsentHeld = true;
        return hold(held() - ConnectionBudget.LEAST + rest.capacity());
    }

    /// Whether somebody has ended it. For others.
    @Override
    boolean isClosed() {
        return ended || super.isClosed();
    }

    /// What it held is free at once: its loop may be the one that waits for it. For others.
    @Override
    void makeRoom() {
        super.makeRoom();
        budget.release(this);
    }

    /// Has the loop end it; what it held is free at once. For others. Idempotent.
    @Override
    void close() {
        ended = true;
        budget.release(this);
        loop.attend(this);
    }

    /// Whether {@link #close} was called.
    boolean isEnded() {
        return ended;
    }

    @Override
    void hangUp() {
        ended = true;
        super.hangUp();
        budget.release(this); // Not at the end of its round: others of the round may want it.
    }

    /// Whether it is over now, and was not before.
    boolean goes() {
        boolean isNow = !isGone;
        isGone = true;
        return isNow;
    }
}
