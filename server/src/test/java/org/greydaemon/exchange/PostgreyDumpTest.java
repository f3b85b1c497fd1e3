package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;
import java.util.List;

final class PostgreyDumpTest {
    private static final String HEADER =
            "VERSION=3\nformat=print\ntype=btree\ndb_pagesize=4096\nHEADER=END\n";

    private static List<String> read(String key, String value) {
        String pair = " " + key + "\n " + value + "\n";
        return ReadLines.of(ImportForm.POSTGREY, HEADER + pair + "DATA=END\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What has passed proves the client, or somebody in its network.
                "192.0.2.7/a@b.c/d@e.f              | 1000,1300   | proven 192.0.2.7 1300",
                "192.0.2.0/a@b.c/d@e.f              | 1000,1300   | proven 192.0.2.0/24 1300",
                "2001:db8:0:0:0:0:0:0/a@b.c/d@e.f   | 1000,1300   | proven 2001:db8::/64 1300",
                "2001:db8:0:0:0:0:0:7/a@b.c/d@e.f   | 1000,1300   | proven 2001:db8::7 1300",
                "192.0.2/a@b.c/d@e.f                | 1000,1300,7 | proven 192.0.2.0/24 1300",
                // What waits, of an address.
                "192.0.2.7/a@b.c/d@e.f     | 1000,1299 | waits 192.0.2.7 <a@b.c> <d@e.f> 1000",
                "192.0.2.7//d@e.f          | 1000,1000 | waits 192.0.2.7 <> <d@e.f> 1000",
                "192.0.2.7/a/b@c/d/e@f     | 1000,1000 | waits 192.0.2.7 <a/b@c> <d/e@f> 1000",
                "192.0.2.7/root/d@e.f      | 1000,1000 | waits 192.0.2.7 <root> <d@e.f> 1000",
                "192.0.2.7/root/root       | 1000,1000 | waits 192.0.2.7 <root> <root> 1000",
                "192.0.2.7/a\\\\\\c3\\a9\\01@b/d@e | 1,1 |"
                        + " waits 192.0.2.7 <a\\\u00e9\\x01@b> <d@e> 1",
                "192.0.2.0/a@b.c/d@e.f     | 1000,1299 | left NETWORK",
                "192.0.2.7/a-#@b.c/d@e.f   | 1000,1299 | left SHORTENED",
                // The other file has addresses only.
                "192.0.2.7                 | 1,1300    | proven 192.0.2.7 1300",
                "192.0.2.0                 | 1,1300    | proven 192.0.2.0 1300",
                "2001:DB8:0:0:0:0:0:7      | 5,1300    | proven 2001:db8::7 1300",
                "192.0.2.7                 | 0,1300    | left UNPROVEN",
                "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12 | 5,1300 | left HASHED",
                // What is none of these.
                "192.0.2.7/a@b.c/d@e.f     | 1000      | malformed '1000' are not two numbers",
                "192.0.2.7/a@b.c/d@e.f     | 1000,x    |"
                        + " malformed the time 'x' is no number of seconds since 1970",
                "192.0.2.7/a@b.c           | 1000,1001 |"
                        + " malformed '192.0.2.7/a@b.c' lacks a recipient",
                "mail.example.org/a@b/c@d  | 1000,1001 |"
                        + " malformed the client 'mail.example.org' is no IP address",
            })
    void aPairIsAnEntryOrSaysWhatIsWrong(String key, String value, String found) {
        assertThat(read(key, value)).containsExactly(found);
    }

    @Test
    void withoutItsOptionPDbDumpWritesHexadecimal() {
        String key = HexFormat.of().formatHex("192.0.2.7".getBytes(UTF_8));
        String value = HexFormat.of().formatHex("5,1300".getBytes(UTF_8));
        assertThat(
                        ReadLines.of(
                                ImportForm.POSTGREY,
                                "format=bytevalue\nHEADER=END\n %s\n %s\n".formatted(key, value)))
                .containsExactly("proven 192.0.2.7 1300");
    }

    @Test
    void bothFilesMayComeOneBehindTheOtherAndTheFirstMayBeCutOff() {
        assertThat(
                        ReadLines.of(
                                ImportForm.POSTGREY,
                                HEADER + " 192.0.2.1\n" + HEADER + " 192.0.2.7\n 5,1300\n"))
                .containsExactly("proven 192.0.2.7 1300");
        assertThat(ReadLines.of(ImportForm.POSTGREY, "HEADER=END\nwhat?"))
                .containsExactly("malformed 'what?' is no line of db_dump");
        assertThat(ReadLines.of(ImportForm.POSTGREY, " 192.0.2.7\n 5,1300\n"))
                .containsExactly(
                        "malformed ' 192.0.2.7' is no line of db_dump",
                        "malformed ' 5,1300' is no line of db_dump");
    }
}
