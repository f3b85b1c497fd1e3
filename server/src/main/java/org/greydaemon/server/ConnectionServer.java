package org.greydaemon.server;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Accepts connections on TCP and unix sockets and lets the handler serve them. Threads: one named
/// `NAME-accept` for each socket, one named `NAME-deadlines`, and a virtual one named `NAME-1`,
/// `-2` and so on for each connection. The counters may be read by any thread.
public final class ConnectionServer implements AutoCloseable {
    /// How long a system that has no more file descriptors is left alone.
    private static final long PAUSE_MILLIS = 100;

    private static final long DEADLINES_MILLIS = 1_000;

    /// What bounds a server.
    ///
    /// @param connectionsMax the most connections at a time; one more is closed at once
    /// @param idleSeconds the deadline of a connection until its handler sets another
    /// @param graceSeconds how long connections may go on after {@link #stop}
    public record Limits(int connectionsMax, long idleSeconds, long graceSeconds) {}

    private final String name;
    private final Limits limits;
    private final Thread.UncaughtExceptionHandler onBug;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Thread> accepting = new CopyOnWriteArrayList<>();
    private final Map<Connection, Thread> connections = new ConcurrentHashMap<>();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong tooMany = new AtomicLong();
    private final AtomicLong notAllowed = new AtomicLong();
    private final AtomicLong overdue = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();

    // Written by the accepting threads, read by whoever tells the operator; any recent one will do.
    private volatile IpAddress lastNotAllowed = IpAddress.ipv4(0);

    // Written by a reload, read by the accepting threads; the set is immutable.
    private volatile CidrSet allowed;

    // Written by stop(), read by all threads here; a connection that is accepted meanwhile sees it
    // after it has become visible in `connections`, so one of both ends it.
    private volatile boolean closing;

    /// @param name the word for logs and thread names
    /// @param allowed who may connect over TCP; others are closed at once and counted
    /// @param onBug hears of exceptions that no peer can cause; only that connection ends
    public ConnectionServer(
            String name, CidrSet allowed, Limits limits, Thread.UncaughtExceptionHandler onBug) {
        this.name = name;
        this.allowed = allowed;
        this.limits = limits;
        this.onBug = onBug;
    }

    /// Listens, but does not accept yet: connections wait in the socket.
    ///
    /// A unix socket that is left over from a killed process is replaced; one where a process
    /// listens never is.
    ///
    /// @param mode who may connect to a unix socket
    /// @throws IOException if the system refuses; the message is for the operator
    public void listen(StreamAddress at, Set<PosixFilePermission> mode) throws IOException {
        listeners.add(new Listener(at, mode));
    }

    /// The word for logs.
    public String name() {
        return name;
    }

    /// Where it listens.
    public List<StreamAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /// Changes who may connect from now on.
    public void allow(CidrSet changed) {
        allowed = changed;
    }

    /// Begins to accept.
    public void start(ConnectionHandler handler) {
        if (listeners.isEmpty()) {
            return;
        }
        for (Listener listener : listeners) {
            accepting.add(
                    Thread.ofPlatform()
                            .name(name + "-accept")
                            .uncaughtExceptionHandler(onBug)
                            .start(() -> accept(listener, handler)));
        }
        Thread.ofPlatform()
                .name(name + "-deadlines")
                .daemon()
                .uncaughtExceptionHandler(onBug)
                .start(this::watchDeadlines);
    }

    private void accept(Listener listener, ConnectionHandler handler) {
        while (!closing) {
            try {
                admit(listener.accept(), handler);
            } catch (ClosedChannelException e) {
                return; // stop() closed it.
            } catch (IOException e) {
                broken.incrementAndGet(); // Out of file descriptors, or the peer is gone again.
                pause(PAUSE_MILLIS);
            }
        }
    }

    private void admit(SocketChannel channel, ConnectionHandler handler) throws IOException {
        Connection connection;
        try {
            connection = new Connection(channel, limits.idleSeconds());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (!connection.isUnix()
                && !allowed.contains(connection.address().high(), connection.address().low())) {
            lastNotAllowed = connection.address();
            notAllowed.incrementAndGet();
            connection.close();
        } else if (connections.size() >= limits.connectionsMax()) {
            tooMany.incrementAndGet();
            connection.close();
        } else {
            Thread thread =
                    Thread.ofVirtual()
                            .name(name + "-" + accepted.incrementAndGet())
                            .unstarted(() -> serve(connection, handler));
            connections.put(connection, thread);
            thread.start();
        }
    }

    private void serve(Connection connection, ConnectionHandler handler) {
        try {
            if (!closing) {
                handler.serve(connection);
            }
        } catch (IOException e) {
            broken.incrementAndGet();
        } catch (RuntimeException | Error e) {
            onBug.uncaughtException(Thread.currentThread(), e);
        } finally {
            connection.close();
            connections.remove(connection);
        }
    }

    private void watchDeadlines() {
        while (!closing) {
            pause(DEADLINES_MILLIS);
            long now = System.nanoTime();
            for (Connection connection : connections.keySet()) {
                if (connection.isOverdue(now)) {
                    overdue.incrementAndGet();
                    connection.close();
                }
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether somebody accepts connections on every socket.
    public boolean isAccepting() {
        return !closing
                && accepting.size() == listeners.size()
                && accepting.stream().allMatch(Thread::isAlive);
    }

    /// The connections that are open now.
    public int open() {
        return connections.size();
    }

    /// The connections that were served, from the start on.
    public long accepted() {
        return accepted.get();
    }

    /// The connections closed at once because there were too many.
    public long tooMany() {
        return tooMany.get();
    }

    /// The connections closed at once because their peer may not ask.
    public long notAllowed() {
        return notAllowed.get();
    }

    /// The peer of one of the latest of them.
    public IpAddress lastNotAllowed() {
        return lastNotAllowed;
    }

    /// The connections closed because their deadline passed.
    public long overdue() {
        return overdue.get();
    }

    /// The connections that broke, those whose deadline passed among them.
    public long broken() {
        return broken.get();
    }

    /// Accepts nothing any more, lets what was asked be answered, and ends all connections. No
    /// answer is sent after this returns. Idempotent.
    public void stop() {
        closing = true;
        listeners.forEach(Listener::close);
        accepting.forEach(thread -> join(thread, Long.MAX_VALUE));
        connections.keySet().forEach(Connection::drain);
        long deadline = System.nanoTime() + limits.graceSeconds() * 1_000_000_000;
        for (Thread thread : connections.values()) {
            join(thread, deadline - System.nanoTime());
        }
        connections.keySet().forEach(Connection::close);
        for (Thread thread : connections.values()) {
            join(thread, Long.MAX_VALUE);
        }
    }

    private static void join(Thread thread, long nanos) {
        try {
            if (nanos == Long.MAX_VALUE) {
                thread.join();
            } else if (nanos > 0) {
                thread.join(java.time.Duration.ofNanos(nanos));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
