package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;

/// Debian's miltertest asks over the milter protocol, and somebody who does not speak it. {@link
/// PostfixIT} and {@link SendmailIT} have the mail servers.
final class MilterIT {
    @TempDir Path folder;

    private Daemon daemon(int port) {
        return Daemon.start(
                folder.resolve("daemon"),
                "-m",
                "0.02",
                "--rules=modern",
                "--suspect-delay=0.02",
                "--milter=127.0.0.1:" + port);
    }

    @Test
    void miltertestIsDeferredAndPasses() {
        Path miltertest = Tools.require("miltertest", "miltertest");
        int port = Ports.free();
        try (Daemon daemon = daemon(port)) {
            Host.run(
                    folder.resolve("miltertest"),
                    List.of(
                            miltertest.toString(),
                            "-D",
                            "port=" + port,
                            "-s",
                            Daemon.root()
                                    .resolve("e2e/src/test/resources/greylist.lua")
                                    .toString()));
            daemon.awaitLine(line ->
                    line.matches(
                            "decision action=defer reason=new proto=milter"
                                    + " peer=127\\.0\\.0\\.1:\\d+"
                                    + " client_address=192\\.0\\.2\\.7"
                                    + " client_name=mail\\.example\\.org"
                                    + " sender=<alice@example\\.org>"
                                    + " recipient=<bob@example\\.net>"
                                    + " recipients=1 retry_in=2s"));
        }
    }

    @Test
    void whoSpeaksNothingOfTheProtocolIsClosedAndNamedWithTheReason() throws IOException {
        int port = Ports.free();
        try (Daemon daemon = daemon(port);
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(daemon.awaitLine(line -> line.startsWith("milter 127.0.0.1:")))
                    .endsWith(
                            ": a frame of 1195725856 octets is not within 1 to 131072;"
                                    + " connection closed");
        }
    }
}
