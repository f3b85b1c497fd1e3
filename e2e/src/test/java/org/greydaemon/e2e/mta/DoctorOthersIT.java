package org.greydaemon.e2e.mta;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.e2e.Daemon;
import org.greydaemon.e2e.Ports;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `greyctl doctor` before a real Sendmail and a real OpenSMTPD: it finds nothing where all is
/// well, and each mistake that is made then. `-Dsoak=true` makes all of them.
@Tag(Host.ALONE)
final class DoctorOthersIT {
    private static final boolean SOAK = Boolean.getBoolean("soak");

    private static final String NOT_ASKED =
            "PROBLEM mail of a local client passes, and the daemon was not asked about it; the"
                    + " configuration lacks nothing, so the running ";

    @TempDir Path folder;

    private final int port = Ports.free();
    private final int milter = Ports.free();
    private int started;

    @BeforeEach
    void letThemLookIn() throws IOException {
        Host.open(folder);
        // Neither of them spares its own host, so the list does.
        Files.writeString(folder.resolve("white"), "127.0.0.1\n");
        Files.writeString(folder.resolve("greydaemon.toml"), "rules.hosts = false\n");
    }

    private Daemon daemon(String name, String... more) {
        String[] all = {
            "--config=" + folder.resolve("greydaemon.toml"),
            "--policy=127.0.0.1:" + port,
            "--milter=127.0.0.1:" + milter
        };
        List<String> options = new ArrayList<>(List.of(all));
        options.addAll(List.of(more));
        return Daemon.start(folder.resolve(name), options.toArray(String[]::new));
    }

    private String white() {
        return "-w" + folder.resolve("white");
    }

    private String doctor(int smtp, Path config, String name) throws Exception {
        Process process =
                new ProcessBuilder(
                                Daemon.root().resolve("greyctl").toString(),
                                "doctor",
                                "--socket",
                                folder.resolve(name + "/state/save.ctl").toString(),
                                "--smtp",
                                "127.0.0.1:" + smtp,
                                "--mail-config",
                                config.toString(),
                                "--recipient",
                                "bob@example.net")
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(said.contains("PROBLEM ") ? 1 : 0);
        return said;
    }

    private String sendmail(String filter) throws Exception {
        try (Sendmail sendmail = new Sendmail(folder.resolve("mx" + started++), filter)) {
            return doctor(sendmail.port(), sendmail.configuration(), "daemon");
        }
    }

    private void sendmail(String filter, String found) throws Exception {
        assertThat(sendmail(filter)).containsPattern("PROBLEM .*" + found);
    }

    @Test
    void sendmail() throws Exception {
        String well = Document.block("sendmail.md", "sendmail-mc").replace("10030", "" + milter);
        try (Daemon _ = daemon("daemon", white())) {
            assertThat(sendmail(well))
                    .containsPattern("mail server +127.0.0.1:\\d+: .*Sendmail")
                    .containsPattern(
                            "a local client +hears '250 .*'; the daemon was asked over milter about"
                                    + " 127.0.0.1: exempt")
                    .contains("configuration     Sendmail's")
                    .contains("all is well");
            sendmail(well.replace(":" + milter, ":1"), "127.0.0.1:1, where nobody listens");
            if (SOAK) {
                moreMistakes(well);
            }
        }
        if (SOAK) {
            try (Daemon _ = daemon("daemon")) {
                sendmail(well, "mail of a local client is greylisted");
            }
        }
    }

    private void moreMistakes(String well) throws Exception {
        String other = well.replace("`greydaemon'", "`second'");
        sendmail("", "Sendmail does not ask the daemon at all");
        sendmail(well.replace(":" + milter, ":" + port), "asks the daemon's policy port");
        sendmail(well.replace("INPUT_MAIL", "MAIL"), "InputMailFilters does not name it");
        sendmail(well.replace("T=C", "F=R, T=C"), "all mail is refused for good");
        assertThat(sendmail(well.replace("T=C", "F=T, T=C"))).contains("all is well");
        sendmail(well.replace(", T=C:25s;S:25s;R:25s;E:30s", ""), "five minutes to connect");
        sendmail(well.replace("R:25s", "R:1h"), "waits 1h for an answer");
        sendmail(well + other, "by several filters");
        sendmail(well.replace(":" + milter, ":1").replace("T=C", "F=T, T=C"), "nobody listens");
    }

    private String openSmtpd(String configuration, String overIpv6) throws Exception {
        Path its = folder.resolve("mx" + started++);
        try (OpenSmtpd smtpd = new OpenSmtpd(its, configuration, overIpv6)) {
            return doctor(smtpd.port(), smtpd.configuration(), "daemon");
        }
    }

    private void openSmtpd(String configuration, String overIpv6, String found) throws Exception {
        assertThat(openSmtpd(configuration, overIpv6)).containsPattern("PROBLEM .*" + found);
    }

    @Test
    void openSmtpd() throws Exception {
        String well = Document.block("opensmtpd.md", "opensmtpd").replace("10023", "" + port);
        String overIpv6 = "listen on ::1 port @P@ filter \"greylist\"\n";
        String unasked = overIpv6.replace(" filter \"greylist\"", "");
        try (Daemon _ = daemon("daemon", white())) {
            assertThat(openSmtpd(well, overIpv6))
                    .containsPattern("mail server +127.0.0.1:\\d+: .*OpenSMTPD")
                    .containsPattern(
                            "a local client +hears '250 .*'; the daemon was asked over policy about"
                                    + " 127.0.0.1: exempt")
                    .contains("configuration     OpenSMTPD's")
                    .contains("all is well");
            openSmtpd(well.replace("eth0 filter \"greylist\"", "eth0"), unasked, "no 'listen on'");
            if (SOAK) {
                openSmtpd("listen on eth0\n", unasked, "OpenSMTPD does not ask the daemon");
                openSmtpd(
                        well.replace(":" + port, ":1"), overIpv6, "127.0.0.1:1, where nobody lis");
                openSmtpd(
                        well.replace(":" + port, ":" + milter),
                        overIpv6,
                        "where no greydaemon takes policy requests");
                openSmtpd(
                        well + "listen on socket filter \"greylist\"\n",
                        overIpv6,
                        "own programs is greylisted");
            }
        }
        if (SOAK) {
            try (Daemon _ = daemon("daemon")) {
                openSmtpd(well, overIpv6, "mail of a local client is greylisted");
            }
        }
    }

    /// Each runs with a configuration that asks nobody, while its file has one that asks.
    @Test
    void aForgottenRestartIsNamed() throws Exception {
        String sendmails =
                Document.block("sendmail.md", "sendmail-mc").replace("10030", "" + milter);
        String openSmtpds = Document.block("opensmtpd.md", "opensmtpd").replace("10023", "" + port);
        try (Daemon _ = daemon("daemon", white())) {
            Path asking;
            try (Sendmail well = new Sendmail(folder.resolve("well"), sendmails)) {
                asking = well.configuration();
            }
            try (Sendmail running = new Sendmail(folder.resolve("mx"), "")) {
                assertThat(doctor(running.port(), asking, "daemon"))
                        .contains(NOT_ASKED + "Sendmail does not have it yet: `systemctl restart");
            }
            String unasked = "listen on ::1 port @P@\n";
            try (OpenSmtpd running =
                    new OpenSmtpd(folder.resolve("smtpd"), "listen on eth0\n", unasked)) {
                Path file = Files.writeString(folder.resolve("asking.conf"), openSmtpds);
                assertThat(doctor(running.port(), file, "daemon"))
                        .contains(
                                NOT_ASKED
                                        + "OpenSMTPD does not have it yet: `rcctl restart smtpd`");
            }
        }
    }
}
