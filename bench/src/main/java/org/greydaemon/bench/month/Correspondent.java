package org.greydaemon.bench.month;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/// Somebody who writes to the site: whose servers they use, and what their address looks like.
///
/// @param id tells them apart
/// @param domain of the address
/// @param form what the address looks like
/// @param hasSpf whether the domain's SPF record names the hosts
/// @param hostNames what DNS confirms of their own server, if it is not as their provider has it
record Correspondent(
        long id,
        Provider provider,
        String domain,
        Form form,
        boolean hasSpf,
        List<String> hostNames) {
    private static final List<String> NAMES =
            List.of(
                    "anna", "ben", "carla", "david", "elena", "frank", "greta", "hugo", "ines",
                    "jan", "karin", "luis", "maria", "nils", "olga", "paul", "rosa", "sven");

    /// Forms of senders' addresses.
    enum Form {
        /// The sender's own.
        OWN,
        /// With the recipient and a number of the message (VERP).
        VERP,
        /// With a number of the message.
        DIGITS,
        /// Of another address, rewritten by who passes it on, with a hash and a day.
        SRS,
        /// None: bounces and callouts.
        NULL;

        static Form of(Table table) {
            return valueOf(table.text("form").toUpperCase(Locale.ROOT));
        }
    }

    /// The same, but their address looks like this.
    Correspondent with(Form other) {
        return new Correspondent(id, provider, domain, other, hasSpf, hostNames);
    }

    /// The address that a message's attempt has.
    ///
    /// @param dice of the message
    /// @param attempt what changes with each attempt
    String address(String recipient, Dice dice, Dice attempt) {
        String name = NAMES.get((int) (id % NAMES.size()));
        String plain =
                switch (form) {
                    case NULL -> "";
                    case OWN -> name + "." + word(id) + "@" + domain;
                    case VERP ->
                            "bounces+%d-%s-%s@em.%s"
                                    .formatted(
                                            1_000_000 + dice.below(9_000_000),
                                            hex(dice, 2),
                                            recipient.replace('@', '='),
                                            domain);
                    case DIGITS -> "%s-%s-000000@%s".formatted(hex(dice, 8), hex(dice, 4), domain);
                    case SRS ->
                            "SRS0=%s=%s=%s.example=%s@%s"
                                    .formatted(
                                            base32(dice, 4),
                                            base32(dice, 2),
                                            word(dice.below(50)),
                                            name,
                                            domain);
                };
        return provider.batv() && !plain.isEmpty()
                ? "prvs=%04d%s=%s".formatted(attempt.below(10_000), hex(attempt, 3), plain)
                : plain;
    }

    /// A word that no other number has, of letters alone.
    static String word(long number) {
        StringBuilder word = new StringBuilder();
        for (long rest = number + 26; rest > 0; rest /= 26) {
            word.append((char) ('a' + rest % 26));
        }
        return word.toString();
    }

    private static String hex(Dice dice, int octets) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < octets; i++) {
            text.append("%02x".formatted(dice.below(256)));
        }
        return text.toString();
    }

    private static String base32(Dice dice, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(dice.below(32)));
        }
        return text.toString();
    }

    /// A number that stands for a text.
    static long number(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(UTF_8));
        return sum.getValue();
    }
}
