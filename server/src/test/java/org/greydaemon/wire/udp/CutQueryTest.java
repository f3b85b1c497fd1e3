package org.greydaemon.wire.udp;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Reason;
import org.greydaemon.gate.TestGate;
import org.greydaemon.net.IpAddress;
import org.greydaemon.server.LateAnswers;
import org.greydaemon.server.Peer;
import org.junit.jupiter.api.Test;

/// qmail's clients cut a query at 2000 octets: what is missing may be anybody's address.
final class CutQueryTest {
    private static final String QUERY = "I192.0.2.7\0Fa@example.org";

    private static String postmasters(int count) {
        return "\0Tpostmaster@example.net".repeat(count);
    }

    private static Reason ask(TestGate gate, String query) {
        UdpHandler handler = new UdpHandler(gate.gate(), gate.clock(), LateAnswers.NONE);
        byte[] octets = query.getBytes(ISO_8859_1);
        Peer peer = new Peer();
        peer.set(0, IpAddress.ipv4Low(0x7f00_0001), 4242);
        int _ = Ask.answer(handler, octets, octets.length, peer, new byte[2]);
        return gate.decided().getLast();
    }

    private static TestGate gate() {
        return TestGate.modern().exempt("recipient postmaster@*");
    }

    @Test
    void aQueryAtItsLimitIsNotExemptByTheRecipientsThatAreInIt() {
        assertThat(ask(gate(), QUERY + postmasters(40) + "\0")).isEqualTo(Reason.EXEMPT);
        assertThat(ask(gate(), (QUERY + postmasters(90)).substring(0, 2000)).accepts()).isFalse();
        assertThat(ask(gate(), QUERY + "\0Tpostmaster" + "\0".repeat(2000)))
                .as("a client says that it has cut by NULs up to the limit")
                .isEqualTo(Reason.NEW);
    }

    @Test
    void recipientsBeyondTheBoundAreMissingToo() {
        String bare = "\0Tpostmaster".repeat(QueryCodec.RECIPIENTS_MAX);
        assertThat(ask(gate(), QUERY + bare + "\0Tbob@example.net").accepts()).isFalse();
    }

    @Test
    void withTheOriginalRulesAnyTextIsAClient() {
        assertThat(ask(TestGate.original(), "Iunknown\0Fa@b\0Tc@d")).isEqualTo(Reason.NEW);
        assertThat(ask(TestGate.modern(), "Iunknown\0Fa@b\0Tc@d")).isEqualTo(Reason.UNIDENTIFIED);
        assertThat(ask(TestGate.modern(), "IIPv6:2001:db8::1\0Fa@b\0Tc@d")).isEqualTo(Reason.NEW);
    }

    /// No mail server asks so; with these rules it was taken for mail of a client that nobody told.
    @Test
    void aRequestWithoutRecipientsIsMalformedWhoeverItsClientIs() {
        for (String query : new String[] {"I", "I31.180", "Iunknown\0Fa@b", "I192.0.2.7\0Fa@b"}) {
            assertThat(ask(TestGate.modern(), query)).as(query).isEqualTo(Reason.MALFORMED);
        }
    }
}
