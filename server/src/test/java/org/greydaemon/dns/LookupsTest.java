package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.List;

/// Names that a DNS server on loopback knows, and which of them are confirmed.
@Timeout(60)
final class LookupsTest {
    private final DnsServer dns = new DnsServer();
    private final Lookups lookups = new Lookups(dns.endpoint(), () -> {});

    LookupsTest() throws IOException {}

    @AfterEach
    void close() {
        dns.close();
    }

    private List<String> confirmed(String client) {
        return lookups.confirmed(IpAddress.parse(client).orElseThrow()).join();
    }

    @Test
    void aNameThatLeadsBackIsConfirmed() throws IOException {
        dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "MX1.Example.ORG.")
                .knows("mx1.example.org.", Type.A, "192.0.2.9")
                .knows("mx1.example.org.", Type.A, "192.0.2.7");
        assertThat(confirmed("192.0.2.7")).containsExactly("mx1.example.org");
    }

    @Test
    void aNameThatLeadsElsewhereIsNot() throws IOException {
        dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "mail.google.com.")
                .knows("mail.google.com.", Type.A, "192.0.2.9");
        assertThat(confirmed("192.0.2.7")).isEmpty();
    }

    @Test
    void ofSeveralNamesThoseThatLeadBackAreConfirmed() throws IOException {
        dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "a.example.org.")
                .knows("7.2.0.192.in-addr.arpa.", Type.PTR, "b.example.org.")
                .knows("b.example.org.", Type.A, "192.0.2.7");
        assertThat(confirmed("192.0.2.7")).containsExactly("b.example.org");
    }

    @Test
    void ipv6NamesLeadBackToIpv6() throws IOException {
        String reverse =
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.";
        dns.knows(reverse, Type.PTR, "mx.example.org.")
                .knows("mx.example.org.", Type.AAAA, "2001:db8::1");
        assertThat(confirmed("2001:db8::1")).containsExactly("mx.example.org");
    }

    /// RFC 2317: parts of a /24 are delegated by aliases.
    @Test
    void aliasesOfTheReverseZoneAreFollowed() throws IOException {
        dns.knows("7.2.0.192.in-addr.arpa.", Type.CNAME, "7.0-63.2.0.192.in-addr.arpa.")
                .knows("7.0-63.2.0.192.in-addr.arpa.", Type.PTR, "mx.example.org.")
                .knows("mx.example.org.", Type.A, "192.0.2.7");
        assertThat(confirmed("192.0.2.7")).containsExactly("mx.example.org");
    }

    @Test
    void noNameIsAnAnswerAndIsKept() {
        assertThat(confirmed("192.0.2.7")).isEmpty();
    }

    @Test
    void whatWasAnsweredIsNotAskedAgain() throws IOException {
        dns.knows("7.2.0.192.in-addr.arpa.", Type.PTR, "mx.example.org.")
                .knows("mx.example.org.", Type.A, "192.0.2.7");
        confirmed("192.0.2.7");
        int queries = dns.queries();
        assertThat(confirmed("192.0.2.7")).containsExactly("mx.example.org");
        assertThat(dns.queries()).isEqualTo(queries);
    }

    @Test
    void aServerThatFailsIsNoAnswer() {
        dns.says(Rcode.SERVFAIL);
        assertThatThrownBy(() -> confirmed("192.0.2.7"))
                .hasMessageContaining("7.2.0.192.in-addr.arpa");
    }
}
