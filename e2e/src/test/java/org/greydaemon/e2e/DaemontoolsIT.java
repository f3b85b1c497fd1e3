package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The service of packaging/daemontools under svscan, supervise and multilog, with its own run
/// files: only the paths, the users, the address and the delay are the test's.
final class DaemontoolsIT {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir Path folder;
    private Path service = Path.of("");
    private String listen = "";
    private @Nullable Process svscan;

    @BeforeEach
    void setUp() throws IOException {
        Tools.requireRoot();
        Tools.require("svscan", "daemontools");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        listen = "127.0.0.1:" + Ports.free();
        service = folder.resolve("service/greydaemon");
        Files.createDirectories(service.resolve("log"));
        Files.createDirectory(service.resolve("save"));
        Files.createDirectory(folder.resolve("multilog"));
        install("run");
        install("log/run");
        Files.writeString(service.resolve("greywhite"), "198.51.100\n");
        assertThat(Runs.program("chown", "daemon", service.resolve("save").toString())).isZero();
        assertThat(Runs.program("chown", "daemon", folder.resolve("multilog").toString())).isZero();
        svscan =
                // A shell cannot trap what was ignored when it began, and who runs the tests may be
                // nohup.
                new ProcessBuilder(
                                "env",
                                "--default-signal",
                                "svscan",
                                folder.resolve("service").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("svscan.txt").toFile())
                        .start();
        await("the service is up", () -> log().contains("started greydaemon on " + listen));
    }

    /// Copies a run file and puts the test's words into it.
    private void install(String name) throws IOException {
        String text =
                Files.readString(Daemon.root().resolve("packaging/daemontools").resolve(name))
                        .replace("/opt/greydaemon", Daemon.root().toString())
                        .replace("-m 2", "-m 0.02")
                        .replace("-u greyd", "-u daemon")
                        .replace("127.0.0.1 ", listen + " ")
                        .replace("qmaill", "daemon")
                        .replace("multilog t", "multilog t s16777215") // All in one file.
                        .replace("/var/log/greydaemon", folder.resolve("multilog").toString());
        Path run = service.resolve(name);
        Files.writeString(run, text);
        Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void tearDown() {
        Process started = svscan;
        if (started != null) {
            started.destroy(); // First: it starts a supervise again that has ended.
            await("svscan ends", () -> !started.isAlive());
            String log = service.resolve("log").toString();
            int _ = Runs.program("svc", "-dx", service.toString(), log);
            await("supervise ends", () -> Runs.program("svok", service.toString()) != 0);
            // It writes into the folder, too, which is deleted next.
            await("supervise of the log ends", () -> Runs.program("svok", log) != 0);
        }
    }

    @Test
    void nothingIsForgottenBySvcAndKill() {
        try (UdpPeer peer = new UdpPeer(listen)) {
            assertThat(peer.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
            assertThat(log().lines().filter(line -> line.contains("new grey")))
                    .allMatch(line -> line.matches("@[0-9a-f]{24} 127.*"));

            svc("-t");
            restarted(2);
            assertThat(peer.ask("192.0.2.1", "a@b", "c@d").reason())
                    .isNotEqualTo(Reply.NEW.reason());

            assertThat(peer.ask("192.0.2.2", "a@b", "c@d")).isEqualTo(Reply.NEW);
            svc("-k");
            restarted(3);
            assertThat(peer.ask("192.0.2.2", "a@b", "c@d")).isNotEqualTo(Reply.NEW);
        }
    }

    /// The one before answers until the next one does.
    @Test
    void svcTLosesNoQuestionAndOneThatCannotStartChangesNothing() throws IOException {
        try (Questions questions = new Questions(listen)) {
            questions.goOn();
            svc("-t");
            restarted(2);
            questions.goOn();

            Path list = service.resolve("greywhite");
            Files.writeString(list, "no such thing\n");
            svc("-t");
            await(
                    "the one before says why the next one does not start",
                    () -> log().contains("take-over: the other daemon does not start"));
            questions.goOn();
            Files.writeString(list, "198.51.100\n");
            svc("-t");
            restarted(3);
            questions.goOn();
        }
    }

    /// As with supervise itself: the next one is what `run` says by now.
    @Test
    void svcTRunsWhatRunSaysByNow() throws IOException {
        Path run = service.resolve("run");
        Files.writeString(service.resolve("another"), "192.0.2.77\n");
        Files.writeString(run, Files.readString(run).replace("-w greywhite", "-w another"));
        svc("-t");
        restarted(2);
        try (UdpPeer peer = new UdpPeer(listen)) {
            assertThat(peer.ask("192.0.2.77", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
        }
    }

    /// Two restarts one right after the other: the second one waits for the first one.
    @Test
    void svcTTwiceStartsTwo() {
        Daemon.pause(
                1_000); // For a second after a start supervise hears nothing, then all at once.
        svc("-t");
        Daemon.pause(600); // The next one is about to take over.
        svc("-t");
        restarted(3);
    }

    /// Whoever is about to take over, and from whom, both stop, at whatever moment it is said.
    @ParameterizedTest
    @ValueSource(ints = {0, 250, 400, 600, 900, 1_500})
    void svcDWhileOneTakesOverStopsBoth(int moment) throws IOException {
        svc("-t");
        Daemon.pause(moment);
        svc("-d");
        await("it is down", () -> status().contains(": down "));
        String[] at = listen.split(":", 2);
        try (DatagramSocket free =
                new DatagramSocket(
                        Integer.parseInt(at[1]), InetAddress.getByName(at[0]))) { // Nobody has it.
            assertThat(free.isBound()).isTrue();
        }
        int before = log().split("started greydaemon", -1).length - 1;
        svc("-u");
        restarted(before + 1);
    }

    /// KILL comes before the shell has told anybody to stop, and nobody else can then.
    @ParameterizedTest
    @ValueSource(ints = {-1, 300, 900})
    void whoseShellWasKilledEndsByItself(int afterRestart) throws IOException {
        if (afterRestart >= 0) {
            svc("-t");
            Daemon.pause(afterRestart); // The next one is about to take over.
        }
        svc("-dk");
        await("it is down", () -> status().contains(": down "));
        await("nobody answers", this::isFree);
        assertThat(log()).contains("the shell that kept this daemon was killed");
        int before = log().split("started greydaemon", -1).length - 1;
        svc("-u");
        restarted(before + 1);
    }

    private boolean isFree() {
        String[] at = listen.split(":", 2);
        try (DatagramSocket free =
                new DatagramSocket(Integer.parseInt(at[1]), InetAddress.getByName(at[0]))) {
            return free.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /// Its daemons answer until that of the next shell takes over, and none is left then.
    @Test
    void svcKWhileOneTakesOverLeavesNobodyBehind() throws IOException {
        try (Questions questions = new Questions(listen)) {
            questions.goOn();
            svc("-t");
            Daemon.pause(600);
            svc("-k");
            questions.goOn();
            await("it is up again", () -> log().split("take-over: ", -1).length > 3);
            questions.goOn();
        }
        svc("-d");
        await("it is down", () -> status().contains(": down "));
        await("nobody answers", this::isFree);
    }

    /// What svstat says.
    private String status() {
        try {
            return String.join("\n", Runs.in(folder, List.of("svstat", service.toString())).said());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A stop is not taken for a restart: nobody answers afterwards, and all is saved.
    @Test
    void svcDStops() throws IOException {
        try (UdpPeer peer = new UdpPeer(listen)) {
            assertThat(peer.ask("192.0.2.1", "a@b", "c@d")).isEqualTo(Reply.NEW);
        }
        svc("-d");
        await("it stops", () -> log().contains("stopped greydaemon on " + listen));
        assertThat(Files.readString(service.resolve("save/savefile"), ISO_8859_1))
                .matches("G \\d+ 192.0.2.1 a@b c@d\n");
    }

    @Test
    void svcHReloadsAndSvcASaves() throws IOException {
        try (UdpPeer peer = new UdpPeer(listen)) {
            assertThat(peer.ask("198.51.100.1", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            assertThat(peer.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.NEW);
            Files.writeString(service.resolve("greywhite"), "192.0.2.9\n");
            svc("-h");
            await("the list is read", () -> log().contains("reload: 1 entries from greywhite"));
            assertThat(peer.ask("192.0.2.9", "a@b", "c@d")).isEqualTo(Reply.EXEMPT);
            svc("-a");
            await("the state is saved", () -> log().contains("save status to save/savefile"));
            assertThat(Files.readString(service.resolve("save/savefile"), ISO_8859_1))
                    .matches("G \\d+ 192.0.2.9 a@b c@d\n");
        }
    }

    private void svc(String option) {
        assertThat(Runs.program("svc", option, service.toString())).isZero();
    }

    private void restarted(int times) {
        await("start " + times, () -> log().split("started greydaemon", -1).length > times);
    }

    /// What multilog has written.
    private String log() {
        Path current = folder.resolve("multilog/current");
        try {
            return Files.exists(current) ? Files.readString(current, ISO_8859_1) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await(String what, BooleanSupplier happens) {
        long deadline = System.nanoTime() + PATIENCE_SECONDS * 1_000_000_000L;
        while (!happens.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " does not happen; the log:\n" + log());
            }
            Daemon.pause(50);
        }
    }
}
