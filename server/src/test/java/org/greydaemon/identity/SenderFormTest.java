package org.greydaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Allocation;
import org.greydaemon.mail.Octets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/// One sender in many forms is one sender, and two are two. The forms are those of real mail, with
/// names changed.
final class SenderFormTest {
    private static final String BOB = "bob@example.net";

    private static byte[] octets(String text) {
        byte[] told = text.getBytes(StandardCharsets.UTF_8);
        byte[] compared = new byte[told.length];
        int length = Octets.copyAddress(told, 0, told.length, compared, 0, told.length);
        return Arrays.copyOf(compared, length);
    }

    private static String form(String sender, String recipient) {
        byte[] text = octets("x" + sender + "y");
        byte[] to = octets("z" + recipient);
        byte[] out = new byte[2 + text.length + SenderForm.ROOM];
        int end = SenderForm.write(text, 1, text.length - 1, to, 1, to.length, out, 2);
        return new String(out, 2, end - 2, StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        // Nothing to do.
        "., .",
        "alice@example.org, alice@example.org",
        "Alice.Smith@Example.ORG., alice.smith@example.org",
        "double-bounce, double-bounce",
        "o'neil_a/b@example.org, o'neil_a/b@example.org",
        "alice@[192.0.2.1], alice@[192.0.2.1]",
        "user@B\u00fccher.example, user@xn--bcher-kva.example",
        "user@\u4f8b\u5b50.\u4e2d\u56fd, user@xn--fsqu00a.xn--fiqs8s",
        "user@fa\u00df.example, user@xn--fa-hia.example",
        // BATV, draft-levine-smtp-batv-01; the tag last as older Exims and rspamd's list have it.
        "prvs=1234abcdef=alice@example.org, alice@example.org",
        "prvs=alice=1234abcdef@example.org, alice@example.org",
        "prvs=alice/1234abcdef@example.org, alice@example.org",
        "alice=prvs=1234abcdef@example.org, alice@example.org",
        "prvs=0671c2a3=alice@example.org, alice@example.org",
        "btv1==065f8b2ab3c==alice@example.org, alice@example.org",
        "msprvs1=20676xgzi92p-=bounces-1898-1322@example.com, bounces-#@example.com",
        "msprvs1=18245hqztmpdq=bounces-263416-12@bounces.example.com,"
                + " bounces-#@bounces.example.com",
        // SRS, www.libsrs2.org; Exchange Online's SRS.
        "SRS0=HHH=TT=example.org=alice@example.com, srs0=example.org=alice@example.com",
        "SRS0+jA9R=Y6=example.org=alice@forward.example, srs0=example.org=alice@forward.example",
        "SRS0-jA9R=Y6=example.org=alice@forward.example, srs0=example.org=alice@forward.example",
        "SRS1=HHH=example.com==HHH=TT=example.org=alice@example.net,"
                + " srs1=example.com=example.org=alice@example.net",
        "SRS1+HHH=example.com=+HHH=TT=example.org=alice@example.net,"
                + " srs1=example.com=example.org=alice@example.net",
        "bounces+SRS=44ldt=IX@contoso.example, bounces@contoso.example",
        "john.work+SRS=44ldt=IX=contoso.example=john.home@fabrikam.example,"
                + " srs0=contoso.example=john.home@fabrikam.example",
        "SRS0=a1b2=c3=example.org=prvs=1234abcdef=alice@f.example,"
                + " srs0=example.org=alice@f.example",
        "prvs=1234abcdef=SRS0=a1b2=c3=example.org=alice@f.example,"
                + " srs0=example.org=alice@f.example",
        // VERP of this recipient: ezmlm, Mailman 2 and 3, Sympa, Postfix, HubSpot, Brevo.
        "list-return-1234-bob=example.net@lists.example.org, list-return-#@lists.example.org",
        "list-bounces+bob=example.net@lists.example.org, list-bounces@lists.example.org",
        "bounce+bob==a==example.net==list@sympa.example, bounce@sympa.example",
        "bob==a==example.net==list@sympa.example, #==list@sympa.example",
        "news-bob%example.net@example.org, news-#@example.org",
        "news-bob.at.example.net@example.org, news-#@example.org",
        "news-bob_at_example.net@example.org, news-#@example.org",
        "news-example.net=bob@example.org, news-#@example.org",
        "owner-list+M1234=bob=example.net@example.org, owner-list@example.org",
        "1axbzf4nrqhxk3zlqgkykcw7brp3kqpfcmbqxx-bob=example.net@bf10.hubspotemail.net,"
                + " #@bf10.hubspotemail.net",
        "bounces-234567890-bob=example.net@gh.d.sender-sib.com, bounces-#@gh.d.sender-sib.com",
        "bounce-mc.us1_12345678.987654-bob=example.net@mail12.atl11.rsgsv.net,"
                + " bounce-mc.us#@mail12.atl11.rsgsv.net",
        // Another recipient, or a name that only ends like this one, is no VERP of this one.
        "list-eve=example.net@example.org, list-eve=example.net@example.org",
        "list-jacob=example.net@example.org, list-jacob=example.net@example.org",
        "list-bob=example.network@example.org, list-bob=example.network@example.org",
        // user+detail, RFC 5233: Google, Mailgun, SendGrid, Facebook, Discourse.
        "alice+news@example.org, alice@example.org",
        "+alice@example.org, +alice@example.org",
        "list+bncBC7YTRCXDABRBXVHZ2DAMGQE3KQ4QCI@googlegroups.com, list@googlegroups.com",
        "alice+caf_=bob=example.net@gmail.com, alice@gmail.com",
        "bounces+1234567-a1b2-bob=example.net@em1234.example.com, bounces@em1234.example.com",
        "bounce+585af8.1a95e6-bob=example.net@mg.example.org, bounce@mg.example.org",
        "notification+kjdpd7hk5@facebookmail.com, notification@facebookmail.com",
        "sales+bounce_5dc51cdb65ec7264218190@example.org, sales@example.org",
        // Counters and message numbers.
        "user1@example.org, user#@example.org",
        "user2042@example.org, user#@example.org",
        "1234567890@qq.com, #@qq.com",
        "bounce-571822-42@in.constantcontact.com, bounce-#@in.constantcontact.com",
        "bounce-123_HTML-456789-1234-7654321-0@bounce.s7.exacttarget.com,"
                + " bounce-#_html-#@bounce.s7.exacttarget.com",
        "555-ABC-123.0.12345.0.0.1234.9.7654321@em-sj-77.mktomail.com,"
                + " #-abc-#@em-sj-77.mktomail.com",
        "bounce-md_30123456.5f1e2d3c.v1-0123456789abcdef0123456789abcdef@mandrillapp.com,"
                + " bounce-md_#.v#@mandrillapp.com",
        "0100018f3c2d1e0a-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000@amazonses.com,"
                + " #@amazonses.com",
        "010201941c0ffee5-abcdefab-abcd-4dab-abcd-aabbccddeeff-000000@eu-west-1.amazonses.com,"
                + " #@eu-west-1.amazonses.com",
        "20260805021027b8b6a74587d94895a05c6c3145@bounces.amazon.com, #@bounces.amazon.com",
        "s-2zsfm4hi6tabqnlbwyfmqtvx6x7q3kq5@bounce.linkedin.com, s-#@bounce.linkedin.com",
        "AigXeKlyIRLG+DvWkRMsGUA==_1133104752381_sUQcUKVBEeynm/oWPlvDBA==@in.constantcontact.com,"
                + " #@in.constantcontact.com",
        "Aq0cKzdJtR0Gv1l9qQ1qCeA==_1104210134417_zQTBsMEVEeStnNSuUnO0Ow==@in.constantcontact.com,"
                + " #@in.constantcontact.com",
        "jdoe=example.com__3k9xq7zt5w1h@2-4k8.na1.bnc.salesforce.com,"
                + " jdoe=example.com__#@2-4k8.na1.bnc.salesforce.com",
        "pm_bounces@pm.mtasv.net, pm_bounces@pm.mtasv.net",
        "bounce-7f3a91c2@ksd1.klaviyomail.com, bounce-#@ksd1.klaviyomail.com",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479@example.org, #@example.org",
        // Words that look like numbers are words.
        "facade@example.org, facade@example.org",
        "web2print@example.org, web#print@example.org",
        "schwarzschild@example.org, schwarzschild@example.org",
        "rechtsanwaltskanzlei@example.org, rechtsanwaltskanzlei@example.org",
        "newsletter2024spring@example.org, newsletter#spring@example.org",
        "info.de@example.org, info.de@example.org",
    })
    void theFormIs(String sender, String form) {
        assertThat(form(sender, BOB)).isEqualTo(form);
    }

    /// What the same mailing system writes for the next message, the next try or the next day.
    @ParameterizedTest
    @CsvSource({
        "prvs=1234abcdef=alice@example.org, prvs=2356b0c1d2=alice@example.org",
        "SRS0=Ab+/=TT=example.org=alice@f.example, SRS0=9x_z=TU=example.org=alice@f.example",
        "0100018f3c2d1e0a-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000@amazonses.com,"
                + " 0100018f3c2e77b1-9abcdef0-dead-4eef-8aaa-00c6d7e8f9ff-000000@amazonses.com",
        "AigXeKlyIRLG+DvWkRMsGUA==_1133104752381_sUQcUKVBEeynm/oWPlvDBA==@in.constantcontact.com,"
            + " a1vdek4eqtvi/ni3ked62sg==_1103304917473_t+iblfa0ee+fkpowpmt8pw==@in.constantcontact.com",
        "list-return-7-bob=example.net@l.example, list-return-8-bob=example.net@l.example",
        "m20261128060202@news.example.org, m20261129@news.example.org",
        "b9f3e2a1@example.org, 00f7e2aa@example.org",
        "x7k2p9@example.org, 3mq8r1z@example.org",
    })
    void changingFormsAreOne(String sender, String again) {
        assertThat(form(sender, BOB)).isEqualTo(form(again, BOB));
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, bob@example.org",
        "alice@example.org, alice@example.net",
        "prvs=1234abcdef=alice@example.org, prvs=1234abcdef=bob@example.org",
        "SRS0=a1=b2=example.org=alice@f.example, SRS0=a1=b2=example.net=alice@f.example",
        "SRS0=a1=b2=example.org=alice@f.example, SRS0=a1=b2=example.org=bob@f.example",
        "SRS0=a1=b2=example.org=alice@f.example, SRS0=a1=b2=example.org=alice@g.example",
        "dept-1-bob-2@example.org, dept-1-eve-2@example.org",
        "alice7@example.org, bob7@example.org",
        "info@example.org, info-de@example.org",
        "list-eve=example.net@example.org, list-mallory=example.net@example.org",
    })
    void twoAreTwo(String sender, String another) {
        assertThat(form(sender, BOB)).isNotEqualTo(form(another, BOB));
    }

    @Test
    void theVerpOfARecipientWithADetailIsFound() {
        assertThat(form("list-1-bob+x=example.net@l.example", "bob+x@example.net"))
                .isEqualTo("list-#@l.example");
    }

    @ParameterizedTest
    @CsvSource({
        "bob@example.net, +, bob@example.net",
        "bob+lists@Example.net., +, bob@example.net",
        "bob+a+b@example.net, +, bob@example.net",
        "+bob@example.net, +, +bob@example.net",
        "bob-lists@example.net, +, bob-lists@example.net",
        "bob-lists@example.net, -, bob@example.net",
        "owner-list@example.net, -, owner-list@example.net",
        "list-request@example.net, -, list-request@example.net",
        "bob+lists, +, bob",
        "., +, .",
    })
    void recipientsLoseTheirExtension(String recipient, char delimiter, String form) {
        byte[] text = octets(recipient);
        byte[] out = new byte[text.length + SenderForm.ROOM];
        int end = SenderForm.writeRecipient(text, 0, text.length, delimiter, out, 0);
        assertThat(new String(out, 0, end, StandardCharsets.UTF_8)).isEqualTo(form);
    }

    @Test
    void withoutADelimiterRecipientsStayWhole() {
        byte[] text = octets("bob+lists@example.net");
        byte[] out = new byte[text.length + SenderForm.ROOM];
        assertThat(SenderForm.writeRecipient(text, 0, text.length, '\0', out, 0))
                .isEqualTo(text.length);
    }

    /// Whatever comes, it ends, stays within its room, and a form is its own form.
    @Test
    void whateverComesFitsItsRoom() {
        Random random = new Random(4);
        String[] parts = {
            "=",
            "prvs=",
            "srs0=",
            "srs1=",
            "+srs=",
            "btv1==",
            "msprvs1=",
            "@",
            ".",
            "+",
            "-",
            "/",
            "a",
            "0f3c",
            "1234567890",
            "bob=example.net",
            "\u00fc",
            "\u3002",
            "xq7",
            "\u0000",
            "#"
        };
        for (int i = 0; i < 50_000; i++) {
            StringBuilder sender = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                sender.append(parts[random.nextInt(parts.length)]);
            }
            String form = form(sender.toString(), BOB);
            assertThat(form.length()).isLessThanOrEqualTo(sender.length() + SenderForm.ROOM);
        }
    }

    @Test
    void theFormOfAnOrdinarySenderAllocatesNothing() throws Exception {
        byte[] text = octets("prvs=1234abcdef=list-return-77-bob=example.net@lists.example.org");
        byte[] to = octets(BOB);
        byte[] out = new byte[text.length + SenderForm.ROOM];
        Allocation allocation = new Allocation();
        assertThat(
                        allocation.least(() -> {
                            for (int i = 0; i < 10_000; i++) {
                                SenderForm.write(text, 0, text.length, to, 0, to.length, out, 0);
                            }
                        }))
                .isZero();
    }
}
