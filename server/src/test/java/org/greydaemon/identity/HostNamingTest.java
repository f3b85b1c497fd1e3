package org.greydaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/// Which names everybody gets, and which somebody has given, by names of the world.
final class HostNamingTest {
    static List<String> names() throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        HostNamingTest.class.getResourceAsStream("host-names.txt")),
                                StandardCharsets.UTF_8))) {
            return in.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theNameIs(String line) {
        String[] parts = line.split(" ", -1);
        IpAddress address = IpAddress.parse(parts[2]).orElseThrow();
        assertThat(HostNaming.isGeneric(parts[1], address.high(), address.low()))
                .isEqualTo(parts[0].equals("generic"));
    }

    @Test
    void bothKindsAreMany() throws IOException {
        assertThat(names()).hasSizeGreaterThan(150);
        assertThat(names()).filteredOn(line -> line.startsWith("own ")).hasSizeGreaterThan(75);
    }

    /// A pool may number its mail servers by their addresses; its customers' lines and machines are
    /// still told.
    @ParameterizedTest
    @CsvSource({
        "false, m69-169.mailgun.net, 166.78.69.169",
        "false, 66-220-144-151.mail-mail.facebook.com, 66.220.144.151",
        "false, a8-80.smtp-out.amazonses.com, 54.240.8.80",
        "true, vps123456.ovh.net, 51.75.12.35",
        "true, ns3012345.ovh.net, 37.187.12.34",
        "true, c-73-162-10-20.hsd1.ca.comcast.net, 73.162.10.20",
        "true, s166-62-12-34.secureserver.net, 166.62.12.34",
        "true, ip68-4-101-22.oc.oc.cox.net, 68.4.101.22",
        "true, host12-34-149-62.serverdedicati.aruba.it, 62.149.34.12",
    })
    void inAPool(boolean generic, String host, String client) {
        IpAddress address = IpAddress.parse(client).orElseThrow();
        assertThat(HostNaming.isGenericInPool(host, address.high(), address.low()))
                .isEqualTo(generic);
    }

    /// The same name is anybody's own where the address is another.
    @Test
    void theAddressIsTheHostsOwn() {
        long own = IpAddress.parse("198.51.100.7").orElseThrow().low();
        long another = IpAddress.parse("203.0.113.9").orElseThrow().low();
        assertThat(HostNaming.isGeneric("a198-51-100-7.example.org", 0, own)).isTrue();
        assertThat(HostNaming.isGeneric("a198-51-100-7.example.org", 0, another)).isFalse();
    }

    @Test
    void whatIsNoNameEndsToo() {
        for (String host : List.of("", ".", "..", "-", "a..b", "1".repeat(300), "a.".repeat(200))) {
            assertThat(HostNaming.isGeneric(host, 0, 0)).isIn(true, false);
            assertThat(HostNaming.isGeneric(host, 0, 0xffff_c000_0201L)).isIn(true, false);
        }
    }
}
