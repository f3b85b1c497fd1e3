package org.greydaemon.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What can be asked of this host: programs, files and sockets. Changes nothing. Safe for use by
/// several threads.
public final class Machine {
    /// Where mail servers' programs lie, and su, cron and other shells do not look.
    private static final List<Path> SYSTEM =
            List.of(Path.of("/usr/local/sbin"), Path.of("/usr/sbin"), Path.of("/sbin"));

    private static final int OUTPUT_MAX = 4 << 20;
    private static final int WAIT_SECONDS = 20;
    private static final int CONNECT_MILLIS = 3_000;

    private final List<Path> folders;

    /// Looks for programs where every shell of root does.
    public Machine() {
        this(SYSTEM);
    }

    /// @param folders that programs may lie in, beside those of `PATH`
    Machine(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /// What a program prints; empty if there is none, if it fails, or if it has not ended in time:
    /// `postconf` and `exim` ask name services and databases.
    public Optional<String> run(List<String> command, String input) {
        return run(command, input, Duration.ofSeconds(WAIT_SECONDS));
    }

    /// @param limit ends the program in the middle of whatever it does
    Optional<String> run(List<String> command, String input, Duration limit) {
        return started(command).flatMap(process -> said(process, input, limit));
    }

    private Optional<Process> started(List<String> command) {
        List<String> places = new ArrayList<>(List.of(command.getFirst()));
        folders.forEach(folder -> places.add(folder.resolve(command.getFirst()).toString()));
        for (String place : places) {
            List<String> there = new ArrayList<>(command);
            there.set(0, place);
            try {
                return Optional.of(
                        new ProcessBuilder(there)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start());
            } catch (IOException e) {
                // It is not there.
            }
        }
        return Optional.empty();
    }

    private static Optional<String> said(Process process, String input, Duration limit) {
        // In time or not, nothing of it is left behind.
        try (Deadline deadline = new Deadline(limit, Thread::sleep)) {
            deadline.holds(() -> end(process));
            return said(process, input);
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            end(process);
        }
    }

    private static Optional<String> said(Process process, String input)
            throws IOException, InterruptedException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(ISO_8859_1));
        }
        String said;
        try (InputStream out = process.getInputStream()) {
            said = new String(out.readNBytes(OUTPUT_MAX), ISO_8859_1);
        }
        return process.waitFor() == 0 ? Optional.of(said) : Optional.empty();
    }

    /// What it has started may have its output open. It goes first: a shell goes on, and may end
    /// well, when what it waits for is gone.
    private static void end(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    /// A file's text, an octet a character; empty if it cannot be read, or is no file.
    public Optional<String> read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Optional.of(new String(in.readNBytes(OUTPUT_MAX), ISO_8859_1));
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// The same of a path as a configuration has it, which may be none.
    public Optional<String> read(String path) {
        try {
            return read(Path.of(path));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /// Whether somebody listens at a place.
    public boolean listens(Place place) {
        try {
            if (place.isUnix()) {
                return listens(UnixDomainSocketAddress.of(place.path()));
            }
            return List.of(InetAddress.getAllByName(place.host())).stream()
                    .anyMatch(address -> listens(new InetSocketAddress(address, place.port())));
        } catch (IOException | RuntimeException e) {
            return false; // It may be no place at all.
        }
    }

    /// Where many wait already, who waits too would do so for ever, and somebody listens.
    private static boolean listens(UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            return channel.connect(address);
        } catch (SocketException e) {
            return String.valueOf(e.getMessage()).contains("temporarily unavailable");
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket socket = new Socket()) {
            socket.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
