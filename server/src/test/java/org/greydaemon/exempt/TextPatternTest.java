package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.identity.PublicSuffixes;
import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Random;

/// Names and addresses that an operator means, and those that look like them and are not meant.
final class TextPatternTest {
    private static final PublicSuffixes SUFFIXES = PublicSuffixes.load(List.of());

    private static final long SEED = Long.getLong("seed", 20_261_126L);

    private static TextPattern parse(Subject subject, String word) {
        try {
            return TextPattern.parse(subject, word);
        } catch (MistakeException e) {
            throw new IllegalStateException(word, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SENDER,    alice@example.org,   alice@example.org,        true",
        "SENDER,    Alice@Example.ORG,   alice@example.org,        true",
        "SENDER,    <alice@example.org>, alice@example.org,        true",
        "SENDER,    alice@example.org,   malice@example.org,       false",
        "SENDER,    alice@example.org,   alice@example.org.evil,   false",
        "SENDER,    example.org,         alice@example.org,        true",
        "SENDER,    @example.org,        alice@example.org,        true",
        "SENDER,    example.org,         alice@mail.example.org,   false",
        "SENDER,    example.org,         alice@badexample.org,     false",
        "SENDER,    .example.org,        alice@mail.example.org,   true",
        "SENDER,    @.example.org,       alice@a.mail.example.org, true",
        "SENDER,    .example.org,        alice@example.org,        false",
        "SENDER,    .example.org,        alice@mailexample.org,    false",
        "SENDER,    .example.org,        a.example.org@evil.test,  false",
        "SENDER,    example.org,         a@example.org@evil.test,  false",
        "SENDER,    postmaster@,         postmaster@example.net,   true",
        "SENDER,    postmaster@,         postmaster@x@example.net, false",
        "SENDER,    news-*@example.org,  news-4711@example.org,    true",
        "SENDER,    news-*@example.org,  news@example.org,         false",
        "SENDER,    *.example.org,       a@b.example.org,          true",
        "SENDER,    *.example.org,       a.example.org@evil.test,  false",
        "SENDER,    @*.example.org,      a@b.example.org,          true",
        "SENDER,    @*.example.org,      a@example.org,            false",
        "SENDER,    @mail*.example.org,  a@mail7.example.org,      true",
        "SENDER,    .mx*.example.org,    a@b.mx1.example.org,      true",
        "SENDER,    @.mx*.example.org,   a@b.mx1.example.org,      true",
        "SENDER,    .mx*.example.org,    a@mx1.example.org,        false",
        "SENDER,    news-*@,             news-7@example.org,       true",
        "SENDER,    news-*@,             news@example.org,         false",
        "SENDER,    news@.example.org,   news@mail.example.org,    true",
        "SENDER,    news@.example.org,   news@example.org,         false",
        "SENDER,    news-*@.example.org, news-7@mail.example.org,  true",
        "SENDER,    <>,                  .,                        true",
        "SENDER,    <>,                  a@example.org,            false",
        "RECIPIENT, müller@example.org,  mÃ¼ller@example.org,      true",
        "HOST,      mail.example.org,    mail.example.org,         true",
        "HOST,      mail.example.org.,   mail.example.org,         true",
        "HOST,      example.org,         mail.example.org,         false",
        "HOST,      192-0-2-1.example,   192-0-2-1.example,        true",
        "HOST,      192.0.2.*,           192.0.2.1.example.org,    true",
        "HOST,      4711,                4711,                     true",
        "HOST,      mx.7of9,             mx.7of9,                  true",
        "HELO,      192.0.2.1,           192.0.2.1,                true",
        "HOST,      .example.org,        mail.example.org,         true",
        "HOST,      .example.org,        example.org,              false",
        "HOST,      mx*.example.org,     mx12.example.org,         true",
        "HOST,      mx*.example.org,     smtp.example.org,         false",
        "HOST,      .mx*.example.org,    a.mx12.example.org,       true",
        "HOST,      .mx*.example.org,    mx12.example.org,         false",
        "HELO,      .mx*.example.org,    a.mx12.example.org,       true",
        "HELO,      [192.0.2.1],         [192.0.2.1],              true",
        "SENDER,    <>,                  a@b.,                     false",
        "SENDER,    <>,                  a@b..,                    false",
        "SENDER,    @[192.0.2.1],        a@[192.0.2.1],            true",
        "SENDER,    \"john\"@example.org, john@example.org,         true",
        "SENDER,    john@example.org,    \"john\"@example.org,      true",
        "SENDER,    \"j q\"@example.org,  \"jq\"@example.org,        true",
        "SENDER,    \"a@b\"@example.org,  a@b@example.org,          true",
        "SENDER,    \"a\\\"b\"@example.org, a\"b@example.org,        true",
        "SENDER,    @BÜRO.example,       x@bÃ¼ro.example,          true",
        "SENDER,    @büro.example,       x@bÃ\u009cro.example,    true",
        "SENDER,    @büro.example,       x@bu\u00cc\u0088ro.example, true",
        "SENDER,    @büro.example,       x@b\u00fcro.example,      true",
        "SENDER,    @xn--bro-hoa.example, x@bÃ¼ro.example,         true",
        "SENDER,    @büro.example,       x@xn--bro-hoa.example,    true",
        "SENDER,    .büro.example,       x@mx.xn--bro-hoa.example, true",
        "SENDER,    @straße.example,     x@xn--strae-oqa.example,  true",
        "SENDER,    @straße.example,     x@strasse.example,        false",
        "SENDER,    @example.org,        x@xn--example-.org,       false",
        "SENDER,    MÜLLER@example.org,  mÃ¼ller@example.org,      true",
        "SENDER,    dotted.example.,     x@dotted.example,         true",
        "RECIPIENT, dotted.example.,     x@dotted.example.,        true",
        "RECIPIENT, @dotted.example,     x@dotted.example.,        true",
        "HOST,      bücher.example,      mx.xn--bcher-kva.example, false",
        "HOST,      .bücher.example,     mx.xn--bcher-kva.example, true",
        "HOST,      mx*.bücher.example,  mx1.xn--bcher-kva.example, true",
        "HELO,      MX.Example.org.,     mx.example.org,           true",
    })
    void means(Subject subject, String word, String text, boolean matches) {
        TextPattern pattern = parse(subject, word);
        String other = subject.isMailbox() ? NormalForm.ofMailbox(text) : NormalForm.ofHost(text);
        assertThat(pattern.matches(other)).isEqualTo(matches);
        if (!pattern.hasWildcard()) {
            assertThat(TextPattern.keys(subject, other).contains(pattern.key())).isEqualTo(matches);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HOST      | 192.0.2.1       | '192.0.2.1' is an address; write client 192.0.2.1",
                "HOST      | 192.0.2         | '192.0.2' is an address or a network; write client"
                        + " 192.0.2",
                "HOST      | 192.0.2.4-192.0.2.9 | '192.0.2.4-192.0.2.9' is an address or a"
                        + " network; write client 192.0.2.4-192.0.2.9",
                "HOST      | 10.1            | '10.1' is an address or a network; write client",
                "HOST      | 192.0.*.7       | '192.0.*.7' is an address or a network; write",
                "HOST      | 10.             | '10.' is an address or a network; write client",
                "HOST      | mx.4711         | 'mx.4711' ends with a number, as no host name does",
                "HOST      | .4711           | '.4711' ends with a number, as no host name does",
                "HOST      | mx_1/example    | 'mx_1/example' is no host name; write one",
                "HOST      | unknown         | 'unknown' stands for no name",
                "HOST      | a@example.org   | 'a@example.org' is a mail address; write sender",
                "HOST      | xn--b*.example  | 'xn--b*.example' has a * among the letters",
                "SENDER    | .               | '.' is no domain of mail; write one such as",
                "SENDER    | @.              | '.' is no domain of mail; write one such as",
                "SENDER    | a@b..c          | 'b..c' is no domain of mail; write one such as",
                "SENDER    | a@b/c           | 'b/c' is no domain of mail; write one such as",
                "SENDER    | a@b.c,d@e.f     | 'a@b.c,d@e.f' has before its last @ what",
                "SENDER    | a\"b@c.example   | 'a\"b@c.example' has before its last @ what",
                "HOST      | .               | '.' is no host name; write one",
                "HOST      | a..b            | 'a..b' is no host name; write one",
                "SENDER    | postmaster      | 'postmaster' is neither an address nor a domain;"
                        + " write postmaster@ for this local part of any domain",
                "SENDER    | /^x.*@y$/       | '/^x.*@y$/' looks like a regular expression",
                "RECIPIENT | <>              | '<>' is the null sender, and no recipient",
                "RECIPIENT | @               | '@' has neither local part nor domain",
            })
    void whatCannotBeMeantSaysWhatToWrite(Subject subject, String word, String why) {
        assertThatThrownBy(() -> TextPattern.parse(subject, word))
                .isInstanceOf(MistakeException.class)
                .hasMessageStartingWith(why);
    }

    @ParameterizedTest
    @CsvSource({
        "SENDER, example.org,        alice@example.org,   true",
        "SENDER, alice@example.org,  example.org,         false",
        "SENDER, .example.org,       @mail.example.org,   true",
        "SENDER, .example.org,       .mail.example.org,   true",
        "SENDER, .mail.example.org,  .example.org,        false",
        "SENDER, *@example.org,      example.org,         true",
        "SENDER, example.org,        *@example.org,       true",
        "SENDER, a*@example.org,     ab*@example.org,     true",
        "SENDER, ab*@example.org,    a*@example.org,      false",
        "SENDER, postmaster@,        postmaster@a.b,      true",
        "SENDER, *@*,                postmaster@,         true",
        "SENDER, *@*,                <>,                  false",
        "HOST,   .example.org,       mx.example.org,      true",
        "HOST,   *.example.org,      .example.org,        true",
    })
    void coversWhatItMeansAndMore(Subject subject, String wide, String narrow, boolean covers) {
        assertThat(parse(subject, wide).covers(parse(subject, narrow))).isEqualTo(covers);
    }

    @ParameterizedTest
    @CsvSource({
        "SENDER, *@*,  true",
        "SENDER, .com, true",
        "SENDER, *.com, true",
        "SENDER, <>, false",
        "SENDER, example.org, false",
        "SENDER, a@, false",
        "SENDER, @com, true",
        "SENDER, @co.uk, true",
        "SENDER, .co.uk, true",
        "SENDER, *@*.co.uk, true",
        "SENDER, a@co.uk, false",
        "SENDER, @bbc.co.uk, false",
        "SENDER, @intern, false",
        "SENDER, *e*@*, true",
        "SENDER, @*.co.uk, true",
        "SENDER, *@, true",
        "SENDER, @*.example.org, false",
        "SENDER, news-*@, false",
        "SENDER, news@.com, false",
        "SENDER, news-*@*, false",
        "HOST, .co.uk, true",
        "HOST, *.com.au, true",
        "HOST, a*.co.uk, true",
        "HOST, *.hp.com, false",
        "HOST, .香港, true",
        "HOST, .xn--j6w193g, true",
        "HOST, *e*, true",
        "HOST, *.e*.*, true",
        "HOST, mx*.example.org, false",
        "HOST, .lan, true",
        "HOST, .net, true",
        "HOST, *, true",
        "HOST, .example.net, false",
    })
    void everybodyIsTooWide(Subject subject, String word, boolean isTooWide) {
        assertThat(parse(subject, word).isTooWide(SUFFIXES)).isEqualTo(isTooWide);
    }

    /// The regular expression is what the stars are taken from, so it may judge.
    @Test
    void wildcardsMatchAsRegularExpressionsWould() {
        Random random = new Random(SEED);
        for (int round = 0; round < 20_000; round++) {
            String word = text(random, "a.*", 6) + "*." + text(random, "ab.*", 3) + "x";
            if (word.contains("..")) {
                continue;
            }
            String text = text(random, "ab.", 10) + "x";
            String whole = word.startsWith(".") ? "*" + word : word; // All names below.
            String expression = whole.replace(".", "\\.").replaceAll("\\*+", ".*");
            assertThat(parse(Subject.HOST, word).matches(text))
                    .describedAs("-Dseed=%d: %s of %s", SEED, word, text)
                    .isEqualTo(text.matches(expression));
        }
    }

    private static String text(Random random, String letters, int lengthMax) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    @Test
    void longTextsHaveFewKeys() {
        String dots = "a.".repeat(2_000);
        assertThat(TextPattern.keys(Subject.SENDER, "x@" + dots)).hasSize(1);
        assertThat(TextPattern.keys(Subject.SENDER, dots)).hasSize(1);
        assertThat(TextPattern.keys(Subject.HOST, "a.".repeat(100) + "b")).hasSize(101);
        assertThat(TextPattern.keys(Subject.HOST, "mx.example.org"))
                .isEqualTo(List.of("mx.example.org", ".example.org", ".org"));
    }
}
