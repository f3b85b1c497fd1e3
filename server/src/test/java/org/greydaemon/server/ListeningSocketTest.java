package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;

/// Who gets the path of a unix socket. What else it does is in {@link UnixStreamTest}.
@Timeout(60)
final class ListeningSocketTest {
    private static final Set<PosixFilePermission> PERMISSIONS =
            PosixFilePermissions.fromString("rw-rw----");
    private static final SocketMode MODE = SocketMode.always(PERMISSIONS);
    private static final int STARTING = 8;

    @TempDir Path folder;

    private final Queue<ListeningSocket> listeners = new ConcurrentLinkedQueue<>();
    private final Queue<IOException> refusals = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        listeners.forEach(ListeningSocket::close);
    }

    private Path leaveASocketBehind() throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        return path;
    }

    private void listen(Path path) {
        try {
            listeners.add(
                    new ListeningSocket(
                            new StreamAddress.Unix(path), InheritedSockets.none(), MODE));
        } catch (IOException e) {
            refusals.add(e);
        }
    }

    /// Several threads do something at the same moment.
    private static void atOnce(List<Runnable> actions) throws InterruptedException {
        CyclicBarrier barrier = new CyclicBarrier(actions.size());
        List<Thread> threads = new ArrayList<>();
        for (Runnable action : actions) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    barrier.await();
                                } catch (InterruptedException | BrokenBarrierException e) {
                                    throw new IllegalStateException(e);
                                }
                                action.run();
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void connect(Path path) throws IOException {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    }

    @RepeatedTest(50)
    void ofManyThatStartOnALeftOverSocketOneGetsItAndCanBeReached() throws Exception {
        Path path = leaveASocketBehind();
        List<Runnable> starts = new ArrayList<>();
        for (int i = 0; i < STARTING; i++) {
            starts.add(() -> listen(path));
        }
        atOnce(starts);
        assertThat(listeners).hasSize(1);
        assertThat(refusals)
                .hasSize(STARTING - 1)
                .allSatisfy(e ->
                        assertThat(e)
                                .isInstanceOf(BindException.class)
                                .hasMessage("another process listens there"));
        connect(path);
    }

    @RepeatedTest(50)
    void oneThatEndsDoesNotTakeItsSuccessorsSocketAway() throws Exception {
        Path path = folder.resolve("socket");
        listen(path);
        ListeningSocket ending = listeners.remove();
        List<Runnable> actions = new ArrayList<>(List.of(ending::close));
        for (int i = 1; i < STARTING; i++) {
            actions.add(() -> listen(path));
        }
        atOnce(actions);
        if (listeners.isEmpty()) {
            assertThat(path).doesNotExist(); // All of them came while the other still listened.
        } else {
            assertThat(listeners).hasSize(1);
            connect(path);
        }
    }

    @Test
    void aSocketThatIsTooBusyToAcceptIsNotTakenForALeftOverOne() throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketChannel waiting = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(UnixDomainSocketAddress.of(path), 1);
            waiting.connect(UnixDomainSocketAddress.of(path));
            try (SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertThat(second.isConnected()).isTrue();
                listen(path);
            }
        }
        assertThat(refusals)
                .singleElement()
                .satisfies(e ->
                        assertThat(e).hasMessageStartingWith("another process may listen there"));
        assertThat(path).exists();
    }

    /// Connecting to it fails as to a socket that is left over.
    @Test
    void aPipeIsLeftAlone() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() ->
                        new ListeningSocket(
                                new StreamAddress.Unix(pipe), InheritedSockets.none(), MODE))
                .hasMessageEndingWith(": a file that is no socket is there");
        assertThat(pipe).exists();
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        Path path = folder.resolve("none/socket");
        assertThatThrownBy(() ->
                        new ListeningSocket(
                                new StreamAddress.Unix(path), InheritedSockets.none(), MODE))
                .hasMessage(path.getParent() + ": No such file or directory");
    }

    /// Whoever may read the folder can lock it.
    @Test
    void aLockOnTheFolderHoldsNobodyUp() throws Exception {
        Process locked =
                new ProcessBuilder("flock", folder.toString(), "sh", "-c", "echo locked; read -r _")
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            assertThat(locked.inputReader().readLine()).isEqualTo("locked");
            Path path = folder.resolve("socket");
            listen(path);
            assertThat(refusals).isEmpty();
            connect(path);
        } finally {
            locked.destroy();
        }
    }

    /// What lies where the lock should be is neither waited for nor followed.
    @ParameterizedTest
    @ValueSource(strings = {"mkfifo LOCK", "ln -s /etc/passwd LOCK", "mkdir LOCK"})
    void whatIsNoLockIsNamed(String make) throws Exception {
        Path path = folder.resolve("socket");
        String lock = path + ".lock";
        assertThat(new ProcessBuilder(make.replace("LOCK", lock).split(" ", -1)).start().waitFor())
                .isZero();
        listen(path);
        assertThat(refusals)
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageStartingWith(lock));
        assertThat(path).doesNotExist();
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        new ListeningSocket(
                        new StreamAddress.Unix(folder.resolve("socket")),
                        InheritedSockets.none(),
                        MODE)
                .close();
        assertThat(folder).isEmptyDirectory();
    }

    /// Else somebody could connect before the permissions are set, or have them set for another
    /// file.
    @Test
    void theSocketHasItsPermissionsFromTheBeginningAndOtherFilesTheirs() throws Exception {
        for (String mode : List.of("rw-rw-rw-", "rw-rw----", "rw-------")) {
            Path path = folder.resolve(mode);
            Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(mode);
            Path before = Files.createFile(folder.resolve("before" + mode));
            listeners.add(
                    new ListeningSocket(
                            new StreamAddress.Unix(path),
                            InheritedSockets.none(),
                            SocketMode.always(permissions)));
            assertThat(Files.getPosixFilePermissions(path)).isEqualTo(permissions);
            Path after = Files.createFile(folder.resolve("after" + mode));
            assertThat(Files.getPosixFilePermissions(after))
                    .isEqualTo(Files.getPosixFilePermissions(before));
        }
    }
}
