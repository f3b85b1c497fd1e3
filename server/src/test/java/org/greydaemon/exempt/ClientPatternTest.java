package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.greydaemon.exempt.ClientLists.isExempt;
import static org.greydaemon.exempt.ClientLists.parsed;

import org.greydaemon.Seed;
import org.greydaemon.mistake.MistakeException;
import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

/// Which clients a line of a white list exempts, and what is said of one that cannot be meant.
final class ClientPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // line | exempt | not exempt
                "1.2.3.4 | 1.2.3.4 ::ffff:1.2.3.4 | 1.2.3.3 1.2.3.5 ::1.2.3.4",
                "1.2.3 | 1.2.3.0 1.2.3.255 | 1.2.2.255 1.2.4.0",
                "1.2 | 1.2.0.0 1.2.255.255 | 1.1.255.255 1.3.0.0",
                "1 | 1.0.0.0 1.255.255.255 | 0.255.255.255 2.0.0.0",
                "0 | 0.0.0.0 0.255.255.255 | 1.0.0.0 :: ::1",
                "10. | 10.0.0.0 10.255.255.255 | 11.0.0.0",
                "10.1. | 10.1.0.0 10.1.255.255 | 10.2.0.0",
                "10.1.2. | 10.1.2.0 10.1.2.255 | 10.1.3.0",
                "10.1.2.3. | 10.1.2.3 | 10.1.2.4",
                "10/8 | 10.0.0.0 10.255.255.255 | 11.0.0.0",
                "1/16 | 1.0.0.0 1.0.255.255 | 1.1.0.0",
                "10.1/16 | 10.1.0.0 10.1.255.255 | 10.2.0.0",
                "10./8 | 10.1.1.1 | 11.0.0.0",
                "10.1.16.0/20 | 10.1.16.0 10.1.31.255 | 10.1.15.255 10.1.32.0",
                "10.0.0.2/31 | 10.0.0.2 10.0.0.3 | 10.0.0.1 10.0.0.4",
                "10.0.0.2/32 | 10.0.0.2 | 10.0.0.3",
                "0.0.0.0/0 | 0.0.0.0 255.255.255.255 | :: 2001:db8::1",
                "10.0.0.0 / 8 | 10.0.0.0 10.255.255.255 | 11.0.0.0",
                "10.0.0.0/255.0.0.0 | 10.0.0.0 10.255.255.255 | 11.0.0.0",
                "10.0.0.1/255.255.255.255 | 10.0.0.1 | 10.0.0.0 10.0.0.2",
                "0.0.0.0/0.0.0.0 | 0.0.0.0 255.255.255.255 | ::",
                "192.168.2.* | 192.168.2.0 192.168.2.255 | 192.168.1.255 192.168.3.0",
                "192.168.* | 192.168.0.0 192.168.255.255 | 192.167.255.255 192.169.0.0",
                "192.*.2.1 | 192.0.2.1 192.255.2.1 | 192.0.2.2 192.1.3.1 193.0.2.1",
                "* | 0.0.0.0 255.255.255.255 | ::",
                "192.168.[3-4].45 | 192.168.3.45 192.168.4.45"
                        + " | 192.168.2.45 192.168.5.45 192.168.3.44 192.168.4.46",
                "192.168.3-4.45 | 192.168.3.45 192.168.4.45 | 192.168.2.45 192.168.5.45",
                "192.168.3-4.* | 192.168.3.0 192.168.4.255 | 192.168.2.255 192.168.5.0",
                "192.168.1.[9-20] | 192.168.1.9 192.168.1.20 | 192.168.1.8 192.168.1.21",
                "1-2.[3-4].5-6.7-8 | 1.3.5.7 2.4.6.8 1.4.5.8 | 1.3.5.9 3.3.5.7 1.5.5.7 1.3.7.7",
                "1.2.3.4-1.2.3.9 | 1.2.3.4 1.2.3.5 1.2.3.9 | 1.2.3.3 1.2.3.10",
                "1.2.3.4 - 1.2.5.0 | 1.2.3.4 1.2.4.77 1.2.5.0 | 1.2.3.3 1.2.5.1",
                "0.0.0.0-255.255.255.255 | 0.0.0.0 255.255.255.255 | ::",
                "1.2.3.4-1.2.3.4 | 1.2.3.4 | 1.2.3.3 1.2.3.5",
                "::1 | ::1 0:0::1 | :: ::2 1.9.9.9",
                "2001:db8::/32 | 2001:db8:: 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"
                        + " | 2001:db7:: 2001:db9:: 209.1.1.1",
                "2001:DB8::10/128 | 2001:db8::10 | 2001:db8::11 10.0.0.0",
                "::/0 | :: 2001:db8::1 ffff:: | 0.0.0.0 192.0.2.1",
                "::ffff:10.0.0.0/104 | 10.0.0.0 10.255.255.255 | 11.0.0.0 ::",
                "::ffff:10.1.2.3 | 10.1.2.3 | 10.1.2.4",
            })
    void lineExemptsItsClientsAndNobodyElse(String line, String exempt, String others)
            throws Exception {
        ClientList list = parsed(line);
        assertThat(exempt.split(" ")).allMatch(client -> isExempt(list, client));
        assertThat(others.split(" ")).noneMatch(client -> isExempt(list, client));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                // Forms that the original misreads without a word.
                "mail1.example.net | 'mail1.example.net' is not an address; if that is meant, write"
                        + " the line 'host mail1.example.net' into an exemption file (exempt.files,"
                        + " --exempt)",
                ".outlook.com | '.outlook.com' is not an address; if that is meant, write the line"
                        + " 'host .outlook.com' into an exemption file (exempt.files, --exempt)",
                "bob@example.org | 'bob@example.org' is not an address; if that is meant, write the"
                        + " line 'sender bob@example.org' into an exemption file (exempt.files,"
                        + " --exempt)",
                "10.0.0.2/33 | '10.0.0.2/33' has the prefix length '33'; write a number from 0 to"
                        + " 32",
                "10.0.0.2/99 | '10.0.0.2/99' has the prefix length '99'; write a number from 0 to"
                        + " 32",
                "10.1.2.3/24 | '10.1.2.3/24' has bits set behind the prefix; did you mean"
                        + " 10.1.2.0/24, or 10.1.2.3 alone?",
                "10.1.2/20 | '10.1.2/20' has bits set behind the prefix; did you mean 10.1.0.0/20,"
                        + " or 10.1.2.0/24 alone?",
                "10.1.2.3/255.255.0.0 | '10.1.2.3/255.255.0.0' has bits set behind the prefix; did"
                        + " you mean 10.1.0.0/16, or 10.1.2.3 alone?",
                "10.0.0.0/255.0.255.0 | '10.0.0.0/255.0.255.0' has the netmask '255.0.255.0', which"
                        + " is not ones and then zeros; write a prefix length such as /24",
                "10.0.0.0/0.0.0.255 | '10.0.0.0/0.0.0.255' has the netmask '0.0.0.255', which is"
                        + " not ones and then zeros; write a prefix length such as /24",
                "10.0.0.0/255.0.0 | '10.0.0.0/255.0.0' has the netmask '255.0.0', which is not ones"
                        + " and then zeros; write a prefix length such as /24",
                "mail host 5.6.7.8 (bob) | 'mail host 5.6.7.8 (bob)' has words beside the address;"
                        + " did you mean '5.6.7.8 # mail host  (bob)'?",
                "10.0.0.0 / 8 office | '10.0.0.0 / 8 office' has words beside the address; did you"
                        + " mean '10.0.0.0/8 # office'?",
                "1.2.3.4 5.6.7.8 | '1.2.3.4 5.6.7.8' has 2 addresses; write each of them on its own"
                        + " line, and a netmask behind a /",
                "1.2.3.4,::1;1.2 | '1.2.3.4,::1;1.2' has 3 addresses; write each of them on its own"
                        + " line, and a netmask behind a /",
                "host 7 | 'host 7' is not an address; write an address or a prefix such as"
                        + " 192.0.2.1 or 192.0.2.0/24, and words behind #",
                "1.2.3.4.5 | '1.2.3.4.5' has more than 4 numbers; write an address such as"
                        + " 192.0.2.1, or a range such as 192.0.2.4-192.0.2.9",
                "1.2.3.4-1.2.3.300 | '1.2.3.4-1.2.3.300' has more than 4 numbers; write an address"
                        + " such as 192.0.2.1, or a range such as 192.0.2.4-192.0.2.9",
                "300.1.1.1 | '300.1.1.1' has the number 300; write a number from 0 to 255",
                "1921682 | '1921682' has the number 1921682; write a number from 0 to 255",
                "010.1.1.1 | '010.1.1.1' has the number 010, which may be octal; write it without"
                        + " the leading zero",
                // Wildcards and ranges.
                "1.2.3.9-1.2.3.4 | '1.2.3.9-1.2.3.4' ends before it begins; did you mean"
                        + " 1.2.3.4-1.2.3.9?",
                "1.2.3.9-4 | '1.2.3.9-4' has the range 9-4, which ends before it begins; did you"
                        + " mean 4-9?",
                "1.2.[9-4].1 | '1.2.[9-4].1' has the range 9-4, which ends before it begins; did"
                        + " you mean 4-9?",
                "10.1-10.5 | '10.1-10.5' has a range and fewer than 4 numbers; write all 4, with *"
                        + " for any",
                "192.168.[3-4] | '192.168.[3-4]' has a range and fewer than 4 numbers; write all 4,"
                        + " with * for any",
                "1.2.3.4-300 | '1.2.3.4-300' has the number 300; write a number from 0 to 255",
                "1.2.3.2* | '1.2.3.2*' has '2*' where a number belongs; write a number from 0 to"
                        + " 255, *, or a range such as 3-4",
                "1.2.3.[4] | '1.2.3.[4]' has '[4]' where a number belongs; write a number from 0 to"
                        + " 255, *, or a range such as 3-4",
                "1.2.3.[4-5 | '1.2.3.[4-5' has '[4' where a number belongs; write a number from 0"
                        + " to 255, *, or a range such as 3-4",
                "1..2.3 | '1..2.3' has '' where a number belongs; write a number from 0 to 255, *,"
                        + " or a range such as 3-4",
                ". | '.' has '' where a number belongs; write a number from 0 to 255, *, or a range"
                        + " such as 3-4",
                "192.168.*.0/24 | '192.168.*.0/24' has a prefix length behind a wildcard or range;"
                        + " write one or the other",
                "[0-255].[0-255].[0-255].1 | '[0-255].[0-255].[0-255].1' stands for 16777216"
                        + " prefixes, more than 65536; write wider ones",
                "10.*.*.3-4 | '10.*.*.3-4' stands for 131072 prefixes, more than 65536; write wider"
                        + " ones",
                "*.*.*.1-254 | '*.*.*.1-254' stands for 234881024 prefixes, more than 65536; write"
                        + " wider ones",
                // Prefix lengths.
                "10.0.0.0/ | '10.0.0.0/' has the prefix length ''; write a number from 0 to 32",
                "10.0.0.0/8/8 | '10.0.0.0/8/8' has the prefix length '8/8'; write a number from 0"
                        + " to 32",
                "10.0.0.0/-8 | '10.0.0.0/-8' has the prefix length '-8'; write a number from 0 to"
                        + " 32",
                "10.0.0.0/99999999999 | '10.0.0.0/99999999999' has the prefix length"
                        + " '99999999999'; write a number from 0 to 32",
                "/8 | '/8' has '' where a number belongs; write a number from 0 to 255, *, or a"
                        + " range such as 3-4",
                // IPv6.
                "2001:db8::/129 | '2001:db8::/129' has the prefix length '129'; write a number from"
                        + " 0 to 128",
                "2001:db8::1/32 | '2001:db8::1/32' has bits set behind the prefix; did you mean"
                        + " 2001:db8::/32, or 2001:db8::1 alone?",
                "64:ff9b::c000:201 | '64:ff9b::c000:201' is what a translator makes of IPv4"
                        + " addresses; write the IPv4 address or network, by which such clients are"
                        + " known",
                "64:ff9b::/96 | '64:ff9b::/96' is what a translator makes of IPv4"
                        + " addresses; write the IPv4 address or network, by which such clients are"
                        + " known",
                "64:ff9b:1::/64 | '64:ff9b:1::/64' is what a translator makes of IPv4"
                        + " addresses; write the IPv4 address or network, by which such clients are"
                        + " known",
                "::ffff:10.0.0.0/8 | '::ffff:10.0.0.0/8' is an IPv4 address with an IPv6 prefix"
                        + " length; write 10.0.0.0 with a length from 0 to 32",
                "::ffff:10.0.0.1/104 | '::ffff:10.0.0.1/104' has bits set behind the prefix; did"
                        + " you mean 10.0.0.0/8, or 10.0.0.1 alone?",
                "[2001:db8::1] | '[2001:db8::1]' has brackets; write the address without them, and"
                        + " without a port",
                "fe80::1%eth0 | 'fe80::1%eth0' names an interface; write the address without % and"
                        + " what follows",
                "2001:db8:* | '2001:db8:*' has a wildcard or a range, which IPv4 alone can have;"
                        + " write a prefix such as 2001:db8::/32",
                "2001:db8::1-2001:db8::9 | '2001:db8::1-2001:db8::9' has a wildcard or a range,"
                        + " which IPv4 alone can have; write a prefix such as 2001:db8::/32",
                "2001:db8 | '2001:db8' is not a whole IPv6 address; did you mean 2001:db8::/32?",
                "192.0.2.1:25 | '192.0.2.1:25' is not an IPv6 address; write one such as"
                        + " 2001:db8::1, or a prefix such as 2001:db8::/32",
                "2001:db8::g | '2001:db8::g' is not an IPv6 address; write one such as"
                        + " 2001:db8::1, or a prefix such as 2001:db8::/32",
                // Other scripts and signs are shown so that they are seen.
                "1.2.3.\u0664 | '1.2.3.\\u0664' is not an address; write an address or a prefix"
                        + " such as 192.0.2.1 or 192.0.2.0/24, and words behind #",
                "1.2.3.4\u00a0 | '1.2.3.4\\u00a0' is not an address; write an address or a prefix"
                        + " such as 192.0.2.1 or 192.0.2.0/24, and words behind #",
                "!1.2.3.4 | '!1.2.3.4' is not an address; write an address or a prefix such as"
                        + " 192.0.2.1 or 192.0.2.0/24, and words behind #",
            })
    void lineThatCannotBeMeantIsNamedWithARemedy(String line, String problem) {
        assertThatThrownBy(() -> parsed("# heading", line))
                .isInstanceOf(MistakeException.class)
                .hasMessage("greywhite:2: " + problem);
    }

    @Test
    void garbageIsAnErrorWithItsLineOrAList() {
        long seed = Seed.next();
        Random random = new Random(seed);
        String letters = "0123592.....---[]**//::#, \taf\0\u00e9";
        for (int i = 0; i < 30_000; i += 1) {
            StringBuilder line = new StringBuilder();
            for (int length = random.nextInt(16); length > 0; length -= 1) {
                line.append(letters.charAt(random.nextInt(letters.length())));
            }
            try {
                parsed(line.toString());
            } catch (MistakeException e) {
                assertThat(e.getMessage())
                        .as("seed %d: %s", seed, line)
                        .startsWith("greywhite:1: '")
                        .matches("[ -~]*");
            }
        }
    }

    @Test
    void patternsExemptWhatTheirOctetsSay() throws Exception {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i += 1) {
            int[] first = new int[4];
            int[] last = new int[4];
            StringBuilder line = new StringBuilder();
            for (int octet = 0; octet < 4; octet += 1) {
                first[octet] = random.nextInt(256);
                last[octet] =
                        octet < 3 && random.nextInt(3) > 0
                                ? first[octet]
                                : first[octet] + random.nextInt(Math.min(9, 256 - first[octet]));
                line.append(octet == 0 ? "" : ".").append(first[octet]).append('-');
                line.append(last[octet]);
            }
            ClientList list = parsed(line.toString());
            for (int probe = 0; probe < 50; probe += 1) {
                boolean inside = true;
                int bits = 0;
                for (int octet = 0; octet < 4; octet += 1) {
                    int value = (first[octet] + random.nextInt(11) - 1) & 0xff;
                    inside &= first[octet] <= value && value <= last[octet];
                    bits = (bits << 8) | value;
                }
                IpAddress client = IpAddress.ipv4(bits);
                assertThat(list.contains(client.high(), client.low()))
                        .as("seed %d: %s in %s", seed, client, line)
                        .isEqualTo(inside);
            }
        }
    }
}
