package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

/// Domains as they stand in DNS, and that each of them is read as it was written.
final class DomainLabelsTest {
    private static final long SEED = Long.getLong("seed", 20_261_129L);

    private static String octets(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    /// Those in other letters are of RFC 3492 7.1 and of IANA's root zone.
    @ParameterizedTest
    @CsvSource({
        "example.org, example.org",
        "Example.ORG, example.org",
        "b\u00fccher.example, xn--bcher-kva.example",
        "B\u00dcCHER.example, xn--bcher-kva.example",
        "bu\u0308cher.example, xn--bcher-kva.example",
        "fa\u00df.de, xn--fa-hia.de",
        "fass.de, fass.de",
        "\u4f8b\u5b50.\u4e2d\u56fd, xn--fsqu00a.xn--fiqs8s",
        "\u4ed6\u4eec\u4e3a\u4ec0\u4e48\u4e0d\u8bf4\u4e2d\u6587," + " xn--ihqwcrb4cv8a8dqg056pqjye",
        "\ud83d\ude00.example, xn--e28h.example",
        "\u00fc., xn--tda.",
        "..\u00fc, ..xn--tda",
        "xn--bcher-kva.example, xn--bcher-kva.example",
    })
    void aDomainIsWrittenAsItStandsInDns(String domain, String labels) {
        assertThat(DomainLabels.of(octets(domain))).contains(labels);
    }

    @Test
    void whatCanStandInNoNameIsNone() {
        assertThat(DomainLabels.of("b\u00fccher.example")).as("ISO 8859-1").isEmpty();
        assertThat(DomainLabels.of(octets("\u00fc".repeat(50)))).isPresent();
        assertThat(DomainLabels.of(octets("\u00fc".repeat(64)))).isEmpty();
        assertThat(DomainLabels.of(octets("\u4f8b".repeat(40) + "\u5b50".repeat(20)))).isEmpty();
        assertThat(DomainLabels.of(octets("\u00fc.".repeat(32)))).isEmpty();
        assertThat(DomainLabels.of("a".repeat(2_000))).isEmpty();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder letters = new StringBuilder();
            for (int n = 1 + random.nextInt(12); n > 0; n--) {
                letters.appendCodePoint(letter(random));
            }
            String written = Punycode.encode(letters.toString()).orElse("");
            if (!written.isEmpty()) {
                assertThat(Punycode.decode(written))
                        .describedAs("-Dseed=%d: %s", SEED, written)
                        .contains(letters.toString());
            }
        }
    }

    private static int letter(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 'a' + random.nextInt(26);
            case 1 -> 0xe0 + random.nextInt(32);
            case 2 -> 0x4e00 + random.nextInt(0x5000);
            default -> 0x1_0000 + random.nextInt(0x10_0000);
        };
    }
}
