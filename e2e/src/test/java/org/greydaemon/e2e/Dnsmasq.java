package org.greydaemon.e2e;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real DNS server on loopback that knows a few hosts and asks nobody.
final class Dnsmasq implements AutoCloseable {
    private final Process process;
    private final int port;

    /// @param hosts `name,address`, each known in both directions
    Dnsmasq(Path folder, String... hosts) throws IOException {
        Path program = Tools.require("dnsmasq", "dnsmasq-base");
        port = freePort();
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
        for (String host : hosts) {
            command.add("--host-record=" + host);
        }
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("dnsmasq").toFile())
                        .start();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket =
                new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        }
    }

    /// Where it answers.
    String place() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
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
