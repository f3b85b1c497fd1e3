package org.greydaemon.server;

import org.greydaemon.system.SystemCall;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/// How a daemon makes way for the one that takes over from it (docs/adr/0025). Threads: that of the
/// connection over which the successor speaks calls {@link #begin}, {@link #give}, {@link
/// #handOver}, {@link #ends} and {@link #fails}; anybody {@link #isUnderWay}; `main` the others.
///
/// ```
/// successor               its connection here        main
/// take-over  ---------->  begin, give: sockets       answers
/// loads                                              answers
/// loaded     ---------->  handOver  -------------->  answers its last, closes its files
///            <- yours --            <--------------  leave
/// answering  ---------->  ends      -------------->  ends; goes on if it ends without a word
/// ```
public final class Succession {
    /// How often it is looked whether this daemon is told to stop.
    private static final long LOOK_MILLIS = 100;

    private final Runnable stop;
    private final long patienceMillis;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();
    private final CountDownLatch left = new CountDownLatch(1);
    private final CompletableFuture<Boolean> answers = new CompletableFuture<>();

    // Written by the connection's thread, read by `main` after it was stopped.
    private volatile boolean due;

    /// @param stop lets `main` stop
    public Succession(Runnable stop) {
        this(stop, 60_000);
    }

    /// @param patienceMillis how long a successor may take to answer when all is left to it, before
    ///   somebody is told
    Succession(Runnable stop, long patienceMillis) {
        this.stop = stop;
        this.patienceMillis = patienceMillis;
    }

    /// For a second run.
    public Succession again() {
        return new Succession(stop, patienceMillis);
    }

    /// A successor has come.
    ///
    /// @return whether it is the only one
    public boolean begin() {
        return isUnderWay.compareAndSet(false, true);
    }

    /// Whether a successor has come and is not gone again.
    public boolean isUnderWay() {
        return isUnderWay.get();
    }

    /// The successor is gone, and does not answer: this daemon goes on.
    public void fails() {
        isUnderWay.set(false);
    }

    /// Gives the successor what it asked for, and sockets with it.
    ///
    /// @param name of the abstract kind, that its end of the connection bears
    /// @param octets the answer
    /// @param sockets by what numbers the system knows them
    /// @throws IOException if the system refuses
    public void give(String name, byte[] octets, List<Integer> sockets) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = SystemCall.errnoState(arena);
            long sent =
                    PassedDescriptors.send(
                            SocketDescriptors.connectedTo(name),
                            MemorySegment.NULL,
                            octets,
                            sockets,
                            errno);
            if (sent < octets.length) {
                throw new IOException("sendmsg: " + SystemCall.message(SystemCall.errno(errno)));
            }
        }
    }

    /// The successor is ready: lets `main` stop, and waits until it has left everything.
    public void handOver() {
        due = true;
        stop.run();
        try {
            left.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The conversation is over.
    ///
    /// @param successorAnswers whether the successor has said that it answers
    public void ends(boolean successorAnswers) {
        answers.complete(successorAnswers);
    }

    /// Whether `main` has stopped for a successor.
    public boolean isDue() {
        return due;
    }

    /// All is left to the successor: it may go on with the files.
    public void leave() {
        left.countDown();
    }

    /// Waits until the successor answers or is gone. One that does neither has the files, so that
    /// nobody else can go on with them: whoever ends it has this daemon go on.
    ///
    /// @param isToStop whether this daemon is told to stop: then it is not to go on
    /// @param silent is called once if the successor is silent for long
    /// @return false if nobody answers and this daemon is to go on
    public boolean isFollowed(BooleanSupplier isToStop, Runnable silent) {
        long silentFrom = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        boolean isTold = false;
        while (!isToStop.getAsBoolean()) {
            try {
                return answers.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!isTold && System.nanoTime() - silentFrom >= 0) {
                    silent.run();
                    isTold = true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        return true;
    }
}
