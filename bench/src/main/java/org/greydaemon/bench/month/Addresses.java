package org.greydaemon.bench.month;

import java.util.List;

/// Addresses of clients, as text.
final class Addresses {
    /// First octets of networks that are given away by RIPE NCC, APNIC and ARIN.
    private static final int[] FIRST = {
        5, 23, 31, 37, 45, 46, 51, 62, 64, 77, 78, 79, 80, 81, 82, 84, 85, 87, 88, 89, 91, 92, 93,
        94, 95, 101, 103, 109, 138, 141, 151, 176, 178, 185, 188, 193, 194, 195, 212, 213, 217
    };

    private Addresses() {}

    /// Some /24, as text without the last octet and its dot.
    static String network(Dice dice) {
        return FIRST[dice.below(FIRST.length)] + "." + dice.below(256) + "." + dice.below(256);
    }

    /// An address of a /24.
    static String in(String network, int host) {
        return network + "." + (1 + host % 254);
    }

    /// Some address.
    static String any(Dice dice) {
        return in(network(dice), dice.below(254));
    }

    /// Some /64, as text without `::` at its end.
    static String network6(Dice dice) {
        return "2a0%x:%x:%x:%x"
                .formatted(
                        dice.below(16),
                        1 + dice.below(0xfffe),
                        1 + dice.below(0xfffe),
                        1 + dice.below(0xfffe));
    }

    /// An address of a /64.
    ///
    /// @param network as in {@link #network6}, or of less than four groups
    static String in6(String network, long host) {
        return network.split(":", -1).length < 4
                ? network + "::" + Long.toHexString(host & 0xffff)
                : "%s:%x:%x:%x:%x"
                        .formatted(
                                network,
                                host >>> 48,
                                (host >>> 32) & 0xffff,
                                (host >>> 16) & 0xffff,
                                host & 0xffff);
    }

    /// A name of a host.
    ///
    /// @param form %n stands for a number, %a for the address with hyphens, %x for it in
    ///   hexadecimal, %d for a domain
    static List<String> named(String form, String address, int number, String domain) {
        return List.of(
                form.replace("%n", "" + number)
                        .replace("%a", address.replace('.', '-').replace(':', '-'))
                        .replace("%x", hex(address))
                        .replace("%d", domain));
    }

    private static String hex(String address) {
        StringBuilder text = new StringBuilder();
        for (String octet : address.split("\\.", -1)) {
            text.append(
                    octet.matches("[0-9]{1,3}")
                            ? "%02x".formatted(Integer.valueOf(octet))
                            : octet.replace(":", ""));
        }
        return text.toString();
    }
}
