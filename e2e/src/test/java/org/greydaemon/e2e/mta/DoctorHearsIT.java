package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `greyctl doctor` before a real Postfix that greylists as its document says, where only what is
/// heard, or cannot be heard, shows what is wrong.
final class DoctorHearsIT {
    private static final String PASSES =
            "PROBLEM mail of a stranger passes, and the daemon was not asked about it";

    @TempDir Path folder;

    private int port;

    @BeforeEach
    void letPostfixLookIn() {
        Host.open(folder);
        port = Ports.free();
    }

    private String well() {
        return PostfixAsks.POLICY.overTcp(port)
                + "mynetworks = 127.0.0.0/8\n"
                + "local_recipient_maps = inline:{ bob=bob, postmaster=bob }\n";
    }

    private Daemon daemon(String... more) {
        return PostfixAsks.POLICY.daemon(folder.resolve("daemon"), "127.0.0.1:" + port, more);
    }

    private String doctor(Postfix postfix, String socket, String recipient) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Daemon.root().resolve("greyctl").toString(),
                                "doctor",
                                "--socket=" + folder.resolve(socket),
                                "--smtp=127.0.0.1:" + postfix.port(),
                                "--mail-config=" + postfix.etc(),
                                "--recipient=" + recipient));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(said.contains("PROBLEM ") ? 1 : 0);
        return said;
    }

    private String doctor(Postfix postfix) throws Exception {
        return doctor(postfix, "daemon/state/save.ctl", "bob@example.net");
    }

    /// Changes the configuration without a word to the Postfix that runs.
    private void write(Postfix postfix, String parameter) {
        Host.run(
                folder.resolve("output"),
                List.of("postconf", "-c", postfix.etc().toString(), "-e", parameter));
    }

    @Test
    void mailThatIsLostIsAProblem() throws Exception {
        try (Daemon _ = daemon();
                Postfix postfix = new Postfix(folder.resolve("mx"), well(), false)) {
            postfix.configure("access_map_defer_code=550");
            assertThat(doctor(postfix))
                    .containsPattern("a stranger +hears '550 .*: new")
                    .contains(
                            "PROBLEM mail of a stranger is refused for good where the daemon"
                                    + " defers it")
                    .contains(
                            "PROBLEM mail of a bounce is refused for good where the daemon"
                                    + " defers it")
                    .contains("postconf -e access_map_defer_code=450")
                    .doesNotContain("all is well");
            // Who tries a recipient that nobody has hears nothing of the daemon.
            postfix.configure("access_map_defer_code=450");
            assertThat(doctor(postfix, "daemon/state/save.ctl", "carol@example.net"))
                    .contains("PROBLEM mail to carol@example.net is refused")
                    .contains("nothing was tested; name a recipient that exists with --recipient");
            assertThat(doctor(postfix)).contains("all is well");
        }
    }

    @Test
    void withoutTheDaemonNothingIsConcluded() throws Exception {
        try (Daemon _ = daemon();
                Postfix postfix = new Postfix(folder.resolve("mx"), well(), false)) {
            assertThat(doctor(postfix, "elsewhere.ctl", "bob@example.net"))
                    .contains("PROBLEM greydaemon: ")
                    .contains("elsewhere.ctl: there is no such socket; name it with --socket")
                    .contains(
                            "greylists there could not be looked at; name the daemon's socket with"
                                    + " --socket")
                    .containsPattern("a stranger +hears '450 .*'; whether the daemon was asked")
                    .doesNotContain("another greylister")
                    .doesNotContain("was not asked")
                    .doesNotContain("does not ask the daemon");
        }
    }

    @Test
    void aForgottenReloadIsNamed() throws Exception {
        try (Daemon _ = daemon();
                Postfix postfix = new Postfix(folder.resolve("mx"), well(), false)) {
            postfix.configure("smtpd_recipient_restrictions=", "smtpd_data_restrictions=");
            assertThat(doctor(postfix)).contains(PASSES + "; see below");
            write(postfix, recipient());
            write(postfix, data());
            assertThat(doctor(postfix))
                    .contains(PASSES + "; the configuration lacks nothing")
                    .contains("`postfix reload`")
                    .doesNotContain("see below");
        }
    }

    private String recipient() {
        return "smtpd_recipient_restrictions = permit_mynetworks, permit_sasl_authenticated,"
                + " reject_unauth_destination, reject_unlisted_recipient, "
                + call();
    }

    private String data() {
        return "smtpd_data_restrictions = permit_mynetworks, permit_sasl_authenticated, " + call();
    }

    private String call() {
        return "check_policy_service { inet:127.0.0.1:"
                + port
                + ", timeout=5s, default_action=DUNNO }";
    }

    @Test
    void theStrangerIsOneThatTheDaemonDoesNotKnow() throws Exception {
        try (Daemon daemon = daemon("-m0.02");
                Postfix postfix = new Postfix(folder.resolve("mx"), well(), false)) {
            prove(daemon, "192.0.2.1");
            assertThat(doctor(postfix))
                    .containsPattern("a stranger +hears '450 .* about 198.51.100.1: new")
                    .containsPattern("a bounce +hears '450 .* about 198.51.100.1: new")
                    .contains("all is well");
            List<String> all = new ArrayList<>();
            for (String network : List.of("192.0.2.", "198.51.100.", "203.0.113.")) {
                for (String host : List.of("1", "113", "229")) {
                    all.add(network + host);
                }
            }
            all.forEach(client -> ask(daemon, client));
            all.forEach(client -> prove(daemon, client));
            assertThat(doctor(postfix))
                    .containsPattern("a stranger +hears '250 .* about 192.0.2.1: known")
                    .contains("PROBLEM the daemon lets the stranger 192.0.2.1 pass, known, so")
                    .doesNotContain("all is well");
        }
    }

    /// With the modern rules mail to postmaster passes, a stranger's too.
    @Test
    void aRecipientWhoseMailPassesTestsNothing() throws Exception {
        try (Daemon _ = daemon("--rules=modern");
                Postfix postfix = new Postfix(folder.resolve("mx"), well(), false)) {
            assertThat(doctor(postfix, "daemon/state/save.ctl", "postmaster@example.net"))
                    .contains("PROBLEM the daemon lets the stranger 192.0.2.1 pass, exempt, by ")
                    .contains("so nothing was tested; greyctl explain says why")
                    .contains("try another --recipient");
        }
    }

    private static boolean ask(Daemon daemon, String client) {
        return daemon.ask(client, "alice@example.org", "bob@example.net").accept();
    }

    /// Asks until the daemon knows a client.
    private static void prove(Daemon daemon, String client) {
        Host.await("a retry of " + client, () -> ask(daemon, client));
    }
}
