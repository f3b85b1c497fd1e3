package org.greydaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Allocation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// What is registrable, as https://publicsuffix.org/list/ tests it, and with names of mail servers.
final class PublicSuffixesTest {
    private static final PublicSuffixes BUILT_IN = PublicSuffixes.load(List.of());

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "a.b.example.com, example.com",
        "com, ''",
        "'', ''",
        "localhost, ''",
        "biz, ''",
        "b.domain.biz, domain.biz",
        "uk.com, ''",
        "a.b.example.uk.com, example.uk.com",
        "test.ac, test.ac",
        // No rule for the top-level domain: its last label is the suffix.
        "example, ''",
        "a.b.example.example, example.example",
        // Japan, with all kinds of rules.
        "jp, ''",
        "www.test.jp, test.jp",
        "ac.jp, ''",
        "www.test.ac.jp, test.ac.jp",
        "kyoto.jp, ''",
        "ide.kyoto.jp, ''",
        "a.b.ide.kyoto.jp, b.ide.kyoto.jp",
        "c.kobe.jp, ''",
        "b.c.kobe.jp, b.c.kobe.jp",
        "a.b.c.kobe.jp, b.c.kobe.jp",
        "www.city.kobe.jp, city.kobe.jp",
        // A wildcard and its exception.
        "ck, ''",
        "test.ck, ''",
        "b.test.ck, b.test.ck",
        "www.www.ck, www.ck",
        // Names beyond ASCII.
        "www.xn--85x722f.com.cn, xn--85x722f.com.cn",
        "shishi.xn--55qx5d.cn, shishi.xn--55qx5d.cn",
        "xn--fiqs8s, ''",
        "www.shishi.xn--fiqs8s, shishi.xn--fiqs8s",
        // The private part: customers are not one.
        "mail.alice.github.io, alice.github.io",
        "github.io, ''",
        "mx.alice.dyndns.org, alice.dyndns.org",
        "ec2-54-200-12-34.us-west-2.compute.amazonaws.com,"
                + " ec2-54-200-12-34.us-west-2.compute.amazonaws.com",
        // Pools are.
        "a8-80.smtp-out.eu-west-1.amazonses.com, amazonses.com",
        "mail-wm1-f47.google.com, google.com",
        "mail-eopbgr10041.outbound.protection.outlook.com, outlook.com",
        "8.mo64.mail-out.ovh.net, ovh.net",
        "smtp.mail.yahoo.co.jp, yahoo.co.jp",
        // No names.
        "192.0.2.1, ''",
        "2001:db8::1, ''",
        "[192.0.2.1], ''",
        ".example.com, ''",
        "a..example.com, ''",
        "example.com., ''",
        "alice@example.com, ''",
        "exa mple.com, ''",
        "b\u00fccher.example, ''",
    })
    void registrableIs(String host, String registrable) {
        assertThat(BUILT_IN.registrable(host)).isEqualTo(registrable);
    }

    @Test
    void longNamesAreNone() {
        assertThat(BUILT_IN.registrable("a.".repeat(126) + "com")).isEmpty();
        assertThat(BUILT_IN.registrable("a.".repeat(125) + "com")).isEqualTo("a.com");
    }

    @Test
    void theFirstListThatIsOneCounts() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.dat"), "// nothing\ncom\n");
        StringBuilder text = new StringBuilder("// ours\nexample.com\n");
        for (int i = 0; i < 1_000; i++) {
            text.append("suffix").append(i).append('\n');
        }
        Path ours = Files.writeString(folder.resolve("ours.dat"), text);
        PublicSuffixes suffixes =
                PublicSuffixes.load(List.of(folder.resolve("none.dat"), folder, empty, ours));
        assertThat(suffixes.registrable("a.b.example.com")).isEqualTo("b.example.com");
        PublicSuffixes builtIn = PublicSuffixes.load(List.of(empty));
        assertThat(builtIn.registrable("a.b.example.com")).isEqualTo("example.com");
    }

    @Test
    void linesThatAreNoRulesAreSkipped() {
        String list =
                "com\r\n\n//x\n  \n*.\n!\n" + "a".repeat(300) + "\n\u00fc..b\n*.net trailing\n";
        SuffixRules rules = SuffixRules.parse(list.getBytes(StandardCharsets.UTF_8));
        assertThat(rules.suffixFrom("a.b.com")).isEqualTo(4);
        assertThat(rules.suffixFrom("a.b.net")).isEqualTo(2);
    }

    /// The list lives as long as the daemon, in a heap that is small.
    @Test
    void theListIsSmall() throws Exception {
        byte[] list;
        try (GZIPInputStream in =
                new GZIPInputStream(
                        Objects.requireNonNull(
                                PublicSuffixes.class.getResourceAsStream(
                                        "public_suffix_list.dat.gz")))) {
            list = in.readAllBytes();
        }
        SuffixRules rules = SuffixRules.parse(list);
        assertThat(rules.count()).isGreaterThan(9_000);
        assertThat(rules.octets()).isLessThan(500_000);
        Allocation allocation = new Allocation();
        assertThat(
                        allocation.least(() -> {
                            for (int i = 0; i < 10_000; i++) {
                                rules.suffixFrom("a8-80.smtp-out.eu-west-1.amazonses.com");
                            }
                        }))
                .isZero();
    }
}
