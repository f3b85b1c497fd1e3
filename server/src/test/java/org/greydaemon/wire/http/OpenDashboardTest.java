package org.greydaemon.wire.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// Who may look at a dashboard that is open to its host.
final class OpenDashboardTest {
    /// What is answered to a question from loopback that is without a token.
    private static int status(List<String> otherNames, String host) {
        Access page = new Access("mx.example.org", otherNames, true);
        page.token("a-token-of-the-test");
        HttpFields headers = new HttpFields();
        if (!host.isEmpty()) {
            headers.set("Host", host);
        }
        return page.refusalOfPage(IpAddress.ipv4(0x7f00_0001), headers, false)
                .map(Answer::status)
                .orElse(200);
    }

    /// A proxy that adds nothing asks from loopback under the name that its client has given, which
    /// is this host's where mail and proxy share one.
    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "127.0.0.1:8077, 200",
        "127.9.9.9, 200",
        "[::1]:8077, 200",
        "mx.example.org, 401",
        "mx, 401",
        "192.0.2.1, 401",
        "10.0.0.1:8077, 401",
        "[2001:db8::1], 401",
    })
    void itIsOpenUnderNamesOfLoopbackOnly(String host, int status) {
        assertThat(status(List.of(), host)).isEqualTo(status);
    }

    @Test
    void whoNamesNoHostMayBeAnOldClientBehindAProxy() {
        assertThat(status(List.of(), "")).isEqualTo(401);
    }

    /// Other names say that there is a proxy, whose clients may write any name.
    @Test
    void whereThereIsAProxyNothingIsOpen() {
        for (String host : List.of("localhost", "127.0.0.1:8077", "mail.example.net")) {
            assertThat(status(List.of("mail.example.net"), host)).isEqualTo(401);
        }
    }
}
