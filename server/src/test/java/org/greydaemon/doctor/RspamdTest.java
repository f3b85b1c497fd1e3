package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Rspamd greylists by its own module beside the daemon. `rspamadm` is a script here that prints
/// what that of Debian's Rspamd 3.4 printed, shortened.
@Timeout(60)
final class RspamdTest {
    private static final String MODULES =
            """
            Modules enabled: history_redis, multimap, rbl, replies, greylist, hfilter, settings
            Modules disabled (explicitly): dcc, mx_check
            Modules disabled (no Redis):\s
            """;

    private static final String WORKERS =
            """
            {
                "normal": {
                    "mime": true,
                    "bind_socket": "localhost:11333"
                }
            }
            {
                "rspamd_proxy": {
                    "spam_header": "X-Spam",
                    "upstream": {
                        "local": {
                            "hosts": "localhost",
                            "default": true
                        }
                    },
                    "count": 1,
                    "bind_socket": "localhost:PORT",
                    "milter": true,
                    "timeout": 120
                }
            }
            """;

    private static final String ACTIONS =
            """
            {
                "add_header": 6,
                "reject": 15,
                "greylist": 4
            }
            """;

    private static final String SETTINGS =
            """
            {
                "key_prefix": "rg",
                "expire": 86400,
                "ipv6_mask": 64,
                "timeout": 300,
                "action": "soft reject",
                "message": "Try again later"
            }
            """;

    private static final String SENDMAIL =
            """
            O InputMailFilters=greydaemon,spam
            Xgreydaemon, S=inet:10030@127.0.0.1, T=C:5s;S:5s;R:5s;E:30s
            Xspam, S=inet:PORT@127.0.0.1, T=C:5s;S:5s;R:5s;E:30s
            """;

    private static final String OPENSMTPD =
            """
            filter "greylist" proc-exec "filter-greydaemon 127.0.0.1:10023"
            filter "spam" proc-exec "filter-rspamd"
            filter "all" chain { "greylist", "spam" }
            listen on eth0 filter "all"
            """;

    private static final String EXIM =
            """
            acl_smtp_rcpt = check_rcpt
            acl_smtp_data = check_data
            spamd_address = 127.0.0.1 11333 variant=rspamd
            begin acl
            check_rcpt:
              require verify = recipient
              defer  !hosts = : +relay_from_hosts
                     !authenticated = *
                     !senders = :
                     set acl_m_grey = ${readsocket{inet:127.0.0.1:10023}{x}{5s}{ }{white}}
                     condition = ${if !match{$acl_m_grey}{^white}}
              accept
            check_data:
              defer  !hosts = : +relay_from_hosts
                     !authenticated = *
                     senders = :
                     set acl_m_grey = ${readsocket{inet:127.0.0.1:10023}{x}{5s}{ }{white}}
                     condition = ${if !match{$acl_m_grey}{^white}}
              warn   spam = nobody:true
              defer  condition = ${if eq{$spam_action}{soft reject}}
              accept
            """;

    @TempDir Path folder;

    private final Daemon daemon =
            Daemon.of(List.of("policy 127.0.0.1:10023", "milter 127.0.0.1:10030"));

    private ServerSocket socket;

    @BeforeEach
    void somebodyTakesMilters() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        says("modules", MODULES);
        says("worker", WORKERS);
        says("actions", ACTIONS);
        says("greylist", SETTINGS);
        Path program =
                Files.writeString(
                        folder.resolve("rspamadm"),
                        """
                        #!/bin/sh
                        # rspamadm configdump -m, or -j and a section
                        [ "$1" = configdump ] || exit 1
                        [ "$2" = -m ] && exec cat DIR/modules
                        [ "$2" = -j ] && exec cat DIR/$3
                        exit 1
                        """
                                .replace("DIR", folder.toString()));
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
    }

    private void says(String file, String text) throws IOException {
        String port = String.valueOf(socket.getLocalPort());
        Files.writeString(folder.resolve(file), text.replace("PORT", port));
    }

    private Machine machine() {
        return new Machine(List.of(folder));
    }

    private List<String> postfix(String milters) {
        String text =
                """
                queue_directory = /var/spool/postfix
                smtpd_milters = { inet:127.0.0.1:10030, connect_timeout=5s, \
                command_timeout=5s, default_action=accept } MORE
                """
                        .replace("MORE", milters);
        Postfix postfix = Postfix.of(text, "smtp inet n - n - - smtpd", 25);
        return texts(PostfixFindings.of(postfix, daemon, machine()));
    }

    private List<String> postfix() {
        return postfix("inet:127.0.0.1:" + socket.getLocalPort());
    }

    private static List<String> texts(List<Finding> findings) {
        return findings.stream()
                .map(one -> (one.isProblem() ? "PROBLEM " : "UNJUDGED ") + one)
                .toList();
    }

    @Test
    void whatPassesTheDaemonMayWaitForRspamd() {
        String place = "127.0.0.1:" + socket.getLocalPort();
        assertThat(postfix())
                .containsExactly(
                        "PROBLEM smtpd_milters asks Rspamd at "
                                + place
                                + " too, whose module greylist is on: what scores 4 or more there"
                                + " waits once more, for 300 s, after it has waited here; write"
                                + " enabled = false; to local.d/greylist.conf of Rspamd's folder,"
                                + " /etc/rspamd for example, and reload it");
        assertThat(texts(SendmailFindings.of(at(SENDMAIL), daemon, machine())))
                .singleElement()
                .asString()
                .startsWith("PROBLEM the filter spam asks Rspamd at " + place + " too, whose");
        assertThat(texts(OpenSmtpdFindings.of(OPENSMTPD, daemon, machine())))
                .filteredOn(line -> !line.contains("10023"))
                .singleElement()
                .asString()
                .startsWith("PROBLEM the filter spam asks Rspamd too, whose");
        assertThat(texts(EximFindings.of(EXIM, daemon, machine())))
                .singleElement()
                .asString()
                .startsWith("PROBLEM check_data defers what Rspamd says, whose module greylist");
    }

    private String at(String text) {
        return text.replace("PORT", String.valueOf(socket.getLocalPort()));
    }

    @Test
    void aModuleThatIsOffDelaysNothing() throws IOException {
        says(
                "modules",
                MODULES.replace("greylist, ", "").replace("(no Redis): ", "(no Redis): greylist"));
        assertThat(postfix()).isEmpty();
        assertThat(texts(SendmailFindings.of(at(SENDMAIL), daemon, machine()))).isEmpty();
        assertThat(texts(EximFindings.of(EXIM, daemon, machine()))).isEmpty();
    }

    /// greylist.lua: below the least score nothing waits, and nothing that is refused.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"greylist\": 4 | \"greylist\": 5.5 | scores 5.5 or more",
                ",~    \"greylist\": 4 | | scores 6 or more",
                "\"greylist\": 4 | \"greylist\": 7 | scores 7 or more",
                "\"greylist\": 4 | \"greylist\": 99 |",
                "\"add_header\": 6,~    \"reject\": 15,~    \"greylist\": 4 | \"reject\": 15 |",
            })
    void theScoresSayWhatWaits(String from, String to, String found) throws IOException {
        String text =
                ACTIONS.replace(from.replace('~', '\n'), to == null ? "" : to.replace('~', '\n'));
        assertThat(text).isNotEqualTo(ACTIONS);
        says("actions", text);
        if (found == null) {
            assertThat(postfix()).isEmpty();
        } else {
            assertThat(postfix()).singleElement().asString().contains(found);
        }
    }

    @Test
    void aLeastScoreOfTheModuleCounts() throws IOException {
        says("greylist", SETTINGS.replace("300,", "60,\n    \"greylist_min_score\": 8,"));
        assertThat(postfix()).singleElement().asString().contains("scores 8 or more", "60 s");
    }

    /// A milter lets pass what has the action `greylist`; an Exim may defer it.
    @Test
    void theActionSaysWhoseMailWaits() throws IOException {
        says("greylist", SETTINGS.replace("soft reject", "greylist"));
        assertThat(postfix()).isEmpty();
        assertThat(texts(EximFindings.of(EXIM, daemon, machine()))).isEmpty();
        String defers = EXIM.replace("{soft reject}", "{greylist}");
        assertThat(texts(EximFindings.of(defers, daemon, machine()))).hasSize(1);
        says("greylist", SETTINGS);
        assertThat(texts(EximFindings.of(defers, daemon, machine()))).isEmpty();
    }

    @Test
    void anEximThatDefersNothingOfItsHasNoMailWait() {
        String denies = EXIM.replace("defer  condition", "deny   condition");
        assertThat(texts(EximFindings.of(denies, daemon, machine()))).isEmpty();
        String spamd = EXIM.replace(" variant=rspamd", "");
        assertThat(texts(EximFindings.of(spamd, daemon, machine()))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"hosts\": \"localhost\" | \"hosts\": \"round-robin:10.1.2.3:11333\"",
                "\"hosts\": \"localhost\" | \"hosts\": [ \"localhost\", \"scan.example.net\" ]",
            })
    void anotherHostsFilesSayWhatThatDoes(String from, String to) throws IOException {
        assertThat(WORKERS).contains(from);
        says("worker", WORKERS.replace(from, to));
        assertThat(postfix())
                .singleElement()
                .asString()
                .startsWith("UNJUDGED smtpd_milters asks Rspamd at")
                .contains("whether its module greylist is on could not be judged");
        says("worker", WORKERS.replace(from, "\"self_scan\": true, " + to));
        assertThat(postfix()).singleElement().asString().startsWith("PROBLEM");
        String there = EXIM.replace("127.0.0.1 11333", "10.1.2.3 11333");
        assertThat(texts(EximFindings.of(there, daemon, machine())))
                .singleElement()
                .asString()
                .startsWith("UNJUDGED check_data defers what Rspamd says");
    }

    @Test
    void howSeveralTakeTurnsIsNoHost() throws IOException {
        says("worker", WORKERS.replace("\"localhost\"", "\"round-robin:127.0.0.1:11333\""));
        assertThat(postfix()).singleElement().asString().startsWith("PROBLEM");
    }

    @ParameterizedTest
    @CsvSource({"*:PORT", "127.0.0.1:PORT", "*v4:PORT", "0.0.0.0:PORT"})
    void itsPlaceHasManyForms(String bound) throws IOException {
        says("worker", WORKERS.replace("localhost:PORT", bound));
        assertThat(postfix()).singleElement().asString().startsWith("PROBLEM");
    }

    /// `/var/run` is a link to `/run`.
    @Test
    void itsSocketsFolderHasSeveralNames() throws IOException {
        Path named = Files.createSymbolicLink(folder.resolve("var"), folder);
        says("worker", WORKERS.replace("localhost:PORT", named + "/milter mode=0660"));
        String place = "unix:" + folder + "/milter";
        try (ServerSocketChannel milter = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            milter.bind(UnixDomainSocketAddress.of(folder.resolve("milter")));
            assertThat(postfix(place))
                    .singleElement()
                    .asString()
                    .startsWith("PROBLEM smtpd_milters asks Rspamd at " + place + " too");
        }
    }

    /// Such as OpenDKIM beside it.
    @Test
    void anotherMilterIsNotRspamd() throws IOException {
        says("worker", WORKERS.replace("localhost:PORT", "localhost:1"));
        assertThat(postfix()).isEmpty();
        assertThat(postfix("inet:127.0.0.1:1")).isEmpty();
    }

    /// As Plesk's knowledge base has it printed, shortened.
    @ParameterizedTest
    @CsvSource({"enabled, 1", "disabled, 0"})
    void pleskMayGreylistToo(String how, int problems) throws IOException {
        Path program =
                Files.writeString(
                        folder.resolve("plesk"),
                        """
                        #!/bin/sh
                        [ "$*" = "bin grey_listing --info-server" ] || exit 1
                        echo "Grey listing configuration."
                        echo "Grey listing checking  HOW"
                        echo "Penalty                enabled"
                        """
                                .replace("HOW", how));
        assertThat(postfix("inet:127.0.0.1:12768")).isEmpty();
        assertThat(program.toFile().setExecutable(true)).isTrue();
        assertThat(postfix("inet:127.0.0.1:12768"))
                .hasSize(problems)
                .allMatch(line -> line.startsWith("PROBLEM smtpd_milters asks Plesk's"));
        assertThat(postfix("inet:127.0.0.1:12769")).isEmpty();
    }

    @Test
    void withoutRspamadmItsNameSaysWhoItIs() throws IOException {
        Files.delete(folder.resolve("rspamadm"));
        assertThat(postfix()).isEmpty();
        String named = at(SENDMAIL).replace("spam", "rspamd");
        assertThat(texts(SendmailFindings.of(named, daemon, machine())))
                .singleElement()
                .asString()
                .startsWith("UNJUDGED the filter rspamd asks Rspamd at")
                .contains("rspamadm configdump -m says so where Rspamd runs");
    }
}
