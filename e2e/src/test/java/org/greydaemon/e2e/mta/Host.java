package org.greydaemon.e2e.mta;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// What the mail servers need of the host.
final class Host {
    /// The tag of tests that run while no others do (e2e/pom.xml): what they are about waits for an
    /// answer for a few seconds only, whatever the machine is busy with.
    static final String ALONE = "alone";

    private static final long PATIENCE_SECONDS = 60;

    private Host() {}

    /// Whether somebody listens at a port of a loopback address.
    static boolean listens(String address, int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral(address), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /// Whether somebody listens at a unix socket. Its file is there a moment earlier, and to
    /// connect to it would be a question.
    static boolean listens(Path socket) {
        // Flags 00010000: it accepts connections (proc(5), /proc/net/unix).
        try (Stream<String> all = Files.lines(Path.of("/proc/net/unix"), ISO_8859_1)) {
            return all.anyMatch(line -> line.endsWith(" " + socket) && line.contains(" 00010000 "));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Runs a program to its end and fails if it does.
    static void run(Path output, List<String> command) {
        int status = start(output, command);
        if (status != 0) {
            throw new AssertionError(
                    String.join(" ", command) + ": exit status " + status + "\n" + read(output));
        }
    }

    /// Runs a program to its end.
    ///
    /// @return its exit status
    static int start(Path output, List<String> command) {
        try {
            Process process = process(output, command);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " does not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Starts a program.
    static Process process(Path output, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A file's text; empty if it is not there.
    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Lets every user look into the folder.
    static void open(Path folder) {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Waits until something is so.
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what + " has not come about in a minute");
            }
            pause(20);
        }
    }

    /// Lets real time pass.
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
