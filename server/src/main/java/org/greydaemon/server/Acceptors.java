package org.greydaemon.server;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The sockets of a {@link ConnectionServer} and the threads that accept connections there, one
/// named `NAME-accept` for each. Safe for use by several threads.
final class Acceptors {
    /// What becomes of a connection that was accepted. Called by the threads that accept.
    interface Admission {
        /// Serves a connection or ends it.
        ///
        /// @throws IOException if its peer is gone again, or the system has nothing left for it
        void admit(SocketChannel channel) throws IOException;
    }

    /// How long a system that has no more file descriptors is left alone.
    private static final long PAUSE_MILLIS = 100;

    private final String name;
    private final ConnectionCounts counts;
    private final Thread.UncaughtExceptionHandler onBug;
    private final List<ListeningSocket> sockets = new CopyOnWriteArrayList<>();
    private final Map<ListeningSocket, Thread> accepting = new ConcurrentHashMap<>();

    // Held while a socket is made anew.
    private final ReentrantLock making = new ReentrantLock();

    // Set by start(), before anybody is there who reads it.
    private Admission admission = SocketChannel::close;

    // Written by stop(), read by whoever makes sockets anew or looks whether they live.
    private volatile boolean closing;

    /// @param name the word for thread names
    /// @param counts hears of connections that the system refuses
    /// @param onBug hears of exceptions that no peer can cause
    Acceptors(String name, ConnectionCounts counts, Thread.UncaughtExceptionHandler onBug) {
        this.name = name;
        this.counts = counts;
        this.onBug = onBug;
    }

    /// One more socket; connections wait in it until the start.
    void listen(ListeningSocket socket) {
        sockets.add(socket);
    }

    /// Whether there is nothing to accept from.
    boolean isEmpty() {
        return sockets.isEmpty();
    }

    /// Where the sockets listen.
    List<StreamAddress> addresses() {
        return sockets.stream().map(ListeningSocket::address).toList();
    }

    /// Somebody else goes on with the sockets when these stop.
    void leaveSockets() {
        whileNoneIsMade(ListeningSocket::stays);
    }

    /// The sockets that have ended without their files, as a disk did not answer.
    List<StreamAddress> left() {
        return sockets.stream()
                .filter(ListeningSocket::isLeft)
                .map(ListeningSocket::address)
                .toList();
    }

    /// Begins to accept.
    void start(Admission chosen) {
        admission = chosen;
        sockets.forEach(socket -> accepting.put(socket, accepts(socket)));
    }

    private Thread accepts(ListeningSocket socket) {
        return Thread.ofPlatform()
                .name(name + "-accept")
                .uncaughtExceptionHandler(onBug)
                .start(() -> accept(socket));
    }

    private void accept(ListeningSocket socket) {
        while (true) {
            try {
                admission.admit(socket.accept());
            } catch (ClosedChannelException e) {
                break; // stop() closed it.
            } catch (IOException e) {
                counts.broke(); // Out of file descriptors, or the peer is gone again.
                pause(PAUSE_MILLIS);
            }
        }
        acceptLeft(socket);
        socket.closeLeft();
    }

    /// No more wait than the system lets wait; who connects meanwhile could go on for ever.
    private void acceptLeft(ListeningSocket socket) {
        for (int i = 0; i <= ListeningSocket.BACKLOG; i++) {
            try {
                SocketChannel channel = socket.acceptLeft();
                if (channel == null) {
                    return;
                }
                admission.admit(channel);
            } catch (IOException e) {
                counts.broke(); // The peer is gone again; the next one need not be.
            }
        }
    }

    /// Listens anew where somebody has removed a socket, or the folder that it was in. As long as
    /// that cannot be done, it is to be tried again; meanwhile {@link #areAccepting} says that
    /// something is wrong.
    void listenAnew() {
        sockets.stream().filter(ListeningSocket::isGone).forEach(this::replace);
    }

    private void replace(ListeningSocket gone) {
        making.lock();
        try {
            if (!closing) {
                ListeningSocket anew = gone.anew();
                sockets.set(sockets.indexOf(gone), anew);
                accepting.remove(gone);
                accepting.put(anew, accepts(anew));
            }
        } catch (IOException e) {
            counts.broke();
        } finally {
            making.unlock();
        }
    }

    /// Does something with each socket while none is made anew, unless that waits for a disk that
    /// does not answer.
    private void whileNoneIsMade(Consumer<ListeningSocket> what) {
        boolean isHeld = false;
        try {
            isHeld = making.tryLock(DiskWait.SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            sockets.forEach(what);
        } finally {
            if (isHeld) {
                making.unlock();
            }
        }
    }

    /// Whether somebody accepts connections on every socket.
    boolean areAccepting() {
        return !closing
                && accepting.size() == sockets.size()
                && accepting.values().stream().allMatch(Thread::isAlive);
    }

    /// Whether nobody who accepts has died. A socket that somebody has removed is no death: it
    /// cannot be made anew by a restart either.
    boolean live() {
        return accepting.entrySet().stream()
                .allMatch(one -> one.getValue().isAlive() || !one.getKey().isOpen());
    }

    /// Ends when all that had connected before this has been admitted. Idempotent.
    void stop() throws InterruptedException {
        closing = true; // No socket is made anew any more.
        whileNoneIsMade(ListeningSocket::end);
        for (Thread thread : accepting.values()) {
            thread.join();
        }
        sockets.forEach(ListeningSocket::closeLeft); // If nobody has begun to accept.
    }

    /// Waits, unless the thread is interrupted.
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
