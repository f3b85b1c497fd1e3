package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A daemon that has left everything to a successor which then vanishes runs once more, as it ran
/// before: it needs nothing that it cannot have any more.
final class SecondRunIT {
    private static final String CONFIGURATION = "greydaemon.toml";
    private static final String WHITE_LIST = "greywhite";
    private static final String NO_LIST = "no such thing";

    @TempDir Path folder;

    private Path write(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    private Daemon startWithFiles() throws IOException {
        write(WHITE_LIST, "192.0.2.9");
        configure("5m");
        return Daemon.startWith(folder, CONFIGURATION);
    }

    private void configure(String delay) throws IOException {
        write(
                CONFIGURATION,
                "listen.udp = \"127.0.0.1:0\"",
                "retry.delay = \"" + delay + "\"",
                "rules.hosts = false",
                "store.save-file = \"state/save\"",
                "exempt.white-list = \"" + WHITE_LIST + "\"");
    }

    private static void reload(Daemon daemon, String last) {
        daemon.signal("HUP");
        daemon.awaitLine(line -> line.startsWith("reload: " + last));
    }

    @Test
    void itSaysSoAndGoesOnWithItsMemory() throws IOException {
        try (Daemon daemon = Daemon.start(folder);
                Questions questions = new Questions(daemon.listen())) {
            questions.goOn();
            VanishingSuccessor.takeOverFrom(daemon, folder);
            daemon.awaitLine(line ->
                    line.equals("take-over: the daemon that was about to take over is gone"));
            questions.goOn();
            daemon.signal("USR1");
            daemon.awaitLine(line -> line.startsWith("save status to "));
        }
    }

    /// As it does when the disk is full by then: saves wait, so what is in no file would be lost.
    @Test
    void itDoesNotMakeWayWithoutAJournal() throws IOException {
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(VanishingSuccessor.lastWordWithoutJournal(daemon, folder))
                    .startsWith("stays: 1 changes are in no file and would be lost");
            daemon.awaitLine(line ->
                    line.startsWith("take-over: this daemon goes on: 1 changes are in no file"));
            assertThat(daemon.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.EARLY);
            daemon.signal("USR1"); // Saves go on too.
            daemon.awaitLine(line -> line.startsWith("save status to "));
        }
    }

    /// Whoever edits a file has not asked for it to be read.
    @Test
    void whatAReloadHasChangedStaysAndFilesThatAreBeingEditedAreNotRead() throws IOException {
        try (Daemon daemon = startWithFiles()) {
            write(WHITE_LIST, "192.0.2.10");
            configure("7s");
            reload(daemon, "1 change in " + CONFIGURATION);
            write(WHITE_LIST, NO_LIST);
            write(CONFIGURATION, "[retry");

            VanishingSuccessor.takeOverFrom(daemon, folder);
            assertThat(daemon.ask("192.0.2.10", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.NEW);
            daemon.awaitLine(line -> line.endsWith(" retry_in=7s"));

            reload(daemon, "the configuration from before goes on; mend " + CONFIGURATION);
            assertThat(daemon.ask("192.0.2.10", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            write(WHITE_LIST, "192.0.2.11");
            configure("7s");
            reload(daemon, "0 changes in " + CONFIGURATION);
            assertThat(daemon.ask("192.0.2.11", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    @Test
    void aReloadThatWasRefusedIsStillAProblem() throws IOException {
        try (Daemon daemon = startWithFiles()) {
            write(WHITE_LIST, NO_LIST);
            reload(daemon, "the configuration from before goes on");
            VanishingSuccessor.takeOverFrom(daemon, folder);
            assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(Greyctl.run(Path.of(daemon.saveFile() + ".ctl"), "status").said())
                    .contains("configuration: the last reload was refused");
        }
    }

    /// Nobody could answer it at that moment, and nobody knows that he has to ask again.
    @Test
    void aReloadThatIsAskedForMeanwhileComesThen() throws IOException {
        try (Daemon daemon = startWithFiles()) {
            write(WHITE_LIST, "192.0.2.10");
            VanishingSuccessor.takeOverFrom(daemon, folder, "HUP");
            daemon.awaitLine(line -> line.startsWith("reload: 0 changes in "));
            assertThat(daemon.ask("192.0.2.10", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    /// Root is given up once; what only root could read or make is there.
    @Test
    void whoHasGivenUpRootDoesNotNeedItAgain() throws IOException {
        Tools.requireRoot();
        allow(folder, "rwxr-xr-x");
        Path whiteList = write(WHITE_LIST, "192.0.2.9");
        allow(whiteList, "rw-------");
        Path closed = Files.createDirectory(folder.resolve("private"));
        allow(closed, "rwx------");
        Path state = Files.createDirectory(folder.resolve("state"));
        assertThat(Runs.program("chown", "daemon", state.toString())).isZero();
        Path socket = closed.resolve("policy");
        try (Daemon daemon =
                Daemon.start(folder, "-u", "daemon", "-w", WHITE_LIST, "--policy=unix:" + socket)) {
            for (int i = 0; i < 2; i++) { // The second time by sockets that it was given itself.
                VanishingSuccessor.takeOverFrom(daemon, folder);
                assertThat(daemon.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
                assertThat(PolicyPeer.answer(socket)).startsWith("action=");
            }
            assertThat(Files.readString(Path.of("/proc/" + daemon.pid() + "/status")))
                    .contains("Uid:\t1\t1\t1\t1\n");
            assertThat(daemon.stop()).isZero();
        }
    }

    private static void allow(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
