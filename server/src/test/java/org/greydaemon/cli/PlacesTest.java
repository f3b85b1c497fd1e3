package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.config.DaemonSettings;
import org.greydaemon.mail.ReplyText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.attribute.PosixFilePermissions;

/// The switches of the front ends that speak over connections.
final class PlacesTest {
    private static DaemonSettings settings(String... switches) {
        String[] args = new String[switches.length + 2];
        System.arraycopy(switches, 0, args, 0, switches.length);
        args[switches.length] = "127.0.0.1:1999";
        args[switches.length + 1] = "save";
        return DaemonCommand.parse(args).settings().orElseThrow();
    }

    @Test
    void policyIsOffUnlessAskedFor() {
        assertThat(settings().policy()).isEmpty();
    }

    @Test
    void policyWithoutAPlaceLeavesTheAddressBehindItAlone() {
        DaemonSettings settings = settings("--policy");
        assertThat(settings.policy()).map(Object::toString).containsExactly("127.0.0.1:10023");
        assertThat(settings.listen()).hasToString("127.0.0.1:1999");
    }

    @Test
    void policyMayHaveSeveralPlaces() {
        assertThat(settings("--policy", "--policy=unix:/run/p", "--policy=[::1]:1").policy())
                .map(Object::toString)
                .containsExactly("127.0.0.1:10023", "unix:/run/p", "[::1]:1");
    }

    @Test
    void theSocketModeIsOctal() {
        assertThat(PosixFilePermissions.toString(settings().socketMode())).isEqualTo("rw-rw-rw-");
        assertThat(PosixFilePermissions.toString(settings("--socket-mode=640").socketMode()))
                .isEqualTo("rw-r-----");
    }

    @Test
    void theReplyIsTheOperators() {
        assertThat(settings().reply()).isEqualTo(ReplyText.DEFAULT);
        assertThat(settings("--reply=450 4.2.0 wait %s seconds").reply())
                .isEqualTo(new ReplyText(450, "4.2.0", "wait %s seconds"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--reply=550 5.7.1 go away",
                "--socket-mode=0999",
                "--socket-mode=rw",
                "--policy=localhost",
                "--policy=unix:relative"
            })
    void whatCannotBeMeantIsAUsageError(String option) {
        assertThat(DaemonCommand.parse(option, "127.0.0.1", "save").exitStatus()).isEqualTo(2);
    }
}
