package org.greydaemon.server;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.CidrBlock;
import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A socket for datagrams on this host, and programs that ask there.
@Timeout(60)
abstract class DatagramServing {
    static final CidrSet LOOPBACK =
            CidrSet.of(
                    List.of(
                            CidrBlock.around(IpAddress.parse("127.0.0.0").orElseThrow(), 8),
                            CidrBlock.of(IpAddress.parse("::1").orElseThrow())));

    final CompletableFuture<Throwable> bug = new CompletableFuture<>();
    final CompletableFuture<Throwable> bugOfAnswer = new CompletableFuture<>();
    long lateSeconds = DatagramServer.LATE_SECONDS;

    /// Answers each datagram with its first octets, those that begin with 0 with silence.
    static class Echo implements DatagramHandler {
        int rounds;

        @Override
        public int answer(Datagram datagram, byte[] reply) {
            byte[] octets = datagram.octets();
            int length = Math.min(datagram.length(), REPLY_MAX);
            if (length > 0 && octets[0] == 0) {
                return 0;
            }
            System.arraycopy(octets, 0, reply, 0, length);
            return length;
        }

        @Override
        public void beforeReplies() {
            rounds++;
        }
    }

    /// Answers as {@link Echo}, but what begins with 9 later.
    static final class LateEcho extends Echo {
        private final DatagramServer server;
        private final LateAnswers.Work work;

        LateEcho(DatagramServer server, LateAnswers.Work work) {
            this.server = server;
            this.work = work;
        }

        @Override
        public int answer(Datagram datagram, byte[] reply) {
            return datagram.octets()[0] == 9 && server.late().answer(datagram.from(), work)
                    ? 0
                    : super.answer(datagram, reply);
        }
    }

    static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Answers 42 as soon as that is known.
    static LateAnswers.Work late(CountDownLatch known) {
        return (_, reply) -> {
            awaitQuietly(known);
            reply[0] = 42;
            return 1;
        };
    }

    DatagramServer listen(String address, CidrSet allowed) throws IOException, MistakeException {
        return new DatagramServer(
                Endpoint.parse(address, 0),
                InheritedSockets.none(),
                allowed,
                new ConnectionServer.OnBug(
                        (_, e) -> bugOfAnswer.complete(e), (_, e) -> bug.complete(e)),
                lateSeconds);
    }

    static void start(DatagramServer server, DatagramHandler handler) {
        server.start(() -> handler, 1);
    }

    static DatagramSocket client(DatagramServer server) throws IOException {
        return connected(new DatagramSocket(), server);
    }

    static DatagramSocket client(DatagramServer server, String from) throws IOException {
        return connected(
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral(from), 0)), server);
    }

    static DatagramSocket connected(DatagramSocket socket, DatagramServer server)
            throws IOException {
        socket.connect(
                InetAddress.getByAddress(server.localEndpoint().address().toBytes()),
                server.localEndpoint().port());
        return socket;
    }

    static void send(DatagramSocket socket, byte... octets) throws IOException {
        socket.send(new DatagramPacket(octets, octets.length));
    }

    static byte[] receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[64], 64);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }
}
