package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Own hosts may pass by a map of clients before the daemon is asked. `postmap` is a script here
/// that looks into a file as Postfix' own does, seen with 3.7.11; `DoctorIT` has that one.
@Timeout(60)
final class PostfixOwnHostsTest {
    private static final String POSTMAP =
            """
            #!/bin/sh
            # postmap -c /etc/mine -q - 'unionmap:{type:file, static:always}'
            [ "$1 $2 $3 $4" = "-c /etc/mine -q -" ] || exit 1
            file=${5#unionmap:*:} always=${5##*static:}
            file=${file%%,*} always=${always%\\}}
            [ -e "$file" ] || exit 1
            while read -r key; do
                result=$(sed -n "s/^$key //p" "$file" | head -n 1)
                printf '%s\\t%s%s\\n' "$key" "${result:+$result,}" "$always"
            done
            """;

    @TempDir Path folder;

    private List<String> findings(String main, String list) throws IOException {
        Path program = Files.writeString(folder.resolve("postmap"), POSTMAP);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        String text =
                "command_directory = " + folder + "\nconfig_directory = /etc/mine\n" + main + "\n";
        Postfix postfix = Postfix.of(text, "", 25);
        Restrictions restrictions =
                Restrictions.of("smtpd_recipient_restrictions", list.replace("FILE", file()));
        return new PostfixOwnHosts(postfix, new Machine())
                        .finding(restrictions, restrictions.items().size() - 1, "mail of")
                        .map(finding -> (finding.isProblem() ? "PROBLEM " : "UNJUDGED ") + finding)
                        .stream()
                        .map(line -> line.replace(file(), "FILE"))
                        .toList();
    }

    private String file() {
        return folder.resolve("own").toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.168.0.0 OK~127.0.0.1 ok |",
                "192.168 permit~localhost 20261129 |",
                "192 permit_mynetworks~127.0.0.1 permit |",
                "192.168.0.0 OK | PROBLEM smtpd_recipient_restrictions asks about mail of your own"
                        + " hosts in 127.0.0.0/8 too, as hash:FILE does not let them pass; put"
                        + " permit_mynetworks before it, see docs/postfix.md",
                "10.0.0.1 OK | PROBLEM smtpd_recipient_restrictions asks about mail of your own"
                        + " hosts, as permit_mynetworks does not stand before the call; put"
                        + " permit_mynetworks before it, see docs/postfix.md",
                "192.168.0.0 REJECT~127.0.0.1 450 later | PROBLEM smtpd_recipient_restrictions asks"
                    + " about mail of your own hosts, as permit_mynetworks does not stand before"
                    + " the call; put permit_mynetworks before it, see docs/postfix.md",
                "192.168.0.0 spared~127.0.0.1 OK | UNJUDGED smtpd_recipient_restrictions asks about"
                    + " mail of your own hosts unless hash:FILE lets them pass, which could not be"
                    + " judged; postmap -q 127.0.0.1 hash:FILE says OK if it does",
            })
    void whomAMapLetsPassItSays(String map, String found) throws IOException {
        Files.writeString(folder.resolve("own"), map.replace('~', '\n') + "\n");
        String main =
                "mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128 192.168.0.0/16\n"
                        + "inet_protocols = ipv4\nsmtpd_restriction_classes = spared";
        assertThat(findings(main, "check_client_access hash:FILE, check_policy_service inet:h:1"))
                .isEqualTo(found == null ? List.of() : List.of(found));
    }

    @Test
    void aMapThatNobodyCanAskIsNotJudged() throws IOException {
        assertThat(
                        findings(
                                "mynetworks = 127.0.0.0/8",
                                "check_client_access cidr:FILE, check_policy_service inet:h:1"))
                .singleElement()
                .asString()
                .startsWith("UNJUDGED ");
    }

    /// Nothing that stands behind the call, or looks at somebody else, lets them pass.
    @Test
    void withoutAMapOfClientsBeforeTheCallTheyAreAskedAbout() throws IOException {
        assertThat(
                        findings(
                                "mynetworks = 127.0.0.0/8",
                                "check_helo_access hash:FILE, check_policy_service inet:h:1"))
                .singleElement()
                .asString()
                .startsWith("PROBLEM ");
    }

    /// A pattern is tried on the whole address, and never on a part of it.
    @Test
    void aMapOfPatternsIsAskedAboutWholeAddresses() throws IOException {
        Files.writeString(folder.resolve("own"), "127 OK\n");
        String list = "check_client_access %s:FILE, check_policy_service inet:h:1";
        assertThat(findings("mynetworks = 127.0.0.0/8", list.formatted("pcre"))).isNotEmpty();
        assertThat(findings("mynetworks = 127.0.0.0/8", list.formatted("hash"))).isEmpty();
    }
}
