package org.greydaemon.e2e;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A real DNS server on loopback that knows a few hosts and asks nobody.
public final class Dnsmasq implements AutoCloseable {
    private final Process process;
    private final int port;

    /// @param records `name,address`, each known in both directions; other options of its own as
    ///   they are, `--txt-record=...` for example
    public Dnsmasq(Path folder, String... records) throws IOException {
        Path program = Tools.require("dnsmasq", "dnsmasq-base");
        port = Ports.free();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--keep-in-foreground",
                                "--conf-file=/dev/null",
                                "--pid-file=",
                                "--no-hosts",
                                "--no-resolv",
                                "--user=root",
                                "--bind-interfaces",
                                "--listen-address=127.0.0.1",
                                "--port=" + port));
        for (String record : records) {
            command.add(record.startsWith("--") ? record : "--host-record=" + record);
        }
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("dnsmasq").toFile())
                        .start();
        awaitAnswer();
    }

    /// On a busy machine a daemon may be there earlier, and judges what no DNS server answers
    /// without a name. Any answer will do: a header alone is an error of form (RFC 1035, 4.1.1).
    private void awaitAnswer() throws IOException {
        byte[] header = new byte[12];
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
            socket.setSoTimeout(100);
            for (int i = 0; i < 1_000 && process.isAlive(); i++) {
                if (isAnswered(socket, header)) {
                    return;
                }
            }
        }
        stop();
        throw new IOException("dnsmasq on port " + port + " answers nobody");
    }

    private static boolean isAnswered(DatagramSocket socket, byte[] question) throws IOException {
        try {
            socket.send(new DatagramPacket(question, question.length));
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (PortUnreachableException e) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            return false;
        }
    }

    /// Where it answers.
    public String place() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        stop();
    }

    /// Answers nobody any more. Idempotent.
    public void stop() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
