package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// The log through the whole daemon: its forms, and syslog.
final class LogIT {
    /// A reader of a unix socket, as syslog daemons are: prints each datagram as a line.
    private static final String READER =
            "use IO::Socket::UNIX; $| = 1;"
                    + " my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0])"
                    + " or die $!; print \"ready\\n\";"
                    + " while (defined recv($s, my $d, 65536, 0)) { print \"$d\\n\" }";

    @TempDir Path folder;

    @Test
    void aLineOfLogfmtHasTheDecision() {
        try (Daemon daemon = Daemon.start(folder, "--log=logfmt")) {
            daemon.ask("192.0.2.1", "a@example.org", "b@example.net");
            assertThat(daemon.awaitLine(line -> line.startsWith("decision ")))
                    .matches(
                            "decision action=defer reason=new proto=udp peer=127.0.0.1:\\d+"
                                    + " client_address=192.0.2.1 sender=<a@example.org>"
                                    + " recipient=<b@example.net> recipients=1 retry_in=300s");
        }
    }

    @Test
    void jsonIsAnObjectOnEveryLine() throws IOException {
        int port = Ports.free();
        Path work = Files.createDirectories(folder.resolve("json"));
        Path log = work.resolve("log");
        Process process =
                new ProcessBuilder(
                                Daemon.root().resolve("greydaemon").toString(),
                                "--log=json",
                                "127.0.0.1:" + port,
                                "save")
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try (UdpPeer peer = new UdpPeer("127.0.0.1:" + port)) {
            for (int i = 0; i < 600 && !Files.readString(log).contains("\"started\""); i++) {
                Daemon.pause(100);
            }
            assertThat(peer.ask("192.0.2.1", "a\"@example.org", "b@example.net"))
                    .isEqualTo(Reply.NEW);
            process.destroy();
            assertThat(process.waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            end(process);
        }
        assertThat(Files.readAllLines(log))
                .hasSizeGreaterThan(3)
                .allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"))
                .anyMatch(line -> line.contains("\"sender\":\"a\\\"@example.org\""))
                .anyMatch(line -> line.contains("\"text\":\"stopped greydaemon on 127.0.0.1:"));
    }

    @Test
    void syslogOverUdpGetsTheLinesAndStandardOutputNone() throws IOException {
        try (DatagramSocket reader =
                new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            reader.setSoTimeout(60_000);
            Process process = start("--syslog=udp:127.0.0.1:" + reader.getLocalPort());
            try (BufferedReader said = process.inputReader(UTF_8)) {
                assertThat(receive(reader))
                        .matches(
                                "<21>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z \\S+"
                                        + " greydaemon "
                                        + process.pid()
                                        + " - - started greydaemon on 127\\.0\\.0\\.1:\\d+");
                process.toHandle().destroy(); // Unlike Process.destroy it leaves the stream open.
                assertThat(said.readLine()).isNull();
            } finally {
                end(process);
            }
        }
    }

    /// Nobody writes while the folder is deleted.
    private static void end(Process process) {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Process start(String option) throws IOException {
        return new ProcessBuilder(
                        Daemon.root().resolve("greydaemon").toString(),
                        option,
                        "127.0.0.1:0",
                        "save")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private static String receive(DatagramSocket reader) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[8192], 8192);
        reader.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    @Test
    void syslogOfThisHostGetsTheLines() throws IOException {
        Tools.require("perl", "perl");
        Path socket = folder.resolve("log.sock");
        Process reader =
                new ProcessBuilder("perl", "-e", READER, socket.toString())
                        .redirectErrorStream(true)
                        .start();
        try (BufferedReader read = reader.inputReader(UTF_8)) {
            assertThat(read.readLine()).isEqualTo("ready");
            Process process = start("--syslog=unix:" + socket);
            try {
                assertThat(read.readLine())
                        .matches(
                                "<21>[A-Z][a-z]{2} [ 1-3]\\d \\d\\d:\\d\\d:\\d\\d greydaemon\\["
                                        + process.pid()
                                        + "\\]: started greydaemon on 127\\.0\\.0\\.1:\\d+");
            } finally {
                end(process);
            }
        } finally {
            end(reader);
        }
    }

    @Test
    void syslogThatNobodyReadsIsSaidOnStandardError() throws IOException {
        Process process = start("--syslog=unix:" + folder.resolve("nobody.sock"));
        try (BufferedReader said = process.inputReader(UTF_8)) {
            assertThat(said.readLine())
                    .matches(
                            "greydaemon: syslog: .*nobody\\.sock: No such file or directory; lines"
                                    + " are dropped and counted until somebody reads there");
        } finally {
            end(process);
        }
    }
}
