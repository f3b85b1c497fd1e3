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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Which names everybody gets, and which somebody has given, by names of the world.
final class HostNamingTest {
    private static final PublicSuffixes SUFFIXES = PublicSuffixes.load(List.of());

    static List<String> names() throws IOException {
        List<String> names = new ArrayList<>(names("host-names.txt"));
        names.addAll(names("host-names-seen.txt"));
        return names;
    }

    private static List<String> names(String file) throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        HostNamingTest.class.getResourceAsStream(file)),
                                StandardCharsets.UTF_8))) {
            return in.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }

    private static boolean isGeneric(String host, long high, long low) {
        return HostNaming.isGeneric(host, domain(host), high, low);
    }

    private static int domain(String host) {
        return Math.max(0, SUFFIXES.registrableFrom(host));
    }

    @ParameterizedTest
    @MethodSource("names")
    void theNameIs(String line) {
        String[] parts = line.split(" ", -1);
        IpAddress address = IpAddress.parse(parts[2]).orElseThrow();
        assertThat(isGeneric(parts[1], address.high(), address.low()))
                .isEqualTo(parts[0].equals("generic"));
    }

    @Test
    void bothKindsAreMany() throws IOException {
        assertThat(names()).hasSizeGreaterThan(1000);
        assertThat(names()).filteredOn(line -> line.startsWith("own ")).hasSizeGreaterThan(450);
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
        "true, ov-5a1b2c.infomaniak.ch, 84.16.66.164",
        "true, ov-77aa12.infomaniak.ch, 84.16.66.165",
        "true, vm-a1b2c3d4e5.infomaniak.ch, 84.16.66.166",
        "true, cloudserver123456.hoster.example, 46.242.128.7",
        "true, cloud-server-12345.hoster.example, 46.242.128.8",
        "true, server1234567.hoster.example, 46.242.128.9",
        "true, pbaldrick.hd.free.fr, 82.67.197.146",
        "true, smtp3.hd.free.fr, 82.64.31.200",
        "false, smtp3-g21.free.fr, 212.27.42.3",
        "false, static195-231.de.dm.aliyun.com, 47.245.195.231",
        "false, out35-52.sg.b.dm.aliyun.com, 8.219.35.52",
        "false, mta-70-123-4.sparkpostmail.com, 156.70.123.4",
        "false, out203-205-221-149.mail.qq.com, 203.205.221.149",
        "false, smtp-42ac.infomaniak.ch, 84.16.66.172",
        "false, smtp-bc0b1c2d.infomaniak.ch, 84.16.66.173",
        "false, mail-ot1-f44.google.com, 209.85.210.44",
        "false, o1.ptr1234.sendgrid.net, 167.89.12.34",
        "false, a8-55.smtp-out.amazonses.com, 54.240.8.55",
        "false, nam11-dm6-obe.outbound.protection.outlook.com, 40.107.223.44",
        "false, m204-138.mailgun.net, 159.135.204.138",
        "false, mx0a-001b2d01.pphosted.com, 148.163.156.1",
        "false, mx0b-00268f01.pphosted.com, 148.163.156.2",
        "false, resqmta-c1p-023465.sys.comcast.net, 96.102.19.12",
        "false, sonic310-21.consmr.mail.gq1.yahoo.com, 98.137.69.147",
        "false, w4.tutanota.de, 81.3.6.165",
        "false, vimdzmsp-sfwd05.bluewin.ch, 195.186.120.1",
        "false, eastrmfepo201.cox.net, 68.230.241.216",
        "false, esa1.hc1234-56.iphmx.com, 68.232.129.12",
        "false, spruce-goose-ab.twitter.com, 199.59.150.88",
        "false, ccm30.constantcontact.com, 208.75.123.30",
        "false, em-sj-77.mktomail.com, 199.15.215.77",
        "false, omp.news.responsys.net, 12.130.136.1",
        "false, outbyoip4.pod17.euw1.zdsys.com, 188.172.138.4",
        "false, out-18.smtp.github.com, 192.30.252.201",
        "false, us-decade12.example.org, 192.0.2.9",
        "true, host12-34-149-62.serverdedicati.aruba.it, 62.149.34.12",
    })
    void inAPool(boolean generic, String host, String client) {
        IpAddress address = IpAddress.parse(client).orElseThrow();
        assertThat(HostNaming.isGenericInPool(host, domain(host), address.high(), address.low()))
                .isEqualTo(generic);
    }

    /// The same name is anybody's own where the address is another.
    @Test
    void theAddressIsTheHostsOwn() {
        long own = IpAddress.parse("198.51.100.7").orElseThrow().low();
        long another = IpAddress.parse("203.0.113.9").orElseThrow().low();
        assertThat(isGeneric("a198-51-100-7.example.org", 0, own)).isTrue();
        assertThat(isGeneric("a198-51-100-7.example.org", 0, another)).isFalse();
    }

    @Test
    void whatIsNoNameEndsToo() {
        for (String host : List.of("", ".", "..", "-", "a..b", "1".repeat(300), "a.".repeat(200))) {
            assertThat(isGeneric(host, 0, 0)).isIn(true, false);
            assertThat(isGeneric(host, 0, 0xffff_c000_0201L)).isIn(true, false);
        }
    }
}
