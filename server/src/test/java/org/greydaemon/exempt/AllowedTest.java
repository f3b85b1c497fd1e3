package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import org.greydaemon.mistake.MistakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What operators say behind `greyctl allow`.
final class AllowedTest {
    private static final long NOW = 1_795_651_200;

    @TempDir Path folder;

    private static List<Allowed> parse(@Nullable String who, @Nullable String to)
            throws MistakeException {
        return Allowed.parse(
                who == null ? "" : who, Optional.ofNullable(to), Exemption.FOREVER, "why");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7,, client 192.0.2.7",
        "192.0.2.0/24,, client 192.0.2.0/24",
        "2001:db8::/32,, client 2001:db8::/32",
        ".example.org,, host .example.org",
        "mail.example.org,, host mail.example.org",
        "mx*.example.org,, host mx*.example.org",
        "alice@example.org,, sender alice@example.org",
        "@example.org,, sender @example.org",
        "<>,, sender <>",
        ", carol@example.net, recipient carol@example.net",
        "192.0.2.7, carol@example.net, client 192.0.2.7 recipient carol@example.net",
        ".example.org, carol@example.net, host .example.org recipient carol@example.net",
        "@example.org, @example.net, sender @example.org recipient @example.net",
        "sender example.org,, sender example.org",
        "sender example.org spf pass,, sender example.org spf pass",
        "host .example.org not tls,, host .example.org not tls",
        "pass client 192.0.2.7,, client 192.0.2.7",
    })
    void whatIsMeant(@Nullable String who, @Nullable String to, String line) throws Exception {
        assertThat(parse(who, to)).singleElement().extracting(Allowed::text).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({
        "'',, nobody is named; write an address",
        "192.0.2.300,, write a number from 0 to 255",
        "192.0.2.7 192.0.2.8,, is no host name",
        "mail,, is neither an address nor the name of a host; write an address or a network",
        "com,, write an address or a network (192.0.2.0/24), a host",
        "mail..example.org,, is no host name",
        "http://example.org/,, write an address or a network",
        "a b@example.org,, is neither an address nor a domain",
        "192.0.2.7, carol, is no recipient; write carol@example.net",
        "192.0.2.7, '', is no recipient; write carol@example.net",
        "192.0.2.7, 'a@b.c sender x@y.z', is no recipient; write carol@example.net",
        "greylist sender a@example.org,, who is allowed passes",
        "opt-in example.net,, who is allowed passes",
        "client 192.0.2.1 until 2027-01-01,, how long is said by --for",
        "listed list.dnswl.org,, stand in files only",
        "time 22:00-06:00,, stand in files only",
    })
    void whatCannotBeMeantIsSaidWithTheRightForm(
            @Nullable String who, @Nullable String to, String says) {
        assertThatThrownBy(() -> parse(who, to)).hasMessageContaining(says);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0/0, true",
        "::/0, true",
        "1, true",
        "0.0.0.0/1, true",
        ".co.uk, true",
        "@com, true",
        "host *e*, true",
        "@example.co.uk, false",
        "2000::/3, true",
        "0.0.0.0-255.255.255.255, true",
        "*, true",
        "*.*, true",
        ".org, true",
        "*.org, true",
        "*@*, true",
        "host *, true",
        "sender *@* not client 192.0.2.1, true",
        "192.0.2.0/24, false",
        "10.0.0.0/8, false",
        "<>, false",
        "suspect, true",
        "confirmed, true",
        "tls, true",
        "spf pass, true",
        "spf pass tls, true",
        "null-sender, false",
        "suspect client 192.0.2.0/24, false",
        "suspect to, false",
        "@example.org, false",
        "0.0.0.0/0 to, false",
    })
    void whoIsNearlyEverybodyIsAskedFor(String who, boolean wide) throws Exception {
        boolean toOne = who.endsWith(" to");
        String whom = toOne ? who.substring(0, who.length() - 3) : who;
        assertThat(parse(whom, toOne ? "carol@example.net" : null).getFirst().isWide())
                .isEqualTo(wide);
    }

    @Test
    void theSameInOtherWordsIsTheSame() throws Exception {
        AllowedLines allowed =
                AllowedLines.NONE.with(parse("Alice@Example.ORG", "Carol@example.net."), NOW);
        assertThat(allowed.with(parse("<alice@example.org>", "carol@example.net"), NOW).size())
                .isOne();
        Allowed same =
                parse("recipient carol@example.net sender alice@example.org", null).getFirst();
        assertThat(allowed.holds(same)).isTrue();
        assertThat(allowed.without(same, NOW).size()).isZero();
    }

    @Test
    void allOfThemAreKept() throws Exception {
        AllowedLines allowed = AllowedLines.NONE;
        for (String who :
                List.of("192.0.2.7", ".example.org", "@b\u00fccher.example", "\"a#b\"@c.d")) {
            allowed = allowed.with(parse(who, "carol@example.net"), NOW);
        }
        Path file = folder.resolve("allowed");
        allowed.write(file, problem -> assertThat(problem).isNull());
        AllowedLines read = AllowedLines.read(file, problem -> assertThat(problem).isNull());
        assertThat(read.exemptions())
                .extracting(Exemption::text, Exemption::reason)
                .isEqualTo(
                        allowed.exemptions().stream()
                                .map(its -> tuple(its.text(), its.reason()))
                                .toList());
    }

    @Test
    void theyAreBounded() {
        assertThatThrownBy(
                        () -> {
                            AllowedLines allowed = AllowedLines.NONE;
                            List<Allowed> many = new ArrayList<>();
                            for (int i = 0; i <= AllowedLines.OTHERS_MAX; i++) {
                                many.addAll(parse("a" + i + "@example.org", null));
                            }
                            allowed.with(many, NOW);
                        })
                .hasMessageContaining("more than 10000 hosts, senders and recipients");
    }
}
