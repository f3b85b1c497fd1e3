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
    private static final Set<PosixFilePermission> MODE =
            PosixFilePermissions.fromString("rw-rw----");
    private static final CidrSet LOOPBACK =
            CidrSet.of(List.of(new CidrBlock(ipv4(127, 0, 0, 0), 8)));
    private static final Limits LIMITS = new Limits(2, 60, 5);

    @TempDir Path folder;

    private final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    private ConnectionServer server = server(LOOPBACK, LIMITS);

    private ConnectionServer server(CidrSet allowed, Limits limits) {
        return new ConnectionServer("test", allowed, limits, (_, e) -> bugs.add(e));
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
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(MODE);
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
    void oneConnectionTooManyIsClosedAtOnceAndCounted() throws IOException {
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::echo);
        try (SocketChannel first = SocketChannel.open(at);
                SocketChannel second = SocketChannel.open(at)) {
            send(first, "one");
            assertThat(receive(first)).isEqualTo("one");
            send(second, "two");
            assertThat(receive(second)).isEqualTo("two");
            try (SocketChannel third = SocketChannel.open(at)) {
                assertThat(receive(third)).isEmpty();
            }
            assertThat(server.tooMany()).isOne();
            assertThat(server.open()).isEqualTo(2);
        }
    }

    @Test
    void strangersAreClosedAtOnceAndCounted() throws IOException {
        server = server(CidrSet.EMPTY, LIMITS);
        SocketAddress at = listen(ipv4(127, 0, 0, 1));
        server.start(ConnectionServerTest::echo);
        try (SocketChannel peer = SocketChannel.open(at)) {
            assertThat(receive(peer)).isEmpty();
        }
        assertThat(server.notAllowed()).isOne();
        assertThat(server.lastNotAllowed()).hasToString("127.0.0.1");
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
