package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.ModernRules;
import org.greydaemon.decision.Reason;
import org.greydaemon.decision.Retention;
import org.greydaemon.decision.RetryWindow;
import org.greydaemon.gate.TestGate;
import org.greydaemon.metrics.Exposition;
import org.greydaemon.server.SteadyClock;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// What is answered to mail that has a sender.
final class PolicyHandlerTest extends PolicyConversation {
    /// An instance as Postfix makes it.
    private static final String POSTFIX = "1f4.6553f100.4d2.0";

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

    /// A line says `delay 0s`, and the mail server comes back within the second: there is nothing
    /// to tell of.
    @Test
    void whoDidNotHaveToWaitGetsNoHeader() {
        TestGate atOnce =
                TestGate.with(new ModernRules(new RetryWindow(0, 43_200), new Retention(604_800)));
        try (Dialogue other = dialogue(atOnce);
                Dialogue.Peer peer = other.connect()) {
            peer.say(request("RCPT", "1", "a@example.org", "b@example.net"));
            assertThat(peer.hear("\n\n")).startsWith("action=DEFER_IF_PERMIT");
            peer.say(request("RCPT", "2", "a@example.org", "b@example.net"));
            assertThat(peer.hear("\n\n")).isEqualTo(DUNNO);
        }
        assertThat(atOnce.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    /// The header is for people (docs/adr/0005): when somebody has set the wall clock, it says the
    /// new time, while the wait goes on as it was.
    @Test
    void theHeaderTellsTheTimeOfTheWallClock() {
        AtomicLong aheadMillis = new AtomicLong();
        SteadyClock clock =
                new SteadyClock(
                        () -> gate.clock().getAsLong() * 1000 + aheadMillis.get(),
                        () -> gate.clock().getAsLong() * 1_000_000_000);
        try (Dialogue other = new Dialogue(handler(gate, clock)::inLoop);
                Dialogue.Peer peer = other.connect()) {
            peer.say(request("RCPT", "1", "a@example.org", "b@example.net"));
            assertThat(peer.hear("\n\n")).isEqualTo(deferred(300));
            aheadMillis.set(3_600_000);
            clock.look();
            gate.pass(301);
            peer.say(request("RCPT", "2", "a@example.org", "b@example.net"));
            assertThat(peer.hear("\n\n"))
                    .contains("delayed 301 seconds")
                    .endsWith("Tue, 14 Nov 2023 23:18:21 +0000\n\n");
        }
    }

    /// Exim's `$sender_address` has the quotes of SMTP, and over words, milter and qmail's
    /// datagrams the address is compared without them.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"A b\"@example.org | a b@example.org",
                "a.\"b c\"@example.org | a.b c@example.org",
                "\"a\\\"b\"@example.org | a\"b@example.org",
                "\"a@b\"@example.org | a@b@example.org",
            })
    void quotesAroundALocalPartAreNoPartOfIt(String quoted, String bare) {
        ask("RCPT", "", quoted, quoted);
        gate.pass(301);
        assertThat(ask("RCPT", POSTFIX, bare, bare)).startsWith("action=PREPEND");
        ask("RCPT", "session.2", "", quoted);
        assertThat(ask("DATA", "session.2", "", "")).isEqualTo(DUNNO);
        assertThat(gate.decided()).containsExactly(Reason.NEW, Reason.PASSED, Reason.KNOWN);
    }

    /// Postfix takes a local part out of its quotes itself.
    @Test
    void quotesThatPostfixTellsAreAPartOfTheAddress() {
        ask("RCPT", POSTFIX, "\"a\"@example.org", "b@example.net");
        gate.pass(301);
        assertThat(ask("RCPT", POSTFIX + "1", "a@example.org", "b@example.net"))
                .isEqualTo(deferred(300));
    }

    @Test
    void aQuoteThatIsNotClosedIsAPartOfTheAddress() {
        ask("RCPT", "", "a\"b@example.org", "b@example.net");
        gate.pass(301);
        assertThat(ask("RCPT", "", "ab@example.org", "b@example.net")).isEqualTo(deferred(300));
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

    /// A client chooses its recipients: these two have the same `hashCode` behind `RCPT`.
    @Test
    void noRecipientGetsTheAnswerOfAnother() {
        String exempt = "postmaster@example.net";
        String chosen = "bob+96mfaa3i@example.net";
        assertThat(("RCPT" + chosen).hashCode()).isEqualTo(("RCPT" + exempt).hashCode());
        TestGate lines = TestGate.modern().exempt("recipient postmaster@*");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            peer.say(request("RCPT", "1", "s@example.org", exempt));
            assertThat(peer.hear("\n\n")).isEqualTo(DUNNO);
            peer.say(request("RCPT", "1", "s@example.org", chosen));
            assertThat(peer.hear("\n\n")).isEqualTo(deferred(300));
        }
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

    /// With SMTPUTF8; octets of its letters are not those of other letters in lower case.
    @Test
    void whatTheClientCallsItselfIsHeardInItsOwnLetters() {
        TestGate exempt =
                TestGate.modern().exempt("helo b\u00fcro.example", "host b\u00fccher.example");
        try (Dialogue other = dialogue(exempt);
                Dialogue.Peer peer = other.connect()) {
            for (String heard :
                    List.of(
                            "helo_name=b\u00fcro.example",
                            "helo_name=B\u00dcRO.Example",
                            "client_name=B\u00dcCHER.example")) {
                String octets = new String(heard.getBytes(UTF_8), ISO_8859_1);
                peer.say(request("RCPT", "1", "a@example.org", "b@c", octets));
                assertThat(peer.hear("\n\n")).as(heard).isEqualTo(DUNNO);
            }
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

    /// The thread of the connections judges it first, that of the late answer once more.
    @Test
    void anAnswerThatWaitsForANameIsMeasuredOnce() {
        TestGate rules =
                TestGate.with(AllIdentities.after(300)).host("192.0.2.7", "mx.example.org");
        try (Dialogue other = dialogue(rules);
                Dialogue.Peer peer = other.connect()) {
            for (int i = 0; i < 2; i++) { // Behind the second answer the first one's round is over.
                peer.say(request("RCPT", "" + i, "a@b.example", "c@d.example", "x=y"));
                assertThat(peer.hear("\n\n")).isEqualTo(deferred(300));
            }
            assertThat(Exposition.of(List.of()).write(rules.metrics()))
                    .contains("greydaemon_decision_seconds_count{protocol=\"policy\"} 2\n");
        }
    }

    /// Postfix says `unknown` where its DNS did not answer too, and is believed.
    @ParameterizedTest
    @CsvSource({
        "client_name=mx.example.org, nothing, 300",
        "client_name=mx.example.org, no name, 300",
        "client_name=unknown,        nothing, 1800",
        "client_name=unknown,        no name, 1800",
        "x=y,                        nothing, 300",
        "x=y,                        a name,  300",
        "x=y,                        no name, 1800",
    })
    void whoHasNoNameForPostfixIsSuspect(String name, String dns, int seconds) {
        TestGate rules = TestGate.with(AllIdentities.after(300));
        switch (dns) {
            case "nothing" -> rules.withoutDns();
            case "a name" -> rules.host("192.0.2.7", "mx.example.org");
            default -> {}
        }
        try (Dialogue other = dialogue(rules);
                Dialogue.Peer peer = other.connect()) {
            peer.say(request("RCPT", "1", "a@b.example", "c@d.example", name));
            assertThat(peer.hear("\n\n")).isEqualTo(deferred(seconds));
        }
    }
}
