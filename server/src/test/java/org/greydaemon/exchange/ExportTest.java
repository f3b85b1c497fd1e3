package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.exchange.FoundEntry.ProvenClient;
import org.greydaemon.exchange.FoundEntry.Triplet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What is written is what the other program makes of the same mail, and reads back as the same.
final class ExportTest {
    private static final ProvenClient PROVEN = new ProvenClient("192.0.2.7", 17);
    private static final ProvenClient PROVEN6 = new ProvenClient("2001:db8::7", 17);
    private static final ProvenClient NAME = new ProvenClient("unknown", 17);
    private static final Triplet WAITS = new Triplet("192.0.2.7", "o'a@b.c", "d/e@f", 17);
    private static final Triplet BOUNCE = new Triplet("2001:db8::7", "", "d@e", 17);
    private static final Triplet ESCAPED = new Triplet("192.0.2.7", "a\\x0a@b", "d@e", 17);

    private static List<String> written(ExportForm form, FoundEntry... entries) {
        Writing writing = form.writing();
        List<String> lines = new ArrayList<>(writing.begin());
        for (FoundEntry entry : entries) {
            lines.addAll(writing.lines(entry));
        }
        lines.addAll(writing.end());
        return lines;
    }

    private static List<String> andRead(ExportForm form, ImportForm as, FoundEntry... entries) {
        return ReadLines.of(as, String.join("\n", written(form, entries)));
    }

    @Test
    void spamdbHasClients() {
        assertThat(written(ExportForm.SPAMDB, PROVEN, PROVEN6, NAME, WAITS))
                .containsExactly(
                        "WHITE|192.0.2.7|||17|17|3110417|0|1",
                        "WHITE|2001:db8::7|||17|17|3110417|0|1");
        assertThat(andRead(ExportForm.SPAMDB, ImportForm.SPAMDB, PROVEN, PROVEN6))
                .containsExactly("proven 192.0.2.7 17", "proven 2001:db8::7 17");
    }

    /// What MySQL would make of `'a\','...`: a statement of the sender's.
    @Test
    void sqlgreyHasNoBackslashForAnyDatabaseToMisread() {
        assertThat(
                        written(
                                ExportForm.SQLGREY,
                                new FoundEntry.Triplet("192.0.2.7", "a\\@b", "c@d", 17),
                                new FoundEntry.Triplet("192.0.2.7", "a@b", "',0);--\\", 17)))
                .containsExactly("BEGIN TRANSACTION;", "COMMIT;");
    }

    @Test
    void sqlgreyHasTripletsOfTheAddressAndOfItsNetwork() {
        assertThat(written(ExportForm.SQLGREY, PROVEN, WAITS, BOUNCE, ESCAPED))
                .containsExactly(
                        "BEGIN TRANSACTION;",
                        "INSERT INTO connect VALUES('o''a','b.c','192.0.2.7','d/e@f',17);",
                        "INSERT INTO connect VALUES('o''a','b.c','192.0.2','d/e@f',17);",
                        "INSERT INTO connect VALUES('-undef-','-undef-','2001:db8::7','d@e',17);",
                        "INSERT INTO connect VALUES('-undef-','-undef-',"
                                + "'2001:0db8:0000:0000:0000:0000:0000:0007','d@e',17);",
                        "COMMIT;");
        assertThat(
                        written(
                                ExportForm.SQLGREY,
                                new Triplet("2001:db8:1:2:211:22ff:fe33:4455", "root", "d@e", 17)))
                .contains(
                        "INSERT INTO connect VALUES('root','-undef-',"
                                + "'2001:0db8:0001:0002','d@e',17);");
        assertThat(andRead(ExportForm.SQLGREY, ImportForm.SQLGREY, WAITS, BOUNCE))
                .containsExactly(
                        "waits 192.0.2.7 <o'a@b.c> <d/e@f> 17",
                        "left NETWORK",
                        "waits 2001:db8::7 <> <d@e> 17",
                        "waits 2001:db8::7 <> <d@e> 17");
    }

    @Test
    void postgreyHasTwoFiles() {
        assertThat(written(ExportForm.POSTGREY_CLIENTS, PROVEN, PROVEN6, NAME, WAITS))
                .containsExactly(
                        "VERSION=3",
                        "format=print",
                        "type=btree",
                        "HEADER=END",
                        " 192.0.2.7",
                        " 5,17",
                        " 2001:DB8:0:0:0:0:0:7",
                        " 5,17",
                        "DATA=END");
        assertThat(written(ExportForm.POSTGREY, PROVEN, WAITS, BOUNCE, ESCAPED))
                .containsSubsequence(
                        "HEADER=END",
                        " 192.0.2.0/o'a@b.c/d/e@f",
                        " 17,17",
                        " 2001:db8:0:0:0:0:0:0//d@e",
                        " 17,17",
                        "DATA=END");
        assertThat(andRead(ExportForm.POSTGREY_CLIENTS, ImportForm.POSTGREY, PROVEN, PROVEN6))
                .containsExactly("proven 192.0.2.7 17", "proven 2001:db8::7 17");
        assertThat(andRead(ExportForm.POSTGREY, ImportForm.POSTGREY, WAITS, BOUNCE))
                .containsExactly("left NETWORK", "left NETWORK");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list+a=b@c.d                    | list@c.d",
                "bounce-123-a45-6@c.d            | bounce-#-a45-#@c.d",
                "prvs=0123456789=alice@c.d       | alice@c.d",
                "prvs=alice=0123456789@c.d       | alice@c.d",
                "prvs=a=b=c@c.d                  | prvs=a=b=c@c.d",
                "123                             | 123",
                "a\u00e9\\b@c.d                  | a\\c3\\a9\\\\b@c.d",
            })
    void postgreyLooksForAShortenedSender(String sender, String key) {
        assertThat(written(ExportForm.POSTGREY, new Triplet("192.0.2.7", sender, "d@e", 17)))
                .contains(" 192.0.2.0/" + key + "/d@e");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "53514c69746520666f726d6174203300 | sqlite3 db .dump ",
                "00000000000000000000000062310500 | db5.3_dump -p db ",
                "00000000000000000000000000053162 | db5.3_dump -p db ",
                "00000000000000000000000061150600 | db5.3_dump -p db ",
                "00061561000000000000000000000000 | spamdb ",
            })
    void aBinaryDatabaseIsKnownAndWhoCanReadItToo(String start, String command) {
        assertThat(BinaryDatabase.advice(HexFormat.of().parseHex(start), "db").orElseThrow())
                .contains("; run: " + command.strip());
    }

    @Test
    void aTextIsNoBinaryDatabase() {
        assertThat(BinaryDatabase.advice("I 17 192.0.2.7\nI".getBytes(ISO_8859_1), "f")).isEmpty();
        assertThat(BinaryDatabase.advice(new byte[0], "f")).isEmpty();
    }
}
