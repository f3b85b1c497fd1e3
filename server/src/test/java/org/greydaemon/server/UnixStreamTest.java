package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// The file of a unix socket: its mode, and when it is made anew or left alone. Who gets its path
/// is in {@link ListeningSocketTest}.
final class UnixStreamTest extends ConnectionServing {
    @TempDir Path folder;

    @Test
    void aUnixSocketHasItsModeAndGoesWhenTheServerStops() throws IOException {
        Path path = folder.resolve("socket");
        server.listen(new StreamAddress.Unix(path), MODE);
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(PERMISSIONS);
        server.start(connection -> {
            assertThat(connection.peer().isUnix()).isTrue();
            assertThat(connection.peer().isOperator()).isTrue();
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
        server.start(ConnectionServing::echo);
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
        server.start(ConnectionServing::echo);
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

    /// Else nobody would know why mail servers do not reach us.
    @Test
    void whereAnotherOneListensNowNobodyIsSaidToAcceptUntilItIsGone() throws IOException {
        Path path = folder.resolve("socket");
        server.listen(new StreamAddress.Unix(path), MODE);
        server.start(ConnectionServing::echo);
        Files.move(path, folder.resolve("ours"));
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(path));
            while (server.isAccepting()) {
                Thread.onSpinWait();
            }
            assertThat(server.lives()).isTrue();
        }
        while (!server.isAccepting()) {
            Thread.onSpinWait();
        }
        try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            send(peer, "a");
            assertThat(receive(peer)).isEqualTo("a");
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
}
