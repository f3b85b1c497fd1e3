package org.greydaemon.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Accepts connections on TCP and unix sockets and has them served: by a handler that may wait, in
/// a thread for each ({@link ConnectionThreads}), or by conversations that do not, which share a
/// few ({@link EventLoops}). Threads of its own: one named `NAME-accept` for each socket, one named
/// `NAME-deadlines`. What becomes of connections is counted in {@link ConnectionCounts}.
public final class ConnectionServer implements AutoCloseable {
    private static final long DEADLINES_MILLIS = 1_000;

    /// So many that were closed may still be answered by threads that do not know it yet, as they
    /// wait for a disk perhaps; beyond these nobody is let in who needs another one's place.
    static final int ENDING_MAX = 200;

    private static final long SECOND_NANOS = 1_000_000_000;

    /// What bounds a server.
    ///
    /// @param connectionsMax the most connections at a time; for one more a {@link Dispensable} one
    ///   goes, and if there is none it is closed at once
    /// @param firstSeconds how long a connection may be open before it has asked something
    /// @param idleSeconds the deadline of a connection until its handler sets another
    /// @param graceSeconds how long connections may go on after {@link #stop}
    public record Limits(
            int connectionsMax, long firstSeconds, long idleSeconds, long graceSeconds) {}

    /// Who hears of exceptions that no peer can cause.
    ///
    /// @param ofConnection in the thread of a connection, or of one answer: only that one ends
    /// @param ofServer in a thread that all connections or answers need
    public record OnBug(
            Thread.UncaughtExceptionHandler ofConnection,
            Thread.UncaughtExceptionHandler ofServer) {}

    private final String name;
    private final Limits limits;
    private final ConnectionBudget budget;
    private final OwnAddresses ownAddresses = new OwnAddresses();
    private final OnBug onBug;
    private final LongSupplier nanoTime;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final ConnectionCounts counts = new ConnectionCounts();
    private final Acceptors acceptors;

    // Written by start(), read by who stops and who looks whether it lives.
    private volatile Optional<Serving> serving = Optional.empty();

    // Written by a reload, read by the accepting threads; the set is immutable.
    private volatile CidrSet allowed;

    // Written by beginStop(), read by all threads here. Connections that are accepted meanwhile are
    // in `connections` when those who accept have ended, and only then they are ended.
    private volatile boolean closing;

    // Of whoever stops, once that has begun: whom it ends, and until when they may go on.
    private final Set<Connection> ending = new HashSet<>();
    private long graceEndNanos;

    /// @param name the word for logs and thread names
    /// @param allowed who may connect over TCP, beside programs of this host; others are closed at
    ///   once and counted
    /// @param budget what connections may hold
    /// @param onBug hears of exceptions that no peer can cause
    public ConnectionServer(
            String name, CidrSet allowed, Limits limits, ConnectionBudget budget, OnBug onBug) {
        this(name, allowed, limits, budget, onBug, System::nanoTime);
    }

    /// @param nanoTime the clock of deadlines, which are looked at once a second by the system's
    public ConnectionServer(
            String name,
            CidrSet allowed,
            Limits limits,
            ConnectionBudget budget,
            OnBug onBug,
            LongSupplier nanoTime) {
        this.name = name;
        this.allowed = allowed;
        this.limits = limits;
        this.budget = budget;
        this.onBug = onBug;
        this.nanoTime = nanoTime;
        acceptors = new Acceptors(name, counts, onBug.ofServer());
    }

    /// Listens, but does not accept yet: connections wait in the socket.
    ///
    /// A unix socket that is left over from a killed process is replaced; one where a process
    /// listens never is.
    ///
    /// @param inherited sockets that listen already
    /// @param mode who may connect to a unix socket that is made
    /// @throws IOException if the system refuses; the message is for the operator
    public void listen(StreamAddress at, InheritedSockets inherited, SocketMode mode)
            throws IOException {
        acceptors.listen(new ListeningSocket(at, inherited, mode));
    }

    /// The same with a socket that is made now.
    public void listen(StreamAddress at, SocketMode mode) throws IOException {
        listen(at, InheritedSockets.none(), mode);
    }

    /// Somebody else goes on with the sockets when this stops.
    public void leaveSockets() {
        acceptors.leaveSockets();
    }

    /// The word for logs.
    public String name() {
        return name;
    }

    /// Where it listens.
    public List<StreamAddress> addresses() {
        return acceptors.addresses();
    }

    /// Where it listened, and has ended without removing the socket's file: its disk did not
    /// answer.
    public List<StreamAddress> left() {
        return acceptors.left();
    }

    /// Changes who may connect from now on.
    public void allow(CidrSet changed) {
        allowed = changed;
    }

    /// Begins to accept; each connection has a thread in which the handler may wait.
    public void start(ConnectionHandler handler) {
        start(new ConnectionThreads(this, handler));
    }

    /// Begins to accept; connections share threads as many as there are processors, in which no
    /// conversation waits.
    ///
    /// @param handlers makes what speaks the protocol, in each of the threads
    public void start(Supplier<? extends Conversations> handlers) {
        start(new EventLoops(this, handlers));
    }

    private void start(Serving chosen) {
        if (acceptors.isEmpty()) {
            return;
        }
        serving = Optional.of(chosen);
        acceptors.start(channel -> admit(channel, chosen));
        everySecond("-deadlines", this::watchDeadlines);
        if (addresses().stream().anyMatch(StreamAddress.Unix.class::isInstance)) {
            everySecond("-files", acceptors::listenAnew); // Which may wait for a disk.
        }
    }

    private void everySecond(String thread, Runnable work) {
        Thread.ofPlatform()
                .name(name + thread)
                .daemon()
                .uncaughtExceptionHandler(onBug.ofServer())
                .start(() -> {
                    while (!closing) {
                        Acceptors.pause(DEADLINES_MILLIS);
                        work.run();
                    }
                });
    }

    private void admit(SocketChannel channel, Serving chosen) throws IOException {
        Connection connection;
        try {
            connection = chosen.take(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (!mayAsk(connection.peer())) {
            counts.wasNotAllowed(connection.peer().address());
            connection.hangUp();
        } else if (!hasRoom(chosen) || !connection.hold(0)) {
            counts.wasTooMany();
            connection.hangUp();
        } else {
            counts.accept();
            connections.add(connection);
            chosen.serve(connection);
        }
    }

    Connection connection(SocketChannel channel) throws IOException {
        return new Connection(channel, limits, budget, nanoTime);
    }

    LoopConnection connection(SocketChannel channel, EventLoop loop) throws IOException {
        return new LoopConnection(channel, loop, limits, budget, nanoTime);
    }

    OnBug onBug() {
        return onBug;
    }

    /// Whether a peer that was let in may still ask, which a reload may have changed; it is counted
    /// if not. For a protocol whose peers keep connections that they do not need.
    public boolean mayStillAsk(Connection connection) {
        boolean may = mayAsk(connection.peer());
        if (!may) {
            counts.wasNotAllowed(connection.peer().address());
        }
        return may;
    }

    private boolean mayAsk(ConnectionPeer peer) {
        long high = peer.address().high();
        long low = peer.address().low();
        return peer.isUnix() || allowed.contains(high, low) || ownAddresses.contains(high, low);
    }

    /// Whether there is a place for one more; if all are taken, one that can go does. Nobody goes
    /// for those who have hung up and were not heard yet.
    private boolean hasRoom(Serving chosen) {
        if (isRoomLeft()) {
            return true;
        }
        if (connections.size() >= limits.connectionsMax() + ENDING_MAX) {
            return false;
        }
        chosen.settle();
        if (isRoomLeft()) {
            return true;
        }
        List<Connection> open = stillOpen();
        Optional<Connection> first = Dispensable.of(open, nanoTime.getAsLong());
        if (open.stream().anyMatch(Connection::isClosed)) {
            return true; // Who had his answer has hung up meanwhile, and nobody needs to go.
        }
        first.ifPresent(Connection::makeRoom);
        return first.isPresent();
    }

    private boolean isRoomLeft() {
        return connections.size() < limits.connectionsMax()
                || stillOpen().size() < limits.connectionsMax();
    }

    private List<Connection> stillOpen() {
        return connections.stream().filter(one -> !one.isClosed()).toList();
    }

    /// Nothing more is said over a connection.
    void isOver(Connection connection) {
        if (connection.hasMadeRoom()) {
            counts.hasMadeRoom(connection.peer().owner());
        } else if (connection.isRefused()) {
            counts.wasOverBudget(connection.peer().owner());
        }
        connections.remove(connection);
        budget.release(connection);
        connection.isOver();
    }

    private void watchDeadlines() {
        long now = nanoTime.getAsLong();
        for (Connection connection : connections) {
            if (connection.isOverdue(now) && !connection.isClosed()) {
                if (!connection.isResting()) {
                    counts.wasOverdue(connection.hasAsked());
                }
                connection.close();
            }
        }
    }

    /// Whether somebody accepts connections on every socket.
    public boolean isAccepting() {
        return acceptors.areAccepting();
    }

    /// Whether nobody who accepts or serves connections has died. A socket that somebody has
    /// removed is no death: it cannot be made anew by a restart either.
    boolean lives() {
        return closing || (serving.map(Serving::lives).orElse(true) && acceptors.live());
    }

    /// {@link #lives}, and whoever serves several connections does not do the same as when this was
    /// last asked. To be called by one thread, at intervals that a round should not take.
    public boolean moves() {
        return lives() && (closing || serving.map(Serving::moves).orElse(true));
    }

    /// The connections that are open now.
    public int open() {
        return connections.size();
    }

    /// What has become of the connections, from the start on.
    public ConnectionCounts counts() {
        return counts;
    }

    /// Accepts nothing any more, lets what was asked before this be answered, even if nobody has
    /// read it or accepted its connection yet, and ends all connections. If somebody else goes on
    /// with the sockets, he accepts what waits in them. No answer is sent after this returns.
    /// Idempotent.
    public void stop() {
        stop(Long.MAX_VALUE / SECOND_NANOS);
    }

    /// The same, but somebody who does not end when his connection has, as he waits for a disk, is
    /// waited for only so long.
    ///
    /// @param leftSeconds how long, after the grace
    /// @return how many have not ended
    @CanIgnoreReturnValue
    public int stop(long leftSeconds) {
        beginStop();
        try {
            awaitEnds(ending, graceEndNanos - System.nanoTime());
            ending.forEach(Connection::close);
            int left = awaitEnds(ending, leftSeconds * SECOND_NANOS);
            if (serving.isPresent()) {
                serving.get().stop();
            }
            return left;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return connections.size();
        }
    }

    /// Begins to {@link #stop}: accepts nothing any more, but waits for no answer. Where several
    /// servers stop, none goes on asking for more while another one is waited for. Idempotent.
    public void beginStop() {
        if (closing) {
            return;
        }
        closing = true;
        graceEndNanos = System.nanoTime() + limits.graceSeconds() * SECOND_NANOS;
        try {
            acceptors.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ending.addAll(connections);
        ending.removeIf(Connection::isLeftAlone);
        endInput();
    }

    /// @return how many have not ended by then
    private static int awaitEnds(Set<Connection> ending, long nanos) throws InterruptedException {
        long start = System.nanoTime();
        int left = 0;
        for (Connection connection : ending) {
            left += connection.awaitEnd(nanos - (System.nanoTime() - start)) ? 0 : 1;
        }
        return left;
    }

    /// Where one connection on a unix socket is left alone, nothing tells it from the others.
    private void endInput() {
        boolean isOneLeft = connections.stream().anyMatch(Connection::isLeftAlone);
        Set<StreamAddress> peers = new HashSet<>();
        for (Connection connection : ending) {
            connection.answerTheRest();
            ConnectionPeer peer = connection.peer();
            if (!peer.isUnix()) {
                peers.add(new StreamAddress.Tcp(new Endpoint(peer.address(), peer.port())));
            } else if (isOneLeft) {
                connection.hearNoMore();
            }
        }
        Set<StreamAddress> places = isOneLeft ? Set.of() : Set.copyOf(addresses());
        new AcceptedSockets(places, peers).endInput();
    }

    /// {@link #stop}.
    @Override
    public void close() {
        stop();
    }
}
