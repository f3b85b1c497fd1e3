package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// Who is served, how long a connection may last, and how it ends.
final class ConnectionServerTest extends ConnectionServing {
    @Test
    void connectionsAreServedOnIpv4AndIpv6() throws IOException {
        for (IpAddress address : List.of(ipv4(127, 0, 0, 1), new IpAddress(0, 1))) {
            server =
                    server(
                            CidrSet.of(
                                    List.of(new CidrBlock(address, address.isIpv4() ? 32 : 128))),
                            LIMITS);
            SocketAddress at = listen(address);
            server.start(connection -> {
                assertThat(connection.peer().address()).isEqualTo(address);
                assertThat(connection.peer().isOperator()).isFalse();
                echo(connection);
            });
            try (SocketChannel peer = SocketChannel.open(at)) {
                send(peer, "one");
                assertThat(receive(peer)).isEqualTo("one");
                send(peer, "two");
                peer.shutdownOutput();
                assertThat(receive(peer)).isEqualTo("two");
                assertThat(receive(peer)).isEmpty();
            }
            server.close();
        }
    }

    @Test
    void strangersAreClosedAtOnceAndCounted() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServing::echo);
        try (SocketChannel peer = connectFrom(ipv4(127, 0, 0, 2), at)) {
            assertThat(receive(peer)).isEmpty();
        }
        assertThat(server.counts().notAllowed()).isOne();
        assertThat(server.counts().lastNotAllowed()).hasToString("127.0.0.2");
    }

    @Test
    void programsOfThisHostMayAlwaysAsk() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServing::echo);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "a");
            assertThat(receive(peer)).isEqualTo("a");
        }
    }

    /// As those who wait for a disk that hangs: an operator wants to know what is wrong.
    @Test
    void whoKeepsHisThreadKeepsNobodyElseWaiting() throws Exception {
        int many = Runtime.getRuntime().availableProcessors() + 1;
        CountDownLatch began = new CountDownLatch(many);
        AtomicBoolean goesOn = new AtomicBoolean();
        server =
                server(
                        CidrSet.of(List.of(CidrBlock.ALL_IPV4)),
                        new ConnectionServer.Limits(many + 1, 30, 30, 1));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            if (began.getCount() > 0) {
                began.countDown();
                while (!goesOn.get()) { // A virtual thread would give way to no other.
                    Thread.onSpinWait();
                }
            }
            ConnectionServing.echo(connection);
        });
        List<SocketChannel> peers = new ArrayList<>();
        try {
            for (int i = 0; i < many; i++) {
                peers.add(SocketChannel.open(at));
            }
            began.await();
            try (SocketChannel peer = SocketChannel.open(at)) {
                send(peer, "a");
                assertThat(receive(peer)).isEqualTo("a");
            }
        } finally {
            goesOn.set(true);
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void whoMayConnectCanChangeWhileItRuns() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServing::echo);
        server.allow(CidrSet.of(List.of(CidrBlock.ALL_IPV4)));
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "a");
            assertThat(receive(peer)).isEqualTo("a");
        }
    }

    @Test
    void aConnectionIsClosedWhenItsDeadlinePasses() throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            connection.within(0);
            echo(connection);
        });
        try (SocketChannel peer = SocketChannel.open(at)) {
            assertThat(receive(peer)).isEmpty();
        }
        assertThat(server.counts().overdue()).isOne();
    }

    @Test
    void aPeerThatDoesNotReadIsClosedWhenTheDeadlinePasses() throws Exception {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch ended = new CountDownLatch(1);
        server.start(connection -> {
            connection.within(0);
            try {
                while (true) {
                    connection.write(new byte[1 << 16], 0, 1 << 16);
                }
            } finally {
                ended.countDown();
            }
        });
        try (SocketChannel peer = SocketChannel.open(at)) {
            ended.await();
            assertThat(peer.isOpen()).isTrue();
        }
        assertThat(server.counts().overdue()).isOne();
    }

    @Test
    void whatWasAskedBeforeAStopIsAnswered() throws Exception {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        server.start(connection -> {
            byte[] octets = new byte[100];
            int n = connection.read(octets, 0, 100);
            if (n < 0) {
                return; // The idle one.
            }
            asked.countDown();
            await(mayAnswer);
            connection.write(octets, 0, n);
            assertThat(connection.read(octets, 0, 100)).isEqualTo(-1);
        });
        try (SocketChannel peer = SocketChannel.open(at);
                SocketChannel idle = SocketChannel.open(at)) {
            send(peer, "one");
            asked.await();
            Thread stopping = Thread.ofPlatform().start(server::stop);
            assertThat(receive(idle)).isEmpty();
            mayAnswer.countDown();
            assertThat(receive(peer)).isEqualTo("one");
            assertThat(receive(peer)).isEmpty();
            stopping.join();
            assertThatThrownBy(() -> SocketChannel.open(at)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aBugInAHandlerEndsOnlyItsConnection() throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            byte[] octets = new byte[1];
            int n = connection.read(octets, 0, 1);
            if (octets[0] == 'x') {
                throw new IllegalStateException("x");
            }
            connection.write(octets, 0, n);
        });
        try (SocketChannel bad = SocketChannel.open(at);
                SocketChannel good = SocketChannel.open(at)) {
            send(bad, "x");
            assertThat(receive(bad)).isEmpty();
            send(good, "y");
            assertThat(receive(good)).isEqualTo("y");
        }
        assertThat(bugs).singleElement().satisfies(e -> assertThat(e).hasMessage("x"));
        bugs.clear();
    }

    @Test
    void anErrorWhereConnectionsAreAcceptedIsNotKeptQuiet() throws IOException {
        AtomicBoolean isBroken = new AtomicBoolean();
        server =
                server(() -> {
                    if (isBroken.get()) {
                        throw new NoClassDefFoundError(
                                "x"); // As the JDK's own, without open files.
                    }
                    return System.nanoTime();
                });
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        assertThat(server.lives()).as("before the start").isTrue();
        server.start(ConnectionServing::echo);
        assertThat(server.lives()).isTrue();
        isBroken.set(true);
        try (SocketChannel peer = SocketChannel.open(at)) {
            while (server.lives()) {
                Thread.onSpinWait();
            }
            assertThat(peer.isOpen()).isTrue();
        }
        assertThat(bugsOfServer).isNotEmpty().allSatisfy(e -> assertThat(e).hasMessage("x"));
        isBroken.set(false);
        server.close();
        assertThat(server.lives()).as("nobody needs it any more").isTrue();
        bugsOfServer.clear();
    }
}
