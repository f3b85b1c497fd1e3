package org.greydaemon.e2e.qmail;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.e2e.Ports;
import org.greydaemon.e2e.Tools;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// grey.c and its peer: what counts as an answer, and every way to get none.
final class GreyClientIT {
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
        int port = Ports.free();
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
