package org.greydaemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// What is said of a configuration file that cannot be used.
final class TomlFileTest extends ConfigurationRead {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[retry];delay = 240 | 2:1: retry.delay: 240 is no duration; write one, such as"
                        + " \"240s\"",
                "[retry];delay = 4.5 | 2:1: retry.delay: 4.5 is no duration; write one",
                "[retry];delay = \"4x\" | 2:1: retry.delay: '4x' is no duration; write whole"
                        + " numbers with their units",
                "[retry];delay = \"0s\" | 2:1: retry.delay: '0s' is not between a second and a",
                "[retry];window = \"101w99999d\" | 2:1: retry.window: '101w99999d' is not between",
                "[retry];delay = 4m | 2:10: unexpected 'm', expected a newline or end-of-input;"
                        + " text stands in quotes, write delay = \"4m\"",
                "[rules];set = \"modren\" | 2:1: rules.set: 'modren' is none of original, modern;"
                        + " did you mean 'modern'?",
                "[rules];set = \"x\" | 2:1: rules.set: 'x' is none of original, modern; choose one",
                "[rules];set = true | 2:1: rules.set: true is no word; write one, such as"
                        + " \"original\"",
                "[listen];udp = \"mx.example\" | 2:1: listen.udp: 'mx.example' does not begin with"
                        + " an IP address",
                "[listen];udp = [\"::1\"] | 2:1: listen.udp: a list is no address; write one, such",
                "[listen];policy = [\"::1\",;  \"unix:x\"] | 3:3: listen.policy: 'unix:x' has no"
                        + " absolute path",
                "[listen];allow = [\"10\", 11] | 2:16: listen.allow: 11 is no network; write one",
                "[listen];allow = [\"\"] | 2:10: listen.allow: '' is no network; write one such as",
                "[listen];allow = \"10/33\" | 2:1: listen.allow: '10/33'",
                "[listen];allow = \"mx.example.net\" | 2:1: listen.allow: 'mx.example.net' is not"
                        + " an address; write that of the host, or a network such as 192.0.2.0/24",
                "[listen];allow = \"mx1\" | 2:1: listen.allow: 'mx1' is not an address; write",
                "[share];servers = \"x:0\" | 2:1: share.servers: 'x:0' is no host with a port;",
                "[share];servers = \"x:65536\" | 2:1: share.servers: 'x:65536' is no host with",
                "[rules];our-names = \"a b\" | 2:1: rules.our-names: 'a b' is no name and no"
                        + " address; write one such as mx.example.net",
                "[rules];recipient-delimiter = \"é\" | 2:1: rules.recipient-delimiter:"
                        + " '\\u00e9' is no"
                        + " delimiter; give one character of ASCII",
                "[rules];recipient-delimiter = \"X\" | 2:1: rules.recipient-delimiter: 'X' is no"
                        + " delimiter; give one character of ASCII",
                "[rules];our-names = [\"mx\", \"\"] | 2:20: rules.our-names: '' is no name and",
                "[listen];socket-mode = 432 | 2:1: listen.socket-mode: 432 is no mode; write one,"
                        + " such as \"0660\"",
                "[listen];socket-mode = \"0999\" | 2:1: listen.socket-mode: '0999' is no mode;"
                        + " give",
                "[store];max-entries = 0 | 2:1: store.max-entries: '0' is no whole number from 1"
                        + " to 1000000000; give one, such as 2000000",
                "[store];max-entries = 1000000001 | 2:1: store.max-entries: '1000000001' is no",
                "[store];max-entries = \"9\" | 2:1: store.max-entries: '9' is no whole number from",
                "[store];save-file = \"state/\" | 2:1: store.save-file: '",
                "[reply];text = \"550 5.7.1 no\" | 2:1: reply.text: '550 5.7.1 no' is not 4yz"
                        + " 4.y.z",
                "[reply];text = \"\" | 2:1: reply.text: '' is empty; write what deferred clients",
                "[log];debug = \"no\" | 2:1: log.debug: \"no\" is neither true nor false; write"
                        + " one",
                "[retry];dealy = \"4m\" | 2:1: unknown key 'retry.dealy'; did you mean"
                        + " 'retry.delay'?",
                "delay = \"4m\" | 1:1: unknown key 'delay'; did you mean 'retry.delay'?",
                "[listn];udp = \"::1\" | 2:1: unknown key 'listn.udp'; did you mean 'listen.udp'?",
                "[zebra];hoof = 1 | 2:1: unknown key 'zebra.hoof'; take it out, greydaemon.toml(5)",
                "[zebra] | 1:1: unknown key 'zebra'; take it out",
                "\"retry.delay\" = \"4m\" | 1:1: unknown key '\"retry.delay\"'; did you mean",
                "retry = \"4m\" | 1:1: retry is a group; write [retry] once, and its keys below",
                "[[retry]];delay = \"4m\" | 1:1: retry is a group; write [retry] once",
                "[retry.delay];x = 1 | 1:1: retry.delay: a group is no duration; write one",
                "[retry];[retry] | 2:1: retry previously defined at line 1, column 1; keep one of",
                "[retry];delay = \"4m\";delay = \"5m\" | 3:1: delay previously defined at line 2",
                "[retry;delay = \"4m\" | 1:7: unexpected end of line, expected ]; mend the line,",
                "[retry];delay = \"25h\" | 2:1: retry.delay and retry.window: a retry is early for"
                        + " 90000 s and late from 86400 s on, so no mail could ever pass; lower"
                        + " retry.delay or raise retry.window",
                "[listen];policy = \"::1\";milter = [\"[::1]:0\", \"[::1]:10023\"] | 3:1:"
                        + " listen.milter: [::1]:10023 is a place of listen.policy already; choose"
                        + " another",
                "[listen];policy = \"0.0.0.0:9\";milter = [\"127.0.0.1:9\"] | 3:1: listen.milter:"
                        + " 127.0.0.1:9 is in the way of 0.0.0.0:9, a place of listen.policy",
                "[listen];policy = \"192.0.2.1:9\";http = \"[::]:9\" | 3:1: listen.http: [::]:9 is"
                        + " in the way of 192.0.2.1:9, a place of listen.policy already; choose",
                "[listen];policy = [\"unix:/x/s\", \"unix:/x/./s\"] | 2:1: listen.policy:"
                        + " unix:/x/./s is in the way of unix:/x/s, a place of listen.policy",
                "[store];save-file = \"x/save.new\" | 2:1: store.save-file: '",
                "[store];save-file = \"x/s\";rescue-folder = \"y/../x/\" | 3:1:"
                        + " store.rescue-folder:",
                "[listen];contrl = \"a\" | 2:1: unknown key 'listen.contrl'; did you mean"
                        + " 'admin.control'?",
                "store.save-file = \"greydaemon.toml\" | 1:1: store.save-file: ",
                "[retry];window = \"4m\" | 2:1: retry.delay and retry.window: a retry is early for",
            })
    void anErrorNamesItsLineItsRuleAndTheRemedy(String toml, String error) throws IOException {
        assertThat(errors(toml.replace(";", "\n"))).singleElement().asString().startsWith(error);
    }

    @Test
    void allErrorsAreSaidAtOnceInTheOrderOfTheLines() throws IOException {
        assertThat(errors("[log]\ndebug = 1\nformat = logfmt\n[x]\na = 1\n[retry]\ndelay = 1\n"))
                .extracting(error -> error.substring(0, error.indexOf(' ')))
                .containsExactly("2:1:", "3:10:", "5:1:", "7:1:");
    }

    @Test
    void whatStandsBelowABrokenHeaderIsNotCalledUnknown() throws IOException {
        assertThat(errors("[log]\ndebug = 1\n[retry\ndelay = \"4m\"\n")).hasSize(2);
    }

    @Test
    void aFileThatCannotBeReadIsOneSentence() throws IOException {
        Path file = folder.resolve("none.toml");
        Sources sources = new Sources(Optional.of(file), Map.of());
        assertThat(sources.read().errors())
                .containsExactly(file + ": there is no such file; make it, an empty one will do");
        Files.write(file, new byte[] {'#', (byte) 0xff});
        assertThat(sources.read().errors())
                .containsExactly(file + ":1: it is not in UTF-8; save it in that encoding");
        byte[] tooLong = new byte[(1 << 20) + 1];
        Arrays.fill(tooLong, (byte) '#');
        Files.write(file, tooLong);
        assertThat(sources.read().errors())
                .containsExactly(file + ": it is longer than 1 MiB; that is no configuration");
        assertThat(new Sources(Optional.of(folder), Map.of()).read().errors())
                .singleElement()
                .asString()
                .contains("it cannot be read");
    }

    /// A file is at most 1 MiB, and so may a duration be.
    @Test
    void aDurationOfManyPartsIsNoBug() throws IOException {
        String ones = "1s".repeat(200_000);
        assertThat(settings("retry.window = \"" + ones + "\"").rules().window().maxSeconds())
                .isEqualTo(200_000);
        assertThat(errors("retry.window = \"" + "9999999999w".repeat(2_000) + "\""))
                .singleElement()
                .asString()
                .endsWith("is not between a second and a century; write such a duration");
    }

    /// A disk that is about to die changes a bit: the start says in which line.
    @Test
    void aFlippedBitIsNoBugAndIsSaidWithItsLine() throws IOException {
        byte[] whole =
                """
                [listen]
                policy = ["127.0.0.1:10023", "unix:/run/p"]
                # Büro
                [retry]
                delay = "4m"
                [exempt]
                resolver = ["192.0.2.53"]
                """
                        .getBytes(UTF_8);
        Path file = folder.resolve("flipped.toml");
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertThat(new Sources(Optional.of(file), Map.of()).read().errors())
                    .as("bit %d", bit)
                    .allMatch(error ->
                            error.substring(file.toString().length()).matches(":[1-8]:.*"));
        }
    }

    /// Whatever a file holds, there is an answer: seeds are few and files short, so that it is
    /// quick.
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5", "6", "7", "8"})
    void damagedFilesAreNeverABug(long seed) throws IOException {
        var random = new Random(seed);
        byte[] sample = String.join("\n", Printed.sample()).replace("#", "").getBytes(UTF_8);
        for (int round = 0; round < 20; round++) {
            int from = random.nextInt(sample.length - 200);
            byte[] damaged = Arrays.copyOfRange(sample, from, from + 200);
            for (int i = 0; i < 10; i++) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) "[]\"'=.{},\n#\\x".charAt(random.nextInt(13));
            }
            String toml = new String(damaged, UTF_8);
            assertThat(errors(toml)).describedAs("seed %d: %s", seed, toml).isNotNull();
        }
    }

    /// A reload writes what is wrong into the log.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[share];password = 4711 | 2:1: share.password: it is no text; write it in quotes",
                "[share];password = 47.11 | 2:1: share.password: it is no text; write it in",
                "[share];password = [\"4711\"] | 2:1: share.password: it is no text; write it in",
                "[share];password = 4711x | 2:16: this is no TOML; text stands in quotes, a"
                        + " password too",
                "[share];password = \"4711 | 2:17: this is no TOML; text stands in quotes, a"
                        + " password too",
                "[share];password = \"4711\";password = \"4711\" | 3:1: password previously"
                        + " defined",
                "share.password = s4711 | 1:18: this is no TOML; text stands in quotes, a password"
                        + " too",
            })
    void aPasswordIsNeverRepeated(String toml, String error) throws IOException {
        assertThat(errors(toml.replace(";", "\n")))
                .singleElement()
                .asString()
                .startsWith(error)
                .doesNotContain("4711");
    }
}
