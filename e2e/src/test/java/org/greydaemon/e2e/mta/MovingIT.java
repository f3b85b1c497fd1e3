package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Reply;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A site moves in from another greylister and back: what one of them has learned the other one
/// knows. The commands are those of docs/greyctl.md.
@Timeout(300)
final class MovingIT {
    private static final String CLIENT = "192.0.2.7";
    private static final String WAITING = "192.0.2.8";
    private static final String SENDER = "a@example.org";
    private static final String RECIPIENT = "b@example.net";

    // Of each test by itself: all together they may take longer than mail has to wait.
    private final long now = System.currentTimeMillis() / 1000;

    @TempDir Path folder;

    private Path other;

    @BeforeEach
    void makeRoom() throws IOException {
        other = Files.createDirectory(folder.resolve("other"));
    }

    /// What a command line says, in the other one's folder. Fails if it fails.
    private List<String> shell(String line) throws Exception {
        return shell(0, line);
    }

    private List<String> shell(int status, String line) throws Exception {
        return said(status, line).lines().toList();
    }

    private String said(int status, String line) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("sh", "-c", line)
                        .directory(other.toFile())
                        .redirectErrorStream(true);
        builder.environment().put("GREYCTL_SOCKET", folder.resolve("state/save.ctl").toString());
        builder.environment().merge("PATH", ":" + Daemon.root(), String::concat);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(status);
        return said;
    }

    /// 192.0.2.0/24 was proven as a whole, and 192.0.2.7 by itself.
    private void theNetworkPassesAndTheClientWithoutItToo(Daemon daemon) throws Exception {
        assertThat(daemon.ask("192.0.2.99", "x@y", "z@w")).isEqualTo(Reply.EXEMPT);
        assertThat(String.join("\n", shell("greyctl exemptions")))
                .contains("client 192.0.2.0/24  (allowed: imported, was proven there)");
        shell("greyctl disallow 192.0.2.0/24");
        assertThat(daemon.ask(CLIENT, "x@y", "z@w")).isEqualTo(Reply.KNOWN);
    }

    @Test
    void fromPostgreyAndBack() throws Exception {
        Tools.require("db5.3_dump", "db5.3-util");
        try (PolicyServer postgrey = PolicyServer.postgrey(other)) {
            assertThat(postgrey.accepts(CLIENT, "x", SENDER, RECIPIENT, now - 900)).isFalse();
            assertThat(postgrey.accepts(CLIENT, "x", SENDER, RECIPIENT, now - 500)).isTrue();
            assertThat(postgrey.accepts(WAITING, "x", SENDER, "c@example.net", now - 500))
                    .isFalse();
        }
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(
                            shell(
                                    "for db in postgrey postgrey_clients; do db5.3_dump -p $db.db;"
                                            + " done | greyctl import --from postgrey -"))
                    .contains(
                            "read 1 proven clients, 1 proven networks, 0 triplets",
                            "left out: 1 triplets of a network, they wait once more",
                            "remembered 2 of 2 entries; 0 are too old or known already");
            theNetworkPassesAndTheClientWithoutItToo(daemon);
            assertThat(shell(1, "greyctl import --from postgrey postgrey.db"))
                    .containsExactly(
                            "greyctl: postgrey.db: this is Berkeley DB's own file; run: db5.3_dump"
                                    + " -p postgrey.db | greyctl import --from postgrey -");

            daemon.ask(WAITING, "Prvs=0123456789=Alice@example.org", RECIPIENT);
            daemon.ask("2001:db8::7", "list-4711+x@example.org", RECIPIENT);
            shell("rm -f *.db __db.* log.*");
            shell("greyctl export --to postgrey --state waiting | db5.3_load postgrey.db");
            shell(
                    "greyctl export --to postgrey-clients --state proven"
                            + " | db5.3_load postgrey_clients.db");
        }
        try (PolicyServer postgrey = PolicyServer.postgrey(other)) {
            long later = now + 600;
            assertThat(postgrey.accepts(CLIENT, "x", "x@y", "z@w", later)).isTrue();
            assertThat(postgrey.accepts(WAITING, "x", "alice@example.org", RECIPIENT, later))
                    .isTrue();
            assertThat(
                            postgrey.accepts(
                                    "2001:db8::8", "x", "list-4712@example.org", RECIPIENT, later))
                    .isTrue();
            assertThat(postgrey.accepts("198.51.100.7", "x", SENDER, RECIPIENT, later)).isFalse();
        }
    }

    @Test
    void fromSqlgreyAndBack() throws Exception {
        Tools.require("sqlite3", "sqlite3");
        // sqlgrey itself makes its tables; what has waited is given more age than it has.
        String older = "sqlite3 sqlgrey.db 'update connect set first_seen = first_seen - 600'";
        try (PolicyServer sqlgrey = PolicyServer.sqlgrey(other)) {
            assertThat(sqlgrey.accepts(CLIENT, "unknown", SENDER, RECIPIENT, 0)).isFalse();
            assertThat(sqlgrey.accepts(CLIENT, "mail.example.org", "", RECIPIENT, 0)).isFalse();
            shell(older);
            assertThat(sqlgrey.accepts(CLIENT, "unknown", SENDER, RECIPIENT, 0)).isTrue();
            assertThat(sqlgrey.accepts(CLIENT, "mail.example.org", "", RECIPIENT, 0)).isTrue();
            assertThat(sqlgrey.accepts(WAITING, "unknown", "o'a@example.org", RECIPIENT, 0))
                    .isFalse();
        }
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(shell("sqlite3 sqlgrey.db .dump | greyctl import --from sqlgrey -"))
                    .contains("read 1 proven clients, 1 proven networks, 1 triplets");
            theNetworkPassesAndTheClientWithoutItToo(daemon);
            assertThat(shell("greyctl list --client 192.0.2.8").getLast()).isEqualTo("1 entry");
            assertThat(shell(1, "greyctl import --from sqlgrey sqlgrey.db"))
                    .containsExactly(
                            "greyctl: sqlgrey.db: this is SQLite's own file; run: sqlite3"
                                    + " sqlgrey.db .dump | greyctl import --from sqlgrey -");

            shell("sqlite3 sqlgrey.db 'delete from connect'");
            daemon.ask("192.0.2.9", SENDER, "d@example.net");
            shell("greyctl export --to sqlgrey --sender '<a@example.org>' | sqlite3 sqlgrey.db");
        }
        shell(older);
        try (PolicyServer sqlgrey = PolicyServer.sqlgrey(other)) {
            assertThat(sqlgrey.accepts("192.0.2.9", "unknown", SENDER, "d@example.net", 0))
                    .isTrue();
            assertThat(sqlgrey.accepts("192.0.2.6", "mail.example.org", SENDER, "d@example.net", 0))
                    .isTrue();
            assertThat(sqlgrey.accepts("192.0.2.9", "unknown", SENDER, "e@example.net", 0))
                    .isTrue(); // This is what sqlgrey has learned of it.
            assertThat(sqlgrey.accepts("192.0.2.5", "unknown", SENDER, "d@example.net", 0))
                    .isFalse();
        }
    }

    @Test
    void fromGreylistd() throws Exception {
        Path program = Tools.requireUnpacked("greylistd", "usr/sbin/greylistd");
        Path client = Tools.requireUnpacked("greylistd", "usr/bin/greylist");
        String python = Tools.require("python3", "python3").toString();
        Path configuration =
                Files.writeString(
                        other.resolve("config"),
                        """
                        [timeouts]
                        retryMin = 0
                        [data]
                        statefile = %s/states
                        tripletfile = %s/triplets
                        [socket]
                        path = %s/socket
                        owner = %s
                        """
                                .formatted(other, other, other, System.getProperty("user.name")));
        Files.writeString(
                other.resolve("greylist"),
                Files.readString(client)
                        .replace("/var/run/greylistd/socket", other.resolve("socket").toString())
                        .replace("/etc/greylistd/config", "/nonexistent"));
        Process greylistd =
                Host.process(
                        other.resolve("log"),
                        List.of(python, program.toString(), configuration.toString()));
        Host.await("greylistd's socket", () -> Host.listens(other.resolve("socket")));
        String update = python + " greylist update ";
        assertThat(shell(update + "192.0.2.7 a@example.org b@example.net")).contains("grey");
        Host.await(
                "a second to pass",
                () -> {
                    try {
                        return shell(update + "192.0.2.7 a@example.org b@example.net")
                                .contains("white");
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                });
        shell(update + "192.0.2.8 b@example.net");
        shell(python + " greylist add --black 192.0.2.66 a@example.org b@example.net");
        greylistd.destroy(); // It saves.
        greylistd.waitFor();
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(shell("cat states triplets | greyctl import --from greylistd -"))
                    .containsExactly(
                            "read 1 proven clients, 0 proven networks, 1 triplets",
                            "left out: 1 spam traps and blacklisted entries, greydaemon has none",
                            "remembered 2 of 2 entries; 0 are too old or known already");
            assertThat(daemon.ask(CLIENT, "x@y", "z@w")).isEqualTo(Reply.KNOWN);
            assertThat(shell("greyctl export --state waiting").getFirst())
                    .matches("G [0-9]+ 192\\.0\\.2\\.8 \\. b@example\\.net");
        }
    }

    @Test
    void fromSpamdAndBack() throws Exception {
        Files.writeString(
                other.resolve("spamdb"),
                """
                WHITE|192.0.2.7|||%d|%d|%d|1|7
                GREY|192.0.2.8|mail.example.org|<a@example.org>|<b@example.net>|%d|%d|%d|1|0
                SPAMTRAP|trap@example.net
                TRAPPED|192.0.2.66|%d
                WHITE|192.0.2.\033[2J|||1|1|1|1|1
                """
                        .formatted(now, now, now + 36 * 86400, now, now + 14400, now + 86400, now));
        try (Daemon daemon = Daemon.start(folder)) {
            assertThat(shell(1, "greyctl import spamdb"))
                    .containsExactly(
                            "greyctl: spamdb: no line is of the form greydaemon; did you mean"
                                    + " --from spamdb?");
            List<String> counts =
                    List.of(
                            "read 1 proven clients, 0 proven networks, 1 triplets",
                            "left out: 2 spam traps and blacklisted entries, greydaemon has none",
                            "malformed: 1 lines, the first is line 5: the client"
                                    + " '192.0.2.\\x1b[2J' is no IP address");
            assertThat(shell(1, "cat spamdb | greyctl import --dry-run --from spamdb -"))
                    .containsAll(counts)
                    .contains("would remember 2 of 2 entries; 0 are too old or known already");
            assertThat(shell(1, "greyctl import --json --from spamdb spamdb"))
                    .hasSize(2)
                    .first()
                    .asString()
                    .startsWith("{\"file\":{\"clients\":1,");
            assertThat(daemon.ask(WAITING, SENDER, RECIPIENT)).isEqualTo(Reply.EARLY);
            assertThat(shell("greyctl export --to spamdb"))
                    .contains("WHITE|192.0.2.7|||%d|%d|%d|0|1".formatted(now, now, now + 3110400))
                    .contains(
                            "greyctl: 1 entries left out: spamdb takes addresses of clients only,"
                                    + " all else waits once more");
            assertThat(shell("greyctl export --to spamdb --state proven | cut -d'|' -f2"))
                    .containsExactly("192.0.2.7");
        }
    }

    /// How far it is is said to a terminal alone, and neither with `--json`.
    @Test
    void whoWaitsSeesHowFarItIs() throws Exception {
        Tools.require("script", "bsdutils");
        Path big = other.resolve("big");
        try (BufferedWriter file =
                Files.newBufferedWriter(big, UTF_8, StandardOpenOption.CREATE_NEW)) {
            for (int i = 0; i < 400_000; i++) {
                file.write("I %d 10.%d.%d.%d\n".formatted(now, i >> 16, i >> 8 & 255, i & 255));
            }
        }
        try (Daemon _ = Daemon.start(folder)) {
            String onTerminal = "script -qec '%s' /dev/null";
            String progress = "\r[0-9]+ of [0-9]+ KiB read, [0-9]+ entries *\r";
            assertThat(said(0, onTerminal.formatted("greyctl import big")))
                    .containsPattern(progress)
                    .contains("remembered 400000 of 400000 entries");
            assertThat(said(0, onTerminal.formatted("greyctl import --json big")))
                    .doesNotContainPattern("[0-9] KiB read");
            assertThat(said(0, "greyctl import big"))
                    .doesNotContain("\r")
                    .contains("remembered 0 of 400000 entries");
            assertThat(said(0, onTerminal.formatted("greyctl list >listed")))
                    .containsPattern("\r[0-9]+ entries *\r");
        }
    }
}
