package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Certificate;
import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `greyctl doctor` before a real Postfix: it finds nothing where all is well, and each mistake
/// that is made then, one after the other; and before a real Exim. `-Dsoak=true` makes all of them.
final class DoctorIT {
    /// All mistakes, and not only those that have most to do with the mail server itself.
    private static final boolean SOAK = Boolean.getBoolean("soak");

    private static final String RECIPIENT = "smtpd_recipient_restrictions";
    private static final String DATA = "smtpd_data_restrictions";
    private static final String CLIENT = "smtpd_client_restrictions";
    private static final String SENDER = "smtpd_sender_restrictions";
    private static final String MILTERS = "smtpd_milters";
    private static final String OTHER_MILTERS = "non_smtpd_milters";

    private static final String STRANGER = "192.0.2.1";

    @TempDir Path folder;

    private int port;

    @BeforeEach
    void letPostfixLookIn() {
        Host.open(folder);
        port = Ports.free();
    }

    private String doctor(Postfix postfix) throws Exception {
        return doctor(postfix.port(), postfix.etc());
    }

    private String doctor(int smtp, Path config, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Daemon.root().resolve("greyctl").toString(),
                                "doctor",
                                "--socket",
                                folder.resolve("daemon/state/save.ctl").toString(),
                                "--smtp",
                                "127.0.0.1:" + smtp,
                                "--mail-config",
                                config.toString(),
                                "--recipient",
                                "bob@example.net"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(said.contains("PROBLEM ") ? 1 : 0);
        return said;
    }

    /// What is wrong; all else is right.
    ///
    /// @param change `name = value`, `name -from=to` of a value, or `name +more`
    private void mistake(Postfix postfix, String well, String change, String found)
            throws Exception {
        String name = change.split(" ", 2)[0];
        String how = change.split(" ", 2)[1];
        String value = value(well, name);
        String wrong = how.substring(1).strip();
        if (how.startsWith("-")) {
            String[] parts = wrong.split("=>", -1);
            assertThat(value).contains(parts[0]);
            wrong = value.replace(parts[0], parts[1]);
        }
        List<String> all = new ArrayList<>();
        for (String one : List.of(RECIPIENT, DATA, CLIENT, SENDER, MILTERS, OTHER_MILTERS)) {
            all.add(one + "=" + (one.equals(name) ? wrong : value(well, one)));
        }
        postfix.configure(all.toArray(String[]::new));
        assertThat(doctor(postfix)).as(change).containsPattern("PROBLEM .*" + found);
    }

    private static String value(String configuration, String name) {
        List<String> lines = new ArrayList<>();
        boolean isIn = false;
        for (String line : configuration.split("\n", -1)) {
            isIn = line.startsWith(name + " ") || (isIn && line.startsWith(" "));
            if (isIn) {
                lines.add(line.replaceFirst("^\\S+ = ?", "").strip());
            }
        }
        return String.join(" ", lines).strip();
    }

    @Test
    void postfixByPolicy() throws Exception {
        String well =
                PostfixAsks.POLICY.overTcp(port)
                        + "mynetworks = 127.0.0.0/8\n"
                        + "local_recipient_maps = inline:{ bob=bob }\n"
                        + "smtpd_relay_restrictions = permit_mynetworks,"
                        + " reject_unauth_destination\n"
                        + "smtpd_delay_reject = yes\n"
                        + "smtpd_client_restrictions =\n"
                        + "smtpd_sender_restrictions =\n"
                        + "smtpd_milters =\n"
                        + "non_smtpd_milters =\n"
                        // For the policy port, which is no milter, and says nothing.
                        + "milter_connect_timeout = 2s\n"
                        + "milter_command_timeout = 2s\n";
        int milter = Ports.free();
        try (Daemon daemon =
                        PostfixAsks.POLICY.daemon(
                                folder.resolve("daemon"),
                                "127.0.0.1:" + port,
                                "--rules=modern",
                                "--milter=127.0.0.1:" + milter);
                Postfix postfix = new Postfix(folder.resolve("mx"), well, false)) {
            daemon.ask(STRANGER, "alice@example.org", "bob@example.net");
            daemon.ask(STRANGER, "", "bob@example.net");
            assertThat(doctor(postfix))
                    .satisfies(DoctorIT::isWellButForNames)
                    .containsPattern("a user +hears '250 .*authenticated")
                    .containsPattern(
                            "a stranger +hears '450 4.2.0 <bob@example.net>: .*'; the daemon was"
                                    + " asked over policy about 192.0.2.1: new")
                    .containsPattern("a local client +hears '250 .*'; the daemon was not asked")
                    .containsPattern("nobody's mailbox +hears '550 .*'; the daemon was not asked")
                    .containsPattern("a bounce +hears '450 .*'; the daemon was asked over policy")
                    .contains("configuration     Postfix's");
            assertThat(postfix.log()).doesNotContain("status=sent");
            // It forgets its own entries, and no others of the same client.
            assertThat(daemon.ask(STRANGER, "alice@example.org", "bob@example.net"))
                    .isEqualTo(Reply.EARLY);
            assertThat(daemon.ask(STRANGER, "", "bob@example.net")).isEqualTo(Reply.EARLY);
            assertThat(greyctl("list")).doesNotContain("doctor");
            String call = "check_policy_service { inet:127.0.0.1:" + port;
            mistake(
                    postfix,
                    well,
                    RECIPIENT + " =permit_mynetworks, reject_unauth_destination",
                    "DATA only");
            mistake(
                    postfix,
                    well,
                    RECIPIENT + " -permit_mynetworks,=>",
                    "mail of a local client is greylisted");
            mistake(
                    postfix,
                    well,
                    RECIPIENT + " -:" + port + "=>:1",
                    "127.0.0.1:1, where nobody listens");
            mistake(postfix, well, DATA + " =permit_mynetworks", "bounces are never greylisted");
            mistake(
                    postfix,
                    well,
                    "smtpd_client_restrictions =" + call + " }",
                    "before reject_unauth_destination");
            mistake(
                    postfix,
                    well,
                    "smtpd_milters =inet:127.0.0.1:" + port,
                    "policy port at 127.0.0.1:" + port + " as a milter");
            if (SOAK) {
                moreMistakes(postfix, well, call, "inet:127.0.0.1:" + milter);
            }
            postfix.configure(MILTERS + "=", OTHER_MILTERS + "=", SENDER + "=");
            assertThat(doctor(postfix)).satisfies(DoctorIT::isWellButForNames);
            ownHostsOfAMap(postfix, well);
            assertThat(daemon.logLines()).noneMatch(line -> line.contains("status=sent"));
        }
    }

    /// The test's Postfix looks for no names, as a host without DNS would wait for them; under the
    /// modern rules that is a mistake.
    private static void isWellButForNames(String said) {
        assertThat(said.lines().filter(line -> line.matches("(PROBLEM|UNJUDGED) .*")))
                .singleElement()
                .asString()
                .startsWith("PROBLEM smtpd_peername_lookup is no")
                .contains(" wait 1800 s, as a suspect; postconf -e smtpd_peername_lookup=yes");
    }

    /// This host's own may pass by a map, which `postmap` is asked.
    private void ownHostsOfAMap(Postfix postfix, String well) throws Exception {
        Path own = folder.resolve("own");
        String map = "check_client_access cidr:" + own;
        postfix.configure(
                RECIPIENT + "=" + value(well, RECIPIENT).replace("permit_mynetworks", map),
                DATA + "=" + value(well, DATA).replace("permit_mynetworks", map));
        Files.writeString(own, "127.0.0.0/8 OK\n");
        assertThat(doctor(postfix)).satisfies(DoctorIT::isWellButForNames);
        Files.writeString(own, "192.0.2.7 OK\n");
        assertThat(doctor(postfix))
                .containsPattern("PROBLEM " + RECIPIENT + " asks about mail of your own hosts, as");
        Files.delete(own);
        assertThat(doctor(postfix))
                .contains(
                        "UNJUDGED "
                                + RECIPIENT
                                + " asks about mail of your own hosts unless cidr:");
    }

    /// Postfix speaks to nobody without TLS.
    @Test
    void postfixThatWantsTls() throws Exception {
        Certificate its = Certificate.in(folder);
        String asks =
                PostfixAsks.POLICY.overTcp(port)
                        + "mynetworks = 127.0.0.0/8\n"
                        + "local_recipient_maps = inline:{ bob=bob }\n"
                        + "smtpd_tls_security_level = encrypt\n"
                        + "smtpd_tls_key_file = %s\nsmtpd_tls_cert_file = %s\n"
                                .formatted(its.key(), its.chain());
        try (Daemon _ = PostfixAsks.POLICY.daemon(folder.resolve("daemon"), "127.0.0.1:" + port);
                Postfix postfix = new Postfix(folder.resolve("mx"), asks, false)) {
            assertThat(doctor(postfix))
                    .containsPattern("STARTTLS +is wanted before any mail, and was spoken: TLSv1")
                    .contains("the certificate was not checked")
                    .containsPattern("a stranger +hears '450 .*'; the daemon was asked over policy")
                    .containsPattern("a bounce +hears '450 .*'; the daemon was asked over policy")
                    .contains("all is well");
        }
    }

    private void moreMistakes(Postfix postfix, String well, String call, String milter)
            throws Exception {
        String start = RECIPIENT + " -check_policy_service=>";
        mistake(postfix, well, RECIPIENT + " -reject_unlisted_recipient,=>", "do not exist");
        mistake(postfix, well, start + "permit, check_policy_service", "ends with permit");
        mistake(postfix, well, start + "warn_if_reject check_policy_service", "warn_if_reject");
        mistake(postfix, well, RECIPIENT + " -=DUNNO=>=REJECT", "refuses mail for good");
        mistake(postfix, well, RECIPIENT + " -timeout=25s,=>", "waits 100s");
        mistake(postfix, well, DATA + " -permit_mynetworks,=>", "bounces of your own hosts");
        mistake(postfix, well, SENDER + " =" + call + " }", "several times about a recipient");
        mistake(postfix, well, MILTERS + " =" + milter, "asks the daemon twice");
        mistake(postfix, well, OTHER_MILTERS + " =" + milter, "own programs is greylisted");
    }

    private String greyctl(String verb) throws Exception {
        Process process =
                new ProcessBuilder(
                                Daemon.root().resolve("greyctl").toString(),
                                verb,
                                "--socket",
                                folder.resolve("daemon/state/save.ctl").toString())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /// The test's Exim takes mail for everybody of its domain, and 127.0.0.1 may not relay there.
    @Test
    void exim() throws Exception {
        String rcpt = Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        String data = Document.block("exim.md", "exim-data").replace("10023", "" + port);
        try (Daemon _ = PostfixAsks.POLICY.daemon(folder.resolve("daemon"), "127.0.0.1:" + port);
                Exim exim = new Exim(folder.resolve("mx"), rcpt, data)) {
            assertThat(doctor(exim.port(), exim.configuration()))
                    .containsPattern(
                            "a local client +hears '451 .*'; the daemon was asked over words")
                    .contains("PROBLEM mail of a local client is greylisted")
                    .contains("configuration     Exim's")
                    .contains("PROBLEM acl_rcpt asks about recipients that do not exist");
            String verified = "  require verify = recipient\n" + rcpt;
            exim.configure("127.0.0.1", verified, data);
            assertThat(doctor(exim.port(), exim.configuration())).contains("all is well");
            mistake(exim, verified.replace("defer ", "deny "), data, "does not begin with defer");
            mistake(exim, verified, "", "bounces are not asked about at DATA");
            mistake(exim, verified.replace(":" + port, ":1"), data, "where nobody listens");
            if (SOAK) {
                moreMistakes(exim, verified, data);
            }
        }
    }

    /// Exim lets users show who they are over TLS only, and local clients wait.
    @Test
    void eximThatKnowsUsers() throws Exception {
        String rcpt =
                "  require verify = recipient\n"
                        + Document.block("exim.md", "exim-tcp").replace("10023", "" + port);
        String data = Document.block("exim.md", "exim-data").replace("10023", "" + port);
        Path password = Files.writeString(folder.resolve("password"), "let me in\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "letmein\n");
        try (Daemon _ = PostfixAsks.POLICY.daemon(folder.resolve("daemon"), "127.0.0.1:" + port);
                Exim exim =
                        Exim.withUsers(folder.resolve("mx"), rcpt, data, Certificate.in(folder))) {
            assertThat(doctor(exim, "bob", password))
                    .containsPattern("a local client +hears '451 .*'; the daemon was asked over w")
                    .containsPattern("a user +hears '250 .*'; the daemon was not asked")
                    .doesNotContain("mail of a user is greylisted");
            assertThat(doctor(exim, "bob", wrong))
                    .containsPattern("a user +was not played: it says 535 Incorrect authent");
            exim.configure("127.0.0.9", rcpt.replace("!authenticated = *", ""), data);
            assertThat(doctor(exim, "bob", password))
                    .containsPattern("a user +hears '451 .*'; the daemon was asked over words")
                    .contains("PROBLEM mail of a user is greylisted; list authenticated users");
        }
    }

    private String doctor(Exim exim, String user, Path password) throws Exception {
        return doctor(
                exim.port(), exim.configuration(), "--auth=" + user, "--password-file=" + password);
    }

    private void moreMistakes(Exim exim, String rcpt, String data) throws Exception {
        String users = "!authenticated = *";
        String hosts = "!hosts = : +relay_from_hosts";
        String condition = "(?m)^ *condition = .*$";
        mistake(exim, rcpt.replace(users, ""), data, "greylists authenticated users");
        mistake(exim, rcpt.replace(hosts, ""), data, "greylists this host's programs");
        mistake(exim, rcpt.replace("{25s}{ }{white}", ""), data, "does not say how long");
        mistake(exim, rcpt.replaceAll(condition, ""), data, "does not look at the answer");
        mistake(exim, "  accept\n" + rcpt, data, "accepts everything before it asks");
        mistake(exim, "", "", "does not ask the daemon at all");
        mistake(exim, "", data, "the ACL that asks the daemon is");
    }

    private void mistake(Exim exim, String rcpt, String data, String found) throws Exception {
        exim.configure("127.0.0.1", rcpt, data);
        assertThat(doctor(exim.port(), exim.configuration())).containsPattern("PROBLEM .*" + found);
    }
}
