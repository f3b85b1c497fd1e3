package org.greydaemon.doctor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// What can be asked of this host: programs, files and sockets. Changes nothing. Safe for use by
/// several threads.
public final class Machine {
    private static final int OUTPUT_MAX = 4 << 20;
    private static final int WAIT_SECONDS = 20;
    private static final int CONNECT_MILLIS = 3_000;

    /// What a program prints; empty if there is none, or if it fails.
    public Optional<String> run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().write(input.getBytes(ISO_8859_1));
            process.getOutputStream().close();
            String said;
            try (InputStream out = process.getInputStream()) {
                said = new String(out.readNBytes(OUTPUT_MAX), ISO_8859_1);
            }
            boolean ended = process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            return ended && process.exitValue() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
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
                try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    return channel.connect(UnixDomainSocketAddress.of(place.path()));
                }
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(place.host(), place.port()), CONNECT_MILLIS);
                return true;
            }
        } catch (IOException | RuntimeException e) {
            return false; // It may be no place at all.
        }
    }
}
