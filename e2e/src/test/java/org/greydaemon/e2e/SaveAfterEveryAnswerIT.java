package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/// With `-d` the save file shows at once what a request has changed, whatever protocol it came by.
final class SaveAfterEveryAnswerIT {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int PAUSE_MILLIS = 20;

    @TempDir Path folder;

    @Test
    void whateverProtocolAsked() throws Exception {
        try (Daemon daemon =
                Daemon.start(
                        folder,
                        "-d",
                        "--policy=127.0.0.1:0",
                        "--milter=127.0.0.1:0",
                        "--http=127.0.0.1:0")) {
            assertThat(daemon.ask("192.0.2.1", "alice@example.org", "udp@example.net"))
                    .isEqualTo(Reply.NEW);
            awaitSaved(daemon, "udp@example.net");

            assertThat(
                            ask(
                                    daemon,
                                    "policy",
                                    octets(
                                            """
                                            request=smtpd_access_policy
                                            protocol_state=RCPT
                                            client_address=192.0.2.1
                                            sender=alice@example.org
                                            recipient=policy@example.net

                                            """)))
                    .startsWith("action=DEFER_IF_PERMIT");
            awaitSaved(daemon, "policy@example.net");

            byte[] words = octets("192.0.2.1 alice@example.org words@example.net\n");
            assertThat(ask(daemon, "policy", words)).isEqualTo("grey");
            awaitSaved(daemon, "words@example.net");

            assertThat(ask(daemon, "milter", milterSession("milter@example.net")))
                    .contains("y451 4.7.1 Greylisted");
            awaitSaved(daemon, "milter@example.net");

            assertThat(ask(daemon, "http", httpRequest("http@example.net"))).contains("\"defer\"");
            awaitSaved(daemon, "http@example.net");
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String ask(Daemon daemon, String frontEnd, byte[] question) throws IOException {
        String listening = "listening for " + frontEnd + " on 127.0.0.1:";
        String line = daemon.awaitLine(text -> text.startsWith(listening));
        int port = Integer.parseInt(line.substring(listening.length()));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(question);
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private byte[] httpRequest(String recipient) throws IOException {
        String token = Files.readString(folder.resolve("state/save.token")).strip();
        String body =
                """
                {"client_address": "192.0.2.1", "sender": "alice@example.org", "recipient": "%s"}
                """
                        .formatted(recipient);
        return octets(
                """
                POST /v1/check HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                Connection: close\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s\
                """
                        .formatted(token, body.length(), body));
    }

    private static byte[] milterSession(String recipient) throws IOException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        DataOutputStream frames = new DataOutputStream(octets);
        frames.writeInt(13);
        frames.writeByte('O');
        frames.writeInt(6);
        frames.writeInt(0x1ff);
        frames.writeInt(0x1fffff);
        for (String frame :
                new String[] {
                    "Cclient.example.org\0004\1\1192.0.2.1\0",
                    "M<alice@example.org>\0",
                    "R<" + recipient + ">\0"
                }) {
            frames.writeInt(frame.length());
            frames.write(octets(frame));
        }
        return octets.toByteArray();
    }

    private static void awaitSaved(Daemon daemon, String recipient) throws IOException {
        for (int waited = 0; waited < PATIENCE_MILLIS; waited += PAUSE_MILLIS) {
            if (Files.exists(daemon.saveFile())
                    && Files.readString(daemon.saveFile(), ISO_8859_1).contains(recipient)) {
                return;
            }
            Daemon.pause(PAUSE_MILLIS);
        }
        throw new AssertionError(recipient + " is not in the save file");
    }
}
