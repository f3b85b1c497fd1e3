package org.greydaemon.e2e.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Certificate;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/// TLS to the server, with a certificate of our own; a certificate for another name, or of an
/// authority that nobody knows, is refused.
final class ShareTlsIT {
    @TempDir Path folder;

    @BeforeEach
    void makeCertificates() {
        Certificate authority = Certificate.selfSigned(folder, "ca");
        authority.signs("server");
        authority.signs("client");
        Certificate.selfSigned(folder, "other");
    }

    private String file(String key, String name) {
        return key + " = \"" + folder.resolve(name) + "\"";
    }

    @Test
    void hostsShareOverTls() {
        int port = Ports.free();
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
