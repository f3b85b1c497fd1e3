package org.greydaemon.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GreylistdFilesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "white | 192.0.2.7 a@b.c d@e.f   | proven 192.0.2.7 1300",
                "white | 192.0.2.7               | proven 192.0.2.7 1300",
                "white | 192.0.2.0/24 a@b.c d@e.f | proven 192.0.2.0/24 1300",
                "grey  | 192.0.2.7 a@b.c d@e.f   | waits 192.0.2.7 <a@b.c> <d@e.f> 1000",
                "grey  | 192.0.2.7 <> d@e.f      | waits 192.0.2.7 <> <d@e.f> 1000",
                "grey  | 2001:db8::7 d@e.f       | waits 2001:db8::7 <> <d@e.f> 1000",
                "grey  | 192.0.2.7 a b@c d@e.f   | waits 192.0.2.7 <a\\x20b@c> <d@e.f> 1000",
                "grey  | 192.0.2.0/24 a@b d@e    | left NETWORK",
                "grey  | 192.0.2.7               | left UNPROVEN",
                "black | 192.0.2.7 a@b.c d@e.f   | left BLACK",
                "other | 192.0.2.7 a@b.c d@e.f   | left STATELESS",
                "grey  | mail.example.org a b    | malformed the client 'mail.example.org' is no IP"
                        + " address, and no network from /16 (IPv6: /32) on",
                "grey  | 192.0.2.7/99 a b        | malformed the client '192.0.2.7/99' is no IP"
                        + " address, and no network from /16 (IPv6: /32) on",
                "white | 0.0.0.0/0 a b           | malformed the client '0.0.0.0/0' is no IP"
                        + " address, and no network from /16 (IPv6: /32) on",
            })
    void aTripletHasTheStateOfItsHash(String list, String data, String found) {
        assertThat(
                        ReadLines.of(
                                ImportForm.GREYLISTD,
                                """
                                [%s]
                                -8129460351893871446 = 1300 1000 2

                                [statistics]
                                white = 12
                                start = 1000

                                -8129460351893871446 = %s
                                """
                                        .formatted(list, data)))
                .containsExactly(found);
    }

    @Test
    void aHashThatNothingExplainsIsCounted() {
        assertThat(ReadLines.of(ImportForm.GREYLISTD, "[white]\n1 = 1300 1000 2\n"))
                .containsExactly("left HASHED");
        assertThat(ReadLines.of(ImportForm.GREYLISTD, "1 = 192.0.2.1 a@b c@d\n"))
                .containsExactly("left STATELESS");
        assertThat(ReadLines.of(ImportForm.GREYLISTD, "White list data:"))
                .containsExactly(
                        "malformed 'White list data:' is no line of greylistd's states or"
                                + " triplets");
    }

    @Test
    void whatIsKeptUntilItsTripletComesIsBounded() {
        Reading reading = ImportForm.GREYLISTD.reading();
        reading.line("[grey]");
        Found.Part part = Found.Part.PART;
        for (int i = 0; i < 400_000; i++) {
            assertThat(reading.line(i + " = 1300 1000 2")).containsExactly(part);
        }
        assertThat(reading.line("-1 = 1300 1000 2"))
                .containsExactly(new Found.Left(Found.Why.TOO_MANY));
    }
}
