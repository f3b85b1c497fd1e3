package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// `-u`: root is given up for good, by every thread.
final class PrivilegesIT {
    /// `daemon` of Debian: user 1, group 1.
    private static final String IDS = "\t1\t1\t1\t1";

    @TempDir Path folder;

    @BeforeAll
    static void asRoot() {
        Tools.requireRoot();
    }

    @Test
    void everyThreadHasTheUsersIdsAndNoOtherGroups() throws IOException {
        try (Daemon daemon = startAsDaemon()) {
            assertThat(daemon.awaitLine(line -> line.startsWith("Now running")))
                    .isEqualTo("Now running as user daemon (1, 1)");
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            try (Stream<Path> threads = Files.list(Path.of("/proc", daemon.pid() + "", "task"))) {
                for (Path thread : threads.toList()) {
                    List<String> status = Files.readAllLines(thread.resolve("status"));
                    assertThat(status).contains("Uid:" + IDS, "Gid:" + IDS, "Groups:\t1 ");
                }
            }
            assertThat(daemon.stop()).isZero();
            assertThat(Files.getOwner(daemon.saveFile()).getName()).isEqualTo("daemon");
        }
    }

    /// The process cannot read what only root may: its save file is /etc/shadow's neighbour here.
    @Test
    void whatOnlyRootMayReadIsOutOfReach() throws IOException {
        openTo(folder);
        Path shadow = folder.resolve("state");
        Files.createDirectory(
                shadow,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<String> said = Daemon.refusedStart(folder, "-u", "daemon");
        assertThat(said.getLast())
                .startsWith("greydaemon: state/save")
                .contains("this user may not");
        assertThat(Runs.asUser("daemon", "cat", "/etc/shadow")).isNotZero();
    }

    @Test
    void anUnknownUserIsOneSentence() {
        assertThat(Daemon.refusedStart(folder, "-u", "nobody-like-this"))
                .containsExactly(
                        "greydaemon: -u nobody-like-this: there is no such user; create it, or name"
                                + " another");
    }

    private Daemon startAsDaemon() throws IOException {
        openTo(folder);
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.setOwner(
                state,
                state.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("daemon"));
        return Daemon.start(folder, "-u", "daemon");
    }

    /// Lets everybody go through the test's folder, which is private by default.
    private static void openTo(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
