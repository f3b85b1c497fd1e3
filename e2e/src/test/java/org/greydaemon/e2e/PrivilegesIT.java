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
                List<List<String>> all = threads.map(Daemon::status).toList();
                assertThat(all)
                        .filteredOn(status -> !status.isEmpty())
                        .isNotEmpty()
                        .allSatisfy(status ->
                                assertThat(status)
                                        .contains("Uid:" + IDS, "Gid:" + IDS, "Groups:\t1 "));
            }
            assertThat(daemon.stop()).isZero();
            assertThat(Files.getOwner(daemon.saveFile()).getName()).isEqualTo("daemon");
        }
    }

    @Test
    void whatOnlyRootMayReadIsOutOfReach() throws IOException {
        Path whiteList = Files.writeString(folder.resolve("white"), "192.0.2.9\n");
        try (Daemon daemon = startAsDaemon("-w", whiteList.toString())) {
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            Files.delete(whiteList);
            Files.createSymbolicLink(whiteList, Path.of("/etc/shadow"));
            daemon.signal("HUP");
            assertThat(daemon.awaitLine(line -> line.startsWith(whiteList + ": ")))
                    .contains("may not read");
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
        assertThat(Runs.asUser("daemon", "cat", "/etc/shadow")).isNotZero();
    }

    @Test
    void aFolderThatTheUserMayNotWriteIsNamed() throws IOException {
        openTo(folder);
        Files.createDirectory(
                folder.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        assertThat(Daemon.refusedStart(folder, "-u", "daemon").getLast())
                .startsWith("greydaemon: state/save")
                .contains("this user may not");
    }

    @Test
    void whoMayNotBecomeTheUserIsTold() throws IOException {
        assertThat(
                        Runs.refusal(
                                folder.resolve("said"),
                                Tools.require("setpriv", "util-linux").toString(),
                                "--bounding-set=-setuid,-setgid",
                                Daemon.root().resolve("greydaemon").toString(),
                                "-u",
                                "daemon",
                                "127.0.0.1:0",
                                folder.resolve("save").toString()))
                .isEqualTo(
                        "greydaemon: -u: only root may become 'daemon' (setgroups: Operation not"
                                + " permitted); start as root, or as that user without this"
                                + " option");
    }

    /// In a folder of the user's, what root does there could be led elsewhere by links.
    @Test
    void aSocketInTheUsersFolderIsMadeByTheUserAndAnyOtherByRoot() throws IOException {
        openTo(folder);
        Path ours = Files.createDirectory(folder.resolve("ours"));
        Path sockets = Files.createDirectory(folder.resolve("sockets"));
        openTo(ours);
        own(sockets);
        try (Daemon daemon =
                startAsDaemon(
                        "--policy=unix:" + sockets + "/policy", "--milter=unix:" + ours + "/m")) {
            assertThat(Files.getOwner(sockets.resolve("policy")).getName()).isEqualTo("daemon");
            assertThat(Files.getOwner(ours.resolve("m")).getName()).isEqualTo("root");
            for (Path socket : List.of(sockets.resolve("policy"), ours.resolve("m"))) {
                assertThat(Files.getPosixFilePermissions(socket))
                        .isEqualTo(PosixFilePermissions.fromString("rw-rw-rw-"));
            }
            for (String name : List.of("save.journal", "save.lock")) {
                assertThat(Files.getPosixFilePermissions(folder.resolve("state").resolve(name)))
                        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
            }
            assertThat(daemon.stop()).isZero();
        }
    }

    /// As Postfix's folder `private`. Whether its socket is still there is looked at each second.
    @Test
    void aSocketWhoseFolderTheUserMayNotEnterIsNotTakenForRemoved() throws IOException {
        openTo(folder);
        Path closed = Files.createDirectory(folder.resolve("private"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        Path socket = closed.resolve("policy");
        try (Daemon _ = startAsDaemon("--policy=unix:" + socket)) {
            Daemon.pause(2_500);
            assertThat(PolicyPeer.answer(socket)).startsWith("action=");
        }
    }

    /// An operator who opens the socket's mode by hand lets nobody in: the peer's user is looked
    /// at.
    @Test
    void theControlSocketAsksWhoIsThere() throws IOException {
        openTo(folder);
        Path control = Files.createDirectory(folder.resolve("control"));
        assertThat(Runs.program("chgrp", "nogroup", control.toString())).isZero();
        assertThat(Runs.program("chmod", "2755", control.toString())).isZero();
        Path socket = control.resolve("ctl");
        try (Daemon daemon = Daemon.start(folder, "--ctl", socket.toString())) {
            assertThat(Files.getPosixFilePermissions(socket))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(statusFor("root", socket)).isZero();
            assertThat(statusFor("daemon", socket)).isEqualTo(1);
            assertThat(daemon.stop()).isZero();
        }
    }

    /// Asks for the status as a user.
    ///
    /// @return 0 if the daemon says it, 1 if it refuses
    private static int statusFor(String user, Path socket) {
        String ask =
                """
                my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 2;
                print $s qq({"command":"status"}\\n);
                my $said = join("", <$s>);
                exit($said =~ /"ok":true/ ? 0 : $said =~ /only root and the daemon's user/ ? 1 : 3);
                """;
        return Runs.asUser(user, "perl", "-MIO::Socket::UNIX", "-e", ask, socket.toString());
    }

    private static void own(Path path) throws IOException {
        Files.setOwner(
                path,
                path.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("daemon"));
    }

    private Daemon startAsDaemon(String... options) throws IOException {
        openTo(folder);
        Path state = Files.createDirectory(folder.resolve("state"));
        own(state);
        return Daemon.start(
                folder,
                Stream.concat(Stream.of("-u", "daemon"), Stream.of(options))
                        .toArray(String[]::new));
    }

    /// Lets everybody go through the test's folder, which is private by default.
    private static void openTo(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
