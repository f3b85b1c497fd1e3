package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

/// Unix sockets that another daemon or a supervisor has opened, and their files.
final class InheritedSocketIT {
    private static final String TAKE_OVER = "--take-over";

    @TempDir Path folder;

    private static String mode(Path socket) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(socket));
    }

    @Test
    void aTakeOverChangesTheModeOfASocket() throws IOException {
        Path socket = folder.resolve("policy");
        String policy = "--policy=unix:" + socket;
        try (Daemon first = Daemon.start(folder, policy)) {
            assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
            try (Daemon second =
                    Daemon.startAt(
                            first.listen(), folder, TAKE_OVER, policy, "--socket-mode=0600")) {
                assertThat(first.awaitEnd()).isZero();
                assertThat(mode(socket)).isEqualTo("rw-------");
                assertThat(PolicyPeer.answer(socket)).startsWith("action=");
                assertThat(second.stop()).isZero();
            }
        }
    }

    /// As after -u has changed.
    @Test
    void whatBelongsToAnotherUserStaysAsItIsAndIsNamed() throws IOException {
        Tools.requireRoot();
        Path socket = folder.resolve("policy");
        String policy = "--policy=unix:" + socket;
        try (Daemon first = Daemon.start(folder, policy)) {
            assertThat(Runs.program("chown", "daemon", socket.toString())).isZero();
            try (Daemon second =
                    Daemon.startAt(
                            first.listen(), folder, TAKE_OVER, policy, "--socket-mode=0600")) {
                second.awaitLine(line ->
                        line.equals(
                                "inherited: unix:"
                                        + socket
                                        + ": it belongs to daemon and keeps its mode 0666; stop the"
                                        + " daemon and start it, which makes the socket anew with"
                                        + " 0600"));
                assertThat(mode(socket)).isEqualTo("rw-rw-rw-");
            }
        }
    }

    /// By the name that systemd gives it: that of a `.socket` unit, one that the unit says
    /// (FileDescriptorName=), or our own.
    @ParameterizedTest
    @CsvSource({"greydaemon.socket, rw-rw----", "policy, rw-rw----", "policy-1, rw-------"})
    void aUnitsSocketKeepsItsModeAndOneOfOursDoesNot(String name, String mode) throws IOException {
        Path socket = folder.resolve("policy");
        List<String> program =
                perl(
                        """
                        use Socket;
                        $^F = 9;
                        my ($path, $name) = splice @ARGV, 0, 2;
                        socket(S, AF_UNIX, SOCK_STREAM, 0) && bind(S, sockaddr_un($path)) && listen(S, 9) or die $!;
                        chmod 0660, $path or die $!;
                        die "descriptor" if fileno(S) != 3;
                        @ENV{qw(LISTEN_PID LISTEN_FDS LISTEN_FDNAMES)} = ($$, 1, $name);
                        exec @ARGV;
                        """,
                        socket.toString(),
                        name);
        try (Daemon daemon =
                Daemon.startUnder(
                        program, folder, "--policy=unix:" + socket, "--socket-mode=0600")) {
            assertThat(mode(socket)).isEqualTo(mode);
            assertThat(PolicyPeer.answer(socket)).startsWith("action=");
            assertThat(daemon.logLines())
                    .noneMatch(line -> line.startsWith("inherited: ") || line.contains("No data"));
        }
    }

    /// Else the next process would get one that nobody can connect to.
    @Test
    void aSupervisorGetsTheSocketThatIsMadeAnew() throws IOException {
        Path heard = folder.resolve("heard");
        Path socket = folder.resolve("policy");
        List<String> program =
                perl(
                        """
                        use Socket;
                        my ($notify, $heard) = splice @ARGV, 0, 2;
                        socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, sockaddr_un($notify)) or die $!;
                        $ENV{NOTIFY_SOCKET} = $notify;
                        my $daemon = $$;
                        exec @ARGV if fork;
                        open(my $to, ">", $heard) or die $!;
                        $to->autoflush;
                        while (getppid == $daemon) {
                            vec(my $ready = "", fileno(S), 1) = 1;
                            print $to "$_\\n" if select($ready, undef, undef, 0.2) && defined recv(S, $_, 4096, 0);
                        }
                        """,
                        folder.resolve("notify").toString(),
                        heard.toString());
        try (Daemon daemon = Daemon.startUnder(program, folder, "--policy=unix:" + socket)) {
            awaitKept(heard, 1);
            Files.delete(socket);
            awaitKept(heard, 2);
            assertThat(PolicyPeer.answer(socket)).startsWith("action=");
            assertThat(daemon.stop()).isZero();
            assertThat(socket).as("the supervisor has it").exists();
        }
    }

    private static void awaitKept(Path heard, int times) throws IOException {
        while (kept(heard) < times) {
            Daemon.pause(20);
        }
        assertThat(kept(heard)).isEqualTo(times);
    }

    private static long kept(Path heard) throws IOException {
        String said = Files.exists(heard) ? Files.readString(heard) : "";
        return said.lines().filter("FDNAME=policy-1"::equals).count() / 2; // Forgotten, and kept.
    }

    /// @param arguments the script's; the command that it is to become follows them
    private List<String> perl(String script, String... arguments) throws IOException {
        Tools.require("perl", "perl");
        Path file = Files.writeString(folder.resolve("script.pl"), script);
        return Stream.concat(Stream.of("perl", file.toString()), Stream.of(arguments)).toList();
    }

    @Test
    void aSocketThatCannotBeMadeAnewIsInNoTakeOversWay() throws IOException {
        Path socket = Files.createDirectory(folder.resolve("sockets")).resolve("policy");
        String policy = "--policy=unix:" + socket;
        try (Daemon first = Daemon.start(folder, policy)) {
            Files.move(socket.getParent(), folder.resolve("away"));
            Daemon.pause(2_500); // Until it has tried to make it anew.
            assertThat(Daemon.refusedStartAt(first.listen(), folder, TAKE_OVER, policy))
                    .anyMatch(line ->
                            line.equals(
                                    "greydaemon: unix:"
                                            + socket
                                            + ": its folder is missing; create the folder"))
                    .noneMatch(line -> line.contains("bug in thread"));
            assertThat(first.ask("192.0.2.1", "a@b.example", "c@d.example")).isEqualTo(Reply.NEW);
            try (Daemon second = Daemon.startAt(first.listen(), folder, TAKE_OVER)) {
                assertThat(first.awaitEnd()).as("without that socket").isZero();
                assertThat(second.stop()).isZero();
            }
        }
    }
}
