package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;

/// Mail of a proven client comes in twenty sessions at once.
final class PostfixLoadIT {
    private static final int MESSAGES = 200;

    @TempDir Path folder;

    private int port;

    @BeforeEach
    void letPostfixLookIn() {
        Host.open(folder);
        port = Ports.free();
    }

    private Daemon daemon() {
        return PostfixAsks.POLICY.daemon(
                folder.resolve("daemon"), "127.0.0.1:" + port, "-m", "0.02");
    }

    private Postfix postfix() {
        return new Postfix(folder.resolve("mx"), PostfixAsks.POLICY.overTcp(port), false);
    }

    private Process load(Postfix postfix) {
        return Host.process(
                folder.resolve("smtp-source"),
                List.of(
                        Tools.require("smtp-source", "postfix").toString(),
                        "-s20",
                        "-m" + MESSAGES,
                        "-falice@example.org",
                        "-tbob@example.net",
                        "127.0.0.1:" + postfix.port()));
    }

    private static void prove(Postfix postfix) {
        try (Smtp smtp = new Smtp("127.0.0.1", postfix.port())) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("450 4.2.0");
        }
        Host.pause(2_100);
        try (Smtp smtp = new Smtp("127.0.0.1", postfix.port())) {
            assertThat(smtp.mail("alice@example.org", "bob@example.net")).startsWith("250");
        }
    }

    private static long sent(Postfix postfix) {
        return postfix.logged("status=sent");
    }

    @Test
    void nothingIsLostAndNothingWarnedOf() throws Exception {
        try (Daemon _ = daemon();
                Postfix postfix = postfix()) {
            prove(postfix);
            assertThat(load(postfix).waitFor()).isZero();
            Host.await("all mail", () -> sent(postfix) >= MESSAGES);
            assertThat(sent(postfix)).isEqualTo(MESSAGES);
            // Others warn of the machine: cleanup of a file system whose clock is a tick ahead.
            assertThat(postfix.log().lines())
                    .noneMatch(line -> line.contains("/smtpd[") && line.contains("warning"));
        }
    }

    @Test
    void nothingIsLostWhileTheDaemonIsKilledAndComesBack() throws Exception {
        try (Daemon daemon = daemon();
                Postfix postfix = postfix()) {
            prove(postfix);
            Process load = load(postfix);
            Host.await("some mail", () -> sent(postfix) > 20);
            daemon.kill();
            Host.await("more mail", () -> sent(postfix) > 60);
            daemon.restart();
            assertThat(load.waitFor()).isZero();
            Host.await("all mail", () -> sent(postfix) >= MESSAGES);
            assertThat(sent(postfix)).isEqualTo(MESSAGES);
        }
    }
}
