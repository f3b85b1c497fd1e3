package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.ConnectionServer.Limits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What was asked before a stop is answered, wherever it lies when the stop begins.
final class LastQuestionsTest extends ConnectionServing {
    private static final int CONNECTIONS = 40;

    /// The grace is longer than a test may take: nothing here may need it.
    private static final Limits PATIENT = new Limits(CONNECTIONS, 60, 60, 600);

    private final List<SocketChannel> peers = new ArrayList<>();

    @TempDir Path folder;

    @AfterEach
    void closePeers() throws IOException {
        for (SocketChannel peer : peers) {
            peer.close();
        }
    }

    private SocketAddress listenAt(String kind) throws IOException {
        server = server(LOOPBACK, PATIENT);
        if (kind.startsWith("unix")) {
            Path path = folder.resolve("socket");
            server.listen(new StreamAddress.Unix(path), MODE);
            return UnixDomainSocketAddress.of(path);
        }
        server.listen(
                new StreamAddress.Tcp(
                        new Endpoint(
                                kind.startsWith("tcp") ? ipv4(127, 0, 0, 1) : new IpAddress(0, 0),
                                0)),
                MODE);
        StreamAddress.Tcp at = (StreamAddress.Tcp) server.addresses().getFirst();
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), at.endpoint().port());
    }

    private void start(String kind) {
        if (kind.endsWith("loops")) {
            server.start(ScriptedConversations::new);
        } else {
            server.start(ConnectionServing::echo);
        }
    }

    private void ask(SocketAddress at, String question) throws IOException {
        SocketChannel peer = SocketChannel.open(at);
        send(peer, question);
        peers.add(peer);
    }

    /// All that a peer is told, up to the end.
    private static String all(SocketChannel peer) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String more = receive(peer); !more.isEmpty(); more = receive(peer)) {
            all.append(more);
        }
        return all.toString();
    }

    /// Begins a stop, and returns when all that remains is to wait for connections.
    private Thread beginStop() {
        Thread stops = Thread.ofPlatform().start(server::stop);
        while (stops.getState() != Thread.State.TIMED_WAITING) {
            assertThat(stops.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        return stops;
    }

    /// Whoever is accepted is served, even if his thread has not run before the stop.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "any", "unix", "tcp in loops", "any in loops", "unix in loops"})
    void whoWasAcceptedIsServed(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        start(kind);
        for (int i = 0; i < CONNECTIONS; i++) {
            ask(at, "question " + i);
        }
        while (server.open() < CONNECTIONS) {
            Thread.onSpinWait();
        }
        Thread stops = Thread.ofPlatform().start(server::stop);
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(all(peers.get(i))).isEqualTo("question " + i);
        }
        stops.join();
    }

    /// Whoever has connected and was not accepted yet would be reset with the listening socket.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "any", "unix", "tcp in loops", "any in loops", "unix in loops"})
    void whoWaitsToBeAcceptedIsServed(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        for (int i = 0; i < CONNECTIONS; i++) {
            ask(at, "question " + i);
        }
        start(kind);
        server.stop();
        for (int i = 0; i < CONNECTIONS; i++) {
            assertThat(all(peers.get(i))).isEqualTo("question " + i);
        }
    }

    /// More than one read takes lies in the socket's buffer while the question before is answered.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "any", "unix", "tcp in loops", "any in loops", "unix in loops"})
    void whatLiesInTheSocketIsReadToItsEnd(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        if (kind.endsWith("loops")) {
            ScriptedConversations script = new ScriptedConversations();
            script.turn = 3;
            script.ending =
                    () -> {
                        asked.countDown();
                        await(mayAnswer);
                    };
            server.start(() -> script);
        } else {
            startInThreads(asked, mayAnswer);
        }
        ask(at, "one");
        await(asked);
        send(peers.getFirst(), "two, and three, and four");
        Thread stops = beginStop();
        mayAnswer.countDown();
        assertThat(all(peers.getFirst())).isEqualTo("onetwo, and three, and four");
        stops.join();
    }

    private void startInThreads(CountDownLatch asked, CountDownLatch mayAnswer) {
        server.start(connection -> {
            byte[] octets = new byte[3];
            int length = connection.read(octets, 0, octets.length);
            asked.countDown();
            await(mayAnswer);
            while (length >= 0) {
                connection.write(octets, 0, length);
                length = connection.read(octets, 0, octets.length);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "any", "unix", "tcp in loops", "any in loops", "unix in loops"})
    void whoAsksNothingIsNotWaitedFor(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        start(kind);
        ask(at, "");
        ask(at, "a");
        assertThat(receive(peers.getLast())).isEqualTo("a");
        server.stop();
        assertThat(all(peers.getFirst())).isEmpty();
        assertThat(all(peers.getLast())).isEmpty();
    }

    /// While another server is waited for nobody asks this one for more.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix", "tcp in loops", "unix in loops"})
    void aStopThatHasBegunAnswersWhatWasAskedAndNoMore(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        ask(at, "question");
        start(kind);
        server.beginStop();
        assertThat(all(peers.getFirst())).isEqualTo("question");
        assertThatThrownBy(() -> SocketChannel.open(at)).isInstanceOf(IOException.class);
        assertThat(server.stop(0)).isZero();
    }

    /// What comes while the server stops is not waited for, or one peer could hold the stop.
    @ParameterizedTest
    @ValueSource(strings = {"tcp", "tcp in loops"})
    void whoNeverStopsAskingDoesNotHoldTheStop(String kind) throws Exception {
        SocketAddress at = listenAt(kind);
        CountDownLatch served = new CountDownLatch(1);
        if (kind.endsWith("loops")) {
            ScriptedConversations script = new ScriptedConversations();
            script.isMute = true;
            script.ending = served::countDown;
            server.start(() -> script);
        } else {
            server.start(connection -> {
                byte[] octets = new byte[100];
                while (connection.read(octets, 0, octets.length) > 0) {
                    served.countDown();
                }
            });
        }
        SocketChannel peer = SocketChannel.open(at);
        peers.add(peer);
        Thread floods =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                while (true) {
                                    peer.write(
                                            ByteBuffer.wrap("more and more ".getBytes(US_ASCII)));
                                }
                            } catch (IOException e) {
                                // The end, at last.
                            }
                        });
        await(served);
        server.stop();
        floods.join();
    }
}
