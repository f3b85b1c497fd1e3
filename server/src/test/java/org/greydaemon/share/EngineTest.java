package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import redis.clients.jedis.exceptions.JedisConnectionException;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is no engine of ours is told apart by words, and costs no memory.
final class EngineTest {
    /// Says the same to whatever it is asked.
    private record Foreign(ServerSocket socket, String says) implements AutoCloseable {
        static Foreign saying(String says) throws IOException {
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            Foreign foreign = new Foreign(new ServerSocket(0, 10, loopback), says);
            Thread.ofVirtual().start(foreign::run);
            return foreign;
        }

        private void run() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                    InputStream in = connection.getInputStream();
                    byte[] room = new byte[4_096];
                    while (in.read(room) > 0) {
                        connection.getOutputStream().write(says.getBytes(ISO_8859_1));
                    }
                } catch (IOException e) {
                    // It has heard enough.
                }
            }
        }

        ShareSettings settings() {
            return LoneHost.settings(socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2000000000\r\n",
                "$200000000-\r\n",
                "+a\n$9\r\n$2000000000\r\n",
                "*100000000\r\n",
                "*1\r\n$2000000000\r\n",
                "%2147483647\r\n",
                "~100000000\r\n",
                ">100000000\r\n",
                "|100000000\r\n",
                "=2000000000\r\n"
            })
    void whatIsAnnouncedAndWasNotAskedForIsRefused(String says) throws IOException {
        try (Foreign foreign = Foreign.saying(says)) {
            assertThatThrownBy(() ->
                            Engine.open(foreign.settings(), new AnswerDeadline(System::nanoTime)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("more than was asked for");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "*1\r\n*1\r\n:5\r\n",
                ":7\r\n",
                "$5\r\nhello\r\n",
                "+OK\r\n",
                "-LOADING x\r\n",
                "-MOVED 1 127.0.0.1:1\r\n",
                "$-5\r\n*-7\r\n"
            })
    void whatMakesNoSenseIsSaid(String says) throws IOException {
        try (Foreign foreign = Foreign.saying(says)) {
            assertThatThrownBy(() ->
                            Engine.open(foreign.settings(), new AnswerDeadline(System::nanoTime)))
                    .isInstanceOf(EngineException.class);
        }
    }

    /// Each page costs it nothing, and would be asked for again at once.
    @Test
    void namesThatDoNotEndAreGivenUp() throws Exception {
        String same = "*2\r\n" + TinyEngine.text("7") + "*0\r\n";
        try (TinyEngine tiny = TinyEngine.start(Map.of("ZSCAN", same));
                Engine engine =
                        Engine.open(tiny.settings(), new AnswerDeadline(System::nanoTime))) {
            Engine.NamePage first = engine.said(Optional.empty());
            assertThat(first.names()).isEmpty();
            assertThatThrownBy(() -> engine.said(first.next()))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("do not end");
            ScanPlace last = new ScanPlace("8", ScanPlace.PAGES_MAX);
            assertThatThrownBy(() -> engine.said(Optional.of(last)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("do not end");
        }
    }

    @Test
    void aFaultOfOurOwnIsNotTheEngines() {
        IllegalStateException ours = new IllegalStateException("a line of our own");
        assertThatThrownBy(() -> EngineFault.of(ours, Optional.empty())).isSameAs(ours);
        NullPointerException library = new NullPointerException("x");
        library.setStackTrace(
                new StackTraceElement[] {
                    new StackTraceElement("java.util.Objects", "requireNonNull", null, 1),
                    new StackTraceElement("redis.clients.jedis.Connection", "getOne", null, 1)
                });
        assertThat(EngineFault.of(library, Optional.empty()).words())
                .startsWith("its answer makes no sense");
    }

    /// What a server says that does not know HELLO, or no AUTH any more (rename-command): Redis and
    /// Valkey repeat what they were sent, up to 128 octets of it.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-ERR unknown command `HELLO`, with args beginning with: `2` `AUTH` `us` `hunter2`"
                        + " ",
                "-ERR unknown command 'AUTH', with args beginning with: 'us' 'hunter2' ",
                "-ERR unknown command 'AUTH', with args beginning with: 'us' 'hunt",
                "-NOPERM user us with hunter2 may not",
                "-ERR Protocol error: AUTH us hunter2"
            })
    void aPasswordThatItRepeatsIsNotSaid(String says) throws IOException {
        try (Foreign foreign = Foreign.saying(says + "\r\n")) {
            ShareSettings plain = foreign.settings();
            ShareSettings settings =
                    new ShareSettings(
                            plain.servers(),
                            Optional.empty(),
                            false,
                            Optional.of("us"),
                            Optional.of("hunter2"),
                            Optional.empty(),
                            Optional.empty(),
                            "test");
            assertThatThrownBy(() -> Engine.open(settings, new AnswerDeadline(System::nanoTime)))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.words()).isNotEmpty().doesNotContain("hunt"));
            assertThat(settings.toString()).contains("test").doesNotContain("hunter2");
        }
    }

    /// What the library throws where a server ends in the middle of a question.
    @Test
    void aFaultThatComesFromItselfIsSaid() {
        JedisConnectionException first = new JedisConnectionException("x");
        JedisConnectionException other = new JedisConnectionException("y", first);
        first.addSuppressed(other);
        StackTraceElement[] library = {
            new StackTraceElement("redis.clients.jedis.Connection", "connect", null, 1)
        };
        first.setStackTrace(library);
        other.setStackTrace(library);
        for (JedisConnectionException fault : List.of(first, other)) {
            assertThat(EngineFault.of(fault, Optional.empty()).words())
                    .isEqualTo("the connection was closed; tried again");
        }
        IllegalStateException cause = new IllegalStateException("a");
        cause.initCause(new IllegalStateException("b", cause));
        JedisConnectionException around = new JedisConnectionException("z", cause);
        around.setStackTrace(library);
        assertThat(EngineFault.of(around, Optional.empty()).words())
                .isEqualTo("the connection was closed; tried again");
    }

    /// What Redis 7.0.15 says with Debian's redis.conf and an address of the network in `bind`.
    @Test
    void protectedModeIsSaidWithItsRemedy() throws IOException {
        try (Foreign foreign =
                Foreign.saying(
                        "-DENIED Redis is running in protected mode because protected mode is"
                                + " enabled and no password is set for the default user. In this"
                                + " mode connections are only accepted from the loopback"
                                + " interface. If you want to connect from external computers to"
                                + " Redis you may adopt one of the following solutions\r\n")) {
            assertThatThrownBy(() ->
                            Engine.open(foreign.settings(), new AnswerDeadline(System::nanoTime)))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e ->
                                    assertThat(e.words())
                                            .isEqualTo(
                                                    "it takes nobody from other hosts as long as"
                                                        + " its user default has no password"
                                                        + " (protected mode); set requirepass"
                                                        + " there, docs/several-hosts.md has the"
                                                        + " lines"));
        }
    }

    @Test
    void whereItsWordsAreCutIsShown() throws IOException {
        try (Foreign foreign = Foreign.saying("-STRANGE " + "words ".repeat(60) + "\r\n")) {
            assertThatThrownBy(() ->
                            Engine.open(foreign.settings(), new AnswerDeadline(System::nanoTime)))
                    .isInstanceOfSatisfying(
                            EngineException.class,
                            e -> assertThat(e.words()).contains("words ...; is it"));
        }
    }

    @Test
    void whereNobodyListensIsSaid() throws IOException {
        ShareSettings settings;
        // Of nobody who accepts: until his thread has heard of the end, the system takes more in.
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            settings = LoneHost.settings(socket.getLocalPort());
        }
        assertThatThrownBy(() -> Engine.open(settings, new AnswerDeadline(System::nanoTime)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "nobody listens at " + settings.servers().getFirst() + "; see that");
    }
}
