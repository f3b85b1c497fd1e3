package org.greydaemon.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Rules.Lifetimes;
import org.greydaemon.metrics.Metrics;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// What an operator has forgotten reaches the others, whatever happens just then: it waits in a
/// file when {@link Sharing#settle} returns, and at the end.
final class SharingTest {
    private static final long NOW = 1_800_000_000;
    private static final String CLIENT = "192.0.2.1";

    @TempDir Path folder;

    private final Remembered store = new Remembered();
    private final AtomicLong wallMillis = new AtomicLong(1000 * NOW);

    // By how much the wall clock goes on each time that it is looked at, in milliseconds.
    private volatile long jumps;

    // It is connected to, and says nothing.
    private ServerSocket silent;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    }

    @AfterEach
    void close() throws IOException {
        silent.close();
    }

    private ShareSettings settings(String username) {
        return new ShareSettings(
                List.of("127.0.0.1:" + silent.getLocalPort()),
                Optional.empty(),
                false,
                Optional.of(username),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "test");
    }

    private Sharing start() {
        Host host =
                new Host(
                        "mx",
                        "1",
                        store,
                        LoneHost.NOBODY,
                        () -> new Lifetimes(86_400, 172_800, 3_024_000, 900),
                        () -> NOW,
                        () -> 0,
                        () -> wallMillis.addAndGet(jumps),
                        () -> 5_000,
                        folder.resolve("save"),
                        (_, _) -> {},
                        (_, bug) -> {
                            throw new AssertionError(bug);
                        });
        return Sharing.start(Optional.of(settings("one")), host, new Metrics());
    }

    private Set<String> kept() {
        return ShareState.read(ShareState.path(folder.resolve("save")), "test")
                .map(state -> state.forgotten().keySet())
                .orElse(Set.of());
    }

    /// Begins something, and returns when it waits.
    private static Thread waits(Runnable what) {
        Thread thread = Thread.ofPlatform().daemon().start(what);
        while (thread.getState() != Thread.State.TIMED_WAITING && thread.isAlive()) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void whatIsForgottenWhileAnotherServerIsNamedIsKept() throws Exception {
        try (Sharing sharing = start();
                Socket _ = silent.accept()) {
            Thread reload = waits(() -> sharing.change(Optional.of(settings("other"))));
            store.forget(CLIENT);
            sharing.settle();
            assertThat(kept()).containsExactly("F I " + CLIENT);
            reload.join();
        }
    }

    @Test
    void whatIsForgottenAtTheVeryEndIsKept() throws Exception {
        Sharing sharing = start();
        store.last = List.of(CLIENT);
        silent.close();
        sharing.close();
        assertThat(kept()).containsExactly("F I " + CLIENT);
    }

    @Test
    void whatIsForgottenWhileTheEngineHangsIsKeptThoughTheClockIsSet() throws Exception {
        try (Sharing sharing = start();
                Socket _ = silent.accept()) {
            store.forget(CLIENT);
            jumps = 3_600_000;
            Thread one = waits(sharing::settle);
            Thread other = waits(sharing::settle); // Wakes the first one.
            one.join();
            assertThat(kept()).containsExactly("F I " + CLIENT);
            other.join();
        }
    }
}
