package org.greydaemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.Mutations;
import org.greydaemon.exchange.FoundEntry;
import org.greydaemon.exchange.ImportCounts;
import org.greydaemon.exchange.ImportForm;
import org.greydaemon.exchange.Reading;
import org.greydaemon.exempt.AllowedLines;
import org.greydaemon.exempt.AllowedWord;
import org.greydaemon.json.Json;
import org.greydaemon.json.JsonReader;
import org.greydaemon.mail.EscapedText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whatever the operator's files hold: they are read or refused, in words, and nothing in these
/// words steers a terminal.
///
/// `-Dseed=` runs a failure again; `-Dsoak=true` goes on for two minutes with each kind.
final class AnyFileTest {
    private static final boolean SOAK = Boolean.getBoolean("soak");
    private static final long SEED = Long.getLong("seed", SOAK ? System.nanoTime() : 20_261_128);
    private static final int CASES = 400;
    private static final long SOAK_NANOS = 120_000_000_000L;

    private static final String TOML =
            """
            # how it is run
            [listen]
            udp = "127.0.0.1:0"
            policy = ["127.0.0.1:0", "unix:/run/greydaemon/policy"]
            allow = ["10", "192.0.2.0/24"]
            socket-mode = "0660"
            [rules]
            set = "modern"
            our-names = ["mx.example.net"]
            pools = ["pools"]
            spf = false
            [retry]
            delay = "4m"
            window = "24h"
            hammer = 10
            [store]
            save-file = "state/save"
            max-entries = 2_000_000
            [exempt]
            white-list = "white"
            files = ["exempt"]
            [reply]
            text = "451 4.7.1 Try again in %s seconds"
            [log]
            debug = true
            """;

    private static final String WHITE_LIST =
            "# who passes\n192.0.2.1\n198.51.100/24\n203.0.113.*\n2001:db8::/32\n10.1-3.*\n";

    private static final String EXEMPT =
            """
            client 192.0.2.0/24 # ticket 4711
            host .example.org sender a#b@example.org until 2027-01-31 # why
            sender *@b\303\274cher.example
            recipient postmaster@*
            helo mx?.example.org client 2001:db8::/48
            opt-in c@example.net
            opt-out d@example.net
            """;

    private static final String ALLOWED =
            """
            client 192.0.2.0/24 until 2027-01-31T12:00:00Z # root: ticket 4711
            client 2001:db8::/64 # root
            client 198.51.100.7 # root
            """;

    private static final String POOLS = "# pools\nexample.com # why\nexample.org\nmail.example\n";

    @TempDir Path folder;

    private interface Case {
        void run(Mutations with) throws Exception;
    }

    private static void each(Case one) throws Exception {
        long end = System.nanoTime() + SOAK_NANOS;
        for (int i = 0; SOAK ? System.nanoTime() < end : i < CASES; i++) {
            try {
                one.run(new Mutations(SEED + i));
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dseed=" + SEED + ", case " + i, e);
            }
        }
    }

    private void write(String name, String octets) throws IOException {
        Files.write(folder.resolve(name), octets.getBytes(ISO_8859_1));
    }

    @Test
    void theConfigurationAndItsListsAreCheckedOrRefused() throws Exception {
        Files.createDirectory(folder.resolve("state"));
        each(with -> {
            write("greydaemon.toml", with.oneIn(2) ? with.file(TOML) : TOML);
            write("white", with.oneIn(2) ? with.file(WHITE_LIST) : WHITE_LIST);
            write("exempt", with.oneIn(2) ? with.file(EXEMPT) : EXEMPT);
            write("pools", with.oneIn(2) ? with.file(POOLS) : POOLS);
            String file = folder.resolve("greydaemon.toml").toString();
            List<Integer> status = new ArrayList<>();
            String said =
                    said(() ->
                            status.add(
                                    DaemonCommand.parse("--config", file, "--check-config")
                                            .exitStatus()));
            assertThat(status.getFirst()).isIn(0, ExitStatus.CONFIGURATION.number());
            assertSeen(said);
        });
    }

    private static String said(Runnable command) {
        PrintStream err = System.err;
        PrintStream out = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(said, true, UTF_8);
        System.setErr(both);
        System.setOut(both);
        try {
            command.run();
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
        return said.toString(UTF_8);
    }

    @Test
    void whatIsDamagedOfTheAllowedLinesIsSaidAndTheRestIsInForce() throws Exception {
        Path file = folder.resolve("allowed");
        each(with -> {
            write("allowed", with.file(ALLOWED) + "\nclient 203.0.113.9\n");
            List<String> problems = new ArrayList<>();
            AllowedLines read = AllowedLines.read(file, problems::add);
            assertThat(read.words()).extracting(AllowedWord::text).contains("client 203.0.113.9");
            problems.forEach(AnyFileTest::assertSeen);
        });
    }

    /// Files as other greylisters leave them.
    private static String valid(ImportForm form) {
        return switch (form) {
            case GREYDAEMON ->
                    """
                    I 1700000000 192.0.2.7
                    G 1700000000 192.0.2.7 a@example.org b@example.net
                    U 1700000000 192.0.2.8
                    """;
            case POSTGREY ->
                    """
                    VERSION=3
                    format=print
                    type=btree
                    HEADER=END
                     192.0.2.0/a@example.org/b@example.net
                     1700000000,1700000010
                     192.0.2.7
                     5,1700000010
                    DATA=END
                    """;
            case SQLGREY ->
                    """
                    PRAGMA foreign_keys=OFF;
                    BEGIN TRANSACTION;
                    INSERT INTO connect VALUES('a','b.c','192.0.2.7','d@e.f',1700000000);
                    INSERT INTO from_awl VALUES('a','b.c','192.0.2',1700000000,1700000001);
                    INSERT INTO domain_awl VALUES('b.c','192.0.2',1700000000,1700000001);
                    COMMIT;
                    """;
            case GREYLISTD ->
                    """
                    [white]
                    -81 = 1700000000 1700000001 2
                    [grey]
                    -82 = 1700000000 1700000001 1
                    [black]
                    -81 = 192.0.2.7 a@b.c d@e.f
                    -82 = 192.0.2.8 a@b.c d@e.f
                    """;
            case SPAMDB ->
                    """
                    WHITE|192.0.2.7|||1700000000|1700000001|1700000002|0|3
                    GREY|192.0.2.7|h|<a@b>|<c@d>|1700000000|1700000001|1700000002|1|0
                    TRAPPED|192.0.2.9|1700000002
                    SPAMTRAP|t@example.net
                    """;
            case QMAIL_GREYD ->
                    """
                    192.0.2.7\0a@b\0005\0Tc@d\0001700000000\0\1
                    192.0.2.8\0\0005\0Tc@d\0001700000000\0\0
                    """;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseIsReadWithoutAnException(ImportForm form) throws Exception {
        each(with -> {
            String file =
                    with.file(
                            valid(with.oneIn(20) ? with.any(List.of(ImportForm.values())) : form));
            Reading reading = form.reading();
            ImportCounts tally = new ImportCounts();
            try (InputLines lines =
                    new InputLines(new ByteArrayInputStream(file.getBytes(ISO_8859_1)))) {
                for (Optional<InputLines.InputLine> line = lines.line();
                        line.isPresent();
                        line = lines.line()) {
                    long number = line.get().number();
                    line.get()
                            .text()
                            .map(reading::line)
                            .orElse(List.of())
                            .forEach(found -> {
                                tally.add(number, found);
                                if (found instanceof FoundEntry entry) {
                                    String json = entry.json().toString();
                                    assertSeen(json);
                                    assertThat(JsonReader.read(json.getBytes(UTF_8)))
                                            .isInstanceOf(Json.Read.Value.class);
                                }
                            });
                }
            }
            reading.end().forEach(found -> tally.add(0, found));
            tally.text().forEach(AnyFileTest::assertSeen);
        });
    }

    private static void assertSeen(String text) {
        for (String line : text.split("\n", -1)) {
            assertThat(line.codePoints().allMatch(EscapedText::isShown))
                    .as("all can be seen of: %s", EscapedText.shown(line))
                    .isTrue();
        }
    }
}
