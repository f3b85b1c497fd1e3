package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Tools;
import org.greydaemon.e2e.share.Eventually;
import org.greydaemon.e2e.share.Mx;
import org.greydaemon.e2e.share.RedisServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Two hosts of qmail, each with a daemon of its own: what one has deferred passes at the other.
final class QmailHostsIT {
    @TempDir Path folder;

    private Recorder recorder;
    private Path smtpd;

    @BeforeEach
    void patch() throws IOException {
        Tools.require("tcpserver", "ucspi-tcp");
        smtpd = Standin.patched(folder.resolve("netqmail"));
        recorder = new Recorder(Files.createDirectory(folder.resolve("queue")));
    }

    @Test
    void whatOneMxDefersPassesAtTheOther() throws IOException {
        try (RedisServer redis = new RedisServer(folder.resolve("redis"));
                Mx one = new Mx(folder.resolve("one"), List.of(), Mx.servers(redis.place()));
                Mx other = new Mx(folder.resolve("other"), List.of(), Mx.servers(redis.place()));
                TcpServer first = serve(one);
                TcpServer second = serve(other)) {
            assertThat(reply(first, "127.0.0.31")).startsWith("451 greylisted");
            assertThat(check(other)).isEqualTo("defer\n");
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
            Retry.await();
            assertThat(reply(second, "127.0.0.31")).isEqualTo("250 ok");
            assertThat(recorder.mails()).hasSize(1);
            assertThat(check(one)).isEqualTo("accept\n");
            Eventually.is("what they remember differs", "", () -> Mx.difference(one, other));
            assertThat(reply(first, "127.0.0.31")).as("proven there").isEqualTo("250 ok");
        }
    }

    private TcpServer serve(Mx mx) {
        Map<String, String> environment =
                Map.of(
                        "GREYIP",
                        ":" + mx.port(),
                        "QMAILQUEUE",
                        Recorder.PROGRAM.toString(),
                        "RECORD",
                        recorder.folder().toString());
        return TcpServer.start(environment, List.of(), smtpd.toString());
    }

    private static String reply(TcpServer server, String client) {
        try (Smtp smtp = Smtp.greeted(client, server.port())) {
            return smtp.offer("alice@example.org", "bob@example.net");
        }
    }

    /// What greyq, with which scripts ask, says about another client.
    private static String check(Mx mx) {
        return Run.run(
                        Map.of("GREYIP", ":" + mx.port()),
                        Programs.greyq().toString(),
                        "check",
                        "192.0.2.1",
                        "alice@example.org",
                        "carol@example.net")
                .out();
    }
}
