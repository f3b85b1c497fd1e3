package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// What attempts a log of Postfix tells of whose mail goes through a filter.
final class PostfixFiltersTest {
    private static final String SMTPD = "mx postfix/smtpd[11]: ";
    private static final String FILTERED =
            SMTPD + "NOQUEUE: client=mx.example.org[192.0.2.10]:4000";
    private static final String ENVELOPE =
            "; from=<alice@example.org> to=<bob@example.net> proto=ESMTP helo=<mx.example.org>";

    private final TestLog log = new TestLog();

    /// smtpd_proxy_filter, as Postfix 3.7 logs it: the queue file comes from the filter, and its
    /// lines tell all recipients.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ", orig_client=mx.example.org[192.0.2.10] | 250 2.5.0 OK (2C225C6817C7EEE1481)",
                ", orig_client=mx.example.org[192.0.2.10]:4000 | 250 2.0.0 Ok: queued as 7FC2F2",
                " | 250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 7FC2F2",
            })
    void whatAFilterTakesWhileTheClientWaitsIsTheClients(String original, String reply) {
        assertThat(
                        log.postfix(
                                FILTERED,
                                "mx postfix/smtpd[12]: 7FC2F2: client=localhost[127.0.0.1]"
                                        + (original == null ? "" : original),
                                "mx postfix/qmgr[14]: 7FC2F2: from=<alice@example.org>, size=1,"
                                        + " nrcpt=2 (queue active)",
                                "mx postfix/lmtp[15]: 7FC2F2: to=<bob@example.net>, relay=x,"
                                        + " status=sent (y)",
                                "mx postfix/lmtp[15]: 7FC2F2: to=<carol@example.net>, relay=x,"
                                        + " status=sent (y)",
                                "mx postfix/qmgr[14]: 7FC2F2: removed",
                                SMTPD + "proxy-accept: END-OF-MESSAGE: " + reply + ENVELOPE))
                .containsExactly(
                        "06:00:00 accept 192.0.2.10 [mx.example.org]  <alice@example.org>"
                                + " bob@example.net 1",
                        "06:00:00 accept 192.0.2.10 [mx.example.org]  <alice@example.org>"
                                + " carol@example.net 1");
        assertThat(log.counted().locals()).isZero();
        assertThat(log.counted().malformed()).isZero();
    }

    /// A filter on another host names a queue file that this log does not have.
    @Test
    void whatAFilterTakesElsewhereIsKnownByItsAnswer() {
        assertThat(
                        log.postfix(
                                FILTERED,
                                "mx postfix/smtpd[12]: NOQUEUE: client=unknown[2001:db8::1]",
                                SMTPD
                                        + "proxy-accept: END-OF-MESSAGE: 250 Ok: queued as 7FC2F2"
                                        + ENVELOPE,
                                "mx postfix/smtpd[12]: proxy-accept: END-OF-MESSAGE: 250 Ok;"
                                        + " from=<> to=<\"d e\"@example.net> proto=SMTP helo=<x>",
                                SMTPD + "proxy-accept: END-OF-MESSAGE: 250 Ok" + ENVELOPE))
                .containsExactly(
                        "06:00:00 accept 192.0.2.10 [mx.example.org] mx.example.org"
                                + " <alice@example.org> bob@example.net 1",
                        "06:00:01 accept 2001:db8::1 [] x <> d e@example.net 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "554 5.7.0 Reject, id=00002-01 - spam | 1 | 0",
                "451 4.3.0 Error: queue file write error | 1 | 0",
                "451 4.5.0 id=1, Error in processing | 1 | 0",
                "450 4.7.1 Greylisted, try again | 0 | 1",
            })
    void whatAFilterRefusesIsNoAttemptButGreylisting(String reply, int refused, int attempts) {
        List<String> found =
                log.postfix(
                        FILTERED,
                        "mx postfix/smtpd[12]: 86A61: client=localhost[127.0.0.1]:59198,"
                                + " orig_client=mx.example.org[192.0.2.10]:4000",
                        "mx postfix/smtpd[12]: 86A61: reject: END-OF-MESSAGE from"
                                + " localhost[127.0.0.1]:59198: 450 4.7.1 Later"
                                + ENVELOPE,
                        SMTPD + "proxy-reject: END-OF-MESSAGE: " + reply + ENVELOPE);
        assertThat(found).hasSize(attempts);
        assertThat(log.counted().refused()).isEqualTo(refused);
        assertThat(log.counted().locals()).isEqualTo(1);
    }

    /// A filter behind the queue has a queue file before it, which its client was told of.
    @Test
    void whatAFilterBehindTheQueueSendsBackIsThisHosts() {
        assertThat(
                        log.postfix(
                                "mx postfix/smtpd[1]: A1: client=mx.example.org[192.0.2.10]",
                                "mx postfix/qmgr[2]: A1: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/smtpd[3]: B2: client=localhost[127.0.0.1],"
                                    + " orig_queue_id=A1, orig_client=mx.example.org[192.0.2.10]",
                                "mx postfix/qmgr[2]: B2: from=<a@x>, size=1, nrcpt=1",
                                "mx postfix/smtp[4]: A1: to=<b@y>,"
                                    + " relay=127.0.0.1[127.0.0.1]:10024, status=sent (250 from"
                                    + " MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as B2)",
                                "mx postfix/qmgr[2]: A1: removed",
                                "mx postfix/local[2]: B2: to=<b@y>, relay=local, status=sent",
                                "mx postfix/qmgr[2]: B2: removed"))
                .containsExactly("06:00:00 accept 192.0.2.10 [mx.example.org]  <a@x> b@y 1");
        assertThat(log.counted().locals()).isEqualTo(1);
    }
}
