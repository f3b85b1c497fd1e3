package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A port is a hint, who listens there is more, and a file of its may say that it does not
/// greylist.
final class OtherGreylistersTest {
    private static final String TWICE = "; take it out: each would have the other's mail wait";

    private static Optional<String> policy(int port, String program, Map<String, String> files) {
        List<List<String>> programs =
                program.isEmpty() ? List.of() : List.of(List.of(program.split(" ", -1)));
        return new OtherGreylisters(
                        _ -> programs, path -> Optional.ofNullable(files.get(path.toString())))
                .policy("some_restrictions asks", new Place("", "127.0.0.1", port))
                .map(one -> (one.isProblem() ? "PROBLEM " : "UNJUDGED ") + one);
    }

    private static Optional<String> policy(int port, String program) {
        return policy(port, program, Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "1337, bley",
        "2501, SQLgrey",
        "2525, gld",
        "5525, gross",
        "10023, Postgrey",
        "10030, Postgrey",
        "60000, Postgrey",
    })
    void aPortIsAHint(int port, String name) {
        assertThat(policy(port, ""))
                .contains(
                        ("UNJUDGED some_restrictions asks 127.0.0.1:%1$d too, where %2$s listens by"
                                        + " custom; who does here, and whether it greylists, could"
                                        + " not be judged; take the call out if it does, as each"
                                        + " would have the other's mail wait; ss -ltnp says who"
                                        + " listens")
                                .formatted(port, name));
    }

    /// policyd-weight (12525) weighs, Dovecot counts (12340), and policyd-spf is started by master.
    @ParameterizedTest
    @ValueSource(ints = {12525, 12340, 9998, 8891, 783, 11332})
    void othersAreNotGuessed(int port) {
        assertThat(policy(port, "")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/sbin/gld, gld",
        "/usr/sbin/grossd -f /etc/grossd.conf, grossd",
        "/usr/bin/perl -w /usr/sbin/sqlgrey -d, sqlgrey",
        "postgrey --pidfile=/run/postgrey.pid --inet=10040, postgrey",
        "/usr/bin/python3 /usr/bin/bley, bley",
        "python3 -m bley.cli, bley",
        "/usr/bin/python3.11 -u /opt/greylist.py, greylist",
    })
    void whoListensIsMore(String program, String name) {
        for (int port : List.of(9998, 2525, 10023, 12345)) {
            assertThat(policy(port, program))
                    .contains(
                            "PROBLEM some_restrictions asks another greylister too, at 127.0.0.1:%d,"
                                            .formatted(port)
                                    + " where "
                                    + name
                                    + " listens"
                                    + TWICE);
        }
    }

    /// At another greylister's port somebody else may listen.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/python3 /opt/policy/server.py --state /var/lib/grey",
                "/usr/lib/dovecot/quota-status -p postfix",
                "/usr/sbin/policyd-weight start",
                "/home/gray/bin/policyd",
                "policyd-spf",
            })
    void whoIsNoGreylisterIsNone(String program) {
        for (int port : List.of(9998, 2525, 10023, 60000, 12345)) {
            assertThat(policy(port, program)).isEmpty();
        }
    }

    /// They hand on what comes, or start who answers; another greydaemon is a Java too.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/docker-proxy -proto tcp -host-port 2525",
                "/lib/systemd/systemd --system",
                "/usr/lib/postfix/sbin/master -w",
                "nginx: master process /usr/sbin/nginx",
                "sshd: alice",
                "/usr/lib/jvm/bin/java -p /usr/lib/greydaemon.jar -m org.greydaemon",
            })
    void whoHandsOnLeavesTheHint(String program) {
        assertThat(policy(2525, program).orElse("")).startsWith("UNJUDGED ").contains("where gld");
        assertThat(policy(9998, program)).isEmpty();
    }

    /// Cluebringer's and iRedAPD's ports are hints as well.
    @ParameterizedTest
    @CsvSource({
        "'', true",
        "/usr/bin/perl /usr/sbin/cbpolicyd --config=x, true",
        "/usr/bin/docker-proxy, true",
        "/usr/bin/python3 /opt/quota.py, false",
        "/usr/lib/dovecot/quota-status -p postfix, false",
    })
    void whoIsSomebodyElseIsNotCalledAfterThePort(String program, boolean mayBe) {
        List<List<String>> programs =
                program.isEmpty() ? List.of() : List.of(List.of(program.split(" ", -1)));
        OtherGreylisters others = new OtherGreylisters(_ -> programs, _ -> Optional.empty());
        Place place = new Place("", "127.0.0.1", 10031);
        assertThat(others.mayBe(Cluebringer.PROGRAM, place)).isEqualTo(mayBe);
        assertThat(others.mayBe(IredApd.PROGRAM, place))
                .isEqualTo(mayBe && !program.contains("perl"));
    }

    @ParameterizedTest
    @CsvSource({"/usr/bin/python3 /opt/iredapd/iredapd.py, iredapd", "policyd, cbpolicyd"})
    void othersAreKnownByTheirPrograms(String program, String name) {
        List<List<String>> programs = List.of(List.of(program.split(" ", -1)));
        OtherGreylisters others = new OtherGreylisters(_ -> programs, _ -> Optional.empty());
        Place place = new Place("", "127.0.0.1", 7777);
        assertThat(others.mayBe(IredApd.PROGRAM, place)).isEqualTo(name.equals("iredapd"));
        assertThat(others.mayBe(Cluebringer.PROGRAM, place)).isEqualTo(name.equals("cbpolicyd"));
    }

    private static final Path MTPOLICYD = Path.of("/etc/mtpolicyd/mtpolicyd.conf");

    /// As Debian's has it, shortened.
    private static final String CONF =
            """
            port="127.0.0.1:12345,127.0.0.1:12346"
            <VirtualHost 12345>
            	name="reputation"
            	<Plugin spf>
            		module = "SPF"
            	</Plugin>
            	<Plugin ScoreGreylist>
            		module = "ScoreAction"
            		<Plugin greylist>
            			module = "Greylist"
            		</Plugin>
            	</Plugin>
            </VirtualHost>
            <VirtualHost 12346>
            	<Plugin quota>
            		module = "Quota"
            	</Plugin>
            </VirtualHost>
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12345 | x | x | whose plugin Greylist is in use",
                "12345 | = \"Greylist\" | Greylist | whose plugin Greylist is in use",
                "12346 | x | x |",
                "12347 | x | x |",
                "12345 | \t\t\tmodule = \"Greylist\" | #\t\tmodule = \"Greylist\" |",
                "12345 | = \"Greylist\" | = \"GeoIPLookup\" |",
            })
    void mtpolicydsFileSaysWhetherItGreylists(int port, String from, String to, String found) {
        String text = CONF.replace(from, to);
        for (String program : List.of("", "/usr/bin/perl /usr/bin/mtpolicyd -c x", "mtpolicyd")) {
            if (port != 12345 && program.isEmpty()) {
                continue;
            }
            Optional<String> said = policy(port, program, Map.of(MTPOLICYD.toString(), text));
            if (found == null) {
                assertThat(said).isEmpty();
            } else {
                assertThat(said.orElse("")).startsWith("UNJUDGED some_res").contains(found);
            }
        }
    }

    @Test
    void withoutMtpolicydsFileNobodyKnows() {
        assertThat(policy(12345, "").orElse(""))
                .startsWith(
                        "UNJUDGED some_restrictions asks 127.0.0.1:12345 too, where mtpolicyd"
                                + " listens by custom; who does here");
        assertThat(policy(9998, "mtpolicyd").orElse(""))
                .startsWith(
                        "UNJUDGED some_restrictions asks mtpolicyd at 127.0.0.1:9998 too;"
                                + " whether its plugin Greylist is in use could not be judged");
    }

    @ParameterizedTest
    @CsvSource({
        "unix:postgrey/socket, true",
        "/var/run/greylistd/socket, true",
        "inet:greylist:9998, true",
        "inet:gray.example.net:9998, true",
        "unix:/var/run/gld.sock, true",
        "milter-greylist, true",
        "inet:policy.grayson.example:9998, false",
        "inet:mail.gldesign.example:9998, false",
        "inet:[2001:db8::1]:9998, false",
        "unix:private/policyd-spf, false",
        "unix:private/gldesign, false",
    })
    void aNameMaySayIt(String service, boolean isNamed) {
        assertThat(OtherGreylisters.isNamed(service)).isEqualTo(isNamed);
    }

    @Test
    void aMilterIsKnownByWhoListens() {
        Place place = new Place("", "127.0.0.1", 5523);
        OtherGreylisters known =
                new OtherGreylisters(
                        _ -> List.of(List.of("/usr/sbin/grossd")), _ -> Optional.empty());
        assertThat(known.milter("smtpd_milters asks", place).map(Finding::toString))
                .contains(
                        "smtpd_milters asks another greylister too, at 127.0.0.1:5523, where grossd"
                                + " listens"
                                + TWICE);
        OtherGreylisters unknown = new OtherGreylisters(_ -> List.of(), _ -> Optional.empty());
        assertThat(unknown.milter("smtpd_milters asks", place)).isEmpty();
        assertThat(unknown.milter("smtpd_milters asks", new Place("", "127.0.0.1", 2525)))
                .isEmpty();
    }

    /// tumgreyspf asks SPF too, and may do nothing else.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CHECKERS = spf,greylist | true",
                "CHECKERS = greylist | true",
                "CHECKERS=spf | false",
                "# CHECKERS = spf,greylist~CHECKERS = spf | false",
                "GREYLISTTIME = 600 | true",
            })
    void tumgreyspfMayAskSpfOnly(String text, boolean greylists) {
        Map<Path, String> files =
                Map.of(
                        Path.of("/var/lib/tumgreyspf/config/__default__"),
                        "SPFSEEDONLY = 0\n" + text.replace('~', '\n') + "\n");
        String spawned = "user=tumgreyspf argv=/usr/bin/tumgreyspf";
        assertThat(
                        OtherGreylisters.isProgram(
                                spawned, path -> Optional.ofNullable(files.get(path))))
                .isEqualTo(greylists);
        assertThat(OtherGreylisters.isProgram(spawned, _ -> Optional.empty())).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "user=nobody argv=/usr/bin/perl /usr/lib/postfix/greylist.pl, true",
        "user=nobody argv=/usr/bin/perl -w /usr/local/bin/gld, true",
        "flags=x user=s argv=/usr/sbin/s-postgray --db, true",
        "user=greyd argv=/usr/bin/policyd-spf, false",
        "user=nobody argv=/opt/greydaemon/hand-over, false",
        "user=nobody argv=/usr/bin/python3 /opt/spf.py /etc/greylist.conf, false",
    })
    void whatMasterStartsHasAName(String spawned, boolean greylists) {
        assertThat(OtherGreylisters.isProgram(spawned, _ -> Optional.empty())).isEqualTo(greylists);
    }
}
