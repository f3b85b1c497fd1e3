package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// No secret stands in what is said of a configuration, however it was written there.
final class SecretsTest {
    private static final String SECRET = "hunter2";

    @TempDir private Path folder;

    @BeforeEach
    void keepSecrets() throws IOException {
        Files.writeString(folder.resolve("password"), SECRET + "\n");
        Files.writeString(folder.resolve("savefile.token"), SECRET + "-hunter2-hunter2\n");
        Files.writeString(folder.resolve("savefile.token-read"), SECRET + "-hunter2-hunter2\n");
    }

    /// All that the daemon's command line prints, behind the exit status.
    private static String said(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(all, true, UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            int status = DaemonCommand.parse(arguments).exitStatus();
            return status + "\n" + all.toString(UTF_8);
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private String saidOf(String toml, String what) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, toml.replace(';', '\n'));
        return said("--config", file.toString(), what);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Where a client library would want it.
                "[share];servers = 'redis://greydaemon:hunter2@192.0.2.1:6379'",
                "[share];servers = ['192.0.2.1', 'rediss://:hunter2@192.0.2.1:6379/0']",
                "[share];servers = 'redis://greydaemon:hu@hunter2@192.0.2.1'",
                "[share];servers = 'greydaemon:hunter2@192.0.2.1:6379'",
                "[share];servers = ':hunter2@[2001:db8::1]'",
                "[share];servers = 'hunter2@192.0.2.1'",
                "[share];servers = '192.0.2.1:6379,password=hunter2,ssl=true'",
                "[share];servers = 'redis://192.0.2.1:6379/0?password=hunter2'",
                "[share];servers = '192.0.2.1:6379 hunter2'",
                "[share];servers = redis://greydaemon:hunter2@192.0.2.1:6379",
                "[share];servers = \"redis://greydaemon:hunter2@192.0.2.1:6379",
                "[share];servers = [redis://greydaemon:hunter2@192.0.2.1:6379]",
                "share = { servers = 'redis://greydaemon:hunter2@192.0.2.1:6379' }",
                "share = { servers = redis://greydaemon:hunter2@192.0.2.1:6379 }",
                "[share];server = redis://greydaemon:hunter2@192.0.2.1:6379",
                "[share];sentinel = hunter2:hunter2@192.0.2.1:6379",
                // Where it belongs, and is not TOML.
                "[share];password = hunter2",
                "[share];password = 'hunter2",
                "[share];password = \"hunter2",
                "[share];password = hunter2\"",
                "[share];password = \"hunter2\" hunter2",
                "[share];password = \"\\hunter2\"",
                "[share];password = \"hunter2\\q\"",
                "[share];'password' = hunter2",
                "[share];password hunter2",
                "[share];password: hunter2",
                "[share];password = \"\"\";hunter2\"x\\q;\"\"\"",
                "[share];password = \"\"\";x = hunter2\\q;\"\"\"",
                "[share];password = '''hunter2",
                "share.password = hunter2",
                "share . password = hunter2",
                "\"share\".password = hunter2",
                "share = { password = hunter2 }",
                "share = { tls = false, password = hunter2 }",
                "share = { tls = false, password = 'hunter2 }",
                "[share];tls = false password = hunter2",
                "[share];password = 'hunter2';password = 'hunter2'",
                "[share];password = ['hunter2']",
                "[share];password = { hunter2 = 'hunter2' }",
                "[share.password];x = 'hunter2'",
                // Beside where it belongs.
                "[share];pasword = hunter2",
                "[share];passwd = 'hunter2'",
                "[share];passwort = hunter2",
                "[share];auth = hunter2",
                "[share];secret = hunter2",
                "[share];requirepass hunter2",
                "password = hunter2",
                "[listen];http-token = hunter2",
                // Files that hold it, named where every line is looked at.
                "exempt.white-list = 'greydaemon.toml';share.password = 'hunter2'",
                "exempt.files = 'greydaemon.toml';share.password = 'hunter2'",
                "share.password = 'hunter2';rules.pools = 'greydaemon.toml'",
                "share.password-file = 'password';exempt.white-list = 'password'",
                "share.password-file = 'password';exempt.files = ['password']",
                "share.password-file = 'password';rules.pools = ['password']",
                "share.password-file = 'password';exempt.files = './password'",
                "store.save-file = 'savefile';exempt.white-list = 'savefile.token'",
                "store.save-file = 'savefile';exempt.files = 'savefile.token'",
                "store.save-file = 'savefile';exempt.files = 'savefile.token-read'",
                "store.save-file = 'savefile';rules.pools = 'savefile.token'",
                "share.servers = 'x';share.tls = true;share.ca-file = 'password'",
                "share.servers = 'x';share.tls = true;share.certificate-file = 'password';"
                        + "share.key-file = 'password'"
            })
    void whatIsWrongIsSaidWithoutIt(String toml) throws IOException {
        assertThat(saidOf(toml, "--check-config")).startsWith("78\n").doesNotContain(SECRET);
        assertThat(saidOf(toml, "--print-config")).doesNotContain(SECRET);
    }

    @Test
    void whatIsGoodIsPrintedWithoutIt() throws IOException {
        String toml = "share.password = 'hunter2';share.servers = '192.0.2.1'";
        assertThat(saidOf(toml, "--print-config"))
                .startsWith("0\n")
                .contains("password = \"(hidden)\"")
                .doesNotContain(SECRET);
        assertThat(saidOf(toml, "--check-config")).startsWith("0\n").doesNotContain(SECRET);
    }

    @Test
    void whereItBelongsIsSaid() throws IOException {
        assertThat(
                        saidOf(
                                "[share];servers = 'redis://greydaemon:hunter2@192.0.2.1:6379'",
                                "--check-config"))
                .contains(
                        "greydaemon.toml:2:1: share.servers: '...@192.0.2.1:6379' is no host with a"
                                + " port; write one such as valkey.example.net:6379, or"
                                + " [2001:db8::1]:6379; user and password are share.username and"
                                + " share.password or share.password-file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--password=hunter2", "--share.password=hunter2", "--token=x\nhunter2"})
    void aSwitchThatThereIsNotIsNamedWithoutItsValue(String given) {
        assertThat(said(given, "127.0.0.1", "savefile")).startsWith("2\n").doesNotContain(SECRET);
    }
}
