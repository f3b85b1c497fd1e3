package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The doctor sees what the daemon is asked while it plays clients.
@Timeout(60)
final class DoctorWatchTest {
    private final CountDownLatch cameToTheMailServer = new CountDownLatch(1);
    private final CompletableFuture<Boolean> cameBeforeItWatched = new CompletableFuture<>();

    @TempDir Path folder;

    /// A busy daemon begins to watch a moment after it was asked to: whatever is played before goes
    /// unseen, and would be said not to have been asked about.
    @Test
    void nobodyIsPlayedBeforeTheDaemonWatches() throws Exception {
        Path socket = folder.resolve("s.ctl");
        try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocket mail = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            daemon.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> serve(daemon));
            Thread.ofVirtual().start(() -> refuse(mail));
            PrintWriter unread = new PrintWriter(new StringWriter());
            int status =
                    Greyctl.run(
                            unread,
                            unread,
                            "doctor",
                            "--socket=" + socket,
                            "--smtp=127.0.0.1:" + mail.getLocalPort(),
                            "--mail-server=exim",
                            "--mail-config=" + folder.resolve("none"));
            assertThat(status).isEqualTo(1);
            assertThat(cameToTheMailServer.getCount()).isZero();
            assertThat(cameBeforeItWatched.get()).isFalse();
        }
    }

    private void serve(ServerSocketChannel daemon) {
        try {
            while (true) {
                SocketChannel channel = daemon.accept();
                Thread.ofVirtual().start(() -> answer(channel));
            }
        } catch (ClosedChannelException e) {
            // The test is over.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(SocketChannel channel) {
        try (channel;
                BufferedReader lines = new BufferedReader(Channels.newReader(channel, UTF_8))) {
            String asked = lines.readLine();
            boolean watches = asked.contains("\"tail\"");
            if (watches) {
                cameBeforeItWatched.complete(cameToTheMailServer.await(1, TimeUnit.SECONDS));
            }
            String answer = watches ? "\n" : "{\"ok\":true,\"reason\":\"new\"}\n";
            channel.write(ByteBuffer.wrap(answer.getBytes(UTF_8)));
            lines.readLine(); // Until it is closed.
        } catch (IOException | InterruptedException e) {
            cameBeforeItWatched.completeExceptionally(e);
        }
    }

    private void refuse(ServerSocket mail) {
        try {
            while (true) {
                mail.accept().close();
                cameToTheMailServer.countDown();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }
}
