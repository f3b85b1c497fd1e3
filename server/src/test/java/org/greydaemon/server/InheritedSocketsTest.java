package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.net.CidrSet;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Sockets that were opened by somebody else: what was asked before waits in them.
@Timeout(60)
class InheritedSocketsTest {
    private static final SocketMode MODE =
            SocketMode.always(PosixFilePermissions.fromString("rw-------"));

    @TempDir Path folder;

    /// What a process that is gone has left: the descriptor alone.
    private static InheritedSockets left(ServerSocketChannel channel, StreamAddress at)
            throws IOException {
        int descriptor = SocketDescriptors.duplicate(SocketDescriptors.listening(at));
        channel.close();
        return InheritedSockets.of(List.of(descriptor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aConnectionThatNobodyHasAcceptedWaitsForTheSuccessor(String address) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral(address);
        ServerSocketChannel before =
                ServerSocketChannel.open().bind(new InetSocketAddress(loopback, 0));
        InetSocketAddress place = (InetSocketAddress) before.getLocalAddress();
        StreamAddress at = StreamAddress.of(place);
        try (SocketChannel client = SocketChannel.open(place)) {
            InheritedSockets sockets = left(before, at);
            try (ListeningSocket listener = new ListeningSocket(at, sockets, MODE);
                    SocketChannel accepted = listener.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                assertThat(listener.address()).isEqualTo(at);
            }
            assertThat(sockets.closeOthers(_ -> {})).isEmpty();
        }
    }

    @Test
    void aUnixSocketsFileStaysAndItsConnectionsWait() throws IOException {
        Path path = folder.resolve("socket");
        StreamAddress at = new StreamAddress.Unix(path);
        ListeningSocket before = new ListeningSocket(at, InheritedSockets.none(), MODE);
        int descriptor = SocketDescriptors.duplicate(SocketDescriptors.listening(at));
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            before.stays();
            before.close();
            assertThat(path).exists();
            InheritedSockets sockets = InheritedSockets.of(List.of(descriptor));
            try (ListeningSocket listener = new ListeningSocket(at, sockets, MODE);
                    SocketChannel accepted = listener.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                assertThat(client.isConnected()).isTrue();
            }
        }
        assertThat(path).as("when the last one ends").doesNotExist();
        assertThat(folder.resolve("socket.lock")).doesNotExist();
    }

    /// Nobody could connect to it.
    @Test
    void aUnixSocketWhoseFileIsGoneIsMadeAnew() throws IOException {
        Path path = folder.resolve("socket");
        StreamAddress at = new StreamAddress.Unix(path);
        ServerSocketChannel before =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(path));
        InheritedSockets sockets = left(before, at);
        Files.delete(path);
        try (ListeningSocket _ = new ListeningSocket(at, sockets, MODE);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(client.isConnected()).isTrue();
        }
        assertThat(sockets.closeOthers(_ -> {})).containsExactly("unix:" + path);
    }

    /// As after a kill, if the one that was killed has made its socket anew and the supervisor has
    /// the one before.
    @Test
    void aUnixSocketWhoseFileLeadsToADeadOneIsMadeAnew() throws IOException {
        Path path = folder.resolve("socket");
        StreamAddress at = new StreamAddress.Unix(path);
        ServerSocketChannel before =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(path));
        InheritedSockets sockets = left(before, at);
        Files.delete(path);
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(path))
                .close();
        try (ListeningSocket listener = new ListeningSocket(at, sockets, MODE);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                SocketChannel accepted = listener.accept()) {
            assertThat(client.isConnected()).isTrue();
            assertThat(accepted.isConnected()).isTrue();
        }
        assertThat(sockets.closeOthers(_ -> {})).containsExactly("unix:" + path);
    }

    @Test
    void aUnixSocketWhoseFileLeadsToAnotherProcessIsNotTaken() throws Exception {
        Path path = folder.resolve("socket");
        StreamAddress at = new StreamAddress.Unix(path);
        ServerSocketChannel before =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                        .bind(UnixDomainSocketAddress.of(path));
        InheritedSockets sockets = left(before, at);
        Files.delete(path);
        String listen =
                "IO::Socket::UNIX->new(Local => $ARGV[0], Listen => 9) or die; $| = 1; print"
                        + " qq(well\\n); <STDIN>";
        Process other =
                new ProcessBuilder(
                                "perl",
                                "-MIO::Socket::UNIX",
                                "-e",
                                "my $s = " + listen,
                                path.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("well");
            assertThatThrownBy(() -> new ListeningSocket(at, sockets, MODE))
                    .hasMessage("another process listens there");
        } finally {
            other.destroy();
            sockets.closeOthers(_ -> {});
        }
    }

    @Test
    void aUnixSocketGetsTheModeThatIsWantedNow() throws IOException {
        Path path = folder.resolve("socket");
        StreamAddress at = new StreamAddress.Unix(path);
        ListeningSocket before =
                new ListeningSocket(
                        at,
                        InheritedSockets.none(),
                        SocketMode.always(PosixFilePermissions.fromString("rw-rw-rw-")));
        int descriptor = SocketDescriptors.duplicate(SocketDescriptors.listening(at));
        before.stays();
        before.close();
        InheritedSockets sockets = InheritedSockets.of(List.of(descriptor));
        try (ListeningSocket _ = new ListeningSocket(at, sockets, MODE)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aDatagramThatNobodyHasReadIsAnsweredByTheSuccessor() throws IOException {
        Endpoint any = new Endpoint(IpAddress.ofBytes(new byte[] {127, 0, 0, 1}), 0);
        DatagramServer before = server(any, InheritedSockets.none());
        Endpoint at = before.localEndpoint();
        before.start(() -> ECHO);
        int descriptor = SocketDescriptors.duplicate(before.descriptor());
        before.close();
        try (DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(30_000);
            byte[] question = {7};
            InetAddress loopback = InetAddress.getLoopbackAddress();
            client.send(new DatagramPacket(question, 1, loopback, at.port()));
            try (DatagramServer after = server(at, InheritedSockets.of(List.of(descriptor)))) {
                after.start(() -> ECHO);
                DatagramPacket answer = new DatagramPacket(new byte[2], 2);
                client.receive(answer);
                assertThat(answer.getData()[0]).isEqualTo((byte) 7);
                assertThat(after.localEndpoint()).isEqualTo(at);
            }
        }
    }

    private static DatagramServer server(Endpoint at, InheritedSockets sockets) throws IOException {
        return new DatagramServer(
                at,
                sockets,
                CidrSet.EMPTY,
                new ConnectionServer.OnBug(
                        InheritedSocketsTest::isBug, InheritedSocketsTest::isBug));
    }

    private static void isBug(Thread thread, Throwable bug) {
        throw new IllegalStateException(thread.getName(), bug);
    }

    /// Answers with what it was asked.
    private static final DatagramHandler ECHO =
            new DatagramHandler() {
                @Override
                public int answer(Datagram datagram, byte[] reply) {
                    System.arraycopy(datagram.octets(), 0, reply, 0, datagram.length());
                    return datagram.length();
                }

                @Override
                public void beforeReplies() {}
            };

    /// Those of the supervisor are for the process that it has started, and for no other.
    @Test
    void whatIsPassedToAnotherProcessIsNotTaken() {
        Map<String, String> environment = Map.of("LISTEN_PID", "17", "LISTEN_FDS", "1");
        assertThat(InheritedSockets.of(environment, 18).closeOthers(_ -> {})).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "two", "99999999999999999999", "0"})
    void aCountThatIsNoneIsNone(String count) {
        Map<String, String> environment = Map.of("LISTEN_PID", "17", "LISTEN_FDS", count);
        assertThat(InheritedSockets.of(environment, 17).closeOthers(_ -> {})).isEmpty();
    }

    /// One of a `.socket` unit belongs to the unit; of the others the supervisor hears.
    @Test
    void whatNobodyTakesIsClosedAndNamed() throws IOException {
        ServerSocketChannel before =
                ServerSocketChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        StreamAddress at = StreamAddress.of((InetSocketAddress) before.getLocalAddress());
        List<String> forgotten = new ArrayList<>();
        assertThat(left(before, at).closeOthers(forgotten::add)).containsExactly(at.toString());
        assertThat(forgotten).isEmpty(); // It has no name.
    }

    /// It would be in the way of the new one, and nobody could see who has it.
    @Test
    void oneThatDoesNotListenIsClosedAndNamed() throws IOException {
        StreamAddress at;
        int descriptor;
        try (SocketChannel bound = SocketChannel.open()) {
            bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            at = StreamAddress.of((InetSocketAddress) bound.getLocalAddress());
            descriptor = duplicate(at);
        }
        InheritedSockets sockets = InheritedSockets.of(List.of(descriptor));
        assertThat(sockets.oddities())
                .containsExactly(
                        at
                                + ": nobody has called listen(2) for it; have whoever passes it do"
                                + " so");
        try (ListeningSocket listener = new ListeningSocket(at, sockets, MODE)) {
            assertThat(listener.address()).isEqualTo(at);
        }
    }

    /// The system gives it what comes from its peer, and nothing else.
    @Test
    void datagramsOfOnePeerAreNobodys() throws IOException {
        try (DatagramSocket one = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            one.connect(InetAddress.getLoopbackAddress(), 9);
            StreamAddress at = StreamAddress.of((InetSocketAddress) one.getLocalSocketAddress());
            InheritedSockets sockets = InheritedSockets.of(List.of(duplicate(at)));
            assertThat(sockets.oddities())
                    .containsExactly(
                            "udp " + at + ": it is connected to one peer; pass one that is not");
            assertThat(sockets.closeOthers(_ -> {})).isEmpty();
        }
    }

    private static int duplicate(StreamAddress at) throws IOException {
        int descriptor = 3;
        while (SocketDescriptors.place(descriptor).filter(at::equals).isEmpty()) {
            assertThat(++descriptor).as("descriptor of " + at).isLessThan(10_000);
        }
        return SocketDescriptors.duplicate(descriptor);
    }
}
