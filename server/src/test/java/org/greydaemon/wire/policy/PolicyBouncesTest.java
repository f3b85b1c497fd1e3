package org.greydaemon.wire.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.wire.Dialogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bounces are judged at the end of the dialogue, for all recipients at once: whoever verifies an
/// address by a call must not be deferred.
final class PolicyBouncesTest extends PolicyConversation {
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

    /// The same `hashCode` as the state alone, which is all that is asked about at DATA.
    @Test
    void noRecipientOfABouncePassesForAllOfThem() {
        String chosen = "bob+55z0aglv@example.net";
        assertThat(("RCPT" + chosen).hashCode()).isEqualTo("DATA".hashCode());
        ask("RCPT", "1", "", "b@example.net");
        assertThat(ask("RCPT", "1", "", chosen)).isEqualTo(DUNNO);
        assertThat(ask("DATA", "1", "", "")).isEqualTo(deferred(300));
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

    /// An instance that is not Postfix's tells no time: the message can have begun as early as one
    /// that is still kept, and the daemon before this one may have been asked about it.
    @Test
    void aBounceThatTellsNoTimeMayBeForgottenForAnHour() {
        ask("RCPT", "q.1", "a@example.org", "b@example.net");
        gate.pass(Bounces.KEPT_SECONDS);
        assertThat(ask("DATA", "q.2", "", "b@example.net")).isEqualTo(deferred(300));
        gate.pass(1);
        assertThat(ask("DATA", "q.3", "", "c@example.net")).isEqualTo(DUNNO);
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
        assertThat(log).isEmpty();
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

    /// One connection of Postfix's asks about all its clients.
    @Test
    void aFloodOfOneClientPushesOutItsOwn() {
        TestGate lines = TestGate.modern().exempt("recipient b@v");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            ask(peer, "RCPT", "b@v");
            for (int i = 0; i < Bounces.MESSAGES_MAX; i++) {
                peer.say(request("RCPT", "f" + i, "", "b@v").replace("192.0.2.7", "2001:db8::7"));
            }
            for (int i = 0; i < Bounces.MESSAGES_MAX; i++) {
                peer.hear("\n\n");
            }
            assertThat(ask(peer, "DATA", "", "recipient_count=1")).isEqualTo(DUNNO);
            peer.say(request("DATA", "f0", "", "").replace("192.0.2.7", "2001:db8::7"));
            assertThat(peer.hear("\n\n")).as("nobody knows for whom").isEqualTo(deferred(300));
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
        "9, b@v LONG,     b@v,    x=y,               false",
        "10, LONG,        b@v,    recipient_count=1, true",
    })
    void aBouncePassesByAllItsRecipients(
            String instance, String asked, String named, String count, boolean passes) {
        TestGate lines = TestGate.modern().exempt("recipient b@v");
        try (Dialogue other = dialogue(lines);
                Dialogue.Peer peer = other.connect()) {
            for (String recipient : asked.split(" ", -1)) {
                String more = "x".repeat(Bounces.RECIPIENTS_OCTETS); // Than is kept.
                peer.say(request("RCPT", instance, "", recipient.replace("LONG", more)));
                peer.hear("\n\n");
            }
            peer.say(request("DATA", instance, "", named, count));
            assertThat(peer.hear("\n\n")).isEqualTo(passes ? DUNNO : deferred(300));
        }
    }
}
