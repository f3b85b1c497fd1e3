package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;

/// A server of connections on loopback; no handler may have a bug.
@Timeout(60)
abstract class ConnectionServing {
    static final Set<PosixFilePermission> PERMISSIONS =
            PosixFilePermissions.fromString("rw-rw----");

    static final SocketMode MODE = SocketMode.always(PERMISSIONS);

    static final CidrSet LOOPBACK = CidrSet.of(List.of(new CidrBlock(ipv4(127, 0, 0, 0), 8)));

    static final Limits LIMITS = new Limits(2, 60, 60, 5);
    final List<Throwable> bugs = new CopyOnWriteArrayList<>();
    final List<Throwable> bugsOfServer = new CopyOnWriteArrayList<>();
    ConnectionServer server = server(LOOPBACK, LIMITS);

    final ConnectionServer server(CidrSet allowed, Limits limits) {
        return server(allowed, limits, 1 << 20);
    }

    final ConnectionServer server(CidrSet allowed, Limits limits, long octets) {
        return server(allowed, limits, octets, System::nanoTime);
    }

    final ConnectionServer server(LongSupplier nanoTime) {
        return server(LOOPBACK, LIMITS, 1 << 20, nanoTime);
    }

    final ConnectionServer server(long octets, LongSupplier nanoTime) {
        return server(LOOPBACK, LIMITS, octets, nanoTime);
    }

    private ConnectionServer server(
            CidrSet allowed, Limits limits, long octets, LongSupplier nanoTime) {
        return new ConnectionServer(
                "test",
                allowed,
                limits,
                new ConnectionBudget(octets),
                new ConnectionServer.OnBug(
                        (_, bug) -> bugs.add(bug), (_, bug) -> bugsOfServer.add(bug)),
                nanoTime);
    }

    static IpAddress ipv4(int a, int b, int c, int d) {
        return IpAddress.ipv4(a << 24 | b << 16 | c << 8 | d);
    }

    @AfterEach
    void stop() {
        server.close();
        assertThat(bugs).isEmpty();
        assertThat(bugsOfServer).isEmpty();
    }

    /// Sends back what comes, until the end.
    static void echo(Connection connection) throws IOException {
        byte[] octets = new byte[100];
        for (int n = connection.read(octets, 0, 100); n > 0; n = connection.read(octets, 0, 100)) {
            connection.acknowledgeAtOnce();
            connection.write(octets, 0, n);
        }
    }

    SocketAddress listen(IpAddress address) throws IOException {
        server.listen(new StreamAddress.Tcp(new Endpoint(address, 0)), MODE);
        StreamAddress.Tcp at = (StreamAddress.Tcp) server.addresses().getFirst();
        return new InetSocketAddress(
                InetAddress.getByAddress(address.toBytes()), at.endpoint().port());
    }

    static void send(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    /// What comes next; empty at the end of the connection.
    static String receive(SocketChannel channel) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(100);
        try {
            channel.read(octets);
        } catch (IOException e) {
            return ""; // Reset: the other end has closed it.
        }
        return new String(octets.array(), 0, octets.position(), US_ASCII);
    }

    /// 127.0.0.2 is loopback, but no address of an interface's.
    static SocketChannel connectFrom(IpAddress from, SocketAddress to) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(from.toBytes()), 0));
        channel.connect(to);
        return channel;
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
