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
        Tools.require("perl", "perl");
        Path script = folder.resolve("vanish.pl");
        Files.writeString(
                script,
                """
                use Socket;
                my ($control, $pid, $signal) = @ARGV;
                socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
                bind(S, pack("S", AF_UNIX)) or die $!;
                connect(S, sockaddr_un($control)) or die $!;
                my $name = substr(getsockname(S), 3);
                syswrite S, qq({"command":"take-over","from":"$name"}\\n);
                sysread(S, my $answer, 4096);
                print $answer;
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
                                signal));
        assertThat(ended.said()).hasSize(2).last().isEqualTo("yours");
        assertThat(ended.said().getFirst()).startsWith("{\"ok\":true,");
    }
}
