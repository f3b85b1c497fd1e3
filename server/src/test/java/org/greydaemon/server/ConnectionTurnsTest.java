package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Who has always more to say does not keep the others waiting.
@Timeout(60)
final class ConnectionTurnsTest {
    private static final int OCTETS = 4_000;

    /// Many more than there are threads to carry them.
    private static final int CONNECTIONS = 16 * Runtime.getRuntime().availableProcessors();

    @Test
    void allHaveHadTheirTurnBeforeTheFirstIsThrough() throws Exception {
        IpAddress loopback = IpAddress.ipv4(127 << 24 | 1);
        CountDownLatch said = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(CONNECTIONS);
        CountDownLatch through = new CountDownLatch(CONNECTIONS);
        AtomicInteger begun = new AtomicInteger();
        AtomicLong begunBeforeTheEnd = new AtomicLong(-1);
        List<SocketChannel> peers = new ArrayList<>();
        try (ConnectionServer server =
                new ConnectionServer(
                        "turns",
                        CidrSet.of(List.of(CidrBlock.of(loopback))),
                        new Limits(CONNECTIONS, 60, 60, 5),
                        new ConnectionBudget(1 << 30),
                        new ConnectionServer.OnBug((_, _) -> {}, (_, _) -> {}))) {
            server.listen(
                    new StreamAddress.Tcp(new Endpoint(loopback, 0)),
                    SocketMode.always(PosixFilePermissions.fromString("rw-rw----")));
            StreamAddress.Tcp at = (StreamAddress.Tcp) server.addresses().getFirst();
            server.start(connection -> {
                waiting.countDown();
                await(said);
                byte[] octet = new byte[1];
                for (int i = 0; i < OCTETS; i++) {
                    assertThat(connection.read(octet, 0, 1)).isOne();
                    begun.addAndGet(i == 0 ? 1 : 0);
                }
                begunBeforeTheEnd.compareAndSet(-1, begun.get());
                through.countDown();
            });
            for (int i = 0; i < CONNECTIONS; i++) {
                SocketChannel peer =
                        SocketChannel.open(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral("127.0.0.1"), at.endpoint().port()));
                peer.write(ByteBuffer.allocate(OCTETS));
                peers.add(peer);
            }
            await(waiting);
            said.countDown();
            await(through);
            assertThat(begunBeforeTheEnd.get()).isGreaterThan(CONNECTIONS / 2);
        } finally {
            for (SocketChannel peer : peers) {
                peer.close();
            }
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
