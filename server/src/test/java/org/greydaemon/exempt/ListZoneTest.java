package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/// A customer's key in the name of a list stands in the operator's file and nowhere else.
final class ListZoneTest {
    private static final String KEY = "aip7yig6sahg6ehsohn5shco3z";

    private static ExemptionLine line(String text) throws MistakeException {
        return ExemptionFile.parse("f", List.of(text)).lines().getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "aip7yig6sahg6ehsohn5shco3z.zen.dq.spamhaus.net, aip7[...].zen.dq.spamhaus.net",
        "0123456789abcdef0123456789abcdef.combined.mail.abusix.zone,"
                + " 0123[...].combined.mail.abusix.zone",
        "2b7e1516-28ae-d2a6-abf7-158809cf4f3c.bl.example.net, 2b7e[...].bl.example.net",
        "AIP7YIG6SAHG6EHSOHN5SHCO3Z.list.dnswl.org., AIP7[...].list.dnswl.org.",
        "list.dnswl.org, list.dnswl.org",
        "zen.spamhaus.org, zen.spamhaus.org",
        "residential.block.transip.nl, residential.block.transip.nl",
        "bl.a-long-company-name-indeed.example, bl.a-long-company-name-indeed.example",
    })
    void aKeyIsShortenedAndAListsOwnNameIsNot(String zone, String shown) throws MistakeException {
        for (String before : List.of("listed ", "not listed ", "greylist delay 1h listed ")) {
            assertThat(line(before + zone).exemption().text()).isEqualTo(before + shown);
            assertThat(line(before + zone + " 127.0.*.2").exemption().text())
                    .isEqualTo(before + shown + " 127.0.*.2");
        }
    }

    @Test
    void theListIsAskedWithTheKey() throws MistakeException {
        assertThat(line("listed " + KEY + ".zen.dq.spamhaus.net 127.0.0.2").conditions())
                .containsExactly(
                        new Condition.Listed(
                                KEY + ".zen.dq.spamhaus.net", ListedValues.parse("127.0.0.2")));
    }

    @Test
    void otherNamesAreShownAsTheyAre() throws MistakeException {
        String text =
                "helo static-192-0-2-17-customer.dsl.example.net"
                        + " sender averylonglocalpart0815.one@news.mail.example.org";
        assertThat(line(text).exemption().text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listed KEY.zen.dq.spamhaus.net#paid",
                "listed KEY.zen.dq.spamhaus.net,127.0.0.2",
                "listed https://KEY.zen.dq.spamhaus.net/",
                "listed KEY..zen.dq.spamhaus.net",
                "listed .KEY.zen.dq.spamhaus.net",
                "listed KEY.zen.dq.spamhaus.net 127.0.0",
                "listed KEY.zen.dq.spamhaus.net listed other.test",
                "listed KEY.zen.dq.spamhaus.net not listed KEY.zen.dq.spamhaus.net",
                "pass KEY.zen.dq.spamhaus.net",
                "KEY.zen.dq.spamhaus.net",
                "listed:KEY.zen.dq.spamhaus.net",
                "tls KEY.zen.dq.spamhaus.net",
            })
    void whatIsSaidOfAWrongLineHasNoKey(String text) {
        assertThatThrownBy(() -> line(text.replace("KEY", KEY)))
                .isInstanceOf(MistakeException.class)
                .message()
                .startsWith("f:1: ")
                .doesNotContain(KEY.substring(4));
    }
}
