package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The files that a configuration file names: where they are found, and what is wrong with them.
final class NamedFilesTest extends ConfigurationRead {
    @Test
    void filesAreFoundFromWhereTheConfigurationLies() throws IOException {
        DaemonSettings settings =
                settings("exempt.white-list = \"greywhite\"\nstore.save-file = \"/x/save\"\n");
        assertThat(settings.whiteList()).contains(folder.resolve("greywhite"));
        assertThat(settings.saveFile()).isEqualTo(Path.of("/x/save"));
        assertThat(settings("exempt.white-list = \"\"").whiteList()).isEmpty();
        assertThat(settings("listen.user = \"\"").user()).isEmpty();
    }

    /// The first save would replace it.
    @Test
    void whatAnOperatorWritesIsNotWhatTheDaemonWrites() throws IOException {
        Files.createSymbolicLink(folder.resolve("y"), folder.resolve("x"));
        Files.writeString(folder.resolve("x"), "192.0.2.1\n");
        for (String key : List.of("exempt.white-list", "exempt.files", "share.password-file")) {
            for (String name : List.of("x", "y", "../" + folder.getFileName() + "/x.journal")) {
                assertThat(errors("store.save-file = \"x\"\n%s = \"%s\"\n".formatted(key, name)))
                        .as(name)
                        .anyMatch(error ->
                                error.startsWith("2:1: " + key + ": " + folder)
                                        && error.endsWith(
                                                " is the save file or what the daemon writes beside"
                                                    + " it, and would be overwritten; name another"
                                                    + " file"));
            }
        }
        assertThat(errors("store.save-file = \"x\"\nexempt.white-list = \"xx\"")).isEmpty();
    }

    /// What is wrong with a list is said with its lines.
    @Test
    void aTokenIsNoListThoughTheSaveFileIsNotNamed() throws IOException {
        String token = "/var/lib/greydaemon/savefile.token";
        assertThat(errors("exempt.white-list = '" + token + "'"))
                .containsExactly(
                        "1:1: exempt.white-list: "
                                + token
                                + " is a token of HTTP, no list; name another");
    }

    /// Wherever the daemon or a check of the file is started.
    @Test
    void aListOfPoolsBeginsWhereTheFileLies() throws IOException {
        Files.writeString(folder.resolve("ours"), "example.org # our own machines\n");
        assertThat(errors("rules.pools = 'ours'")).isEmpty();
        assertThat(errors("rules.pools = ['ours', 'others']"))
                .singleElement()
                .asString()
                .contains("1:24: rules.pools: " + folder + "/others: there is no such file");
    }

    /// No host was ever of such a pool, and nobody said so.
    @Test
    void poolsToWhichNoHostCanBelongAreNamed() throws IOException {
        Files.writeString(
                folder.resolve("ours"),
                "mail.example.org\nco.uk # all\n!mail.example.net\nexample.com\nbbc.co.uk\n");
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(file, "rules.pools = 'ours'");
        Sources.ReadConfiguration reading = new Sources(Optional.of(file), Map.of()).read();
        assertThat(reading.configuration()).isPresent();
        assertThat(reading.warnings().stream().map(line -> line.replace(folder + "/", "")))
                .containsExactly(
                        "greydaemon.toml:1:1: rules.pools: ours: 'co.uk' is a public suffix, to"
                                + " which no host belongs; write a domain below it",
                        "greydaemon.toml:1:1: rules.pools: ours: 'mail.example.org' belongs to"
                                + " example.org; write that, or no host does");
    }

    @Test
    void aPoolInItsOwnLettersIsNamedAsItStandsInDns() throws IOException {
        Files.writeString(folder.resolve("ours"), "b\u00fcro.example\n");
        assertThat(errors("rules.pools = 'ours'"))
                .singleElement()
                .asString()
                .contains("ours:1: ")
                .endsWith("is no domain; write xn--bro-hoa.example");
    }

    @Test
    void aListThatIsMissingIsNamedWithItsLine() throws IOException {
        DaemonSettings settings =
                settings("[exempt]\nwhite-list = \"none\"\nfiles = [\"nor\", \"neither\"]");
        assertThatThrownBy(settings::exemptionLists)
                .isInstanceOfSatisfying(
                        MistakeException.class,
                        e ->
                                assertThat(e.problems())
                                        .map(text -> text.replace(folder + "/", ""))
                                        .containsExactly(
                                                "greydaemon.toml:2:1: exempt.white-list: none:"
                                                    + " there is no such file; make it, an empty"
                                                    + " one will do",
                                                "greydaemon.toml:3:1: exempt.files: nor: there is"
                                                    + " no such file; make it, an empty one will"
                                                    + " do",
                                                "greydaemon.toml:3:1: exempt.files: neither: there"
                                                    + " is no such file; make it, an empty one will"
                                                    + " do"));
        Files.writeString(folder.resolve("none"), "300.1.1.1\n");
        assertThatThrownBy(settings("exempt.white-list = \"none\"")::exemptionLists)
                .hasMessageStartingWith(folder + "/none:1: ");
    }

    @Test
    void aFileOfSharingThatCannotBeReadIsNamed() throws IOException {
        for (String key : List.of("password-file", "ca-file")) {
            String toml = "[share]\nservers = [\"192.0.2.1\"]\n" + key + " = \"%s\"\n";
            assertThat(errors(toml.formatted("missing")))
                    .singleElement()
                    .asString()
                    .matches("3:1: share." + key + ": there is no file .*missing; make it,.*");
            assertThat(errors(toml.formatted(".")))
                    .singleElement()
                    .asString()
                    .contains("share." + key)
                    .contains("is a folder, no file; remove it, or name another file");
            assertThat(errors("[share]\n" + key + " = \"missing\"\n")).isEmpty();
        }
    }

    /// A key as `openssl genrsa -traditional` writes it; the start has always refused it.
    @Test
    void filesOfTlsAreReadAsAConnectionReadsThem() throws IOException {
        Files.writeString(
                folder.resolve("key"),
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("cert"), "no certificate\n");
        String share =
                """
                [share]
                servers = ["x"]
                ca-file = "cert"
                certificate-file = "cert"
                key-file = "key"
                """;
        assertThat(errors(share + "tls = true\n"))
                .map(text -> text.replace(folder + "/", ""))
                .containsExactly(
                        "3:1: share.ca-file: TLS: cert is not certificates in PEM; mend it, or"
                                + " share.tls",
                        "4:1: share.certificate-file: TLS: cert is not certificates in PEM; mend"
                                + " it, or share.tls",
                        "5:1: share.key-file: TLS: key is not a private key in PKCS #8 (openssl"
                                + " pkcs8 -topk8 -nocrypt); mend it, or share.tls");
        assertThat(errors(share)).isEmpty();
    }
}
