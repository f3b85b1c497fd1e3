package org.greydaemon.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which connection goes first when there is no room for all: one that has all its answers and only
/// waits for its peer to hang up; else, of the peer whose connections hold most, the one that holds
/// most for longest without a question. One that is being answered stays, unless its protocol lets
/// it be cut short ({@link Connection#cutShort}): then it goes after those of its peer that wait.
///
/// All TCP connections from one address are one peer's, those over unix sockets their user's. To
/// find out who is behind a port of loopback would take a walk over the kernel's table of sockets;
/// a mail server that shares its host with users it does not trust has unix sockets.
final class Dispensable {
    private Dispensable() {}

    static Optional<Connection> of(Collection<Connection> connections, long nanoTime) {
        Optional<Connection> answered =
                connections.stream()
                        .filter(connection -> connection.isAnswered() && !connection.isClosed())
                        .findAny();
        return answered.isPresent() ? answered : silent(connections, nanoTime);
    }

    private static Optional<Connection> silent(Collection<Connection> connections, long nanoTime) {
        Map<Object, Long> held = new HashMap<>();
        for (Connection connection : connections) {
            held.merge(connection.peer().owner(), connection.held(), Long::sum);
        }
        return connections.stream()
                .filter(one -> one.isWaiting() || one.mayBeCutShort())
                .max(
                        Comparator.<Connection>comparingLong(
                                        one -> held.getOrDefault(one.peer().owner(), 0L))
                                .thenComparing(Connection::isWaiting)
                                .thenComparingDouble(one ->
                                        (double) one.held() * one.nanosSinceQuestion(nanoTime)));
    }
}
