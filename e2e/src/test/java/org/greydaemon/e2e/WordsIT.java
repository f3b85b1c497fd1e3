package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// greylistd's words over a unix socket, where a piece is a request: what a peer sends behind it is
/// for nobody, and breaks nothing.
final class WordsIT {
    @TempDir Path folder;

    @Test
    void whoEndsTheLineLaterIsAnsweredAndNotBroken() throws IOException {
        Path socket = folder.resolve("words");
        try (Daemon _ = Daemon.start(folder, "--policy=unix:" + socket);
                SocketChannel asks = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            asks.write(US_ASCII.encode("192.0.2.1 a@b.example c@d.example"));
            ByteBuffer answer = ByteBuffer.allocate(100);
            while (asks.read(answer) >= 0) { // To its end: the other side has no more to say.
                assertThat(answer.hasRemaining()).isTrue();
            }
            assertThat(US_ASCII.decode(answer.flip()).toString()).isEqualTo("grey");
            assertThat(asks.write(US_ASCII.encode("\n"))).isOne();
        }
    }
}
