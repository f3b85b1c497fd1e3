package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.Attempts.attempt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.Optional;

/// What is known of an attempt, and what may still be asked about it.
final class AttemptTest {
    private static final String ALICE = "alice@example.org";
    private static final String BOB = "bob@example.net";
    private static final String ZONE = "list.example";

    @Test
    void itIsWhatItWasFilledWith() {
        Attempt attempt =
                attempt("::ffff:192.0.2.1", "Alice@Example.ORG", BOB, "Carol@example.net");
        assertThat(attempt.isAddress()).isTrue();
        assertThat(new IpAddress(attempt.addressHigh(), attempt.addressLow()))
                .hasToString("192.0.2.1");
        assertThat(text(attempt, 0, attempt.clientTo())).isEqualTo("192.0.2.1");
        assertThat(attempt.senderText()).isEqualTo(ALICE);
        assertThat(attempt.recipients()).isEqualTo(2);
        assertThat(attempt.recipientText(0)).isEqualTo(BOB);
        assertThat(attempt.recipientText(1)).isEqualTo("carol@example.net");
        assertThat(text(attempt, attempt.recipientFrom(1), attempt.recipientFrom(2)))
                .isEqualTo("carol@example.net");
        assertThat(attempt.source().protocol()).isEqualTo(Source.Protocol.HTTP);
    }

    @Test
    void anotherBeginsWithWhatItHasWritten() {
        Attempt first = attempt("192.0.2.7", "Alice@Example.ORG", BOB, "Carol@example.net");
        Attempt other = attempt("2001:db8::1", "", "x@example.net");
        other.fault(Attempt.Fault.NO_RECIPIENT);
        other.evidence().helo("mx.example.org");
        other.causeOfAll(Attempts.PASSES);
        other.start(new Source(Source.Protocol.MILTER), first.written());
        assertThat(other.source().protocol()).isEqualTo(Source.Protocol.MILTER);
        assertThat(other.fault()).isEqualTo(Attempt.Fault.NONE);
        assertThat(other.evidence().helo()).as("it may be another client").isEmpty();
        assertThat(other.isExempt(0)).isFalse();
        assertThat(text(other, 0, other.recipientFrom(2)))
                .isEqualTo(text(first, 0, first.recipientFrom(2)));
        assertThat(other.senderText()).isEqualTo(ALICE);
        assertThat(other.recipientText(1)).isEqualTo("carol@example.net");
        assertThat(other.isAddress()).isTrue();
        assertThat(new IpAddress(other.addressHigh(), other.addressLow())).hasToString("192.0.2.7");
        assertThat(other.tripletKey(0).networkLow()).isEqualTo(first.tripletKey(0).networkLow());
        assertThat(other.isCut()).isFalse();
    }

    @Test
    void whatIsCutOrNoAddressStaysSoInAnother() {
        Attempt first = attempt("some host", "a".repeat(Key.ADDRESS_MAX + 1), BOB);
        Attempt other = attempt("192.0.2.7", ALICE, BOB);
        other.start(new Source(Source.Protocol.HTTP), first.written());
        assertThat(other.isAddress()).isFalse();
        assertThat(other.isCut()).isTrue();
        assertThat(other.clientKey().networkHigh()).isEqualTo(first.clientKey().networkHigh());
    }

    /// By whichever door it comes: each host behind a translator is itself, not all of them one.
    @ParameterizedTest
    @CsvSource({
        "64:ff9b::192.0.2.1, 192.0.2.1",
        "64:ff9b:1::192.0.2.1, 192.0.2.1",
        "64:FF9B::C000:201, 192.0.2.1",
        "2001:0:4136:e378:8000:63bf:3fff:fdfe, 2001:0:4136:e378:8000:63bf:3fff:fdfe",
        "2002:c000:201::1, 2002:c000:201::1",
    })
    void aClientBehindATranslatorIsItsIpv4Address(String seen, String client) {
        Attempt attempt = attempt(seen, ALICE, BOB);
        assertThat(text(attempt, 0, attempt.clientTo())).isEqualTo(client);
        assertThat(new IpAddress(attempt.addressHigh(), attempt.addressLow())).hasToString(client);
        byte[] written = ("[IPv6:" + seen + "]").getBytes(ISO_8859_1);
        attempt.start(Source.NONE);
        attempt.writtenClient(written, 0, written.length);
        assertThat(text(attempt, 0, attempt.clientTo())).isEqualTo(client);
        assertThat(text(attempt, 0, attempt.clientKey().length())).isEqualTo(client);
    }

    private static String text(Attempt attempt, int from, int to) {
        return new String(attempt.text(), from, to - from, ISO_8859_1);
    }

    @Test
    void theNextOneKnowsNothingOfTheOneBefore() {
        Attempt attempt = attempt("192.0.2.1", "x".repeat(Key.ADDRESS_MAX), BOB);
        attempt.fault(Attempt.Fault.NO_RECIPIENT);
        attempt.evidence().authenticated();
        attempt.evidence().helo("mx.example.org");
        attempt.evidence().hosts(List.of("mx.example.org"));
        attempt.evidence().spf(Evidence.Spf.PASS);
        attempt.evidence().tls(true);
        attempt.evidence().listing(ZONE, Optional.of(List.of()));
        attempt.evidence().asked();
        attempt.causeOfAll(Attempts.PASSES);
        assertThat(attempt.isCut()).isTrue();
        assertThat(attempt.evidence().isAuthenticated()).isTrue();
        assertThat(attempt.isExempt(0)).isTrue();

        Attempts.fill(attempt, new Source(Source.Protocol.UDP), "192.0.2.2", ALICE, BOB);
        assertThat(attempt.fault()).isEqualTo(Attempt.Fault.NONE);
        assertThat(attempt.evidence().isAuthenticated()).isFalse();
        assertThat(attempt.isCut()).isFalse();
        assertThat(attempt.isSenderCut()).isFalse();
        assertThat(attempt.evidence().helo()).isEmpty();
        assertThat(attempt.evidence().hosts()).isEmpty();
        assertThat(attempt.evidence().spf()).isEqualTo(Evidence.Spf.UNKNOWN);
        assertThat(attempt.evidence().tls()).isEqualTo(Evidence.Tls.UNKNOWN);
        assertThat(attempt.evidence().listing(ZONE)).isEmpty();
        assertThat(attempt.mayAskForHosts()).isTrue();
        assertThat(attempt.isExempt(0)).isFalse();
        assertThat(attempt.recipients()).isEqualTo(1);
    }

    @Test
    void eachRecipientHasItsOwnLine() {
        Attempt attempt = attempt("192.0.2.1", ALICE, BOB, "carol@example.net");
        attempt.cause(0, Cause.NONE);
        attempt.cause(1, Attempts.PASSES);
        assertThat(attempt.isExempt(0)).isFalse();
        assertThat(attempt.isExempt(1)).isTrue();
        attempt.causeOfAll(Attempts.PASSES);
        assertThat(attempt.isExempt(0)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"2047, false, false, false", "2048, true, true, false", "9, false, true, true"})
    void whatIsCutIsKnownToBe(int length, boolean sender, boolean cut, boolean recipient) {
        String text = "x".repeat(length);
        Attempt attempt =
                recipient
                        ? attempt("192.0.2.1", ALICE, "x".repeat(Key.ADDRESS_MAX + 1))
                        : attempt("192.0.2.1", text, BOB);
        assertThat(attempt.isCut()).isEqualTo(cut);
        assertThat(attempt.isSenderCut()).isEqualTo(sender);
    }

    @ParameterizedTest
    @CsvSource({"255, false", "256, true"})
    void aClientThatIsNoAddressIsCutAtItsMost(int length, boolean cut) {
        Attempt attempt = attempt("X".repeat(length), ALICE, BOB);
        assertThat(attempt.isAddress()).isFalse();
        assertThat(attempt.isCut()).isEqualTo(cut);
        assertThat(text(attempt, 0, attempt.clientTo())).isEqualTo("x".repeat(255));
    }

    /// Wherever it stands in a packet.
    @ParameterizedTest
    @CsvSource({"9, 9, false", "255, 255, false", "256, 255, true"})
    void aClientIsCutByItsLengthAlone(int length, int kept, boolean cut) {
        String text = ".".repeat(200) + "X".repeat(length) + "Y".repeat(300);
        byte[] packet = text.getBytes(ISO_8859_1);
        Attempt attempt = attempt("192.0.2.1", ALICE, BOB);
        attempt.client(packet, 200, 200 + length);
        assertThat(text(attempt, 0, attempt.clientTo())).isEqualTo("x".repeat(kept));
        assertThat(attempt.isCut()).isEqualTo(cut);
    }

    /// As many recipients as there are, each as long as it may be.
    @Test
    void aMessageIsNamedByTheLongestAddressesToo() {
        String sender = "news.".repeat(400) + "x@example.org";
        String first = "bob.".repeat(500) + "x@example.net";
        Attempt attempt = attempt("192.0.2.1", sender, first, BOB);
        assertThat(attempt.message()).isEqualTo(sender + " " + first);
        byte[] message = new byte[Attempt.MESSAGE_MAX];
        assertThat(attempt.writeMessage(message)).isEqualTo(4027);
        assertThat(message[4027]).as("nothing behind it").isZero();
    }

    @Test
    void thereIsRoomForSoManyRecipients() {
        Attempt attempt = new Attempt(100, 2);
        Source source = new Source(Source.Protocol.UDP);
        assertThat(Attempts.fill(attempt, source, "192.0.2.1", "a@b", "c@d").hasRoom()).isTrue();
        assertThat(Attempts.fill(attempt, source, "192.0.2.1", "a@b", "c@d", "e@f").hasRoom())
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"'', true", "., true", "a@b, false", ".., false", "x, false"})
    void theNullSenderIsNoTextOrADot(String sender, boolean isNull) {
        assertThat(attempt("192.0.2.1", sender, BOB).isNullSender()).isEqualTo(isNull);
    }

    @Test
    void whatIsKnownIsNotAskedFor() {
        Attempt attempt = attempt("192.0.2.1", ALICE, BOB);
        assertThat(attempt.mayAskForHosts()).isTrue();
        assertThat(attempt.mayAskForSpf()).isTrue();
        assertThat(attempt.mayAskForListing(ZONE)).isTrue();
        attempt.evidence().hosts(List.of());
        attempt.evidence().spf(Evidence.Spf.NONE);
        attempt.evidence().listing(ZONE, Optional.of(List.of()));
        assertThat(attempt.mayAskForHosts()).isFalse();
        assertThat(attempt.mayAskForSpf()).isFalse();
        assertThat(attempt.mayAskForListing(ZONE)).isFalse();
        assertThat(attempt.mayAskForListing("other.example")).isTrue();
        assertThat(attempt.evidence().listing(ZONE)).contains(List.of());
        attempt.evidence().asked();
        assertThat(attempt.mayAskForListing("other.example")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "a.name.example, alice@example.org, false, false, false",
        "192.0.2.1,      '',                false, true,  false",
        "192.0.2.1,      alice@example.org, true,  false, false",
        "192.0.2.1,      alice@example.org, false, true,  true",
    })
    void nobodyIsAskedWhoCouldNotKnow(
            String client, String sender, boolean asked, boolean hosts, boolean spf) {
        Attempt attempt = attempt(client, sender, BOB);
        if (asked) {
            attempt.evidence().asked();
        }
        assertThat(attempt.mayAskForHosts()).isEqualTo(hosts);
        assertThat(attempt.mayAskForListing(ZONE)).isEqualTo(hosts);
        assertThat(attempt.mayAskForSpf()).isEqualTo(spf);
    }

    @Test
    void theFirstNameOfTheHostIsShownInAscii() {
        Attempt attempt = attempt("192.0.2.1", ALICE, BOB);
        assertThat(hostName(attempt)).isEmpty();
        attempt.evidence().hosts(List.of());
        assertThat(hostName(attempt)).isEmpty();
        attempt.evidence().hosts(List.of("m\u00fcx~\u007f.example", "other.example"));
        assertThat(hostName(attempt)).isEqualTo("m?x~?.example");
        attempt.evidence().hosts(List.of("x".repeat(300)));
        assertThat(hostName(attempt)).isEqualTo("x".repeat(Evidence.HOST_NAME_MAX));
    }

    private static String hostName(Attempt attempt) {
        byte[] name = new byte[Evidence.HOST_NAME_MAX];
        return new String(name, 0, attempt.evidence().writeHostName(name), ISO_8859_1);
    }

    /// Whatever the sender writes anew for each attempt.
    @Test
    void aMessageIsItsSenderInNormalFormAndTheFirstRecipient() {
        assertThat(attempt("192.0.2.1", "prvs=1234567890=Alice@example.org", BOB).message())
                .isEqualTo(attempt("198.51.100.1", ALICE, BOB, "x@example.net").message())
                .isEqualTo("alice@example.org bob@example.net");
    }

    @ParameterizedTest
    @CsvSource({"true, YES", "false, NO"})
    void tlsIsAsTold(boolean speaks, Evidence.Tls tls) {
        Attempt attempt = attempt("192.0.2.1", ALICE, BOB);
        attempt.evidence().tls(speaks);
        assertThat(attempt.evidence().tls()).isEqualTo(tls);
    }

    @Test
    void aKeyIsOfItsClientAndItsRecipient() {
        Attempt attempt = attempt("192.0.2.1", "a@b", "c@d", "e@f");
        Key triplet = attempt.tripletKey(1);
        assertThat(new String(triplet.bytes(), 0, triplet.length(), ISO_8859_1))
                .isEqualTo("192.0.2.1a@be@f");
        assertThat(
                        List.of(
                                triplet.clientLength(),
                                triplet.senderLength(),
                                triplet.recipientLength()))
                .containsExactly(9, 3, 3);
        assertThat(triplet.networkLow()).isEqualTo(0xffff_c000_0200L);
        assertThat(attempt.clientKey().length()).isEqualTo(9);
        assertThat(attempt.clientKey().isTriplet()).isFalse();
        assertThat(attempt("a.name", "a@b", "c@d").clientKey().networkHigh()).isEqualTo(-1);
    }
}
