package org.greydaemon.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// What goes wrong on the first day: one sentence that says what to do, the exit status that tells
/// a supervisor whether to try again, and never a stack trace.
final class NewcomerIT {
    /// Debian's user 1, which is on every machine.
    private static final List<String> AS_DAEMON =
            List.of("setpriv", "--reuid=daemon", "--regid=daemon", "--clear-groups");

    @TempDir Path folder;
    private DatagramSocket udp;
    private ServerSocket tcp;

    NewcomerIT() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        udp = new DatagramSocket(anyPort);
        tcp = new ServerSocket();
        tcp.bind(anyPort);
    }

    @BeforeEach
    void prepare() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectory(folder.resolve("there"));
        Files.createFile(folder.resolve("file"));
        Files.writeString(folder.resolve("white"), "mx.example\n192.0.2.1\n1.2.3.4/33\n");
        write("key.toml", "[retry]\ndealy = \"4m\"\n");
        write("value.toml", "[retry]\ndelay = \"4 minutes\"\n");
        write("bare.toml", "[retry]\ndelay = 4m\n");
        write("quote.toml", "[retry]\ndelay = \"4m\n");
        write("user.toml", "[listen]\nuser = \"nobody-like-this\"\n");
        write("white.toml", "[exempt]\nwhite-list = \"white\"\n");
        write("folder.toml", "[store]\nsave-file = \"there\"\n");
    }

    private void write(String file, String text) throws IOException {
        // What is not about it must not fail: no port is taken, and the save file can be made.
        String rest = text.contains("[listen]") ? "" : "[listen]\nudp = \"127.0.0.1:0\"\n";
        rest += text.contains("[store]") ? "" : "[store]\nsave-file = \"there/save\"\n";
        Files.writeString(folder.resolve(file), text + rest);
    }

    @AfterEach
    void close() throws IOException {
        udp.close();
        tcp.close();
    }

    /// The daemon's command line in the test's folder; UDP and TCP are places that are taken.
    private Runs.Ended run(List<String> before, String commandLine) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Daemon.root().resolve("greydaemon").toString());
        command.addAll(List.of(places(commandLine).split(" ", -1)));
        return Runs.in(folder, command);
    }

    private String places(String text) {
        return text.replace("UDP", "127.0.0.1:" + udp.getLocalPort())
                .replace("TCP", "127.0.0.1:" + tcp.getLocalPort())
                .replace("HERE", folder.toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UDP there/save | 1 | UDP: Address already in use; stop what listens there (ss"
                        + " -lunp shows it), or choose another address or port",
                "--policy=TCP 127.0.0.1:0 there/save | 1 | TCP: Address already in use; stop what"
                        + " listens there (ss -ltnp shows it), or choose another address or port",
                "--http=TCP 127.0.0.1:0 there/save | 1 | TCP: Address already in use; stop what"
                        + " listens there (ss -ltnp shows it), or choose another address or port",
                "--allow 10 192.0.2.1:0 there/save | 1 | 192.0.2.1:0: this host has no such"
                        + " address; choose one that ip address shows",
                "--policy=unix:HERE/none/policy 127.0.0.1:0 there/save | 78 |"
                        + " unix:HERE/none/policy: its folder is missing; create the folder",
                "--policy=unix:HERE/file 127.0.0.1:0 there/save | 78 | unix:HERE/file: a file that"
                        + " is no socket is there; name another place",
                "127.0.0.1:0 there | 78 | there: is a folder; name a file in it, there/savefile",
                "127.0.0.1:0 file/save | 78 | file: no folder, but a file; name another place",
                "-w none 127.0.0.1:0 there/save | 78 | none: there is no such file; make it, an"
                        + " empty one will do",
                "-w there 127.0.0.1:0 there/save | 78 | there: it cannot be read: Is a directory;"
                        + " name a readable file",
                "-polcy=TCP 127.0.0.1:0 there/save | 2 | Unknown option: '-polcy'; greydaemon"
                        + " --help shows the options",
                "--polcy=TCP 127.0.0.1:0 there/save | 2 | Unknown option: '--polcy'; did you mean"
                        + " '--policy'?; greydaemon --help shows the options",
                "127.0.0.1:0 | 2 | Missing required parameter: 'savefile'; greydaemon --help shows"
                        + " the options",
                "localhost there/save | 2 | 'localhost' does not begin with an IP address, and host"
                        + " names are not looked up; write an address such as 127.0.0.1, or [::1]"
                        + " and a port; greydaemon --help shows the options",
                "--config none.toml | 78 | none.toml: there is no such file; make it, an empty one"
                        + " will do",
                "--config key.toml | 78 | key.toml:2:1: unknown key 'retry.dealy'; did you mean"
                        + " 'retry.delay'?",
                "--config value.toml | 78 | value.toml:2:1: retry.delay: '4 minutes' is no"
                        + " duration; write whole numbers with their units s, m, h, d or w, such as"
                        + " \"240s\" or \"1h30m\"",
                "--config bare.toml | 78 | bare.toml:2:10: unexpected 'm', expected a newline or"
                        + " end-of-input; text stands in quotes, write delay = \"4m\"",
                "--config quote.toml | 78 | quote.toml:2:12: unexpected end of line, expected \" or"
                        + " a character; the text has no closing quote on its line, write one",
                "--config folder.toml | 78 | there: is a folder; name a file in it,"
                        + " there/savefile",
            })
    void aWrongStartIsOneSentenceThatSaysWhatToDo(String commandLine, int status, String sentence)
            throws IOException {
        assertThat(run(List.of(), commandLine))
                .isEqualTo(new Runs.Ended(status, List.of("greydaemon: " + places(sentence))));
        if (!sentence.contains("Address already in use")) { // The daemon that runs may have it.
            requireRefusalByCheck(List.of(), commandLine, status == 2 ? 2 : 78);
        }
    }

    private void requireRefusalByCheck(List<String> before, String commandLine, int status)
            throws IOException {
        Runs.Ended check = run(before, commandLine + " --check-config");
        assertThat(check.said()).hasSize(1);
        assertThat(check.status()).as(check.said().getFirst()).isEqualTo(status);
    }

    /// What the rows above have not: places and files that a start stumbles over.
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--milter=unix:HERE/none/milter 127.0.0.1:0 there/save | HERE/none/milter: its"
                        + " folder is missing; create the folder",
                "-u daemon --policy=unix:HERE/none/policy 127.0.0.1:0 save | its folder is missing",
                "--policy=unix:HERE/file/policy 127.0.0.1:0 there/save | HERE/file",
                "--policy=unix:HERE/there 127.0.0.1:0 there/save | a file that is no socket",
                "--policy=unix:/ 127.0.0.1:0 there/save | names no file",
                "--policy=unix:HERE/there/save 127.0.0.1:0 there/save | there/save",
                "--policy=unix:HERE/p 127.0.0.1:0 there/save | HERE/p.lock",
                "--policy=192.0.2.1:0 127.0.0.1:0 there/save | no such address",
                "--milter=[2001:db8::1]:0 127.0.0.1:0 there/save | no such address",
                "--http=192.0.2.1:0 127.0.0.1:0 there/save | no such address",
                "127.0.0.1:0 there/LONG | File name too long",
                "127.0.0.1:0 nowhere/save | nowhere",
                "127.0.0.1:0 loop/save | loop",
                "127.0.0.1:0 fifo | is a FIFO",
                "127.0.0.1:0 old | is a FIFO",
                "--rescue there 127.0.0.1:0 rescued | is a FIFO",
            })
    void whatAStartRefusesACheckRefuses(String commandLine, String words) throws IOException {
        Tools.requireRoot(); // For one of them.
        Files.createDirectory(folder.resolve("p.lock"));
        Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("none"));
        Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        for (String fifo : List.of("fifo", "old.journal.old", "there/rescued")) {
            assertThat(Runs.program("mkfifo", folder.resolve(fifo).toString())).isZero();
        }
        String line = commandLine.replace("LONG", "x".repeat(245));
        for (String check : List.of("", " --check-config")) {
            Runs.Ended ended = run(List.of(), line + check);
            String said = String.join("\n", ended.said());
            assertThat(ended.status()).as(said).isIn(1, 2, 78);
            assertThat(said.replace("HERE", folder.toString())).contains(places(words));
        }
    }

    @Test
    void tooFewOpenFilesAreToldByACheckToo() throws IOException {
        List<String> few = List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh");
        for (String check : List.of("", " --check-config")) {
            Runs.Ended ended = run(few, "127.0.0.1:0 there/save" + check);
            assertThat(ended.status()).isEqualTo(78);
            assertThat(ended.said().getLast()).contains("open files: the system allows 100");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"-w white 127.0.0.1:0 there/save", "--config white.toml"})
    void aBadWhiteListIsToldWithAllItsLines(String commandLine) throws IOException {
        for (String check : List.of("", " --check-config")) {
            Runs.Ended ended = run(List.of(), commandLine + check);
            assertThat(ended.status()).isEqualTo(78);
            assertThat(ended.said())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("greydaemon: white:1: 'mx.exa"),
                            line -> assertThat(line).startsWith("greydaemon: white:3: '1.2.3.4/3"));
        }
    }

    @Test
    void anUnknownUserIsOneSentenceThatSaysWhereItStands() throws IOException {
        String sentence = "there is no user 'nobody-like-this'; create it, or name another";
        for (String check : List.of("", " --check-config")) {
            assertThat(run(List.of(), "-u nobody-like-this 127.0.0.1:0 there/save" + check))
                    .isEqualTo(new Runs.Ended(78, List.of("greydaemon: -u: " + sentence)));
            assertThat(run(List.of(), "--config user.toml" + check))
                    .isEqualTo(
                            new Runs.Ended(
                                    78,
                                    List.of(
                                            "greydaemon: user.toml:2:1: listen.user: "
                                                    + sentence)));
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "127.0.0.1:0 HERE/there/save | HERE/there/save.lock: this user may not use it;"
                        + " give it and its folder to the user that the daemon runs as",
                "127.0.0.1:0 HERE/none/save | HERE/none/save: there is no folder HERE/none, and"
                        + " this user may not make one in HERE; make it and give it to the user"
                        + " that the daemon runs as",
                "127.0.0.1:0 HERE/none/deep/save | HERE/none/deep/save: there is no folder"
                        + " HERE/none; make it, or mend the path",
                "127.0.0.1:0 HERE/shut/in/save | HERE/shut/in/save: this user may not enter the"
                        + " folder HERE/shut; let that user, or name another place",
                "-u bin 127.0.0.1:0 HERE/there/save | -u: only root may become 'bin' (setgroups:"
                        + " Operation not permitted); start as root, or as that user without this"
                        + " option",
                "127.0.0.1:25 HERE/there/save | 127.0.0.1:25: this user may not listen there;"
                        + " choose a port from 1024 on, or start as root with -u",
                "--policy=unix:HERE/there/policy 127.0.0.1:0 open/save | unix:HERE/there/policy:"
                    + " this user may not make a socket there; give the folder to the user that the"
                    + " daemon starts as, or choose another",
                "--config HERE/secret.toml | HERE/secret.toml: this user may not read it; change"
                        + " its mode or owner",
            })
    void whoMayNotIsTold(String commandLine, String sentence) throws IOException {
        Tools.requireRoot();
        write("secret.toml", "");
        Files.setPosixFilePermissions(
                folder.resolve("secret.toml"), PosixFilePermissions.fromString("rw-------"));
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path shut = folder.resolve("shut");
        Files.createDirectories(shut.resolve("in"));
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
        assertThat(run(AS_DAEMON, commandLine))
                .isEqualTo(new Runs.Ended(78, List.of("greydaemon: " + places(sentence))));
        if (commandLine.startsWith("-u")) { // Root may be who starts it.
            Runs.Ended check = run(AS_DAEMON, commandLine + " --check-config");
            assertThat(check.said())
                    .anyMatch(line -> line.contains("-u: only root may become user 'bin'"));
            return;
        }
        requireRefusalByCheck(AS_DAEMON, commandLine, 78);
    }

    @Test
    void aSaveFileThatRootHasLeftIsToldAlsoByACheck() throws IOException {
        Tools.requireRoot();
        Path there = folder.resolve("there");
        Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path save = Files.writeString(there.resolve("save"), "");
        Files.setPosixFilePermissions(save, PosixFilePermissions.fromString("rw-------"));
        String line = "-u daemon 127.0.0.1:0 there/save";
        Runs.Ended ended = run(List.of(), line);
        assertThat(ended.status()).isEqualTo(78);
        assertThat(ended.said().getLast())
                .isEqualTo(
                        "greydaemon: there/save: this user may not use it; give it and its folder"
                                + " to the user that the daemon runs as");
        assertThat(run(List.of(), line + " --check-config"))
                .isEqualTo(
                        new Runs.Ended(
                                78,
                                List.of(
                                        "greydaemon: savefile: user 'daemon' may not read"
                                                + " there/save; give the file to that user")));
    }

    @Test
    void aFullDiskIsToldAndTriedAgain() throws IOException {
        Tools.requireRoot();
        Path there = folder.resolve("there");
        assertThat(Runs.program("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", there + ""))
                .isZero();
        try {
            Files.write(there.resolve("filler"), new byte[4096]);
            assertThat(run(List.of(), "127.0.0.1:0 there/save"))
                    .isEqualTo(
                            new Runs.Ended(
                                    1,
                                    List.of(
                                            "greydaemon: there/save: No space left on device; make"
                                                    + " room")));
        } finally {
            assertThat(Runs.program("umount", there.toString())).isZero();
        }
    }

    /// As the service's sandbox makes all that its unit does not name.
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0 there/save, save.lock",
        "--policy=unix:HERE/there/p 127.0.0.1:0 save, p.lock"
    })
    void whereNothingMayBeWrittenTheUnitIsToldOf(String line, String file) throws IOException {
        Tools.requireRoot();
        String close = "mount -t tmpfs -o ro none there && exec \"$@\"";
        Runs.Ended ended = run(List.of("unshare", "--mount", "sh", "-c", close, "sh"), line);
        assertThat(ended.status()).isEqualTo(78);
        assertThat(ended.said())
                .singleElement()
                .asString()
                .startsWith("greydaemon: ")
                .endsWith(
                        "there/"
                                + file
                                + ": Read-only file system; name a place that can be written, or"
                                + " under systemd allow this one: ReadWritePaths= (and"
                                + " ProtectHome=no below /home)");
    }

    @Test
    void aMachineWithoutTheRightJavaIsTold() throws IOException {
        Tools.requireRoot();
        Path old = Files.createDirectory(folder.resolve("jdk"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        String hide = "mount -t tmpfs none /usr/lib/jvm && exec \"$@\"";
        List<String> before = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", hide));
        before.addAll(List.of("sh", "env", "PATH=/usr/bin:/bin", "JAVA_HOME=" + old));
        assertThat(run(before, "127.0.0.1:0 there/save"))
                .isEqualTo(
                        new Runs.Ended(
                                78,
                                List.of(
                                        "greydaemon: no JDK 25 in JAVA_HOME ("
                                                + old
                                                + ": Java 17.0.15), below /usr/lib/jvm or in PATH;"
                                                + " install one (for example temurin-25-jdk or"
                                                + " openjdk-25-jdk) or set JAVA_HOME to it")));
    }
}
