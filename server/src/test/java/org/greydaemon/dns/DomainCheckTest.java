package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.util.Optional;

/// Which domains are gone, as a DNS server on loopback says.
@Timeout(60)
final class DomainCheckTest {
    @Test
    void onlyThatThereIsNoSuchDomainSaysSo() throws IOException {
        try (DnsServer dns = new DnsServer()) {
            dns.knows("example.org.", Type.A, "192.0.2.7");
            DomainCheck check = new DomainCheck(Optional.of(dns.endpoint()));
            assertThat(check.isGone("example.org")).isFalse();
            assertThat(check.isGone("gone.example")).isTrue();
            dns.says(Rcode.NOERROR);
            assertThat(check.isGone("without.address.example")).isFalse();
            dns.says(Rcode.SERVFAIL);
            assertThat(check.isGone("nobody.knows.example")).isFalse();
        }
    }
}
