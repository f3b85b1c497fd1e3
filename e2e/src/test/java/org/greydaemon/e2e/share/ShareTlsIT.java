package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.Runs;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// TLS to the server, with a certificate of our own; a certificate for another name, or of an
/// authority that nobody knows, is refused.
final class ShareTlsIT {
    @TempDir Path folder;

    @BeforeEach
    void makeCertificates() throws IOException {
        String openssl = Tools.require("openssl", "openssl").toString();
        for (String authority : List.of("ca", "other")) {
            run(
                    openssl,
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-nodes",
                    "-days",
                    "2",
                    "-subj",
                    "/CN=" + authority,
                    "-keyout",
                    authority + ".key",
                    "-out",
                    authority + ".pem");
        }
        for (String name : List.of("server", "client")) {
            Files.writeString(folder.resolve("ext"), "subjectAltName = IP:127.0.0.1\n");
            run(
                    openssl,
                    "req",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-subj",
                    "/CN=" + name,
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".csr");
            run(
                    openssl,
                    "x509",
                    "-req",
                    "-in",
                    name + ".csr",
                    "-CA",
                    "ca.pem",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-days",
                    "2",
                    "-extfile",
                    "ext",
                    "-out",
                    name + ".pem");
        }
    }

    private void run(String... command) throws IOException {
        Runs.Ended ended = Runs.in(folder, List.of(command));
        assertThat(ended.status()).as(ended.said().toString()).isZero();
    }

    private String file(String key, String name) {
        return key + " = \"" + folder.resolve(name) + "\"";
    }

    @Test
    void hostsShareOverTls() {
        int port = RedisServer.freePort();
        try (RedisServer redis =
                        new RedisServer(
                                folder.resolve("redis"),
                                0,
                                "--tls-port",
                                "" + port,
                                "--tls-cert-file",
                                folder.resolve("server.pem").toString(),
                                "--tls-key-file",
                                folder.resolve("server.key").toString(),
                                "--tls-ca-cert-file",
                                folder.resolve("ca.pem").toString());
                Mx one = mx("one", "127.0.0.1:" + port, "ca.pem");
                Mx other = mx("other", "127.0.0.1:" + port, "ca.pem");
                Mx stranger = mx("stranger", "127.0.0.1:" + port, "other.pem");
                Mx misled = mx("misled", "localhost:" + port, "ca.pem")) {
            assertThat(redis.port()).isZero();
            assertThat(one.ask("10.4.1.1", "a@example.org")).isEqualTo(Reply.NEW);
            Eventually.holds("one is up to date", one::isUpToDate);
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
            stranger.daemon().awaitLine(line -> line.contains("share: ") && line.contains("TLS: "));
            misled.daemon().awaitLine(line -> line.contains("share: ") && line.contains("TLS: "));
            assertThat(stranger.isUpToDate() || misled.isUpToDate()).isFalse();
        }
    }

    private Mx mx(String name, String server, String authority) {
        return new Mx(
                folder.resolve(name),
                Mx.servers(server),
                "tls = true",
                file("ca-file", authority),
                file("certificate-file", "client.pem"),
                file("key-file", "client.key"));
    }
}
