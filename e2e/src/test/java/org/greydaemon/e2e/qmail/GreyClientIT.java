package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// grey.c and its peer: the bytes of a query, what counts as an answer, and every way to get none.
final class GreyClientIT {
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

    @ParameterizedTest
    @CsvSource({
        "127.0.0.77, 0, :PORT, 0",
        "127.0.0.77, 0, 127.0.0.77:PORT, 1",
        "127.0.0.77, 0, 127.0.0.77@PORT, 1",
        "127.0.0.1, 0, :PORT, 1",
        "127.0.0.1, 0, @PORT, 1",
        "127.0.0.77, 1999, 127.0.0.77, 1",
        "127.0.0.77, 1999, 127.0.0.77:, 1",
        "127.0.0.77, 1999, 127.0.0.77@, 1",
        "127.0.0.77, 1999, :, 0",
        "127.0.0.1, 1999, :, 1",
        "127.0.0.1, 1999, @, 1",
        "::1, 0, [::1]:PORT, 1",
        "::1, 0, [::1]@PORT, 1",
        "::1, 0, ::1@PORT, 1",
        "::1, 1999, ::1, 1",
        "::1, 1999, [::1], 1",
    })
    void greyipLeadsToTheDaemon(String address, int port, String greyip, int queries) {
        try (Peer peer = openOrSkip(address, port);
                Asks asks = Asks.start(greyip.replace("PORT", Integer.toString(peer.port())))) {
            asks.ask("192.0.2.1", "a@b", "c@d");
            if (queries == 1) {
                peer.answer(0, 2);
                assertThat(asks.end().out()).isEqualTo("defer \n");
            } else {
                asks.end();
                assertThat(peer.isUnasked()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:1999",
                "127.0.0:1999",
                "127.0.0.1:0",
                "127.0.0.1:65536",
                "127.0.0.1:99999999999999999999",
                ":19x",
                ":-1",
                "127.0.0.1:1999 ",
                "127.0.0.1:1999:",
                "[::1",
                "[]:1999",
                "[::1]1999",
                "::1@@1",
                "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb@1"
            })
    void greyipThatCannotBeReadAcceptsOrUnderStrictDefers(String greyip) {
        try (Asks asks = Asks.start(greyip);
                Asks strict = Asks.start(Map.of("GREYIP", greyip, "GREYSTRICT", "1"))) {
            asks.check("192.0.2.1", "a@b", "c@d");
            strict.check("192.0.2.1", "a@b", "c@d");
            Run.Result end = asks.end();
            assertThat(end.out()).isEqualTo("-\n");
            assertThat(end.err())
                    .endsWith(
                            ": Accepted without greylisting <a@b> to <c@d>, GREYIP is not an"
                                    + " address and port, GREYIP="
                                    + greyip.replace(' ', '_')
                                    + "\n");
            Run.Result strictEnd = strict.end();
            assertThat(strictEnd.out())
                    .isEqualTo(
                            "451 greylisting is out of order, please try again later (#4.3.0)\n");
            assertThat(strictEnd.err()).contains(": Deferred without greylisting <a@b> to <c@d>,");
        }
    }

    @Test
    void emptyOrMissingGreyipIsOff() {
        try (Asks empty = Asks.start("");
                Asks missing = Asks.start(Map.of("GREYSTRICT", "1"))) {
            empty.check("192.0.2.1", "a@b", "c@d");
            missing.check("192.0.2.1", "a@b", "c@d");
            assertThat(List.of(empty.end(), missing.end()))
                    .allSatisfy(end -> assertThat(end).isEqualTo(new Run.Result(0, "-\n", "")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "00, defer",
        "0001, defer",
        "0002, defer",
        "000102030405, defer",
        "00ff, defer",
        "01, accept",
        "0101, accept",
        "0103, accept",
        "30, accept",
        "ff00, accept",
        "020000, accept",
    })
    void firstByteOfTheAnswerDecides(String hex, String verdict) {
        int[] answer =
                IntStream.range(0, hex.length() / 2)
                        .map(i -> Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16))
                        .toArray();
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "a@b", "c@d");
            peer.answer(answer);
            asks.ask("192.0.2.1", "a@b", "c@d");
            peer.answer(answer);
            assertThat(asks.end().out()).isEqualTo((verdict + " \n").repeat(2));
        }
    }

    @Test
    void longAnswerCountsByItsFirstByte() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "a@b", "c@d");
            peer.answer(new int[9000]);
            assertThat(asks.end().out()).isEqualTo("defer \n");
        }
    }

    @Test
    void emptyAnswerIsNone() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip());
                Asks strict = Asks.start(Map.of("GREYIP", peer.greyip(), "GREYSTRICT", "1"))) {
            asks.check("192.0.2.1", "a@b", "c@d");
            peer.answer();
            strict.check("192.0.2.1", "a@b", "c@d");
            peer.answer();
            assertThat(asks.end().out()).isEqualTo("-\n");
            assertThat(strict.end().err()).contains(", empty answer, GREYIP=" + peer.greyip());
        }
    }

    @Test
    void refusalIsNoAnswerAndLeavesNoDescriptorOpen() {
        int port;
        try (Peer peer = Peer.open()) {
            port = peer.port();
        }
        // Eight descriptors are enough for one socket at a time only.
        try (Run run =
                Run.start(
                        Path.of("/"),
                        Map.of("GREYIP", ":" + port),
                        "sh",
                        "-c",
                        "ulimit -n 8; exec " + Programs.asks())) {
            run.write("ask\t192.0.2.1\ta@b\tTc@d%00\n".repeat(100));
            run.endInput();
            assertThat(run.end().out()).isEqualTo("noanswer Connection refused\n".repeat(100));
        }
    }

    @Test
    void errorOfTheSocketIsNoAnswer() {
        // Refused by the kernel at once: a broadcast needs a permission that is never asked for.
        try (Asks asks = Asks.start("255.255.255.255:1999")) {
            asks.check("192.0.2.1", "a@b", "c@d");
            Run.Result end = asks.end();
            assertThat(end.out()).isEqualTo("-\n");
            assertThat(end.err())
                    .contains("to <c@d>, Permission denied, GREYIP=255.255.255.255:1999");
        }
    }

    /// One silence of three seconds for all that silence means: accepted, deferred under a
    /// GREYSTRICT that says so, logged, and an answer that comes late is not the next one's.
    @Test
    void silenceEndsAfterThreeSecondsAndLateAnswerIsNotTheNextOnes() {
        try (Peer peer = Peer.open();
                Peer strictPeer = Peer.open();
                Peer zeroPeer = Peer.open();
                Asks asks = Asks.start(peer.greyip());
                Asks strict = Asks.start(Map.of("GREYIP", strictPeer.greyip(), "GREYSTRICT", "1"));
                Asks zero = Asks.start(Map.of("GREYIP", zeroPeer.greyip(), "GREYSTRICT", "0"))) {
            long start = System.nanoTime();
            asks.check("192.0.2.1", "a@b", "c@d");
            strict.check("192.0.2.2", "a@b", "c@d");
            zero.check("192.0.2.3", "a@b", "c@d");
            Peer.Query first = peer.query();
            assertThat(peer.query()).as("the same octets from the same socket").isEqualTo(first);
            asks.check("192.0.2.1", "g@h", "c@d");
            Peer.Query second = peer.query();
            assertThat(second.text()).as("one repetition").isEqualTo("I192.0.2.1|Fg@h|Tc@d|");
            assertThat(System.nanoTime() - start).isGreaterThan(2_990_000_000L);
            peer.answer(first, 1, 1);
            peer.answer(second, 0, 1);
            Run.Result end = asks.end();
            assertThat(end.out()).isEqualTo("-\n451 greylisted, please try again later (#4.7.1)\n");
            assertThat(end.err().lines().findFirst().orElseThrow())
                    .endsWith(
                            "from 192.0.2.1: Accepted without greylisting <a@b> to <c@d>, no answer"
                                    + " in time, GREYIP="
                                    + peer.greyip());
            assertThat(strict.end().out()).startsWith("451 greylisting is out of order");
            assertThat(zero.end().out()).isEqualTo("-\n");
        }
    }

    /// Of a query and its repetition, either may be the one that got lost, or its answer.
    @ParameterizedTest
    @CsvSource({"0, defer", "1, accept"})
    void queryWithoutAnAnswerIsRepeatedAndTheFirstAnswerCounts(int answer, String verdict) {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip());
                Asks other = Asks.start(peer.greyip())) {
            long start = System.nanoTime();
            asks.ask("192.0.2.1", "a@b", "c@d");
            Peer.Query lost = peer.query();
            Peer.Query repeated = peer.query();
            assertThat(System.nanoTime() - start).isGreaterThan(990_000_000L);
            assertThat(repeated).isEqualTo(lost);
            peer.answer(repeated, answer, 1);
            peer.answer(repeated, 1 - answer, 1);
            assertThat(asks.end().out()).isEqualTo(verdict + " \n");
            other.ask("192.0.2.1", "a@b", "c@d");
            peer.answer(answer, 1);
            assertThat(other.end().out()).isEqualTo(verdict + " \n");
            assertThat(peer.isUnasked()).as("no repetition of what was answered").isTrue();
        }
    }

    @Test
    void answerOfAStrangerIsNotSeen() {
        try (Peer peer = Peer.open();
                Peer stranger = Peer.open();
                Peer strangerElsewhere = Peer.open("127.0.0.77", 0);
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "a@b", "c@d");
            Peer.Query query = peer.query();
            stranger.answer(query, 1, 1);
            strangerElsewhere.answer(query, 1, 1);
            peer.answer(query, 0, 1);
            assertThat(asks.end().out()).isEqualTo("defer \n");
        }
    }

    @Test
    void signalsDoNotEndTheWaiting() throws InterruptedException {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.ask("192.0.2.1", "a@b", "c@d");
            Peer.Query query = peer.query();
            for (int i = 0; i < 5; i++) {
                asks.signal("USR1");
                Thread.sleep(20);
            }
            peer.answer(query, 0, 1);
            assertThat(asks.end().out()).isEqualTo("defer \n");
        }
    }

    @Test
    void logLineHasTheFormOfQmailLogmsg() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check("192.0.2.1", "a@b", "c@d");
            peer.answer(0, 1);
            asks.check("::ffff:192.0.2.1", "", "c@d", "e@f");
            peer.answer(0, 1);
            List<String> lines = asks.end().err().lines().toList();
            assertThat(lines).hasSize(2);
            assertThat(lines.get(0))
                    .matches(
                            "qmail-smtpd: pid \\d+ from 192\\.0\\.2\\.1: Greylisted <a@b> to"
                                    + " <c@d>");
            assertThat(lines.get(1)).endsWith(": Greylisted <> to <c@d>...");
        }
    }

    @Test
    void addressCannotForgeALogLine() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check(
                    "192.0.2.1", "a\nqmail-smtpd: pid 1 from x: <b>\u001b[2J\u00e4\u007f", "c:d");
            peer.answer(0, 1);
            assertThat(asks.end().err())
                    .endsWith(": Greylisted <a/qmail-smtpd_ pid 1 from x_ _b__[2J__> to <c_d>\n");
        }
    }

    @Test
    void longestAddressesMakeOneLogLine() {
        try (Peer peer = Peer.open();
                Asks asks = Asks.start(peer.greyip())) {
            asks.check("192.0.2.1", "s".repeat(900), "r".repeat(900));
            peer.answer(0, 1);
            assertThat(asks.end().err()).endsWith("s> to <" + "r".repeat(900) + ">\n");
            assertThat(peer.isUnasked()).isTrue();
        }
        try (Asks asks = Asks.start("x")) {
            asks.check("192.0.2.1", "s".repeat(1500), "r".repeat(5000));
            assertThat(asks.end().err())
                    .endsWith(
                            ": Accepted without greylisting <"
                                    + "s".repeat(900)
                                    + "> to <"
                                    + "r".repeat(900)
                                    + ">, GREYIP is not an address and port, GREYIP=x\n");
        }
        try (Asks asks = Asks.start("x".repeat(5000))) {
            asks.check("192.0.2.1", "s".repeat(900), "r".repeat(900));
            assertThat(asks.end().err()).hasSize(2048).endsWith("x\n");
        }
    }

    @Test
    void nothingIsLoggedIntoTheClientsConnection() throws IOException {
        Tools.require("tcpserver", "ucspi-tcp");
        try (Peer peer = Peer.open();
                TcpServer server =
                        TcpServer.start(
                                Map.of(
                                        "GREYIP",
                                        peer.greyip(),
                                        "SMTPMAILFROM",
                                        "a@b",
                                        "GREYTO",
                                        "c@d"),
                                List.of(),
                                "sh",
                                "-c",
                                Programs.asks()
                                        + " 2>&1; exec "
                                        + Programs.greyq()
                                        + " spp data </dev/null 2>&1");
                Smtp client = Smtp.connect(server.port())) {
            client.send("check\t192.0.2.1\ta@b\tTc@d%00\n");
            client.endInput();
            peer.answer(0, 1);
            peer.answer(0, 1);
            String text = "451 greylisted, please try again later (#4.7.1)\n";
            assertThat(client.rest()).isEqualTo(text + "E" + text);
        }
    }

    private static Peer openOrSkip(String address, int port) {
        if (address.contains(":")) {
            Tools.requireIpv6();
        }
        try {
            return Peer.open(InetAddress.ofLiteral(address).getHostAddress(), port);
        } catch (UncheckedIOException e) {
            return Assumptions.abort("port " + port + " of " + address + " is taken");
        }
    }
}
