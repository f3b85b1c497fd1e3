package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.log.LogFormat;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.SyslogAddress;
import org.greydaemon.store.memory.Fsync;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// What a command line means, and what is said of one that means nothing.
final class DaemonCommandTest {
    private static DaemonSettings settings(String commandLine) {
        return DaemonCommand.parse(commandLine.split(" ", -1)).settings().orElseThrow();
    }

    @Test
    void theOriginalsCommandLineMeansTheSame() {
        DaemonSettings settings =
                settings("-d -u greyd -w greywhite -s 1 -t 30 -g 24 -m 2 127.0.0.1 save/savefile");
        assertThat(settings.debug()).isTrue();
        assertThat(settings.user()).contains("greyd");
        assertThat(settings.whiteList()).contains(Path.of("greywhite"));
        assertThat(settings.saveSeconds()).isEqualTo(60);
        assertThat(settings.rules().lifetimes().client()).isEqualTo(30 * 86_400);
        assertThat(settings.rules().lifetimes().tripletWindow()).isEqualTo(24 * 3600);
        assertThat(settings.listen()).hasToString("127.0.0.1:1999");
        assertThat(settings.saveFile()).isEqualTo(Path.of("save/savefile"));
        assertThat(settings.logFormat()).isEqualTo(LogFormat.ORIGINAL);
        assertThat(settings.syslog()).isEmpty();
        assertThat(settings.fsync()).isEqualTo(Fsync.EVERYSEC);
    }

    @Test
    void optionsMayBeJoinedAndFractionsAreRoundedUpToSeconds() {
        DaemonSettings settings = settings("-ds0.01 -ugreyd -t0.5 ::1 savefile");
        assertThat(settings.debug()).isTrue();
        assertThat(settings.saveSeconds()).isEqualTo(1);
        assertThat(settings.user()).contains("greyd");
        assertThat(settings.rules().lifetimes().client()).isEqualTo(43_200);
        assertThat(settings.listen()).hasToString("[::1]:1999");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,                      127.9.9.9,   true",
        "127.0.0.1,                      ::1,         true",
        "127.0.0.1,                      10.0.0.1,    false",
        "192.168.1.1,                    10.0.0.1,    true",
        "fd00::1,                        192.168.0.1, true",
        "0.0.0.0,                        172.31.0.1,  true",
        "[::]:1999,                      172.32.0.1,  false",
        "203.0.113.1,                    10.0.0.1,    false",
        "203.0.113.1,                    203.0.113.1, false",
        "--allow 203.0.113 203.0.113.1,  203.0.113.9, true",
        "--allow 10 --allow 11 127.0.0.1,  11.1.1.1,  true",
        "--allow 10 --allow 11 127.0.0.1,  127.0.0.1, true",
    })
    void nobodyMayAskUnlessNearOrAllowed(String commandLine, String asker, boolean may) {
        IpAddress address = IpAddress.parse(asker).orElseThrow();
        assertThat(
                        settings(commandLine + " savefile")
                                .allowed()
                                .contains(address.high(), address.low()))
                .isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({"-m, 5", "-g, 12", "-t, 7", "-s, 10", "--rules modern -m, 4"})
    void zeroMeansTheDefaultAndSaysSo(String options, String number) {
        String option = options.substring(options.lastIndexOf('-'));
        DaemonCommand.Parsed parsed =
                DaemonCommand.parse((options + " 0 ::1 savefile").split(" ", -1));
        assertThat(parsed.warnings())
                .containsExactly(option + " 0 means the default, " + number + ", as it always has");
        assertThat(parsed.settings()).isPresent();
    }

    @Test
    void whatTheOriginalDidNotHaveHasNotAlwaysBeenSo() {
        assertThat(DaemonCommand.parse("--stop-wait", "0", "::1", "savefile").warnings())
                .containsExactly("--stop-wait 0 means the default, 30");
    }

    @ParameterizedTest
    @CsvSource({"f, false", "./f, false", "f.journal, false", "g, true"})
    void aWhiteListIsNoFileThatTheDaemonWrites(String whiteList, boolean isGood) {
        assertThat(DaemonCommand.parse("-w", whiteList, "::1", "f").settings().isPresent())
                .isEqualTo(isGood);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-t 0.25             | -t and -g: a proven client is forgotten after 6h without",
                "-g 169              | -t and -g: a proven client is forgotten after 7d without",
                "--max-entries 10    | --max-entries: with no more than 10 entries new mail soon",
            })
    void whatMakesGreylistingPointlessIsWarnedOf(String options, String warning) {
        assertThat(DaemonCommand.parse((options + " ::1 savefile").split(" ", -1)).warnings())
                .singleElement()
                .asString()
                .startsWith(warning);
    }

    /// Perl takes no text for no option, and `run` files have `-m "$MINUTES"`.
    @ParameterizedTest
    @CsvSource({"-m, -m 5", "-g, -g 12", "-t, -t 7", "-s, -s 10"})
    void noTextMeansTheDefaultToo(String option, String byDefault) {
        DaemonCommand.Parsed parsed =
                DaemonCommand.parse(new String[] {option, "", "::1", "savefile"});
        assertThat(parsed.warnings()).isEmpty();
        DaemonSettings expected = settings(byDefault + " ::1 savefile");
        DaemonSettings settings = parsed.settings().orElseThrow();
        assertThat(settings.saveSeconds()).isEqualTo(expected.saveSeconds());
        assertThat(settings.rules().lifetimes()).isEqualTo(expected.rules().lifetimes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-m abc ::1 f              | -m: 'abc' is no number; give one, such as 5",
                "-t 5d ::1 f               | -t: '5d' is no number; give one, such as 7",
                "-s NaN ::1 f              | -s: 'NaN' is no number; give one, such as 10",
                "-g -1 ::1 f               | -g: -1 is not between 0 and a century",
                "-t 1e9 ::1 f              | -t: 1e9 is not between 0 and a century",
                "-m 60 -g 1 ::1 f          | -m and -g: a retry is early for 3600 s and late from",
                "--rules old ::1 f         | Invalid value for option '--rules': expected one of",
                "--fsync often ::1 f       | Invalid value for option '--fsync': expected one of",
                "--max-entries 0 ::1 f     | --max-entries: '0' is no whole number from 1 to",
                "--max-entries many ::1 f  | --max-entries: 'many' is no whole number from 1 to",
                "--allow mx.example ::1 f  | --allow: 'mx.example' is not an address",
                "mail.example.org f        | 'mail.example.org' does not begin with an IP address",
                "127.0.0.1:99999 f         | '127.0.0.1:99999' has the port '99999'",
                "::1 state/                | savefile: 'state/' names no file; name one",
                "::1                       | Missing required parameter: 'savefile'",
                "::1 f g                   | 'g' is one argument too many; give options, the",
                "--http ::1:99 ::1 f       | 'f' is one argument too many; the place of --http"
                        + " stands behind a =, write --http=::1:99",
                "::1 f --policy unix:/x    | 'unix:/x' is one argument too many; the place of",
                "--syslog /dev/log ::1 f   | 'f' is one argument too many; the place of --syslog",
                "--policy --policy=::1 ::1 f g | 'g' is one argument too many; give options, the",
                "--http=::1 ::1 f g        | 'g' is one argument too many; give options, the",
                "-x ::1 f                  | Unknown option: '-x'; greydaemon --help",
                "--polcy=::1 ::1 f         | Unknown option: '--polcy'; did you mean '--policy'?",
            })
    void aWrongCommandLineIsOneSentenceAndStatusTwo(String commandLine, String sentence) {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, UTF_8));
        try {
            DaemonCommand.Parsed parsed = DaemonCommand.parse(commandLine.split(" ", -1));
            assertThat(parsed.settings()).isEmpty();
            assertThat(parsed.exitStatus()).isEqualTo(2);
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(UTF_8).lines().toList())
                .isEqualTo(List.of(said.toString(UTF_8).strip()))
                .first()
                .asString()
                .startsWith("greydaemon: " + sentence)
                .endsWith("; greydaemon --help shows the options");
    }

    @Test
    void theLogHasTheFormThatIsAskedForWhateverTheRules() {
        assertThat(settings("--rules modern 127.0.0.1 f").logFormat()).isEqualTo(LogFormat.LOGFMT);
        assertThat(settings("--rules modern --log original 127.0.0.1 f").logFormat())
                .isEqualTo(LogFormat.ORIGINAL);
        assertThat(settings("--log=json 127.0.0.1 f").logFormat()).isEqualTo(LogFormat.JSON);
    }

    @Test
    void placesThatAreNotNamedAreTheUsualOnes() {
        DaemonSettings settings = settings("--http --syslog 127.0.0.1 f");
        assertThat(settings.http()).map(Object::toString).contains("127.0.0.1:8077");
        assertThat(settings.syslog()).contains(new SyslogAddress.Local("/dev/log"));
    }
}
