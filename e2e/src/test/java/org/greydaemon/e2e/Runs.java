package org.greydaemon.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Short programs that tests run to their end.
public final class Runs {
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

    /// How a program has ended.
    ///
    /// @param status its exit status
    /// @param said its lines, those on standard error too
    public record Ended(int status, List<String> said) {}

    /// Runs a program in a folder to its end, for at most a minute.
    public static Ended in(Path folder, List<String> command) throws IOException {
        Path output = folder.resolve("said.txt");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError(
                        String.join(" ", command) + " does not end: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readAllLines(output));
    }

    /// Runs a program that is to refuse its work.
    ///
    /// @return what it said
    static String refusal(Path output, String... command) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() == 0) {
                throw new AssertionError(String.join(" ", command) + " refused nothing");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output).strip();
    }

    /// Runs a program as another user.
    static int asUser(String user, String... command) {
        List<String> line =
                new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--clear-groups"));
        line.addAll(List.of(command));
        return program(line.toArray(String[]::new));
    }
}
