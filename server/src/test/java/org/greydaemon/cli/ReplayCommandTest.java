package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// `greyctl replay`.
final class ReplayCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir private Path folder = Path.of("");

    /// The running configuration: the machine's own must not matter here.
    private Path running = Path.of("");

    @BeforeEach
    void configure() throws IOException {
        running = write("running.toml", "[retry]", "delay = \"240s\"");
    }

    private int run(String... args) {
        return Greyctl.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private Path write(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    private static String decision(String time, String action, String client) {
        return time
                + " mx greydaemon[7]: decision action="
                + action
                + " reason=x proto=udp peer=unix client_address="
                + client
                + " sender=<a@example.org> recipient=<b@example.net> recipients=1";
    }

    private Path log() throws IOException {
        return write(
                "grey.log",
                decision("2026-11-20T06:00:00Z", "defer", "192.0.2.1"),
                decision("2026-11-20T06:06:00Z", "accept", "192.0.2.1"),
                decision("2026-11-22T06:00:00Z", "defer", "198.51.100.1"));
    }

    /// What the text says in sentences.
    @Test
    void whatWasNotPlayedIsCountedForProgramsToo() throws IOException {
        Path log =
                write(
                        "mail.log",
                        "Nov 28 06:00:00 mx postfix/smtpd[1]: 4F1: client=localhost[127.0.0.1]",
                        "Nov 28 06:00:01 mx postfix/smtpd[1]: 4F2: client=mx[192.0.2.1]",
                        "Nov 28 06:00:02 mx postfix/cleanup[2]: 4F2: message-id=<1@x>",
                        "none of them");
        assertThat(run("replay", "--json", "--config=" + running, "" + log)).isZero();
        assertThat(out.toString())
                .contains("\"local\":1,\"unnamed\":0,\"untold\":1,\"moved\":0,\"forgotten\":0,")
                .contains("\"nonsense\":[\"" + log + ":4: there is no time at its begin\"]");
    }

    @Test
    void anEmptyLogAmongOthersIsNoMistake() throws IOException {
        Path rotated = write("rotated.log");
        assertThat(
                        run(
                                "replay",
                                "--config",
                                running.toString(),
                                rotated.toString(),
                                log().toString()))
                .as(err.toString())
                .isZero();
    }

    @Test
    void printsTheConfigurationsSideBySide() throws IOException {
        Path other = write("other.toml", "[retry]", "delay = \"10m\"");
        assertThat(run("replay", "--config=" + running, "--with=" + other, "" + log())).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .startsWith("3 attempts from ")
                .contains("in " + folder.resolve("grey.log") + " (decisions)\n")
                .contains(
                        "good mail: what the log shows accepted in the end; what never was is not")
                .containsPattern("good messages +1 +1\n")
                .containsPattern("  delayed +1 \\(100.0 %\\) +1 \\(100.0 %\\)\n")
                // At 360 s it is still early; 450 s after that it is not.
                .containsPattern("  mean wait of all +6 min 0 s +13 min 30 s\n")
                .containsPattern("  never accepted +0 \\(0.0 %\\) +0 \\(0.0 %\\)\n")
                .containsPattern("other messages +1 +1\n")
                .containsPattern("  stopped +1 \\(100.0 %\\) +1 \\(100.0 %\\)\n")
                .contains("from <a@example.org> to <b@example.net>")
                .contains(other + ": 1 messages were accepted in the log and are deferred here")
                .contains("These logs tell no names of hosts");
    }

    @Test
    void compressedLogsAreReadInTheOrderOfTimeAndNotOfTheCommandLine() throws IOException {
        Path later = write("mail.log", decision("2026-11-20T06:06:00Z", "accept", "192.0.2.1"));
        Path earlier = folder.resolve("mail.log.1.gz");
        try (OutputStream file = new GZIPOutputStream(Files.newOutputStream(earlier))) {
            file.write(
                    (decision("2026-11-20T06:00:00Z", "defer", "192.0.2.1") + "\n")
                            .getBytes(UTF_8));
        }
        assertThat(run("replay", "--json", "--config=" + running, "" + later, "" + earlier))
                .isZero();
        assertThat(out.toString().lines().toList())
                .singleElement()
                .asString()
                .contains("\"attempts\":2,")
                .contains("\"good\":1,\"delayed\":1,\"waited\":360,");
    }

    @Test
    void aFileSaysWhatIsGood() throws IOException {
        Path good = write("good", "client 198.51.100.0/24");
        assertThat(run("replay", "--good=" + good, "--config=" + running, "" + log())).isZero();
        assertThat(out.toString())
                .contains("good mail: what " + good + " says; everything else is not")
                .containsPattern("other messages +1\n")
                .contains("1 good messages still waited at the end");
    }

    @Test
    void linesThatMakeNoSenseAreCountedAndNamed() throws IOException {
        Path log =
                write(
                        "grey.log",
                        decision("2026-11-20T06:00:00Z", "defer", "192.0.2.1"),
                        "2026-11-20T06:00:00Z mx greydaemon[7]: decision action=defer",
                        "x".repeat(InputLines.LINE_MAX + 1));
        assertThat(run("replay", "--config=" + running, "" + log)).isZero();
        assertThat(out.toString())
                .contains("2 lines make no sense, and were left out:")
                .contains("  " + log + ":2: a decision without client_address")
                .contains("  " + log + ":3: it has more than 65536 octets");
    }

    @Test
    void whatCannotBeUsedIsOneSentence() throws IOException {
        Path wrong = write("wrong.toml", "[retry]", "dealy = \"1m\"");
        Path letters = write("letters", "Dear postmaster,", "what do you log?");
        Path bad = write("bad", "sender");
        String missing = folder + "/missing.log";
        assertThat(run("replay", missing)).isEqualTo(1);
        assertThat(run("replay", "" + letters)).isEqualTo(1);
        assertThat(run("replay", "--config=" + wrong, "" + log())).isEqualTo(1);
        assertThat(run("replay", "--good=" + bad, "" + log())).isEqualTo(1);
        assertThat(run("replay")).isEqualTo(Greyctl.USAGE);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines().toList())
                .hasSize(5)
                .allMatch(line -> line.startsWith("greyctl: "))
                .contains("greyctl: " + missing + ": there is no such file; name a log")
                .anyMatch(line -> line.contains("wrong.toml:2:1: unknown key 'retry.dealy'"))
                .anyMatch(
                        line -> line.contains(letters + ": it cannot be read: none of its first"));
    }

    /// What no program unpacks from a pipe; the end of the name says nothing.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "504b03040a000000 | it is packed by zip, which greyctl replay does not unpack;"
                        + " write unzip -p FILE ! greyctl replay -",
                "4c504b5348485248 | it is systemd's journal itself, which greyctl replay does not"
                        + " unpack; write journalctl -o short-iso --file FILE ! greyctl replay -",
            })
    void ofAPackedLogItSaysHowToReadIt(String begins, String says) throws IOException {
        Path file = folder.resolve("mail log");
        Files.write(file, HexFormat.of().parseHex(begins));
        assertThat(run("replay", "" + log(), "" + file)).isEqualTo(1);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "greyctl: "
                                + file
                                + ": "
                                + says.replace("FILE", "'" + file + "'").replace('!', '|'));
        assertThat(out.toString()).isEmpty();
    }

    /// As a save file may have been packed for its way to another host.
    @ParameterizedTest
    @CsvSource({
        "1f8b080000000000,gzip,gzip -dc",
        "fd377a585a000004,xz,xz -dc",
        "28b52ffd042c0000,zstd,zstd -dc",
        "425a683931415926,bzip2,bzip2 -dc",
        "04224d18644070b9,lz4,lz4 -dc",
        "1f9d9041e4c1a17f,compress,gzip -dc",
    })
    void ofAPackedImportTheSameIsSaid(String begins, String packer, String unpacks)
            throws IOException {
        Path file = folder.resolve("savefile.packed");
        Files.write(file, HexFormat.of().parseHex(begins));
        for (String form : List.of("postgrey", "postgrey-whitelist")) {
            err.getBuffer().setLength(0);
            assertThat(run("import", "--from", form, "" + file)).isEqualTo(1);
            assertThat(err.toString().strip())
                    .isEqualTo(
                            "greyctl: %1$s: it is packed by %2$s, which greyctl import does not unpack; write %3$s %1$s | greyctl import --from %4$s -"
                                    .formatted(file, packer, unpacks, form));
        }
        assertThat(out.toString()).isEmpty();
    }

    /// A script appends what is printed, and has to know when that is not all.
    @Test
    void aLineOfAWhiteListThatNobodyCanSayIsAFailure() throws IOException {
        Path file = write("whitelist_clients", "# ours", "mx.example.org", "/^a[0-9]+$/");
        assertThat(run("import", "--from", "postgrey-whitelist", "" + file)).isEqualTo(1);
        assertThat(out.toString()).contains("host mx.example.org");
        assertThat(err.toString()).startsWith("greyctl: " + file + ":3: ");
        Path whole = write("whitelist_clients.2", "# ours", "mx.example.org");
        assertThat(run("import", "--from", "postgrey-whitelist", "" + whole)).isZero();
    }
}
