package org.greydaemon.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.Endpoint;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SyslogAddressTest {
    @Test
    void aPlaceIsASocketOrAHost() throws MistakeException {
        assertThat(SyslogAddress.parse("unix:/dev/log"))
                .isEqualTo(new SyslogAddress.Local("/dev/log"));
        assertThat(SyslogAddress.parse("udp:192.0.2.1"))
                .isEqualTo(
                        new SyslogAddress.Network(
                                new Endpoint(IpAddress.parse("192.0.2.1").orElseThrow(), 514)));
        assertThat(SyslogAddress.parse("udp:[2001:db8::1]:5140"))
                .isEqualTo(
                        new SyslogAddress.Network(
                                new Endpoint(IpAddress.parse("2001:db8::1").orElseThrow(), 5140)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/dev/log", "unix:log", "udp:", "udp:loghost", "tcp:192.0.2.1"})
    void anythingElseIsNone(String text) {
        assertThatThrownBy(() -> SyslogAddress.parse(text)).isInstanceOf(MistakeException.class);
    }
}
