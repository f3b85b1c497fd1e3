package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

    /// greylistd's own client ends neither the line nor its side before it hears the answer.
    @Timeout(60)
    @Test
    void aPieceOfAnyLengthIsAnsweredAtOnce() throws IOException {
        Path socket = folder.resolve("words");
        try (Daemon _ = Daemon.start(folder, "--policy=unix:" + socket)) {
            for (int length : new int[] {4_095, 4_096, 4_097, 8_191, 8_192, 8_193, 12_288}) {
                String one = "192.0.2.1 <a@b.example> c@d.example";
                String many = one + ", c@d.example".repeat((length - one.length()) / 13);
                String words = many + "e".repeat(length - many.length());
                try (SocketChannel asks = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                    asks.write(US_ASCII.encode(words));
                    ByteBuffer answer = ByteBuffer.allocate(4);
                    while (answer.hasRemaining() && asks.read(answer) >= 0) {
                        // All of it.
                    }
                    assertThat(US_ASCII.decode(answer.flip()).toString())
                            .as("%d octets", length)
                            .isEqualTo("grey");
                }
            }
        }
    }
}
