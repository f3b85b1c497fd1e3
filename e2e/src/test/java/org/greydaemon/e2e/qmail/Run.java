package org.greydaemon.e2e.qmail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program that runs with an environment of its own, beside PATH; its output is collected. Bytes
/// and characters are the same thing here (ISO 8859-1).
final class Run implements AutoCloseable {
    /// Where programs are looked for.
    static final String PATH = System.getenv("PATH") + ":/usr/sbin:/sbin";

    private static final long PATIENCE_SECONDS = 60;

    /// How a program ended: its exit code and all that it printed.
    record Result(int exit, String out, String err) {}

    private final Process process;
    private final FutureTask<String> out;
    private final FutureTask<String> err;

    private Run(Process process) {
        this.process = process;
        out = collect(process.getInputStream());
        err = collect(process.getErrorStream());
    }

    /// Starts a program in the folder `at`.
    static Run start(Path at, Map<String, String> environment, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(at.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().putAll(Programs.SANITIZERS);
        builder.environment().putAll(environment);
        try {
            return new Run(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program that reads nothing to its end.
    static Result run(Map<String, String> environment, String... command) {
        try (Run run = start(Path.of("/"), environment, command)) {
            run.write("");
            run.endInput();
            return run.end();
        }
    }

    static Result run(String... command) {
        return run(Map.of(), command);
    }

    /// Writes to the program's standard input.
    void write(String text) {
        OutputStream in = process.getOutputStream();
        try {
            in.write(text.getBytes(ISO_8859_1));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void endInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void signal(String name) {
        Run.run("kill", "-" + name, Long.toString(process.pid()));
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /// Waits for the end of the program and of its output.
    Result end() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(process.info() + " does not end");
            }
            return new Result(
                    process.exitValue(),
                    out.get(PATIENCE_SECONDS, TimeUnit.SECONDS),
                    err.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Ends the program if it still runs.
    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static FutureTask<String> collect(InputStream stream) {
        FutureTask<String> text =
                new FutureTask<>(() -> new String(stream.readAllBytes(), ISO_8859_1));
        Thread.ofVirtual().start(text);
        return text;
    }
}
