package org.greydaemon.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Short programs that tests run to their end.
final class Runs {
    private Runs() {}

    /// Runs a program.
    ///
    /// @return its exit status
    static int program(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " does not end");
            }
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Runs a program as another user.
    static int asUser(String user, String... command) {
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--clear-groups"));
        line.addAll(List.of(command));
        return program(line.toArray(String[]::new));
    }
}
