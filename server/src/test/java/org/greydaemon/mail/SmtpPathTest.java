package org.greydaemon.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SmtpPathTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "a plain path,                   <a@example.org>,              a@example.org",
                "the null path,                  <>,                           ''",
                "nothing,                        '',                           ''",
                "no brackets,                    a@example.org,                a@example.org",
                "letters stay as they are,       <A@Example.ORG>,              A@Example.ORG",
                "no domain,                      <postmaster>,                 postmaster",
                "a quoted local part,            <\"a b\"@example.org>,        a b@example.org",
                "a quoted pair in quotes,        <\"a\\\"b\"@example.org>,     a\"b@example.org",
                "a bracket in quotes,            <\"a>b\"@example.org>,        a>b@example.org",
                "a quoted pair without quotes,   <a\\>b@example.org>,          a>b@example.org",
                "a source route,                 '<@a.test,@b.test:c@d.test>', c@d.test",
                "a source route without its end, <@a.test>,                    ''",
                "text behind the path,           <a@example.org> SIZE=1,       a@example.org",
                "no end,                         <a@example.org,               a@example.org",
                "a quote without its end,        <\"a@example.org>,            a@example.org>",
                "a backslash at the end,         <a\\,                         a\\",
                "a bracket without its begin,    a@example.org>,               a@example.org>",
            })
    void addressInAPath(String what, String path, String address) {
        assertThat(SmtpPath.address(path)).as(what).isEqualTo(address);
    }

    /// Postfix takes comments out of a path that it has handed to a milter as it came.
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "<a@example.org>,                                 a@example.org",
                "<>,                                              ''",
                "'',                                            ''",
                "<\"a>b\"@example.org>,                         a>b@example.org",
                "<a@example.org,                                  a@example.org",
                "<@(y:postmaster>)z:bob@example.net>(c),         "
                        + " <@(y:postmaster>)z:bob@example.net>(c)",
                "<@(y:postmaster>)z:bob@example.net>,            "
                        + " <@(y:postmaster>)z:bob@example.net>",
                "'<@\"y:postmaster>\",z:bob@example.net>',     "
                        + " '<@\"y:postmaster>\",z:bob@example.net>'",
                "<>(c),                                           <>(c)",
            })
    void whatHasMoreBehindItIsNobodysAddress(String path, String address) {
        assertThat(SmtpPath.wholeAddress(path)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'',                     ''",
                "a@example.org,          a@example.org",
                "a\\b@example.org,       a\\b@example.org",
                "\"a b\"@example.org,    a b@example.org",
                "a.\"b\\\"c\"@x.test,    a.b\"c@x.test",
                "\"a b@example.org,      \"a b@example.org",
                "\"a\\\"@example.org,    \"a\\\"@example.org",
                "a\"@example.org,        a\"@example.org",
            })
    void anAddressOutOfItsQuotes(String quoted, String bare) {
        assertThat(SmtpPath.unquoted(quoted)).isEqualTo(bare);
    }
}
