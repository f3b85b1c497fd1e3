package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `--check-config` says of user, folder and files. Debian's user `daemon`, who owns nothing
/// here, stands for the daemon's.
final class SurroundingsTest {
    @TempDir Path folder;
    private Path state = Path.of("");

    @BeforeEach
    void openFolder() throws IOException {
        mode(folder, "rwxr-xr-x");
        state = Files.createDirectory(folder.resolve("state"));
        mode(state, "rwxr-xrwx");
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /// Errors, then warnings, those of the settings alone at last, without the folder's name.
    private List<String> said(String... lines) throws IOException {
        Path file = folder.resolve("greydaemon.toml");
        Files.write(file, List.of(lines));
        Optional<Path> named = Optional.of(file);
        Sources.ReadConfiguration reading = new Sources(named, Map.of()).read();
        Surroundings surroundings = new Surroundings(reading.configuration().orElseThrow(), named);
        List<String> said = new ArrayList<>(surroundings.errors());
        said.addAll(surroundings.warnings());
        said.addAll(reading.warnings());
        return said.stream().map(line -> line.replace(folder + "", "HERE")).toList();
    }

    private List<String> saidOf(String saveFile) throws IOException {
        return said("listen.user = \"daemon\"", save(saveFile));
    }

    private String save(String file) {
        return "store.save-file = \"" + folder.resolve(file) + "\"";
    }

    @Test
    void aFolderThatTheUserMayWriteIsGoodAndSoIsOneThatAStartMakes() throws IOException {
        assertThat(saidOf("state/save")).isEmpty();
        assertThat(saidOf("state/new/save")).isEmpty();
    }

    @Test
    void aRescueFolderIsThereAndTheUserMayWriteInIt() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        String line = "store.rescue-folder = \"" + other + "\"";
        mode(other, "rwxr-xr-x");
        assertThat(said("listen.user = \"daemon\"", line, save("state/save")))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.rescue-folder: user 'daemon' may not write"
                                + " in HERE/other; give it to daemon");
        mode(other, "rwxr-xrwx");
        assertThat(said("listen.user = \"daemon\"", line, save("state/save"))).isEmpty();
        Files.delete(other);
        assertThat(said("listen.user = \"daemon\"", line, save("state/save")))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.rescue-folder: there is no folder"
                                + " HERE/other; make it, or mend the path");
    }

    @Test
    void aStartMakesTheLastFolderOnly() throws IOException {
        assertThat(saidOf("stat/new/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: there is no folder HERE/stat;"
                                + " make it, or mend the path");
    }

    @Test
    void aFolderThatTheUserMayNotWriteIsNamed() throws IOException {
        mode(state, "rwxrwxr-x");
        assertThat(saidOf("state/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not write in"
                                + " HERE/state; give it to daemon");
        assertThat(saidOf("state/new/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not make a"
                                + " folder in HERE/state; make HERE/state/new and give it to"
                                + " daemon");
    }

    @Test
    void aFolderThatTheUserCannotComeNearIsNamed() throws IOException {
        mode(folder, "rwxr-xr--");
        assertThat(saidOf("state/save").getFirst()).contains("may not write in HERE/state");
    }

    @Test
    void aFileOfAnotherUserIsNamed() throws IOException {
        mode(Files.createFile(state.resolve("save")), "rw-------");
        mode(Files.createFile(state.resolve("save.journal")), "rw-r--r--");
        assertThat(saidOf("state/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not read"
                                + " HERE/state/save; give the file to that user",
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not write"
                                + " HERE/state/save.journal; give the file to that user");
    }

    /// A start does without them, and is not what the operator wants.
    @Test
    void aHistoryOrATokenOfAnotherUserIsSaid() throws IOException {
        mode(Files.createFile(state.resolve("save.history")), "rw-r-----");
        mode(Files.createFile(state.resolve("save.token")), "rw-r-----");
        String history =
                "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not write"
                        + " HERE/state/save.history; give the file to that user";
        assertThat(saidOf("state/save")).containsExactly(history);
        assertThat(said("listen.user = \"daemon\"", save("state/save"), "listen.http = \"::1\""))
                .containsExactly(
                        history,
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not read"
                                + " HERE/state/save.token; give the file to that user");
    }

    @Test
    void whatIsNoFileOrNoFolderIsNamed() throws IOException {
        Files.createFile(folder.resolve("file"));
        assertThat(saidOf("state"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: HERE/state is a folder; name a"
                                + " file in it, HERE/state/savefile");
        assertThat(saidOf("file/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: HERE/file is no folder, but a"
                                + " file; name another place");
    }

    @Test
    void anUnknownUserIsNamed() throws IOException {
        assertThat(said("listen.user = \"nobody-like-this\""))
                .containsExactly(
                        "HERE/greydaemon.toml:1:1: listen.user: there is no user"
                                + " 'nobody-like-this'; create it, or name another");
    }

    @Test
    void whatAReloadCouldNotReadIsAWarning() throws IOException {
        Path list = Files.createFile(folder.resolve("white"));
        mode(list, "rw-------");
        assertThat(
                        said(
                                "listen.user = \"daemon\"",
                                "exempt.white-list = \"white\"",
                                "store.save-file = \"state/save\""))
                .containsExactly(
                        "exempt.white-list: user 'daemon' may not read HERE/white, which a reload"
                                + " does; let that user read it");
    }

    @Test
    void aReloadReadsTheListsOfPoolsToo() throws IOException {
        mode(Files.createFile(folder.resolve("pools")), "rw-------");
        assertThat(said("listen.user = \"daemon\"", "rules.pools = 'pools'", save("state/save")))
                .containsExactly(
                        "rules.pools: user 'daemon' may not read HERE/pools, which a reload does;"
                                + " let that user read it");
    }

    /// `/var/lib/greydaemon` on another disk, below a folder for root alone.
    @Test
    void whereALinkLeadsTheUserMustComeToo() throws IOException {
        Path shut = Files.createDirectory(folder.resolve("shut"));
        mode(Files.createDirectory(shut.resolve("grey")), "rwxr-xrwx");
        Files.createSymbolicLink(folder.resolve("link"), shut.resolve("grey"));
        mode(shut, "rwx------");
        assertThat(saidOf("link/save"))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: store.save-file: user 'daemon' may not write in"
                                + " HERE/link; give it to daemon");
        mode(shut, "rwx--x--x");
        assertThat(saidOf("link/save")).isEmpty();
    }

    @Test
    void withoutAUserItIsWhoLooks() throws IOException {
        assertThat(said("store.save-file = \"state/save\"")).isEmpty();
        assertThat(said("store.save-file = \"state\"")).hasSize(1);
    }

    /// A start goes on without all but the first two.
    @Test
    void aFolderWhereTheDaemonHasAFileIsNamed() throws IOException {
        for (String ending :
                List.of(".journal", ".lock", ".new", ".journal.new", ".allowed", ".history")) {
            Path inTheWay = Files.createDirectory(folder.resolve("state/save" + ending));
            assertThat(said(save("state/save")))
                    .as(ending)
                    .singleElement()
                    .asString()
                    .contains("save" + ending + " is a folder");
            Files.delete(inTheWay);
        }
    }

    @Test
    void aSocketOfGreyctlThatCannotBeIsNamed() throws IOException {
        String longest = "x".repeat(107 - (folder + "/state/.ctl").length());
        assertThat(said(save("state/" + longest))).isEmpty();
        assertThat(said(save("state/y" + longest)))
                .containsExactly(
                        "admin.control: HERE/state/y"
                                + longest
                                + ".ctl has a path of 108 octets, and the system allows a socket"
                                + " 107, so greyctl is not answered; name another place");
        String policy = "listen.policy = \"unix:" + folder + "/state/p\"";
        String control = "admin.control = \"" + folder + "/state/p\"";
        assertThat(said(save("state/save"), policy, control))
                .containsExactly(
                        "HERE/greydaemon.toml:3:1: admin.control: HERE/state/p is where mail"
                                + " servers ask, so greyctl is not answered; name another place");
        assertThat(said(save("state/save"), policy)).isEmpty();
    }

    @Test
    void aSocketOfGreyctlThatCannotBeMadeIsNamed() throws IOException {
        String control = "admin.control = \"" + folder + "/%s\"";
        assertThat(said(save("state/save"), control.formatted("none/ctl")))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: admin.control: HERE/none/ctl cannot be made: its"
                                + " folder is missing; create the folder, so greyctl is not"
                                + " answered; name another place");
        Files.createFile(folder.resolve("file"));
        assertThat(said(save("state/save"), control.formatted("file"))).hasSize(1);
        mode(Files.createDirectory(folder.resolve("shut")), "rwxr-xr-x");
        assertThat(
                        said(
                                "listen.user = \"daemon\"",
                                save("state/save"),
                                control.formatted("shut/ctl")))
                .singleElement()
                .asString()
                .contains("cannot be made: user 'daemon' may not write in HERE/shut");
        assertThat(said(save("state/new/save"))).isEmpty();
    }

    @Test
    void aSocketBelowRunMayBeMadeByTheUnit() throws IOException {
        assertThat(said(save("state/save"), "listen.policy = \"unix:/run/no-such-folder/p\""))
                .containsExactly(
                        "HERE/greydaemon.toml:2:1: listen.policy: unix:/run/no-such-folder/p: its"
                                + " folder is missing; create the folder, unless RuntimeDirectory="
                                + " in the unit does");
    }
}
