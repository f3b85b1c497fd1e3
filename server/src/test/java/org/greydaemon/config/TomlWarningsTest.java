package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;

/// What is said of a configuration file that can be used but has another effect than it says.
final class TomlWarningsTest extends ConfigurationRead {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[retry];suspect-delay = \"25h\" | 2:1: retry.suspect-delay: 25h is more than half"
                        + " of retry.window, so suspect clients wait 12h; lower it, or raise"
                        + " retry.window",
                "[retry];delay = \"5m\";window = \"24h\";suspect-delay = \"4m\" | 4:1:"
                        + " retry.suspect-delay: 240s is less than retry.delay, so suspect clients"
                        + " wait 300s as all do; write that, or more",
                "[listen];http = \"192.0.2.1\";http-open = true;allow = \"192.0.2.9\" | 3:1:"
                    + " listen.http-open: it has no effect, because listen.http is 192.0.2.1:8077"
                    + " and not on loopback; take it out, everybody needs a token there",
                "[listen];http = \"0.0.0.0\";http-open = true;allow = \"10\" | 3:1:"
                        + " listen.http-open: it has no",
                "[listen];policy = [\"127.0.0.1\", \"10.0.0.5\"] | 2:1: listen.policy:"
                        + " 10.0.0.5:10023: other hosts reach it, and only this host may ask; name"
                        + " them in listen.allow, or listen on loopback",
                "[listen];milter = \"[2001:db8::1]\" | 2:1: listen.milter: [2001:db8::1]:10030:",
                "[listen];http = \"0.0.0.0\" | 2:1: listen.http: 0.0.0.0:8077: other hosts reach",
                "[listen];udp = \"192.0.2.1\" | 2:1: listen.udp: 192.0.2.1:1999: other hosts reach",
                "[listen];http-open = true | 2:1: listen.http-open: it has no effect, because"
                        + " listen.http is empty; set that too, or take it out",
                "[listen];http = \"127.0.0.1\";http-open = true;http-names = \"a.example\" | 3:1:"
                    + " listen.http-open: it has no effect, because listen.http-names says that"
                    + " there is a proxy, and who comes through one cannot be told from a user of"
                    + " this host; take one of the two out",
                "[retry];retention = \"1s\" | 2:1: retry.retention and retry.window: a proven"
                        + " client is forgotten after 1s without mail, sooner than mail that waits,"
                        + " 24h, and then waits anew; raise retry.retention, by default it is 35d",
                "retry.window = \"36d\" | 1:1: retry.retention and retry.window: a proven client is"
                        + " forgotten after 35d",
                "rules.set = \"original\";retry.retention = \"11h\" | 2:1: retry.retention and"
                        + " retry.window: a proven client is forgotten after 11h",
                "store.max-entries = 999 | 1:1: store.max-entries: with no more than 999 entries"
                        + " new mail soon pushes out what waits, which may then never pass; give"
                        + " thousands, by default it is 2000000",
                "retry.hammer = 2 | 1:1: retry.hammer and retry.delay: mail of hotmail.com,"
                        + " exchange-connection is tried again more than 2 times within 240s and so"
                        + " waits 60m; raise retry.hammer, by default it is 6",
                "retry.delay = \"30m\" | 1:1: retry.hammer and retry.delay: mail of hotmail.com,",
            })
    void whatHasAnotherEffectThanItSaysIsWarnedOf(String toml, String warning) throws IOException {
        assertThat(read(toml.replace(";", "\n")).warnings())
                .singleElement()
                .asString()
                .startsWith(folder + "/greydaemon.toml:" + warning);
    }

    @Test
    void whatSuspectsWaitIsNoMatterOfTheOriginalsRules() throws IOException {
        assertThat(read("rules.set = \"original\"\nretry.suspect-delay = \"25h\"").warnings())
                .isEmpty();
        assertThat(read("rules.set = \"original\"\nretry.hammer = 1").warnings()).isEmpty();
        assertThat(read("retry.suspect-delay = \"12h\"").warnings()).isEmpty();
        assertThat(read("retry.hammer = 3\nretry.retention = \"24h\"").warnings()).isEmpty();
        assertThat(read("store.max-entries = 1000").warnings()).isEmpty();
        assertThat(read("listen.http = \"[::1]\"\nlisten.http-open = true").warnings()).isEmpty();
    }

    /// The private networks may ask everywhere if UDP is for them.
    @Test
    void whereOthersMayAskOrCannotNothingIsSaidOfThem() throws IOException {
        assertThat(read("[listen]\npolicy = \"127.0.0.9\"\nhttp = \"[::1]\"").warnings()).isEmpty();
        assertThat(read("[listen]\npolicy = \"unix:/x/policy\"").warnings()).isEmpty();
        assertThat(read("[listen]\nudp = \"10.0.0.5\"\npolicy = \"10.0.0.5\"").warnings())
                .isEmpty();
        assertThat(read("[listen]\nudp = \"::\"\npolicy = \"0.0.0.0\"").warnings()).isEmpty();
        assertThat(read("[listen]\npolicy = \"10.0.0.5\"\nallow = \"10\"").warnings()).isEmpty();
    }

    /// The password would go over the network as it is.
    @Test
    void filesOfTlsWithoutTlsAreWarnedOf() throws IOException {
        Files.writeString(folder.resolve("ca.pem"), "");
        String toml = "share.servers = \"192.0.2.1\"\nshare.ca-file = \"ca.pem\"\n";
        assertThat(read(toml).warnings())
                .singleElement()
                .asString()
                .contains("2:1: share.ca-file: it has no effect, because share.tls is false");
        assertThat(read("share.ca-file = \"ca.pem\"\n").warnings()).isEmpty();
    }
}
