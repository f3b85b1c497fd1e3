package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;
import java.util.stream.IntStream;

/// grey.c and its peer: the bytes of a query.
final class GreyQueryIT {
    /// Octets of the longest query that holds the whole envelope, and of every one that does not.
    private static final int WHOLE = 1999;

    private static final int CUT = 2000;

    /// Octets of the longest address that is asked about whole.
    private static final int ADDRESS = 967;

    @Test
    void queryHoldsClientSenderAndRecipients() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "Sender@example.org", "a@example.net", "B@example.net");
            assertThat(peer.answer(1, 1))
                    .isEqualTo("I192.0.2.1|FSender@example.org|Ta@example.net|TB@example.net|");
            asks.ask("192.0.2.1", "", "a@example.net");
            assertThat(peer.answer(1, 1)).isEqualTo("I192.0.2.1|F|Ta@example.net|");
            assertThat(asks.end().out()).isEqualTo("accept \naccept \n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "::ffff:192.0.2.1, 192.0.2.1",
        "::FFFF:C000:0201, 192.0.2.1",
        "2001:db8::7, 2001:db8::7",
        "::1, ::1",
    })
    void mappedClientIsSentAsIpv4AndOthersAsTheyAre(String client, String sent) {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask(client, "a@b", "c@d");
            assertThat(peer.answer(0, 1)).isEqualTo("I" + sent + "|Fa@b|Tc@d|");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-", "", "unknown", "192.0.2", "192.0.2.1.5", "mail.example.org"})
    void clientWithoutAnAddressIsAcceptedUnasked(String client) {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(Map.of("GREYIP", peer.greyip(), "GREYSTRICT", "1"))) {
            asks.check(client, "a@b", "c@d");
            Run.Result end = asks.end();
            assertThat(end.out()).isEqualTo("-\n");
            assertThat(end.err())
                    .contains(": Accepted without greylisting <a@b> to <c@d>, no client address,");
            assertThat(peer.isUnasked()).isTrue();
        }
    }

    @Test
    void fullQueryHoldsWholeRecipientsAndSaysThatThereAreMore() {
        String[] recipients =
                IntStream.range(100, 160)
                        .mapToObj(i -> "recipient-" + i + "@" + "x".repeat(60) + ".example")
                        .toArray(String[]::new);
        String head = "I192.0.2.1|Fa@b|";
        int each = recipients[0].length() + 2;
        int fitting = (WHOLE - head.length()) / each;
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check("192.0.2.1", "a@b", recipients);
            StringBuilder expected = new StringBuilder(head);
            for (int i = 0; i < fitting; i++) {
                expected.append('T').append(recipients[i]).append('|');
            }
            expected.append("|".repeat(CUT - expected.length()));
            assertThat(peer.answer(0, 1)).isEqualTo(expected.toString());
            assertThat(fitting).isBetween(20, 30);
            assertThat(asks.end().err())
                    .endsWith(">..., more than a query holds, GREYIP=" + peer.greyip() + "\n");
        }
    }

    @Test
    void queryOf1999OctetsIsTheLongestWholeOne() {
        String head = "I192.0.2.1|Fa@b|";
        String first = "f".repeat(ADDRESS);
        String middle = "m".repeat(500);
        int last = WHOLE - head.length() - (ADDRESS + 2) - 502 - 2;
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "a@b", first, middle, "r".repeat(last));
            assertThat(peer.answer(1)).hasSize(WHOLE).endsWith("r|");
            asks.ask("192.0.2.1", "a@b", first, middle, "r".repeat(last + 1));
            assertThat(peer.answer(1)).hasSize(CUT).doesNotContain("Tr").contains("|T" + first);
            assertThat(asks.end().out()).isEqualTo("accept \naccept more than a query holds\n");
        }
    }

    /// qmail-smtpd takes none that are so long, mailfront does.
    @Test
    void addressThatNoQueryHoldsIsAskedAboutByItsBeginning() {
        String longest = "x".repeat(ADDRESS);
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", longest, longest);
            assertThat(peer.answer(1)).isEqualTo("I192.0.2.1|F" + longest + "|T" + longest + "|");
            asks.ask("192.0.2.1", longest + "x", "c@d", "e@f");
            assertThat(peer.answer(0))
                    .hasSize(CUT)
                    .startsWith("I192.0.2.1|F" + longest + "|Tc@d|Te@f||");
            asks.ask("2001:db8:1111:2222:3333:4444:5555:6666", "s".repeat(2100), "r".repeat(5000));
            assertThat(peer.answer(0)).hasSize(CUT).matches("I[^|]+\\|Fs{967}\\|Tr{967}\\|+");
            assertThat(asks.end().out())
                    .isEqualTo(
                            "accept \n" + "defer an address is too long for a query\n".repeat(2));
        }
    }

    @Test
    void underStrictAnAddressThatIsTooLongToAskAboutDefers() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(Map.of("GREYIP", peer.greyip(), "GREYSTRICT", "1"))) {
            asks.check("192.0.2.1", "s".repeat(2100), "c@d");
            peer.answer(1, 3);
            asks.check("192.0.2.1", "a@b", "x".repeat(900), "y".repeat(900), "z".repeat(900));
            peer.answer(1, 3);
            Run.Result end = asks.end();
            assertThat(end.out())
                    .as("many recipients are no reason to make them wait for ever")
                    .isEqualTo(
                            "451 greylisting is out of order, please try again later"
                                    + " (#4.3.0)\n-\n");
            assertThat(end.err())
                    .contains(": Deferred without greylisting <sss")
                    .contains("> to <c@d>, an address is too long for a query, ");
        }
    }

    /// What is behind the last recipient that can be read may be one that is not seen.
    @ParameterizedTest
    @CsvSource({
        "Tc@d|Te@f, 2000",
        "Tc@d|Xe@f|Tg@h|, 2000",
        "Tc@d||Te@f|, 2000",
        "Tc@d|T, 2000",
        "Tc@d||, 21",
        "Tc@d|, 21",
    })
    void whatIsNotARecipientEndsTheList(String recipients, int size) {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.call("ask", "192.0.2.1", "a@b", recipients.replace('|', '\0'));
            assertThat(peer.answer(1)).hasSize(size).matches("I192.0.2.1\\|Fa@b\\|Tc@d\\|+");
            Run.Result end = asks.end();
            assertThat(end.exit()).as(end.err()).isZero();
        }
    }

    @Test
    void recipientOutOfReachIsARecipientAndNoneIsNone() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.call("ask", "192.0.2.1", "a@b", "Thalf");
            assertThat(peer.answer(1)).hasSize(CUT).startsWith("I192.0.2.1|Fa@b|Thalf|");
            asks.call("ask", "192.0.2.1", "a@b", "T");
            assertThat(peer.answer(1)).hasSize(CUT).startsWith("I192.0.2.1|Fa@b|T|");
            asks.call("ask", "192.0.2.1", "a@b", "");
            asks.call("ask", "192.0.2.1", "a@b", "\0");
            asks.call("check", "192.0.2.1", "a@b", "\0");
            Run.Result end = asks.end();
            assertThat(end.out().lines().skip(2))
                    .containsExactly("notasked no recipient", "notasked no recipient", "-");
            assertThat(end.err()).contains(" Accepted without greylisting <a@b> to <>, no recip");
        }
    }
}
