package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A successor that is told that all is its own, and is gone before it has answered anything.
final class VanishingSuccessor {
    private VanishingSuccessor() {}

    /// Takes over from a daemon, and vanishes.
    ///
    /// @param folder where there is room for a script
    static void takeOverFrom(Daemon daemon, Path folder) throws IOException {
        takeOverFrom(daemon, folder, "");
    }

    /// The same, and the other one gets a signal while it waits to hear of it.
    ///
    /// @param signal its name, without `SIG`; empty for none
    static void takeOverFrom(Daemon daemon, Path folder, String signal) throws IOException {
        assertThat(lastWord(daemon, folder, signal, "")).isEqualTo("yours");
    }

    /// What a daemon says in the end whose journal has gone since it was asked to make way.
    static String lastWordWithoutJournal(Daemon daemon, Path folder) throws IOException {
        return lastWord(daemon, folder, "", daemon.saveFile() + ".journal");
    }

    /// @param lost a file that goes meanwhile; empty for none
    private static String lastWord(Daemon daemon, Path folder, String signal, String lost)
            throws IOException {
        Tools.require("perl", "perl");
        Path script = folder.resolve("vanish.pl");
        Files.writeString(
                script,
                """
                use Socket;
                my ($control, $pid, $signal, $lost) = @ARGV;
                socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
                bind(S, pack("S", AF_UNIX)) or die $!;
                connect(S, sockaddr_un($control)) or die $!;
                my $name = substr(getsockname(S), 3);
                syswrite S, qq({"command":"take-over","from":"$name"}\\n);
                sysread(S, my $answer, 4096);
                print $answer;
                if ($lost) {
                    unlink $lost or die $!;
                }
                syswrite S, "loaded\\n";
                sysread(S, my $yours, 4096);
                print $yours;
                if ($signal) {
                    kill $signal => $pid or die $!;
                    select undef, undef, undef, 0.5; # Until it was heard.
                }
                """);
        Runs.Ended ended =
                Runs.in(
                        folder,
                        List.of(
                                "perl",
                                script.toString(),
                                daemon.saveFile() + ".ctl",
                                String.valueOf(daemon.pid()),
                                signal,
                                lost));
        assertThat(ended.said()).hasSize(2);
        assertThat(ended.said().getFirst()).startsWith("{\"ok\":true,");
        return ended.said().getLast();
    }
}
