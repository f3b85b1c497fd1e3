package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// `--check-config` says all that a start would refuse, and as much as can be known at once.
final class CheckConfigTest {
    @TempDir private Path folder;

    /// What it prints on standard error.
    private String check(String configuration, String exemptions) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.writeString(folder.resolve("exemptions"), exemptions);
        Files.writeString(
                file,
                """
                [store]
                save-file = "%s"
                [exempt]
                files = ["%s"]
                """
                                .formatted(folder.resolve("savefile"), folder.resolve("exemptions"))
                        + configuration);
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            int status =
                    DaemonCommand.parse("--config", file.toString(), "--check-config").exitStatus();
            return status + "\n" + said.toString(UTF_8);
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void aLineWithALinkNeedsOne() throws IOException {
        assertThat(
                        check(
                                "",
                                """
                                greylist reply "see %u" host .example.org
                                greylist delay 48h host .example.com
                                greylist reply "why: %u" host .example.net
                                """))
                .startsWith("78\n")
                .contains(
                        "exemptions:1: %u stands for a link, and there is none",
                        "exemptions:2: the delay is not shorter",
                        "exemptions:3: %u stands for a link");
    }

    @Test
    void whatIsWrongInSeveralFilesIsSaidAtOnce() throws IOException {
        assertThat(
                        check(
                                """
                                [rules]
                                set = "modren"
                                [listen]
                                policy = "127.0.0.1:10023"
                                milter = "127.0.0.1:10023"
                                """,
                                "pass client nobody\n"))
                .startsWith("78\n")
                .contains("'modren' is none of", "is a place of", "exemptions:1: ");
    }

    @Test
    void whatIsMissingBecauseItCouldNotBeReadIsNoMistakeOfItsOwn() throws IOException {
        assertThat(
                        check(
                                """
                                [reply]
                                text = "see %u"
                                link = 5
                                """,
                                ""))
                .contains("reply.link")
                .doesNotContain("stands for a link");
    }

    @Test
    void aSaveFileThatIsNoFileIsRefused() throws IOException {
        Files.createDirectory(folder.resolve("savefile.journal"));
        assertThat(check("", "")).startsWith("78\n").contains("savefile.journal is a folder");
    }
}
