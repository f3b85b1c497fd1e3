package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.doctor.WellPostfix.DAEMON;
import static org.greydaemon.doctor.WellPostfix.SERVICE;
import static org.greydaemon.doctor.WellPostfix.findings;
import static org.greydaemon.doctor.WellPostfix.text;
import static org.greydaemon.doctor.WellPostfix.well;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A chrooted smtpd finds names by what lies in its folder. What it says of a client in each of
/// these cases was seen with Postfix 3.7.11 and glibc 2.36.
final class PostfixChrootTest {
    private static final Place DNS = new Place("", "127.0.0.1", 53);
    private static final String CHROOTED = "smtp inet n - y - - smtpd";
    private static final Daemon MODERN = DAEMON.havingWait(Optional.of(Duration.ofMinutes(30)));

    @TempDir Path queue;

    @BeforeEach
    void postfixRuns() throws IOException {
        Files.createDirectories(queue.resolve("etc"));
        Files.createDirectories(queue.resolve("pid"));
        Files.writeString(
                queue.resolve("pid/master.pid"), "%20d\n".formatted(ProcessHandle.current().pid()));
    }

    private Map<String, String> main() {
        Map<String, String> main = well();
        main.put("queue_directory", queue.toString());
        return main;
    }

    private Optional<String> lacking(String service) {
        return lacking(service, _ -> false);
    }

    private Optional<String> lacking(String service, Predicate<Place> listens) {
        Postfix postfix = Postfix.of(text(main()), service, 25);
        return PostfixChroot.lacking(postfix, new Machine()::read, listens);
    }

    @Test
    void withoutAServerOfNamesThereAreNone() throws IOException {
        assertThat(lacking(CHROOTED)).contains("there is no etc/resolv.conf");
        Path file = queue.resolve("etc/resolv.conf");
        Files.writeString(queue.resolve("etc/hosts"), "127.0.0.1 localhost\n");
        Files.writeString(file, "search example.net\n#nameserver 192.0.2.53\n");
        assertThat(lacking(CHROOTED)).contains("etc/resolv.conf names no nameserver");
        Files.writeString(file, "search example.net\nnameserver 192.0.2.53\n");
        assertThat(lacking(CHROOTED)).isEmpty();
    }

    /// What a link names is looked for below the folder.
    @ParameterizedTest
    @CsvSource({
        "/run/resolv.conf, true",
        "../run/resolv.conf, true",
        "../../../../../../../../run/./resolv.conf, true",
        "QUEUE/run/resolv.conf, false",
        "/etc/resolv.conf, false",
        "nowhere, false",
    })
    void aLinkLeadsNowhereElse(String target, boolean isWell) throws IOException {
        Files.createDirectories(queue.resolve("run"));
        Files.writeString(queue.resolve("run/resolv.conf"), "nameserver 127.0.0.53\n");
        Path link = queue.resolve("etc/resolv.conf");
        Files.createSymbolicLink(link, Path.of(target.replace("QUEUE", queue.toString())));
        Optional<String> found = lacking(CHROOTED);
        Files.delete(link); // JUnit warns of one that leads out of its folder.
        if (isWell) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).contains("etc/resolv.conf is a link that leads nowhere there");
        }
    }

    @Test
    void aLinkMayNameAFolder() throws IOException {
        Files.delete(queue.resolve("etc"));
        Files.createDirectories(queue.resolve("usr/etc"));
        Files.writeString(queue.resolve("usr/etc/resolv.conf"), "nameserver 127.0.0.53\n");
        Path link = Files.createSymbolicLink(queue.resolve("etc"), Path.of("/usr/etc"));
        Optional<String> found = lacking(CHROOTED);
        Files.delete(link);
        assertThat(found).isEmpty();
    }

    /// Debian's service copies the files when it starts Postfix; the resolver asks this host if
    /// nobody names a server, and nscd if it is there.
    @Test
    void whatCannotBeSeenIsNotSaid() throws IOException {
        assertThat(lacking(SERVICE)).isEmpty();
        assertThat(lacking(CHROOTED, DNS::equals)).isEmpty();
        Path pid = queue.resolve("pid/master.pid");
        for (String text : List.of("", "none", "0", "4194305", "99999999999999999999")) {
            Files.writeString(pid, text);
            assertThat(lacking(CHROOTED)).as(text).isEmpty();
        }
        Files.delete(pid);
        assertThat(lacking(CHROOTED)).isEmpty();
        postfixRuns();
        assertThat(lacking(CHROOTED)).isPresent();
        Files.createDirectories(queue.resolve("run/nscd"));
        Files.createFile(queue.resolve("run/nscd/socket"));
        assertThat(lacking(CHROOTED)).isEmpty();
    }

    @Test
    void everybodyIsASuspectThen() {
        List<String> findings = findings(main(), CHROOTED, MODERN);
        if (new Machine().listens(DNS)) {
            assertThat(findings).as("a DNS server of this host's answers").isEmpty();
            return;
        }
        assertThat(findings)
                .containsExactly(
                        ("smtpd is chrooted in %1$s, and there is no etc/resolv.conf, so that it"
                             + " finds no client's name, and the daemon has every new client wait"
                             + " 1800 s, as a suspect; copy /etc/resolv.conf and /etc/hosts into"
                             + " %1$s/etc, or postconf -F smtp/inet/chroot=n, and postfix reload,"
                             + " see docs/postfix.md")
                                .formatted(queue));
        assertThat(findings(main(), CHROOTED, DAEMON))
                .singleElement()
                .asString()
                .contains("whether the daemon has these could not be judged");
        Daemon original = DAEMON.havingWait(Optional.of(Duration.ZERO));
        assertThat(findings(main(), CHROOTED, original)).isEmpty();
    }

    /// It tells a milter that DNS did not answer, and greydaemon asks itself then.
    @Test
    void aMilterHearsThatNobodyKnows() {
        Map<String, String> main = main();
        main.put("smtpd_recipient_restrictions", "");
        main.put("smtpd_data_restrictions", "");
        main.put("smtpd_milters", "{ inet:127.0.0.1:10030, default_action=accept }");
        assertThat(findings(main, CHROOTED, MODERN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHROOTED + "\n192.0.2.1:2525 inet n - y - - smtpd",
                "smtp inet n - n - 1 postscreen\nsmtpd pass - - y - - smtpd",
                "192.0.2.1:25 inet n - y - - smtpd\n" + SERVICE,
                CHROOTED + " -o smtpd_peername_lookup=yes",
            })
    void itIsSaidOnceOfAll(String master) {
        boolean isAnswered = new Machine().listens(DNS); // By a DNS server of this host's.
        assertThat(findings(main(), master, MODERN))
                .hasSize(isAnswered ? 0 : 1)
                .allMatch(line -> line.contains("there is no etc/resolv.conf"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:10025 inet n - y - - smtpd\n" + SERVICE,
                "submission inet n - y - - smtpd\n" + SERVICE,
                "192.0.2.1:2525 inet n - y - - smtpd -o smtpd_recipient_restrictions=\n" + SERVICE,
                "192.0.2.1:2525 inet n - y - - smtpd -o smtpd_milters=inet:127.0.0.1:10030 -o"
                        + " smtpd_recipient_restrictions=\n"
                        + SERVICE,
            })
    void whereNoStrangerIsAskedAboutNothingIsSaid(String master) {
        assertThat(findings(main(), master, MODERN)).isEmpty();
    }

    @Test
    void whoDoesNotLookNeedsNoServer() {
        assertThat(findings(main(), CHROOTED + " -o smtpd_peername_lookup=no", MODERN))
                .singleElement()
                .asString()
                .startsWith("smtpd_peername_lookup is no");
    }
}
