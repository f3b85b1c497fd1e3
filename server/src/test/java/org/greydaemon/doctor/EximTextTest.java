package org.greydaemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;
import java.util.Optional;

/// What Exim reads of a configuration (its specification, chapter 6).
final class EximTextTest {
    private static final Map<String, String> FILES =
            Map.of(
                    "/etc/rest",
                    "r = NAME\n",
                    "/etc/itself",
                    ".include /etc/itself\n.include /etc/itself\n");

    private static String read(String text) {
        return EximText.of(text.replace('~', '\n'), path -> Optional.ofNullable(FILES.get(path)))
                .strip()
                .replaceAll("\\s*\\R\\s*", "~");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a = b~# no~  # no~c = d | a = b~c = d",
                "a = b \\~   c | a = b c",
                "NAME = x~a = NAME, NAMED | a = x, xD",
                "A1 = x~B1=A1 y~a = B1 | a = x y",
                "NAME = x~NAME == y~a = NAME | a = y",
                "N = 1~.ifdef N~a~.else~b~.endif~c | a~c",
                ".ifdef N~a~.else~b~.endif~c | b~c",
                ".ifndef N~N = 1~.endif~a = N | a = 1",
                "N = 1~.ifndef N~a~.else~b~.endif | b",
                "N = 1~.ifdef M~a~.elifdef N~b~.else~c~.endif | b",
                "N = 1~.ifdef N~a~.elifdef N~b~.elifndef M~c~.else~d~.endif | a",
                ".ifdef N~.ifndef N~a~.endif~b~.endif~c | c",
                "N = 1~.ifdef M N~a~.endif | a",
                ".ifdef _HAVE_SPF~a~.else~b~.endif~c | a~b~c",
                ".ifdef N~M = 1~.endif~.ifdef M~a~.endif~b | b",
                "NAME = x~.include /etc/rest~a | r = x~a",
                ".include_if_exists /etc/none~a | a",
                ".include /etc/itself~a | a",
                ".endif~a | a",
            })
    void itIsReadAsEximDoes(String text, String read) {
        assertThat(read(text)).isEqualTo(read);
    }
}
