package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Nobody waits for ever for an engine that is never done: a socket's timeout begins anew with each
/// octet.
@Timeout(60)
final class AnswerDeadlineTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final AtomicLong nanos = new AtomicLong();
    private final AnswerDeadline deadline = new AnswerDeadline(nanos::get);

    /// Begins an answer, and goes on with it octet by octet.
    private static final class Dripping implements AutoCloseable {
        private final ServerSocket socket =
                new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        private final String first;
        private final AtomicInteger octets = new AtomicInteger();

        Dripping(String first) throws IOException {
            this.first = first;
            // Its own: while TLS is loaded for the first time, virtual threads may have to wait.
            Thread.ofPlatform().daemon().start(this::run);
        }

        private void run() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    OutputStream out = connection.getOutputStream();
                    out.write(first.getBytes(ISO_8859_1));
                    while (true) {
                        out.write('x');
                        octets.incrementAndGet();
                        Thread.sleep(5);
                    }
                } catch (IOException e) {
                    // It is given up.
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        void awaitOctets() throws InterruptedException {
            for (int seen = octets.get(); octets.get() < seen + 3; ) {
                Thread.sleep(5);
            }
        }

        ShareSettings settings(boolean tls) {
            return new ShareSettings(
                    List.of("127.0.0.1:" + socket.getLocalPort()),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    tls
                            ? Optional.of(
                                    new ShareSettings.TlsPaths(
                                            Optional.empty(), Optional.empty(), Optional.empty()))
                            : Optional.empty(),
                    "test");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private CompletableFuture<Engine> asked(ShareSettings settings) {
        CompletableFuture<Engine> asked = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        asked.complete(Engine.open(settings, deadline));
                    } catch (EngineException | RuntimeException e) {
                        asked.completeExceptionally(e);
                    }
                });
        return asked;
    }

    @ParameterizedTest
    @CsvSource({
        "$1000000|, false",
        "+, false",
        "*2|$5|hello|$100|, false",
        // The head of a record of 16 KiB, at the beginning of which TLS is agreed upon.
        "\u0016\u0003\u0003@\u0000, true"
    })
    void anAnswerThatDripsIsGivenUp(String first, boolean tls) throws Exception {
        try (Dripping dripping = new Dripping(first.replace("|", "\r\n"))) {
            CompletableFuture<Engine> asked = asked(dripping.settings(tls));
            dripping.awaitOctets();
            nanos.addAndGet(10 * SECOND);
            deadline.look();
            assertThat(asked).isNotDone();
            nanos.addAndGet(1);
            deadline.look();
            assertThatThrownBy(asked::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("its answer has not ended after 10 s");
        }
    }

    @Test
    void whoEndsDoesNotWait() throws Exception {
        try (Dripping dripping = new Dripping("$1000000\r\n")) {
            CompletableFuture<Engine> asked = asked(dripping.settings(false));
            dripping.awaitOctets();
            deadline.cut();
            assertThatThrownBy(asked::get).hasCauseInstanceOf(EngineException.class);
            assertThatThrownBy(() -> Engine.open(dripping.settings(false), deadline))
                    .isInstanceOf(EngineException.class);
        }
    }

    @Test
    void aLargeAnswerHasMoreTime() throws IOException {
        AtomicBoolean isClosed = new AtomicBoolean();
        deadline.add(() -> isClosed.set(true));
        assertThat(deadline.begin()).isTrue();
        deadline.came(2 * AnswerDeadline.OCTETS_A_SECOND);
        nanos.addAndGet(12 * SECOND);
        deadline.look();
        assertThat(isClosed).isFalse();
        nanos.addAndGet(1);
        deadline.look();
        assertThat(isClosed).isTrue();
    }

    @Test
    void whatIsNotAskedTakesAsLongAsItLikes() throws IOException {
        AtomicBoolean isClosed = new AtomicBoolean();
        deadline.add(() -> isClosed.set(true));
        assertThat(deadline.begin()).isTrue();
        assertThat(deadline.begin()).as("a part of a question").isFalse();
        deadline.end();
        nanos.addAndGet(100 * SECOND);
        deadline.look();
        assertThat(isClosed).isFalse();
    }
}
