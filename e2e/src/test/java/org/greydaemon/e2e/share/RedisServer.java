package org.greydaemon.e2e.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Debian's redis-server on a free port of loopback. It keeps nothing on the disk.
public final class RedisServer implements AutoCloseable {
    private final Path folder;
    private final List<String> command;
    private final int port;
    private Process process;

    /// @param options its own, two words at least
    public RedisServer(Path folder, String... options) {
        this(folder, Ports.freeWithBus(), options);
    }

    RedisServer(Path folder, int port, String... options) {
        this.folder = folder;
        this.port = port;
        command =
                new ArrayList<>(
                        List.of(
                                Tools.require("redis-server", "redis-server").toString(),
                                "--bind",
                                "127.0.0.1",
                                "--port",
                                "" + port,
                                "--save",
                                "",
                                "--appendonly",
                                "no",
                                "--dir",
                                folder.toString()));
        command.addAll(List.of(options));
        process = launch();
    }

    private RedisServer(Path folder, int port, List<String> command) {
        this.folder = folder;
        this.port = port;
        this.command = command;
        process = launch();
    }

    /// A Sentinel.
    ///
    /// @param file its configuration, which it changes
    static RedisServer sentinel(Path folder, int port, Path file) {
        String program = Tools.require("redis-sentinel", "redis-sentinel").toString();
        return new RedisServer(folder, port, List.of(program, file.toString()));
    }

    private Process launch() {
        try {
            Files.createDirectories(folder);
            Process started =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(
                                            folder.resolve("redis.log").toFile()))
                            .start();
            if (!command.contains("--tls-port")) {
                Eventually.holds("redis-server answers", () -> started.isAlive() && answers());
            }
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean answers() {
        try {
            return !call("PING").isEmpty();
        } catch (IllegalStateException e) {
            return false;
        }
    }

    static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    int port() {
        return port;
    }

    /// Where it answers.
    public String place() {
        return "127.0.0.1:" + port;
    }

    /// Asks it something.
    ///
    /// @return its answer, a line for each part
    String call(String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(loopback(), port), 5_000);
            socket.setSoTimeout(20_000);
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("*" + words.length + "\r\n").getBytes(ISO_8859_1));
            for (String word : words) {
                byte[] octets = word.getBytes(ISO_8859_1);
                request.writeBytes(("$" + octets.length + "\r\n").getBytes(ISO_8859_1));
                request.writeBytes(octets);
                request.writeBytes("\r\n".getBytes(ISO_8859_1));
            }
            socket.getOutputStream().write(request.toByteArray());
            return answer(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String answer(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.isEmpty() ? "" : line.substring(1);
        return switch (line.isEmpty() ? ' ' : line.charAt(0)) {
            case '$' -> {
                int length = Integer.parseInt(rest);
                String text = length < 0 ? "" : new String(in.readNBytes(length), ISO_8859_1);
                if (length >= 0) {
                    in.skipNBytes(2);
                }
                yield text;
            }
            case '*' -> {
                List<String> parts = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    parts.add(answer(in));
                }
                yield String.join("\n", parts);
            }
            default -> rest;
        };
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    /// Kills it without warning: what it knew is lost.
    void kill() {
        process.destroyForcibly();
        await();
    }

    /// Starts it again.
    void restart() {
        process = launch();
    }

    /// Lets it stand still, or go on.
    void signal(String name) {
        try {
            int status =
                    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill: " + status);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void await() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("redis-server does not end");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
