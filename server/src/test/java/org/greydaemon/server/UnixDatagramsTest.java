package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

/// Datagrams to a unix socket, received by one.
@Timeout(60)
final class UnixDatagramsTest {
    @TempDir private Path folder;

    private static boolean send(UnixDatagrams to, String text) throws IOException {
        byte[] octets = text.getBytes(UTF_8);
        return to.send(octets, octets.length);
    }

    @Test
    void datagramArrivesWhole() throws IOException {
        Path path = folder.resolve("socket");
        try (UnixReceiver receiver = new UnixReceiver(path);
                UnixDatagrams datagrams = new UnixDatagrams(path.toString())) {
            assertThat(send(datagrams, "READY=1\nSTATUS=ä")).isTrue();
            assertThat(send(datagrams, "")).isTrue();
            assertThat(receiver.receive()).isEqualTo("READY=1\nSTATUS=ä");
            assertThat(receiver.receive()).isEmpty();
        }
    }

    @Test
    void onlyTheGivenLengthIsSent() throws IOException {
        Path path = folder.resolve("socket");
        try (UnixReceiver receiver = new UnixReceiver(path);
                UnixDatagrams datagrams = new UnixDatagrams(path.toString())) {
            datagrams.send("abcdef".getBytes(UTF_8), 3);
            assertThat(receiver.receive()).isEqualTo("abc");
        }
    }

    @Test
    void abstractNameNeedsNoFile() throws IOException {
        String name = "@greydaemon-test-" + ProcessHandle.current().pid();
        try (UnixReceiver receiver = new UnixReceiver(name);
                UnixDatagrams datagrams = new UnixDatagrams(name)) {
            send(datagrams, "hello");
            assertThat(receiver.receive()).isEqualTo("hello");
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void listenerThatComesBackIsReached() throws IOException {
        Path path = folder.resolve("socket");
        try (UnixDatagrams datagrams = new UnixDatagrams(path.toString())) {
            assertThatThrownBy(() -> send(datagrams, "lost"))
                    .isInstanceOf(IOException.class)
                    .hasMessage(path + ": No such file or directory");
            try (UnixReceiver receiver = new UnixReceiver(path)) {
                send(datagrams, "back");
                assertThat(receiver.receive()).isEqualTo("back");
            }
            assertThatThrownBy(() -> send(datagrams, "lost"))
                    .hasMessage(path + ": Connection refused");
        }
    }

    /// Linux holds back the sender once some datagrams wait; we must not wait with it.
    @Test
    void fullQueueIsNoErrorAndNoWait() throws IOException {
        Path path = folder.resolve("socket");
        try (UnixReceiver receiver = new UnixReceiver(path);
                UnixDatagrams datagrams = new UnixDatagrams(path.toString())) {
            int sent = 0;
            while (send(datagrams, "x" + sent)) {
                assertThat(++sent).isLessThan(1_000_000);
            }
            assertThat(receiver.receive()).isEqualTo("x0");
            assertThat(send(datagrams, "again")).isTrue();
        }
    }

    @Test
    void pathThatDoesNotFitIsRefused() {
        for (String path : new String[] {"", "/" + "x".repeat(UnixDatagrams.PATH_MAX)}) {
            assertThatThrownBy(() -> new UnixDatagrams(path))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("give 1 to 107 octets");
        }
    }
}
