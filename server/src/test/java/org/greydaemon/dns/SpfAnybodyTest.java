package org.greydaemon.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// A pass that names hosts, and one that lets anybody send and so says nothing of the client.
final class SpfAnybodyTest {
    private static final String IPV4 = "192.0.2.7";
    private static final String IPV6 = "2001:db8::7";

    /// The record of example.org, and those that it may lead to.
    private record World(String text, int addresses) implements SpfCheck.Dns {
        @Override
        public List<Record> find(Name name, int type) {
            try {
                return switch (type) {
                    case Type.TXT -> texts(name);
                    case Type.A -> addresses(name);
                    case Type.AAAA ->
                            List.of(
                                    new AAAARecord(
                                            name, DClass.IN, 300, InetAddress.getByName(IPV6)));
                    case Type.MX ->
                            List.of(
                                    new MXRecord(
                                            name, DClass.IN, 300, 10, new Name("mx.example.org.")));
                    case Type.PTR ->
                            List.of(
                                    new PTRRecord(
                                            name, DClass.IN, 300, new Name("mx.example.org.")));
                    default -> List.of();
                };
            } catch (UnknownHostException | TextParseException e) {
                throw new AssertionError(e);
            }
        }

        private List<Record> texts(Name name) {
            String host = name.toString();
            String block = host.substring(host.indexOf('-') + 1, host.indexOf('.'));
            String said =
                    host.equals("example.org.")
                            ? text
                            : switch (host.substring(0, Math.min(4, host.length()))) {
                                case "all." -> "v=spf1 +all";
                                case "ip4-" -> "v=spf1 ip4:" + block + ".0.0.0/8 -all";
                                case "ip6-" -> "v=spf1 ip6:" + block + "::/16 -all";
                                case "two." -> "v=spf1 include:ip4-12.example a/8 -all";
                                default -> "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all";
                            };
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < said.length(); i += 255) {
                parts.add(said.substring(i, Math.min(said.length(), i + 255)));
            }
            return List.of(new TXTRecord(name, DClass.IN, 300, parts));
        }

        private List<Record> addresses(Name name) throws UnknownHostException {
            List<Record> found = new ArrayList<>();
            for (int i = 0; i < addresses; i++) {
                String address = i == 0 ? IPV4 : "198.51." + i / 256 + "." + i % 256;
                found.add(new ARecord(name, DClass.IN, 300, InetAddress.getByName(address)));
            }
            return found;
        }
    }

    private static SpfResult result(String text, String client, int addresses) {
        IpAddress address = IpAddress.parse(client).orElseThrow();
        return new SpfCheck(new World(text, addresses), address, "h.example", "a@example.org")
                .of("example.org");
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1 ip4:192.0.2.7 -all",
        "v=spf1 ip4:192.0.0.0/8 ip4:40.92.0.0/15 ip4:52.100.0.0/14 +all",
        "v=spf1 ip4:0.0.0.0/8 ip4:192.0.0.0/9 -all",
        "v=spf1 -ip4:0.0.0.0/1 ?ip6:::/0 -ip4:203.0.0.0/8 a",
        "v=spf1 a mx -all",
        "v=spf1 a/24 -all",
        "v=spf1 mx:example.net/16 -all",
        "v=spf1 include:hosts.example ?all",
        "v=spf1 include:%{d2}.hosts.example include:all.example",
        "v=spf1 redirect=hosts.example",
        "v=spf1 redirect=%{o}.hosts.example",
    })
    void aPassThatNamesHosts(String text) {
        assertThat(result(text, IPV4, 1)).isEqualTo(SpfResult.PASS);
    }

    @ParameterizedTest
    @CsvSource({
        "v=spf1 +all",
        "v=spf1 all",
        "v=spf1 -ip4:203.0.113.0/24 ALL",
        "v=spf1 ip4:0.0.0.0/0",
        "v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all",
        "v=spf1 ip4:192.0.0.0/7 -all",
        "v=spf1 ip4:192.0.2.7 ip4:12.0.0.0/8 ip4:11.0.0.0/8 -all",
        "v=spf1 a/1 -all",
        "v=spf1 mx/0 -all",
        "v=spf1 ptr -all",
        "v=spf1 exists:%{i}.example.net -all",
        "v=spf1 exists:%{l}.example.net -all",
        "v=spf1 exists:example.net -all",
        "v=spf1 a:%{I}.example.net -all",
        "v=spf1 mx:%{p} -all",
        "v=spf1 include:%{ir}.hosts.example -all",
        "v=spf1 include:all.example -all",
        "v=spf1 redirect=all.example",
        "v=spf1 redirect=%{h}.hosts.example",
    })
    void aPassOfAnybody(String text) {
        assertThat(result(text, IPV4, 1)).isEqualTo(SpfResult.ANYBODY);
    }

    @ParameterizedTest
    @CsvSource({
        "PASS, v=spf1 ip6:2001:db8::/32 ip4:0.0.0.0/0",
        "PASS, v=spf1 ip6:2001::/16 ip6:2a01:110::/31",
        "PASS, v=spf1 a:example.net//64",
        "PASS, v=spf1 include:hosts.example",
        "ANYBODY, v=spf1 ip6:::/0",
        "ANYBODY, v=spf1 ip6:2000::/3",
        "ANYBODY, v=spf1 ip6:2000::/15",
        "ANYBODY, v=spf1 a//8",
        "ANYBODY, v=spf1 mx/32//3",
        "ANYBODY, v=spf1 include:all.example",
    })
    void overIpv6(SpfResult result, String text) {
        assertThat(result(text, IPV6, 1)).isEqualTo(result);
    }

    /// The breadth of a domain is that of all the records that lead to the pass: otherwise ten
    /// includes of one /8 each would name a twentieth of the world.
    @ParameterizedTest
    @CsvSource({
        "PASS, v=spf1 include:ip4-192.example -all",
        "PASS, v=spf1 include:ip4-192.example include:ip4-12.example include:ip4-13.example",
        "ANYBODY, v=spf1 include:ip4-12.example include:ip4-192.example -all",
        "ANYBODY, v=spf1 ip4:12.0.0.0/8 include:ip4-192.example -all",
        "ANYBODY, v=spf1 include:ip4-12.example ip4:192.0.0.0/8 -all",
        "ANYBODY, v=spf1 include:ip4-12.example a/8 -all",
        "ANYBODY, v=spf1 include:ip4-12.example mx/8 -all",
        "ANYBODY, v=spf1 include:ip4-12.example redirect=ip4-192.example",
        "ANYBODY, v=spf1 include:two.example -all",
        "ANYBODY, v=spf1 redirect=two.example",
        "PASS, v=spf1 include:ip6-2a00.example include:ip6-2a01.example ip4:192.0.2.0/24 -all",
    })
    void theBreadthOfAllThatLeadsToThePassCounts(SpfResult result, String text) {
        assertThat(result(text, IPV4, 1)).isEqualTo(result);
    }

    @ParameterizedTest
    @CsvSource({
        "PASS, v=spf1 include:ip6-2001.example include:ip6-2a00.example -all",
        "ANYBODY, v=spf1 include:ip6-2a00.example include:ip6-2001.example -all",
        "ANYBODY, v=spf1 ip6:2a00::/16 redirect=ip6-2001.example",
        "PASS, v=spf1 include:ip4-12.example include:ip4-13.example ip6:2001::/16 -all",
    })
    void theBreadthOfAllThatLeadsToThePassCountsOverIpv6(SpfResult result, String text) {
        assertThat(result(text, IPV6, 1)).isEqualTo(result);
    }

    /// Many write their own networks down that no stranger can come from (RFC 1918, RFC 4193).
    @ParameterizedTest
    @CsvSource({
        "v=spf1 ip4:10.0.0.0/8 ip4:127.0.0.0/8 ip4:172.16.0.0/12 ip4:192.0.2.7 -all, 192.0.2.7",
        "v=spf1 ip4:10.0.0.0/8 include:ip4-10.example ip4:192.0.2.7 -all, 192.0.2.7",
        "v=spf1 ip6:fc00::/7 ip6:fe80::/10 ip6:2001:db8::/32 -all, 2001:db8::7",
    })
    void networksOfNobodyAreNoBreadth(String text, String client) {
        assertThat(result(text, client, 1)).isEqualTo(SpfResult.PASS);
    }

    /// What neither is is what it always was.
    @ParameterizedTest
    @CsvSource({
        "NEUTRAL, v=spf1 ?all",
        "SOFTFAIL, v=spf1 ~ip4:0.0.0.0/0",
        "FAIL, v=spf1 -all",
        "FAIL, v=spf1 -include:all.example",
    })
    void noPass(SpfResult result, String text) {
        assertThat(result(text, IPV4, 1)).isEqualTo(result);
    }

    /// Many that are narrow cover the world as well as one that is wide.
    @Test
    void everyNetworkInATermOfItsOwn() {
        StringBuilder text = new StringBuilder("v=spf1");
        for (int i = 0; i < 512; i++) {
            text.append(" ip4:").append(i / 2).append(i % 2 == 0 ? ".0" : ".128").append(".0.0/9");
        }
        assertThat(result(text.toString(), IPV4, 1)).isEqualTo(SpfResult.ANYBODY);
        assertThat(result("v=spf1 a:example.net/16", IPV4, 500)).isEqualTo(SpfResult.PASS);
        assertThat(result("v=spf1 a:example.net/16", IPV4, 600)).isEqualTo(SpfResult.ANYBODY);
        assertThat(result("v=spf1 a:example.net", IPV4, 600)).isEqualTo(SpfResult.PASS);
    }
}
