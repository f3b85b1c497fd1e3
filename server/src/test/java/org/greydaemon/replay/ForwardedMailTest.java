package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

/// Mail that a filter on another host sends back to Postfix, telling whose it is (XFORWARD): it has
/// come once.
final class ForwardedMailTest {
    private static final String ORIGINAL = "orig_client=mx.example.org[192.0.2.10]";
    private static final String ACCEPTED = " accept 192.0.2.10 [mx.example.org] <a@x> b@y";

    private final ShownAttempts attempts = new ShownAttempts(LogForm.POSTFIX);

    private List<String> read(String... lines) {
        return attempts.of(
                IntStream.range(0, lines.length)
                        .mapToObj(i -> "Nov 28 06:00:%02d mx postfix/".formatted(i) + lines[i])
                        .toList());
    }

    @Test
    void whatAFilterTakesWhileTheClientWaitsIsTheClients() {
        assertThat(
                        read(
                                "smtpd[11]: NOQUEUE: client=mx.example.org[192.0.2.10]:4000",
                                "smtpd[12]: 7FC: client=filter.lan[10.0.0.5], " + ORIGINAL,
                                "qmgr[14]: 7FC: from=<a@x>, size=1, nrcpt=1 (queue active)",
                                "lmtp[15]: 7FC: to=<b@y>, relay=x, status=sent (y)",
                                "qmgr[14]: 7FC: removed",
                                "smtpd[11]: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as"
                                        + " 7FC; from=<a@x> to=<b@y> proto=ESMTP helo=<h>"))
                .containsExactly("06:00:00" + ACCEPTED);
        assertThat(attempts.counted().locals()).isZero();
    }

    @Test
    void whatAFilterBehindTheQueueSendsBackHasComeBefore() {
        assertThat(
                        read(
                                "smtpd[11]: A1: client=mx.example.org[192.0.2.10]",
                                "qmgr[14]: A1: from=<a@x>, size=1, nrcpt=1 (queue active)",
                                "smtpd[12]: B2: client=filter.lan[10.0.0.5], orig_queue_id=A1, "
                                        + ORIGINAL,
                                "qmgr[14]: B2: from=<a@x>, size=1, nrcpt=1 (queue active)",
                                "smtp[13]: A1: to=<b@y>, relay=10.0.0.5[10.0.0.5]:10024,"
                                        + " status=sent (250 Ok: queued as B2)",
                                "qmgr[14]: A1: removed",
                                "lmtp[15]: B2: to=<b@y>, relay=x, status=sent (y)",
                                "qmgr[14]: B2: removed"))
                .containsExactly("06:00:00" + ACCEPTED);
        assertThat(attempts.counted().locals()).isEqualTo(1);
    }
}
