package org.greydaemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

final class IpAddressTest {
    private static final int ROUNDS = 20_000;

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "192.0.2.1, 192.0.2.1",
        "255.255.255.255, 255.255.255.255",
        "::ffff:1.2.3.4, 1.2.3.4",
        "::FFFF:102:304, 1.2.3.4",
        "0:0:0:0:0:ffff:1.2.3.4, 1.2.3.4",
        "::, ::",
        "::1, ::1",
        "1::, 1::",
        "::1.2.3.4, ::102:304",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789, abcd:ef01:2345:6789:abcd:ef01:2345:6789",
        "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
        // RFC 5952 section 1 and 2: one address, many texts.
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:0:1::1, 2001:db8::1:0:0:1",
        "2001:DB8:0:0:1::1, 2001:db8::1:0:0:1",
        // RFC 5952 4.1 leading zeros, 4.2.1 as much as possible, 4.2.2 not for one group, 4.2.3
        // the longest and of equals the first, 4.3 lower case.
        "2001:0db8::0001, 2001:db8::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
    })
    void textIsReadAndPrintedCanonically(String text, String canonical) {
        assertThat(IpAddress.parse(text)).map(IpAddress::toString).contains(canonical);
        assertThat(IpAddress.parse(canonical)).isEqualTo(IpAddress.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "1",
                "1.2.3",
                "1.2.3.",
                ".1.2.3",
                "1..2.3",
                "1.2.3.4.",
                "1.2.3.4.5",
                "256.1.1.1",
                "1.1.1.256",
                "01.2.3.4",
                "1.2.3.00",
                "1.2.3.0004",
                "1.2.3.-4",
                "0x7f.0.0.1",
                "1.2.3.4 ",
                " 1.2.3.4",
                "1.2.3.4\n",
                "1.2.3.\u0664",
                "1,2,3,4",
                "1.2.3.4/32",
                "unknown",
                "mail.example.net",
                ":",
                ":::",
                "::1::",
                "1::2::3",
                ":1",
                "1:",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:",
                ":2:3:4:5:6:7:8",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4::5:6:7:8",
                "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8",
                "12345::",
                "::00001",
                "::g",
                "::1%eth0",
                "fe80::1%1",
                "[::1]",
                "::1/128",
                "::1.2.3",
                "::1.2.3.256",
                "::1.2.3.4:5",
                "1.2.3.4::",
                "1:2:3:4:5:6:7:1.2.3.4",
                "1:2:3:4:5:1.2.3.4",
                "::12345.2.3.4",
                "::\uff11",
                "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555",
            })
    void otherTextIsNoAddress(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void ipv4MappedIsTheIpv4Address() {
        IpAddress address = parsed("::ffff:192.0.2.1");
        assertThat(address).isEqualTo(IpAddress.ipv4(0xc000_0201));
        assertThat(address.isIpv4()).isTrue();
        assertThat(parsed("::192.0.2.1").isIpv4()).isFalse();
        assertThat(parsed("::fffe:c000:201").isIpv4()).isFalse();
        assertThat(parsed("1::ffff:c000:201").isIpv4()).isFalse();
    }

    @Test
    void bytesAreThoseOfSockets() {
        assertThat(parsed("192.0.2.255").toBytes()).containsExactly(192, 0, 2, 255);
        assertThat(parsed("1:2::fffe").toBytes())
                .containsExactly(0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe);
        assertThat(IpAddress.ofBytes(new byte[] {(byte) 192, 0, 2, (byte) 255}))
                .isEqualTo(parsed("192.0.2.255"));
    }

    @Test
    void orderIsUnsigned() {
        assertThat(
                        Stream.of("ffff::", "2001:db8::", "255.0.0.0", "1.0.0.0", "::1")
                                .map(IpAddressTest::parsed)
                                .sorted()
                                .map(IpAddress::toString))
                .containsExactly("::1", "1.0.0.0", "255.0.0.0", "2001:db8::", "ffff::");
    }

    @Test
    void randomAddressesSurviveTheirTextAndTheJdkAgrees() throws Exception {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i += 1) {
            IpAddress address = random(random);
            String text = address.toString();
            assertThat(IpAddress.parse(text)).as("seed %d: %s", seed, text).contains(address);
            assertThat(InetAddress.ofLiteral(text).getAddress())
                    .as("seed %d: %s", seed, text)
                    .isEqualTo(address.toBytes());
            assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
        }
    }

    @Test
    void textsOfTheJdkAreReadAsTheJdkDoes() throws Exception {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i += 1) {
            byte[] bytes = random(random).toBytes();
            String text = InetAddress.getByAddress(bytes).getHostAddress();
            assertThat(parsed(text).toBytes()).as("seed %d: %s", seed, text).isEqualTo(bytes);
        }
    }

    @Test
    void garbageIsReadOnlyWhereTheJdkReadsIt() {
        long seed = Seed.next();
        Random random = new Random(seed);
        String letters = "0012569afF::::....:.%[]/ xZ\0";
        int read = 0;
        for (int i = 0; i < 20 * ROUNDS; i += 1) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(14); length > 0; length -= 1) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            Optional<IpAddress> address = IpAddress.parse(text.toString());
            if (address.isPresent()) {
                read += 1;
                assertThat(jdk(text.toString()))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(address.get().toBytes());
            }
        }
        assertThat(read).as("seed %d", seed).isPositive();
    }

    @Test
    void parserReadsOnlyTheBytesBetweenItsBoundsAndIsReusable() {
        byte[] text = "I192.0.2.17\0F2001:db8::1x".getBytes(StandardCharsets.US_ASCII);
        AddressParser parser = new AddressParser();
        assertThat(parser.parse(text, 13, 24)).isTrue();
        assertThat(parser.high()).isEqualTo(0x2001_0db8_0000_0000L);
        assertThat(parser.low()).isEqualTo(1);
        assertThat(parser.isIpv4()).isFalse();
        assertThat(parser.parse(text, 1, 11)).isTrue();
        assertThat(new IpAddress(parser.high(), parser.low())).hasToString("192.0.2.17");
        assertThat(parser.isIpv4()).isTrue();
        assertThat(parser.parse(text, 1, 12)).isFalse();
        assertThat(parser.parse(text, 0, 11)).isFalse();
        assertThat(parser.parse(text, 5, 5)).isFalse();
    }

    @Test
    void writerBeginsAtTheOffsetAndReturnsTheEnd() {
        byte[] line = new byte[2 + AddressWriter.BYTES_MAX];
        int end = AddressWriter.write(-1, -1, line, 2);
        assertThat(end).isEqualTo(line.length);
        assertThat(new String(line, 2, end - 2, StandardCharsets.US_ASCII))
                .isEqualTo("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assertThat(line[1]).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.77, 192.0.2.0",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1::",
        "::1, ::",
        "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db8:ffff::",
    })
    void clientNetworkIsTheFirst24BitsOfIpv4AndThe48OfIpv6(String client, String network) {
        IpAddress address = parsed(client);
        long high = ClientNetwork.high(address.high(), address.low());
        long low = ClientNetwork.low(address.high(), address.low());
        assertThat(new IpAddress(high, low)).hasToString(network);
    }

    private static IpAddress parsed(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    /// Random bits with zero groups and IPv4 addresses much oftener than chance has them.
    private static IpAddress random(Random random) {
        if (random.nextInt(4) == 0) {
            return IpAddress.ipv4(random.nextInt());
        }
        return new IpAddress(halfWithZeros(random), halfWithZeros(random));
    }

    private static long halfWithZeros(Random random) {
        long half = random.nextLong();
        for (int group = 0; group < 4; group += 1) {
            if (random.nextBoolean()) {
                half &= ~(0xffffL << (16 * group));
            }
        }
        return half;
    }

    private static byte[] jdk(String text) {
        return InetAddress.ofLiteral(text).getAddress();
    }
}
