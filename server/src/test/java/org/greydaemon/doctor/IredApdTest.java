package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// iRedAPD greylists by one of its plugins, beside others.
final class IredApdTest {
    private static final Path SETTINGS = Path.of("/opt/iredapd/settings.py");
    private static final Place PLACE = new Place("", "127.0.0.1", 7777);

    /// As its own sample has it, shortened.
    private static final String FILE =
            """
            from libs.default_settings import *
            # Listen address and port.
            listen_address = '127.0.0.1'
            listen_port = 7777
            srs_forward_port = 7778
            # Enabled plugins.
            plugins = ['reject_null_sender', 'wblist_rdns', 'greylisting', 'throttle']
            srs_secrets = []
            """;

    private static Optional<Finding> finding(String text) {
        return IredApd.finding("smtpd_recipient_restrictions", PLACE, files(text));
    }

    private static Function<Path, Optional<String>> files(String text) {
        return path -> Optional.ofNullable(Map.of(SETTINGS, text).get(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FILE,
                FILE + "plugins += ['custom']\n",
                "plugins = [\n    'throttle',  # first\n    \"greylisting\",\n]\n",
                FILE + "GREYLISTING_TRAINING_MODE = True\nGREYLISTING_TRAINING_MODE = False\n",
            })
    void whereItsPluginIsOnTheDatabaseSaysForWhom(String text) {
        assertThat(finding(text)).isPresent();
        assertThat(finding(text).get().isProblem()).isFalse();
        assertThat(finding(text).get().toString())
                .startsWith(
                        "smtpd_recipient_restrictions asks iRedAPD at 127.0.0.1:7777 too, whose"
                                + " plugin greylisting is on")
                .contains("take 'greylisting' out of plugins in " + SETTINGS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "plugins = ['throttle', 'amavisd_wblist']\n",
                "plugins = ['throttle']  # not 'greylisting'\n",
                "plugins = [\n    'throttle',\n    # 'greylisting',\n]\n",
                "plugins = ['throttle', 'greylisting_of_mine']\n",
                "# plugins = ['greylisting']\n",
                FILE + "plugins = ['throttle']\n",
                FILE + "GREYLISTING_TRAINING_MODE = True\n",
            })
    void otherPluginsAreNoGreylisting(String text) {
        assertThat(finding(text)).isEmpty();
    }

    @Test
    void withoutItsFileNobodyKnows() {
        Optional<Finding> found = IredApd.finding("some list", PLACE, _ -> Optional.empty());
        assertThat(found.map(Finding::isProblem)).contains(false);
        assertThat(found.map(Finding::what).orElse(""))
                .contains("whether it greylists could not be judged");
    }

    @ParameterizedTest
    @CsvSource({"7777, true", "7778, false", "10023, false"})
    void itListensByCustom(int port, boolean mayListen) {
        Place there = new Place("", "127.0.0.1", port);
        assertThat(IredApd.mayListen(there, _ -> Optional.empty())).isEqualTo(mayListen);
        assertThat(IredApd.mayListen(there, files(FILE))).isEqualTo(mayListen);
        String moved = FILE.replace("listen_port = 7777", "listen_port = " + (port + 1));
        assertThat(IredApd.mayListen(there, files(moved))).isFalse();
    }

    /// At the end of a message it throttles only.
    @Test
    void onlyAtRcptItMayGreylist() throws IOException {
        InetAddress there = InetAddress.ofLiteral("127.1.2.4");
        try (ServerSocket _ = new ServerSocket(7777, 50, there)) {
            String text =
                    """
                    smtpd_recipient_restrictions = reject_unauth_destination, WHO
                    smtpd_end_of_data_restrictions = WHO
                    """
                            .replace("WHO", "check_policy_service inet:127.1.2.4:7777");
            Daemon daemon = Daemon.of(List.of("policy 127.0.0.1:10023"));
            Postfix postfix = Postfix.of(text, "smtp inet n - n - - smtpd", 25);
            assertThat(PostfixFindings.of(postfix, daemon, new Machine()))
                    .filteredOn(found -> found.what().contains("7777"))
                    .singleElement()
                    .matches(found -> !found.isProblem())
                    .matches(found -> found.what().startsWith("smtpd_recipient_restrictions"));
        }
    }
}
