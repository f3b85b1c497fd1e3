package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SqlgreyDumpTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "connect VALUES('a','b.c','192.0.2.7','d@e.f',17)       |"
                        + " waits 192.0.2.7 <a@b.c> <d@e.f> 17",
                "\"connect\" VALUES('o''a,','b.c','192.0.2.7','d@e.f',17) |"
                        + " waits 192.0.2.7 <o'a,@b.c> <d@e.f> 17",
                "connect VALUES('-undef-','-undef-','192.0.2.7','d@e.f',17) |"
                        + " waits 192.0.2.7 <> <d@e.f> 17",
                "connect VALUES('root','-undef-','192.0.2.7','d@e.f',17) |"
                        + " waits 192.0.2.7 <root> <d@e.f> 17",
                "connect VALUES('a','b.c','2001:0db8:0000:0000:0000:0000:0000:0007','d@e.f',17) |"
                        + " waits 2001:db8::7 <a@b.c> <d@e.f> 17",
                "connect VALUES('a','b.c','192.0.2','d@e.f',17)         | left NETWORK",
                "from_awl VALUES('a#','b.c','192.0.2.7',17,18)          | proven 192.0.2.7 18",
                "from_awl VALUES('a','b.c','192.0.2.0',17,18)           | proven 192.0.2.0 18",
                "from_awl VALUES('a','b.c','192.0.2',17,18)             | proven 192.0.2.0/24 18",
                "domain_awl VALUES('b.c','192.0.2',17,18)               | proven 192.0.2.0/24 18",
                "domain_awl VALUES('b.c','2001:0db8:0000:0007',17,18)   |"
                        + " proven 2001:db8:0:7::/64 18",
                "optin_email VALUES('d@e.f')                            | left RECIPIENTS",
                "domain_awl VALUES('b.c','192.0.2',17)                  | malformed"
                        + " '`b.c`,`192.0.2`,17' are not the values of a row of domain_awl",
                "domain_awl VALUES('b.c','192.0.2',17,18,19)            |"
                        + " malformed '`b.c`,`192.0.2`,17,18,19' are not the values of a row of"
                        + " domain_awl",
                "domain_awl VALUES('b.c','192.0.2)                      |"
                        + " malformed '`b.c`,`192.0.2' are not the values of a row of domain_awl",
                "domain_awl VALUES('b.c','x',17,18)                     |"
                        + " malformed the client 'x' is no IP address",
                "domain_awl VALUES('b.c','192.0.2',17,'2026-11-26')     |"
                        + " malformed the time '2026-11-26' is no number of seconds since 1970",
            })
    void aRowIsAnEntryOrSaysWhatIsWrong(String row, String found) {
        // The other quotes, for the table above.
        assertThat(ReadLines.of(ImportForm.SQLGREY, "INSERT INTO " + row + ";"))
                .containsExactly(found.replace('`', '\''));
    }

    @Test
    void otherStatementsAreNoEntries() {
        assertThat(
                        ReadLines.of(
                                ImportForm.SQLGREY,
                                """
                                PRAGMA foreign_keys=OFF;
                                BEGIN TRANSACTION;
                                CREATE TABLE config (parameter varchar(255) NOT NULL);
                                INSERT INTO config VALUES('version','3');
                                CREATE INDEX connect_fseen ON connect (first_seen);
                                COMMIT;
                                """))
                .isEmpty();
        assertThat(ReadLines.of(ImportForm.SQLGREY, "COPY connect FROM stdin;"))
                .containsExactly(
                        "malformed 'COPY connect FROM stdin;' is no line of SQLite's .dump");
    }
}
