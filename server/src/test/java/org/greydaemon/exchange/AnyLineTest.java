package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.Seed;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// Whatever a line says, it is read without an exception, and nothing of it reaches the daemon or a
/// terminal as it is.
final class AnyLineTest {
    /// Runs a failure again.
    private static final long SEED = Seed.next();

    private static final int ROUNDS = 20_000;

    /// What the daemon takes at most (`admin.ConnectionLines`).
    private static final int DAEMON_LINE_MAX = 32 << 10;

    private static final List<String> LINES =
            List.of(
                    "I 1700000000 192.0.2.7",
                    "G 1700000000 192.0.2.7 a@example.org b@example.net",
                    "HEADER=END",
                    "format=bytevalue",
                    " 192.0.2.0/a@example.org/b@example.net",
                    " 192.0.2.7/\\c3\\a9@example.org/b\\\\@example.net",
                    " 1700000000,1700000010",
                    " 3139322e302e322e37",
                    "INSERT INTO connect VALUES('a','b.c','192.0.2.7','d@e.f',1700000000);",
                    "INSERT INTO domain_awl VALUES('b.c','192.0.2',1700000000,1700000001);",
                    "[grey]",
                    "-81 = 1700000000 1700000001 2",
                    "-81 = 192.0.2.7 a@b.c d@e.f",
                    "WHITE|192.0.2.7|||1700000000|1700000001|1700000002|0|3",
                    "GREY|192.0.2.7|h|<a@b>|<c@d>|1700000000|1700000001|1700000002|1|0",
                    "192.0.2.7\0a@b\0005\0Tc@d\0001700000000\0\1");

    private static final String SPECIAL = "\0\1\r\033 /|'\\,;=@<>#()[]x09\u0085\u00e9\u00ff";

    private static String mutated(Random random) {
        StringBuilder line = new StringBuilder(LINES.get(random.nextInt(LINES.size())));
        for (int i = random.nextInt(5); i > 0 && !line.isEmpty(); i--) {
            int at = random.nextInt(line.length());
            char c = SPECIAL.charAt(random.nextInt(SPECIAL.length()));
            switch (random.nextInt(4)) {
                case 0 -> line.setCharAt(at, c);
                case 1 -> line.insert(at, c);
                case 2 -> line.deleteCharAt(at);
                default -> line.setLength(at);
            }
        }
        return line.toString();
    }

    @ParameterizedTest
    @EnumSource(ImportForm.class)
    void isReadWithoutAnException(ImportForm form) {
        Random random = new Random(SEED);
        Reading reading = form.reading();
        for (int i = 0; i < ROUNDS; i++) {
            String line = mutated(random);
            for (Found found : reading.line(line)) {
                assertHarmless(found, line);
            }
        }
        reading.end().forEach(found -> assertHarmless(found, "the end"));
    }

    private static void assertHarmless(Found found, String line) {
        String text =
                switch (found) {
                    case FoundEntry entry -> entry.json().toString();
                    case Found.Malformed(String what) -> what;
                    default -> "";
                };
        assertThat(text)
                .as("seed %d, line %s", SEED, line)
                .doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f]");
        if (found instanceof FoundEntry) {
            assertThat(JsonReader.read(text.getBytes(UTF_8))).isInstanceOf(Json.Read.Value.class);
        }
    }

    /// A line of the worst octets is read in an instant, and short enough for the daemon, which
    /// would refuse all that follow a line that is not.
    @ParameterizedTest
    @EnumSource(ImportForm.class)
    @Timeout(20)
    void ofAnyLengthIsShortForTheDaemon(ImportForm form) {
        Reading reading = form.reading();
        for (String octet :
                List.of("\\x", "\001", "\"", "|<", "'", "/", "=", "\0", " ", "\u00ff")) {
            String much = octet.repeat(30_000 / octet.length());
            Stream.of(
                            "G 17 192.0.2.7 " + much + "@b " + much,
                            "HEADER=END",
                            " 192.0.2.7/" + much + "@b/" + much + "@c",
                            " 1,1",
                            "INSERT INTO connect VALUES('" + much + "','b','192.0.2.7','c',17);",
                            "[grey]",
                            "1 = 17 17 1",
                            "1 = 192.0.2.7 " + much + "@b " + much,
                            "GREY|192.0.2.7|h|<" + much + ">|<" + much + ">|17|1|1|1|0",
                            "192.0.2.7\0" + much + "\0006\0Ta@bc\00017\0\0",
                            much)
                    .flatMap(line -> reading.line(line).stream())
                    .filter(FoundEntry.class::isInstance)
                    .map(found -> ((FoundEntry) found).json().toString())
                    .forEach(json ->
                            assertThat(json.getBytes(UTF_8)).hasSizeLessThan(DAEMON_LINE_MAX));
        }
    }

    @Test
    void theFormThatWasMeantIsFound() {
        assertThat(ImportForm.GREYDAEMON.meant(List.of("TRAPPED|192.0.2.7|17")))
                .contains(ImportForm.SPAMDB);
        assertThat(ImportForm.SPAMDB.meant(List.of("I 17 192.0.2.7")))
                .contains(ImportForm.GREYDAEMON);
        assertThat(ImportForm.POSTGREY.meant(List.of("PRAGMA foreign_keys=OFF;")))
                .contains(ImportForm.SQLGREY);
        assertThat(ImportForm.SQLGREY.meant(List.of("VERSION=3", "HEADER=END", " 192.0.2.7")))
                .contains(ImportForm.POSTGREY);
        assertThat(ImportForm.GREYDAEMON.meant(List.of("", "[white]", "1 = 17 17 1")))
                .contains(ImportForm.GREYLISTD);
        assertThat(ImportForm.GREYDAEMON.meant(List.of("192.0.2.7\0a\0003\0Tb\00017\0\1")))
                .contains(ImportForm.QMAIL_GREYD);
        // One good line is enough, and a file without any is nobody's.
        assertThat(
                        ImportForm.GREYDAEMON.meant(
                                List.of("I 17 192.0.2.7", "TRAPPED|x", "SPAMTRAP|x")))
                .isEmpty();
        assertThat(ImportForm.GREYDAEMON.meant(List.of("what?"))).isEmpty();
        assertThat(ImportForm.GREYDAEMON.meant(List.of())).isEmpty();
    }
}
