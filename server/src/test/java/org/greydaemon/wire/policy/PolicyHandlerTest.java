package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.Replies;
import org.greydaemon.gate.TestGate;
import org.greydaemon.log.FaultLog;
import org.greydaemon.mail.DelayHeader;
import org.greydaemon.mail.ReplyText;
import org.greydaemon.metrics.Metric;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

@Timeout(60)
final class PolicyHandlerTest {
    private static final String DUNNO = "action=DUNNO\n\n";
    private static final long SEED = Long.getLong("seed", 20_261_123L);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final TestGate gate = TestGate.modern();
    private final Dialogue dialogue = dialogue(gate);
    private final Dialogue.Peer postfix = dialogue.connect();

    private Dialogue dialogue(TestGate gate) {
        return new Dialogue(
                new PolicyHandler(
                        gate.gate(),
                        gate.clock(),
                        new Replies(() -> ReplyText.DEFAULT, () -> 0, Replies.Links.NONE),
                        new DelayHeader("mx.example.net"),
                        new FaultLog((octets, length) ->
                                log.add(new String(octets, 0, length, ISO_8859_1))),
                        gate.metrics().counter(Metric.BOUNCES_FORGOTTEN)));
    }

    @AfterEach
    void close() {
        postfix.close();
        dialogue.close();
    }

    private static String request(
            String state, String instance, String sender, String recipient, String... more) {
        return "request=smtpd_access_policy\nprotocol_state="
                + state
                + "\nclient_address=192.0.2.7\nsender="
                + sender
                + "\nrecipient="
                + recipient
                + "\ninstance="
                + instance
                + "\n"
                + String.join("\n", more)
                + (more.length > 0 ? "\n\n" : "\n");
    }

    private String ask(String state, String instance, String sender, String recipient) {
        return ask(request(state, instance, sender, recipient));
    }

    private String ask(String request) {
        postfix.say(request);
        return postfix.hear("\n\n");
    }

    private static String deferred(int seconds) {
        return "action=DEFER_IF_PERMIT 4.2.0 Greylisted, please try again in "
                + seconds
                + " seconds\n\n";
    }

    @Test
    void aNewTripletIsDeferredWithTheTimeThatIsLeft() {
        assertThat(ask("RCPT", "1", "a@example.org", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(127);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net")).isEqualTo(deferred(173));
        assertThat(gate.store().commits()).isEqualTo(2);
    }

    @Test
    void aRetryPassesWithOneHeaderForTheMessage() {
        ask("RCPT", "1", "a@example.org", "b@example.net");
        ask("RCPT", "1", "a@example.org", "c@example.net");
        gate.pass(301);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net"))
                .isEqualTo(
                        "action=PREPEND X-Greylist: delayed 301 seconds by greydaemon at"
                                + " mx.example.net; Tue, 14 Nov 2023 22:18:21 +0000\n\n");
        assertThat(ask("RCPT", "2", "a@example.org", "c@example.net")).isEqualTo(DUNNO);
        assertThat(ask("DATA", "2", "a@example.org", "")).isEqualTo(DUNNO);
        assertThat(ask("END-OF-MESSAGE", "2", "a@example.org", "")).isEqualTo(DUNNO);
        assertThat(gate.decided())
                .containsExactly(Reason.NEW, Reason.NEW, Reason.PASSED, Reason.KNOWN);
    }

    @Test
    void inATrialAllPasses() {
        gate.observe();
        assertThat(ask("RCPT", "1", "a@example.org", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("RCPT", "2", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("DATA", "2", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.NEW);
    }

    @Test
    void otherStatesPassUnjudged() {
        for (String state : new String[] {"CONNECT", "EHLO", "HELO", "MAIL", "VRFY", "ETRN", ""}) {
            assertThat(ask(state, "1", "a@example.org", "")).isEqualTo(DUNNO);
        }
        assertThat(gate.decided()).isEmpty();
    }

    @Test
    void anAuthenticatedClientPasses() {
        assertThat(ask(request("RCPT", "1", "a@example.org", "b@c", "sasl_username=alice")))
                .isEqualTo(DUNNO);
        assertThat(ask(request("RCPT", "2", "a@example.org", "b@c", "ccert_subject=alice")))
                .isEqualTo(DUNNO);
        assertThat(ask(request("RCPT", "3", "a@example.org", "b@c", "ccert_fingerprint=00:11")))
                .as("any certificate has a fingerprint")
                .isEqualTo(deferred(300));
        assertThat(gate.decided())
                .containsExactly(Reason.AUTHENTICATED, Reason.AUTHENTICATED, Reason.NEW);
    }

    @Test
    void aBounceIsJudgedAtDataForAllItsRecipients() {
        assertThat(ask("RCPT", "1", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("RCPT", "1", "", "c@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).isEmpty();
        assertThat(ask("DATA", "1", "", "")).isEqualTo(deferred(300));
        gate.pass(301);
        ask("RCPT", "2", "", "c@example.net");
        assertThat(ask("DATA", "2", "", "c@example.net")).startsWith("action=PREPEND X-Greylist: ");
        assertThat(ask("END-OF-MESSAGE", "2", "", "c@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    /// Postfix adds no header any more then (access(5)).
    @Test
    void aBounceThatIsJudgedWhenItHasEndedGetsNoHeader() {
        ask("RCPT", "1", "", "b@example.net");
        assertThat(ask("END-OF-MESSAGE", "1", "", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(301);
        ask("RCPT", "2", "", "b@example.net");
        assertThat(ask("END-OF-MESSAGE", "2", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    @Test
    void aBounceThatMayHaveBeenForgottenIsJudgedOnce() {
        String before = Long.toHexString(gate.clock().getAsLong() - 1);
        String message = "1." + before + ".0.3";
        assertThat(ask("DATA", message, "", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(60);
        assertThat(ask("END-OF-MESSAGE", message, "", "b@example.net")).isEqualTo(deferred(240));
        assertThat(gate.decided()).containsExactly(Reason.NEW);
    }

    /// Postfix permitted it before the call: its own networks, a client of an access map.
    @Test
    void mailThatNobodyAskedAboutAtRcptPassesAtData() {
        for (String state : new String[] {"DATA", "END-OF-MESSAGE"}) {
            assertThat(ask(state, "q.9", "shop@example.test", "customer@example.com"))
                    .isEqualTo(DUNNO);
            assertThat(ask(state, "q.10", "shop@example.test", "")).isEqualTo(DUNNO);
        }
        assertThat(gate.decided()).isEmpty();
    }

    @Test
    void aBounceThatNobodyAskedAboutPassesAtDataUnlessItMayBeForgotten() {
        String began = Long.toHexString(gate.clock().getAsLong() + 1);
        ask("RCPT", "1." + began + ".0.0", "a@example.org", "b@example.net");
        assertThat(ask("DATA", "1." + began + ".0.1", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("DATA", "1." + began + ".0.2", "", "")).isEqualTo(DUNNO);
        String before = Long.toHexString(gate.clock().getAsLong() - 1);
        assertThat(ask("DATA", "1." + before + ".0.3", "", "b@example.net"))
                .as("the daemon before this one may have been asked")
                .isEqualTo(deferred(300));
        assertThat(ask("DATA", "1." + before + ".0.4", "", "")).isEqualTo(deferred(300));
        gate.pass(300);
        assertThat(ask("DATA", "1." + before + ".0.5", "", "")).startsWith("action=PREPEND");
    }

    @Test
    void whoIsAskedOnlyAtDataHasItsBouncesJudged() {
        String began = Long.toHexString(gate.clock().getAsLong() + 1);
        assertThat(ask("DATA", "1." + began + ".0.1", "", "b@example.net"))
                .isEqualTo(deferred(300));
        assertThat(ask("DATA", "1." + began + ".0.2", "", "")).isEqualTo(DUNNO);
    }

    @Test
    void aDeferredBounceIsDeferredHoweverOftenDataIsRepeated() {
        ask("RCPT", "1", "", "b@example.net");
        assertThat(ask("DATA", "1", "", "b@example.net")).isEqualTo(deferred(300));
        assertThat(ask("RCPT", "1", "", "b@example.net")).isEqualTo(DUNNO);
        assertThat(ask("DATA", "1", "", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(11);
        assertThat(ask("DATA", "1", "", "b@example.net")).isEqualTo(deferred(289));
        ask("RCPT", "1", "", "c@example.net");
        assertThat(ask("END-OF-MESSAGE", "1", "", "")).isEqualTo(deferred(289));
        gate.pass(600);
        assertThat(ask("DATA", "1", "", "b@example.net")).isEqualTo(deferred(1));
        assertThat(gate.decided()).containsExactly(Reason.NEW);
    }

    @Test
    void aBounceThatPassedIsJudgedAnewWithOtherRecipients() {
        TestGate exempt = TestGate.modern().exempt("recipient postmaster@*");
        try (Dialogue other = dialogue(exempt);
                Dialogue.Peer peer = other.connect()) {
            assertThat(ask(peer, "RCPT", "postmaster@v")).isEqualTo(DUNNO);
            assertThat(ask(peer, "DATA", "postmaster@v")).isEqualTo(DUNNO);
            assertThat(ask(peer, "RCPT", "bob@v")).isEqualTo(DUNNO);
            assertThat(ask(peer, "DATA", "")).isEqualTo(deferred(300));
        }
    }

    @Test
    void whetherTheClientSpeaksTlsIsTold() {
        TestGate lines = TestGate.modern().exempt("tls recipient a@v", "not tls recipient b@v");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            for (String recipient : List.of("a@v", "b@v")) {
                String some = "encryption_protocol=TLSv1.3";
                boolean isA = recipient.equals("a@v");
                assertThat(tls(peer, recipient, some)).isEqualTo(isA ? DUNNO : deferred(300));
                String none = "encryption_protocol=";
                assertThat(tls(peer, recipient, none)).isEqualTo(isA ? deferred(300) : DUNNO);
                assertThat(tls(peer, recipient, "x=y")).isEqualTo(deferred(300));
            }
        }
    }

    private static String tls(Dialogue.Peer peer, String recipient, String told) {
        peer.say(request("RCPT", "", "s@example.org", recipient, told));
        return peer.hear("\n\n");
    }

    private static String ask(Dialogue.Peer peer, String state, String recipient, String... more) {
        peer.say(request(state, "1", "", recipient, more));
        return peer.hear("\n\n");
    }

    /// 100 spellings of the postmaster, then the users that the message is for.
    @Test
    void postmastersDoNotHideOtherRecipients() {
        TestGate exempt = TestGate.modern().exempt("recipient postmaster@*");
        try (Dialogue other = dialogue(exempt);
                Dialogue.Peer peer = other.connect()) {
            for (int i = 0; i < 100; i++) {
                StringBuilder spelling = new StringBuilder("postmaster@v");
                for (int bit = 0; bit < 7; bit++) {
                    if (((i >> bit) & 1) == 1) {
                        spelling.setCharAt(bit, Character.toUpperCase(spelling.charAt(bit)));
                    }
                }
                ask(peer, "RCPT", spelling.toString());
            }
            assertThat(ask(peer, "DATA", "", "recipient_count=100"))
                    .as("all of them are the postmaster")
                    .isEqualTo(DUNNO);
            for (int i = 0; i < 200; i++) {
                ask(peer, "RCPT", "user" + i + "@example.net");
            }
            assertThat(ask(peer, "DATA", "", "recipient_count=300")).isEqualTo(deferred(300));
        }
        assertThat(exempt.decided()).containsExactly(Reason.EXEMPT, Reason.NEW);
    }

    @Test
    void aBounceWithMoreRecipientsThanWereAskedAboutIsNotExempt() {
        TestGate exempt = TestGate.modern().exempt("recipient postmaster@*");
        try (Dialogue other = dialogue(exempt);
                Dialogue.Peer peer = other.connect()) {
            ask(peer, "RCPT", "postmaster@v");
            assertThat(ask(peer, "DATA", "", "recipient_count=2")).isEqualTo(deferred(300));
        }
    }

    /// One session asks for two recipients, another one of the same client floods; then DATA.
    @Test
    void nobodyPassesByPushingHisOwnBounceOut() {
        ask("RCPT", "1", "", "b@example.net");
        ask("RCPT", "1", "", "c@example.net");
        String long1900 = "x".repeat(1900) + "@example.net";
        for (int i = 0; i < Bounces.MESSAGES_MAX; i++) {
            postfix.say(request("RCPT", "f" + i, "", long1900));
        }
        for (int i = 0; i < Bounces.MESSAGES_MAX; i++) {
            postfix.hear("\n\n");
        }
        assertThat(ask("DATA", "1", "", "")).isEqualTo(deferred(300));
        assertThat(log).anyMatch(line -> line.startsWith("bound: more bounces are open"));
    }

    @Test
    void aSecondCopyOfARequestGetsTheSameAnswer() {
        ask("RCPT", "1", "a@example.org", "b@example.net");
        gate.pass(300);
        String first = ask("RCPT", "2", "a@example.org", "b@example.net");
        gate.pass(1);
        try (Dialogue.Peer again = dialogue.connect()) {
            again.say(request("RCPT", "2", "a@example.org", "b@example.net"));
            assertThat(again.hear("\n\n")).isEqualTo(first).contains("PREPEND");
        }
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED);
        gate.pass(11);
        assertThat(ask("RCPT", "2", "a@example.org", "b@example.net")).isEqualTo(DUNNO);
    }

    @Test
    void withoutAnInstanceEachRequestStandsAlone() {
        String request =
                "protocol_state=RCPT\nclient_address=192.0.2.7\nsender=a@b\nrecipient=c@d\n\n";
        assertThat(ask(request)).isEqualTo(deferred(300));
        gate.pass(5);
        assertThat(ask(request)).isEqualTo(deferred(295));
        gate.pass(295);
        assertThat(ask(request)).isEqualTo(DUNNO);
    }

    @Test
    void aClientWithoutAnAddressPassesUnidentified() {
        for (String client : new String[] {"unknown", "", "mail.example.org"}) {
            assertThat(ask(request("RCPT", "1", "a@b", client + "@d").replace("192.0.2.7", client)))
                    .isEqualTo(DUNNO);
        }
        assertThat(gate.decided()).hasSize(3).containsOnly(Reason.UNIDENTIFIED);
    }

    @Test
    void addressesInAnyFormAreJudged() {
        for (String client : new String[] {"IPv6:2001:db8::1", "[192.0.2.14]", "fe80::1%eth0"}) {
            assertThat(ask(request("RCPT", client, "a@b", "c@d").replace("192.0.2.7", client)))
                    .isEqualTo(deferred(300));
        }
    }

    @Test
    void aMalformedRequestEndsItsConnectionOnly() {
        try (Dialogue.Peer other = dialogue.connect()) {
            for (String bad :
                    new String[] {
                        "request=smtpd_access_policy\r\n\r\n", "\n", "x\n\n", "sender=a\n\n"
                    }) {
                assertThat(dialogue.ask(bad)).isEmpty();
            }
            other.say(request("RCPT", "1", "a@example.org", "b@example.net"));
            assertThat(other.hear("\n\n")).isEqualTo(deferred(300));
        }
        assertThat(log)
                .allMatch(
                        line -> line.matches("policy 127\\.0\\.0\\.1:\\d+: .*; connection closed"))
                .extracting(line -> line.replaceAll("^policy \\S+ |; connection closed$", ""))
                .containsExactly(
                        "a carriage return; lines end with a line feed alone",
                        "an empty request",
                        "a line that is not name=value: 'x'",
                        "a request without client_address");
        assertThat(gate.decided())
                .containsExactly(
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.MALFORMED,
                        Reason.NEW);
    }

    @Test
    void whatTheClientCallsItselfIsHeard() {
        TestGate exempt = TestGate.modern().exempt("helo mail.example.org sender .example.org");
        try (Dialogue other = dialogue(exempt);
                Dialogue.Peer peer = other.connect()) {
            peer.say(
                    request(
                            "RCPT",
                            "1",
                            "a@news.example.org",
                            "b@c",
                            "helo_name=Mail.Example.ORG"));
            assertThat(peer.hear("\n\n")).isEqualTo(DUNNO);
            peer.say(request("RCPT", "2", "a@news.example.org", "b@c", "helo_name=other.example"));
            assertThat(peer.hear("\n\n")).isEqualTo(deferred(300));
        }
    }

    /// Longer than Postfix keeps a connection open (smtpd_policy_service_max_ttl, 1000 s). The
    /// answer arrives a moment before the longer time begins, which a slow machine may miss now and
    /// then: one of several times has to show it.
    @Test
    void postfixMayBeSilentForTwentyMinutesBetweenRequests() {
        assertThat(IntStream.range(0, 10).anyMatch(_ -> isClosedAfter(1_300))).isTrue();
        assertThat(IntStream.range(0, 10).anyMatch(_ -> !isClosedAfter(1_100))).isTrue();
    }

    private boolean isClosedAfter(long seconds) {
        try (Dialogue.Peer peer = dialogue.connect()) {
            peer.say(request("RCPT", "1", "a@example.org", "b@example.net"));
            peer.hear("\n\n");
            long overdue = dialogue.overdue();
            dialogue.pass(seconds);
            for (int i = 0; i < 200 && dialogue.overdue() == overdue; i++) {
                Thread.sleep(10);
            }
            return dialogue.overdue() > overdue;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRequestHasAMinuteToArrive() throws InterruptedException {
        ask("RCPT", "1", "a@example.org", "b@example.net");
        postfix.say("request=smtpd_access_policy\n");
        try (Dialogue.Peer other = dialogue.connect()) {
            other.say(request("RCPT", "2", "a@example.org", "b@example.net"));
            assertThat(other.hear("\n\n")).isEqualTo(deferred(300));
            // The first time may pass before the piece of a request has been read.
            for (int minutes = 0; minutes < 15 && dialogue.overdue() == 0; minutes++) {
                dialogue.pass(61);
                for (int i = 0; i < 200 && dialogue.overdue() == 0; i++) {
                    Thread.sleep(10);
                }
            }
            assertThat(postfix.rest()).isEmpty();
            other.say(request("RCPT", "3", "a@example.org", "b@example.net"));
            assertThat(other.hear("\n\n")).as("it was silent, as it may").isNotEmpty();
        }
        assertThat(dialogue.overdue()).isEqualTo(1);
    }

    @Test
    void aHalfCloseIsNoAbort() {
        assertThat(dialogue.ask(request("RCPT", "1", "a@example.org", "b@example.net")))
                .isEqualTo(deferred(300));
    }

    @Test
    void aConversationInPiecesIsTheSame() {
        String requests =
                RequestReaderTest.POSTFIX
                        + request("RCPT", "1", "a@example.org", "b@example.net")
                        + request("DATA", "1", "a@example.org", "b@example.net");
        String answers = deferred(300) + deferred(300) + DUNNO;
        Random random = new Random(SEED);
        for (int pieceMax : new int[] {1, 7, 100, 2_000}) {
            TestGate other = TestGate.original();
            try (Dialogue pieces = dialogue(other);
                    Dialogue.Peer peer = pieces.connect()) {
                peer.sayInPieces(requests, pieceMax, random);
                peer.end();
                assertThat(peer.rest()).as("seed %d", SEED).isEqualTo(answers);
            }
        }
    }

    @Test
    void anyOctetsEndInAnAnswerOrAnEnd() {
        Random random = new Random(SEED);
        String request = request("RCPT", "1", "a@example.org", "b@example.net");
        for (int round = 0; round < 300; round++) {
            StringBuilder mutated = new StringBuilder(request);
            for (int change = 1 + random.nextInt(5); change > 0; change--) {
                mutated.setCharAt(random.nextInt(request.length()), (char) random.nextInt(256));
            }
            assertThat(dialogue.ask(mutated.toString()))
                    .as("seed %d, round %d", SEED, round)
                    .matches("(action=(DUNNO|DEFER_IF_PERMIT 4\\.2\\.0 [ -~]+)\n\n)*");
        }
    }

    /// A recipient that Postfix names at DATA is the message's only one where it says so, or says
    /// nothing and no other was asked about (SMTPD_POLICY_README: recipient_count).
    @ParameterizedTest
    @CsvSource({
        "1, b@v,          '',     recipient_count=1, true",
        "2, b@v,          b@v,    recipient_count=1, true",
        "3, b@v,          b@v,    recipient_count=0, true",
        "4, b@v,          b@v,    x=y,               true",
        "5, b@v c@v,      b@v,    recipient_count=0, false",
        "6, b@v c@v,      b@v,    recipient_count=2, false",
        "7, b@v,          b@v,    recipient_count=2, false",
        "8, b@v B@v,      b@v,    recipient_count=2, true",
    })
    void aBouncePassesByAllItsRecipients(
            String instance, String asked, String named, String count, boolean passes) {
        TestGate lines = TestGate.modern().exempt("recipient b@v");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            for (String recipient : asked.split(" ", -1)) {
                peer.say(request("RCPT", instance, "", recipient));
                peer.hear("\n\n");
            }
            peer.say(request("DATA", instance, "", named, count));
            assertThat(peer.hear("\n\n")).isEqualTo(passes ? DUNNO : deferred(300));
        }
    }

    @Test
    void severalRequestsFollowOneAnotherOnAConnection() {
        for (int i = 0; i < 5; i++) {
            assertThat(ask("RCPT", "m" + i, "a@example.org", "b@example.net"))
                    .isEqualTo(deferred(300));
        }
    }

    @Test
    void theNameThatPostfixHasConfirmedIsHeard() {
        TestGate lines = TestGate.modern().exempt("host .example.org");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            String[] names = {"client_name=mx.example.org", "client_name=unknown", "x=y"};
            for (String name : names) {
                peer.say(request("RCPT", name.replace('=', '-'), "a@b", "c@d", name));
                assertThat(peer.hear("\n\n"))
                        .as(name)
                        .isEqualTo(name.contains("mx.") ? DUNNO : deferred(300));
            }
        }
    }
}
