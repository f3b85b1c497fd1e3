package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

@Timeout(30)
final class ConnectionServerTest {
    private static final Set<PosixFilePermission> PERMISSIONS =
            PosixFilePermissions.fromString("rw-rw----");
    private static final SocketMode MODE = SocketMode.always(PERMISSIONS);
    private static final CidrSet LOOPBACK =
            CidrSet.of(List.of(new CidrBlock(ipv4(127, 0, 0, 0), 8)));
    private static final Limits LIMITS = new Limits(2, 60, 60, 5);

    @TempDir Path folder;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private ConnectionServer server = server(LOOPBACK, LIMITS);

    private ConnectionServer server(CidrSet allowed, Limits limits) {
        return server(allowed, limits, 1 << 20);
    }

    private ConnectionServer server(CidrSet allowed, Limits limits, long octets) {
        return new ConnectionServer(
                "test", allowed, limits, new ConnectionBudget(octets), (_, e) -> bugs.add(e));
    }

    private static IpAddress ipv4(int a, int b, int c, int d) {
        return IpAddress.ipv4(a << 24 | b << 16 | c << 8 | d);
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(bugs).isEmpty();
    }

    /// Sends back what comes, until the end.
    private static void echo(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            connection.acknowledgeAtOnce();
            connection.write(octets, 0, n);
        }
    }

    private SocketAddress listen(IpAddress address) throws IOException {
        server.listen(new StreamAddress.Tcp(new Endpoint(address, 0)), MODE);
        StreamAddress.Tcp at = (StreamAddress.Tcp) server.addresses().getFirst();
        return new InetSocketAddress(
                InetAddress.getByAddress(address.toBytes()), at.endpoint().port());
    }

    private static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    /// What comes next; empty at the end of the connection.
    private static String receive(SocketChannel channel) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(100);
        try {
            channel.read(octets);
        } catch (IOException e) {
            return ""; // Reset: the other end has closed it.
        }
        return new String(octets.array(), 0, octets.position(), US_ASCII);
    }

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
                assertThat(connection.address()).isEqualTo(address);
                assertThat(connection.isOperator()).isFalse();
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
    void aUnixSocketHasItsModeAndGoesWhenTheServerStops() throws IOException {
        Path path = folder.resolve("socket");
        server.listen(new StreamAddress.Unix(path), MODE);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PERMISSIONS);
        server.start(connection -> {
            assertThat(connection.isUnix()).isTrue();
            assertThat(connection.isOperator()).isTrue();
            echo(connection);
        });
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            send(peer, "one");
            assertThat(receive(peer)).isEqualTo("one");
        }
        server.stop();
        assertThat(path).doesNotExist();
    }

    @Test
    void aStaleUnixSocketIsReplaced() throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        server.listen(new StreamAddress.Unix(path), MODE);
        server.start(ConnectionServerTest::echo);
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            send(peer, "one");
            assertThat(receive(peer)).isEqualTo("one");
        }
    }

    @Test
    void aUnixSocketWhereSomebodyListensIsLeftAlone() throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            assertThatThrownBy(() -> server.listen(new StreamAddress.Unix(path), MODE))
                    .hasMessage("another process listens there");
            assertThat(path).exists();
        }
    }

    @Test
    void aSocketThatWasRemovedWithItsFolderIsMadeAnew() throws IOException {
        Path path = Files.createDirectory(folder.resolve("in")).resolve("socket");
        server.listen(new StreamAddress.Unix(path), MODE);
        server.start(ConnectionServerTest::echo);
        try (SocketChannel old = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            send(old, "a");
            assertThat(receive(old)).isEqualTo("a");
            Files.move(path.getParent(), folder.resolve("away"));
            while (server.isAccepting()) {
                Thread.onSpinWait(); // It has tried, and there is no folder.
            }
            Files.createDirectory(path.getParent());
            while (!server.isAccepting()) {
                Thread.onSpinWait();
            }
            try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                send(peer, "b");
                assertThat(receive(peer)).isEqualTo("b");
            }
            send(old, "c");
            assertThat(receive(old)).isEqualTo("c");
        }
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PERMISSIONS);
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path path = Files.writeString(folder.resolve("file"), "precious");
        assertThatThrownBy(() -> server.listen(new StreamAddress.Unix(path), MODE))
                .hasMessageEndingWith(": a file that is no socket is there");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aSocketThatReplacedOursIsLeftAlone() throws IOException {
        Path path = folder.resolve("socket");
        server.listen(new StreamAddress.Unix(path), MODE);
        Files.move(path, folder.resolve("ours"));
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            server.stop();
            assertThat(path).exists();
        }
    }

    @Test
    void forOneConnectionTooManyTheLongestSilentOneGoes() throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::ask);
        try (SocketChannel first = SocketChannel.open(at);
                SocketChannel second = SocketChannel.open(at)) {
            ask(first, "one");
            ask(second, "two");
            ask(first, "again");
            try (SocketChannel third = SocketChannel.open(at)) {
                ask(third, "three");
                assertThat(receive(second)).isEmpty();
                ask(first, "still");
            }
            assertThat(server.tooMany()).isZero();
        }
        server.stop();
        assertThat(server.madeRoom()).isOne();
        assertThat(server.lastCrowding()).isEqualTo("127.0.0.1");
    }

    /// Whoever has many connections loses one, even if another's has been silent for longer.
    @Test
    void thePeerWithMostConnectionsMakesRoom() throws IOException {
        server = server(LOOPBACK, new Limits(3, 60, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::ask);
        try (SocketChannel alone = connectFrom(ipv4(127, 0, 0, 2), at)) {
            ask(alone, "alone");
            try (SocketChannel first = SocketChannel.open(at);
                    SocketChannel second = SocketChannel.open(at)) {
                ask(first, "one");
                ask(second, "two");
                try (SocketChannel third = connectFrom(ipv4(127, 0, 0, 3), at)) {
                    ask(third, "three");
                    assertThat(receive(first)).isEmpty();
                    ask(alone, "still");
                    ask(second, "still");
                }
            }
        }
    }

    @Test
    void whoIsBeingAnsweredStaysAndThenOneTooManyIsClosedAtOnceAndCounted() throws Exception {
        server = server(LOOPBACK, new Limits(1, 60, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        server.start(connection -> {
            byte[] octets = new byte[100];
            int n = connection.read(octets, 0, 100);
            heard.countDown();
            await(mayAnswer);
            connection.write(octets, 0, n);
        });
        try (SocketChannel first = SocketChannel.open(at)) {
            send(first, "one");
            heard.await();
            try (SocketChannel second = SocketChannel.open(at)) {
                assertThat(receive(second)).isEmpty();
            }
            mayAnswer.countDown();
            assertThat(receive(first)).isEqualTo("one");
        }
        assertThat(server.tooMany()).isOne();
    }

    @Test
    void whoAsksNothingHasASecondAndWhoAsksHasMore() throws IOException {
        server = server(LOOPBACK, new Limits(3, 1, 60, 5));
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(connection -> {
            connection.within(60);
            ask(connection);
        });
        try (SocketChannel asks = SocketChannel.open(at);
                SocketChannel silent = SocketChannel.open(at)) {
            ask(asks, "one");
            assertThat(receive(silent)).isEmpty();
            ask(asks, "two");
        }
        assertThat(server.overdue()).isOne();
        assertThat(server.unasked()).isOne();
    }

    /// A question is answered even if all memory is held by others.
    @Test
    void whoHoldsMostForLongestMakesRoomWhenMemoryIsShort() throws IOException {
        long octets = 3 * ConnectionBudget.LEAST + 300;
        server = server(LOOPBACK, new Limits(10, 60, 60, 5), octets);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::hold);
        try (SocketChannel first = SocketChannel.open(at);
                SocketChannel second = SocketChannel.open(at)) {
            ask(first, "200");
            ask(second, "100");
            try (SocketChannel third = SocketChannel.open(at)) {
                ask(third, "10");
                assertThat(receive(first)).isEmpty();
                ask(second, "200");
            }
        }
    }

    @Test
    void whoWantsMoreThanThereIsIsClosedAndCounted() throws IOException {
        server = server(LOOPBACK, LIMITS, ConnectionBudget.LEAST + 100);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::hold);
        try (SocketChannel peer = SocketChannel.open(at)) {
            ask(peer, "100");
            send(peer, "101");
            assertThat(receive(peer)).isEmpty();
            try (SocketChannel next = SocketChannel.open(at)) {
                ask(next, "100");
            }
        }
        server.stop();
        assertThat(server.overBudget()).isOne();
    }

    /// Answers what comes, each time as a question.
    private static void ask(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            connection.asked();
            connection.write(octets, 0, n);
        }
    }

    /// Holds as many octets as it is told to.
    private static void hold(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            if (!connection.hold(Long.parseLong(new String(octets, 0, n, US_ASCII)))) {
                return;
            }
            connection.write(octets, 0, n);
        }
    }

    private static void ask(SocketChannel channel, String text) throws IOException {
        send(channel, text);
        assertThat(receive(channel)).isEqualTo(text);
    }

    /// 127.0.0.2 is loopback, but no address of an interface's.
    private static SocketChannel connectFrom(IpAddress from, SocketAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(from.toBytes()), 0));
        channel.connect(to);
        return channel;
    }

    @Test
    void strangersAreClosedAtOnceAndCounted() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::echo);
        try (SocketChannel peer = connectFrom(ipv4(127, 0, 0, 2), at)) {
            assertThat(receive(peer)).isEmpty();
        }
        assertThat(server.notAllowed()).isOne();
        assertThat(server.lastNotAllowed()).hasToString("127.0.0.2");
    }

    @Test
    void programsOfThisHostMayAlwaysAsk() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::echo);
        try (SocketChannel peer = SocketChannel.open(at)) {
            send(peer, "a");
            assertThat(receive(peer)).isEqualTo("a");
        }
    }

    @Test
    void whoMayConnectCanChangeWhileItRuns() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::echo);
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
        assertThat(server.overdue()).isOne();
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
        assertThat(server.overdue()).isOne();
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

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
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
}
