package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who asks, as the log shows it.
final class SourceTest {
    private final Source source = new Source(Source.Protocol.POLICY);

    private String peer() {
        byte[] text = new byte[3 + Source.PEER_MAX];
        return new String(text, 3, source.writePeer(text, 3) - 3, US_ASCII);
    }

    private void asks(String address, int port) {
        IpAddress peer = IpAddress.parse(address).orElseThrow();
        source.asks(peer.high(), peer.low(), port);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.99, 4242, 192.0.2.99:4242",
        "2001:db8::1, 25, [2001:db8::1]:25",
        "2001:db8:1111:2222:3333:4444:5555:6666, 65535,"
                + " [2001:db8:1111:2222:3333:4444:5555:6666]:65535",
    })
    void whoAsksIsAnAddressAndAPort(String address, int port, String shown) {
        asks(address, port);
        assertThat(peer()).isEqualTo(shown);
    }

    @Test
    void whoAsksOverAUnixSocketHasNoAddress() {
        asks("192.0.2.99", 1);
        source.asksLocally();
        assertThat(peer()).isEqualTo("unix");
        asks("192.0.2.99", 1);
        assertThat(peer()).isEqualTo("192.0.2.99:1");
    }

    @Test
    void theRequestIsTheLastOne() {
        source.request(new byte[] {1, 2, 3}, 2);
        assertThat(source.request()).startsWith(1, 2);
        assertThat(source.requestLength()).isEqualTo(2);
        assertThat(source.protocol().word()).isEqualTo("policy");
    }
}
