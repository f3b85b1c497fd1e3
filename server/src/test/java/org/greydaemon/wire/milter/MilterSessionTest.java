package org.greydaemon.wire.milter;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.Seed;
import org.greydaemon.decision.AllIdentities;
import org.greydaemon.decision.Reason;
import org.greydaemon.exempt.HostNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;

final class MilterSessionTest {
    private static final String OFFER = "O 00000006 000001ff 001fffff";
    private static final String CLIENT = "C \"mail.sender.test\" '4' :25 \"192.0.2.7\"";
    private static final String SENDER = "M \"<alice@sender.test>\"";

    private final MilterScene scene = new MilterScene(MilterScene.rules("modern"));
    private final MilterSession session = scene.connect();

    /// The last answer, as letter and text.
    private String say(String... frames) {
        return say(session, frames);
    }

    private static String say(MilterSession session, String... frames) {
        String last = "";
        for (String frame : frames) {
            byte[] octets = Wire.frame(frame);
            List<byte[]> answers = MilterScene.hear(session, octets);
            last = answers.isEmpty() ? "" : HexFormat.of().formatHex(answers.getLast());
        }
        return last;
    }

    private static String hex(String frame) {
        return HexFormat.of().formatHex(Wire.frame(frame));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "O 00000006 000001ff 001fffff | O 00000006 00000101 00007170 00000000"
                        + " \"{client_resolve}\" 00000002"
                        + " \"{auth_authen} {tls_version}\"",
                "O 00000007 ffffffff ffffffff | O 00000006 00000101 00007170 00000000"
                        + " \"{client_resolve}\" 00000002"
                        + " \"{auth_authen} {tls_version}\"",
                "O 00000004 0000003f 00000fff | O 00000004 00000001 00000170",
                "O 00000006 00000000 00000000 | O 00000006 00000000 00000000",
                "O 00000006 00000100 00003002 | O 00000006 00000100 00003000 00000000"
                        + " \"{client_resolve}\" 00000002"
                        + " \"{auth_authen} {tls_version}\"",
            })
    void negotiationTakesPartOfWhatIsOffered(String offer, String agreed) {
        assertThat(say(offer)).isEqualTo(hex(agreed));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                CLIENT + " | no negotiation",
                "A | no negotiation",
                "O 00000001 0000003f 0000007f | a mail server that offers version 1",
                OFFER + ";" + SENDER + " | MAIL before a client",
                OFFER + ";" + CLIENT + ";R \"<b@example.test>\" | RCPT before MAIL",
                OFFER + ";" + CLIENT + ";T | DATA before MAIL",
                OFFER + ";" + CLIENT + ";E | the end of a message before MAIL",
                OFFER + ";" + CLIENT + ";" + SENDER + ";A;T | DATA before MAIL",
                OFFER + ";" + CLIENT + ";" + SENDER + ";K;" + SENDER + " | MAIL before a client",
                OFFER + ";Z | there is no command 'Z'",
            })
    void whatNoMailServerSaysEndsTheConnectionWithoutAnswer(String frames, String why) {
        assertThat(say(frames.split(";"))).isEmpty();
        assertThat(session.isOver()).isTrue();
        assertThat(session.fault()).isEqualTo(why);
    }

    @Test
    void nothingIsAnsweredBehindTheEnd() {
        byte[] octets = Wire.join(Wire.frame("Q"), Wire.frame(OFFER));
        assertThat(MilterScene.hear(session, octets)).isEmpty();
        assertThat(session.isOver()).isTrue();
        assertThat(session.fault()).isEmpty();
    }

    @Test
    void percentIsDoubledBecauseMailServersTakeTheTextAsAFormat() {
        assertThat(HexFormat.of().formatHex(MilterReplies.reply("451 4.7.1 100% sure")))
                .isEqualTo(hex("y \"451 4.7.1 100%% sure\""));
    }

    @Test
    void recipientsOfTheNullSenderBeyondTheBoundAreJudgedAtOnce() {
        say(OFFER, CLIENT, "M \"<>\"");
        for (int i = 0; i < MilterSession.WAITING_MAX; i++) {
            assertThat(say("R \"<b%d@example.test>\"".formatted(i))).isEqualTo(hex("c"));
        }
        String deferred = hex("y \"451 4.7.1 Greylisted, please try again in 240 seconds\"");
        assertThat(say("R \"<more@example.test>\"")).isEqualTo(deferred);
        assertThat(say("T")).isEqualTo(deferred);
        assertThat(scene.store.entries()).isEqualTo(MilterSession.WAITING_MAX + 1);
    }

    @Test
    void inATrialAllPasses() {
        scene.observe();
        assertThat(say(OFFER, CLIENT, SENDER, "R \"<bob@example.test>\"")).isEqualTo(hex("c"));
        assertThat(say("T")).as("the rest need not be told").isEqualTo(hex("a"));
        assertThat(say("M \"<>\"", "R \"<bob@example.test>\"", "T")).isEqualTo(hex("a"));
        assertThat(scene.decided()).containsExactly(Reason.NEW, Reason.NEW);
    }

    /// Else a bounce would pass by asking twice in one session.
    @Test
    void whoRepeatsDataOfADeferredBounceHearsTheSame() {
        String deferred = hex("y \"451 4.7.1 Greylisted, please try again in 240 seconds\"");
        say(OFFER, CLIENT, "M \"<>\"", "R \"<bob@example.test>\"");
        assertThat(say("T")).isEqualTo(deferred);
        assertThat(say("T")).isEqualTo(deferred);
        scene.now += 600;
        assertThat(say("T")).isEqualTo(deferred);
        say("R \"<carol@example.test>\"");
        assertThat(say("T")).isEqualTo(deferred);
        assertThat(say("E")).isEqualTo(deferred);
        say("M \"<>\"", "R \"<bob@example.test>\"");
        assertThat(say("T")).as("another message").isEqualTo(hex("c"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C \"localhost\" 'U'",
                "C \"localhost\" 'L' :0 \"/run/socket\"",
                "C \"unknown\" '4' :0 \"unknown\"",
                "C \"unknown\" '6' :0 \"IPv6:\"",
            })
    void aClientWithoutAnAddressPassesAndIsSaidToBeUnidentified(String client) {
        say(OFFER, client, SENDER);
        assertThat(say("R \"<bob@example.test>\"")).isEqualTo(hex("a"));
        say(client, "M \"<>\"");
        assertThat(say("R \"<bob@example.test>\"")).isEqualTo(hex("a"));
        assertThat(scene.decided()).containsExactly(Reason.UNIDENTIFIED, Reason.UNIDENTIFIED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IPv6:2001:db8::1", "[IPv6:2001:db8::1]", "2001:DB8:0:0::1"})
    void anAddressIsTheSameInEveryFormThatMailServersWrite(String address) {
        String retry = "C \"mail.sender.test\" '6' :25 \"2001:db8::1\"";
        say(OFFER, "C \"x\" '6' :25 \"" + address + "\"", SENDER, "R \"<bob@example.test>\"");
        scene.now += 240;
        assertThat(say(retry, SENDER, "R \"<bob@example.test>\"")).isEqualTo(hex("c"));
        assertThat(scene.decided()).containsExactly(Reason.NEW, Reason.PASSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host mail.sender.test",
                "helo client.sender.test client 192.0.2.0/24",
                "sender sender.test host .sender.test",
            })
    void whatTheOperatorLetsPassPassesWhole(String line) {
        scene.exempt(line);
        say(OFFER, CLIENT, "H \"Client.Sender.Test\"", SENDER);
        assertThat(say("R \"<bob@example.test>\"")).isEqualTo(hex("a"));
    }

    @Test
    void aNameThatTheMailServerCouldNotConfirmIsNone() {
        scene.exempt("host .test");
        say(OFFER, "C \"[192.0.2.7]\" '4' :25 \"192.0.2.7\"", SENDER);
        assertThat(say("R \"<bob@example.test>\"")).startsWith("00000037" + "79");
    }

    /// Whoever does not tell how it went says the same whether there is no name or its DNS did not
    /// answer. `FORGED` is said of a name that does not lead back, and by Sendmail if nobody
    /// answered whether it does.
    @ParameterizedTest
    @CsvSource({
        "mail.sender.test, OK,     no name, 240",
        "mail.sender.test, '',     no name, 240",
        "[192.0.2.7],      FAIL,   nothing, 1800",
        "[192.0.2.7],      FAIL,   a name,  1800",
        "[192.0.2.7],      FORGED, no name, 1800",
        "[192.0.2.7],      FORGED, nothing, 1800",
        "mail.sender.test, FORGED, no name, 1800",
        "[192.0.2.7],      TEMP,   nothing, 240",
        "[192.0.2.7],      TEMP,   no name, 1800",
        "[192.0.2.7],      TEMP,   a name,  240",
        "mail.sender.test, TEMP,   no name, 1800",
        "unknown,          '',     nothing, 1800",
        "unknown,          '',     a name,  1800",
        "unknown,          WORD,   nothing, 1800",
    })
    void whoseNameWasNotAnsweredIsNotSuspect(String host, String word, String dns, int seconds) {
        MilterSession asked = session(dns).connect();
        say(asked, OFFER, macros(word), CLIENT.replace("mail.sender.test", host), SENDER);
        assertThat(say(asked, "R \"<bob@example.test>\"")).isEqualTo(deferred(seconds));
    }

    @Test
    void whatWasSaidOfOneClientIsNotSaidOfTheNext() {
        MilterSession asked = session("nothing").connect();
        String client = CLIENT.replace("mail.sender.test", "[192.0.2.7]");
        say(asked, OFFER, macros("TEMP"), client, SENDER);
        assertThat(say(asked, "R \"<bob@example.test>\"")).isEqualTo(deferred(240));
        say(asked, "A", "K", client.replace("192.0.2.7", "192.0.2.8"), SENDER);
        assertThat(say(asked, "R \"<carol@example.test>\"")).isEqualTo(deferred(1800));
    }

    private static MilterScene session(String dns) {
        HostNames names =
                switch (dns) {
                    case "nothing" -> HostNames.NONE;
                    case "a name" -> _ -> Optional.of(List.of("mail.sender.test"));
                    default -> _ -> Optional.of(List.of());
                };
        return new MilterScene(AllIdentities.after(240), names);
    }

    private static String macros(String word) {
        return "D 'C' \"j\" \"mx\""
                + (word.isEmpty() ? "" : " \"{client_resolve}\" \"" + word + "\"");
    }

    private static String deferred(int seconds) {
        return hex("y \"451 4.7.1 Greylisted, please try again in " + seconds + " seconds\"");
    }

    @ParameterizedTest
    @CsvSource({
        "tls, D 'M' \"{tls_version}\" \"TLSv1.3\", true",
        "tls, D 'M' \"i\" \"4BXYZ\", false",
        "not tls, D 'M' \"{tls_version}\" \"TLSv1.3\", false",
        "not tls, D 'M' \"i\" \"4BXYZ\", true",
    })
    void whetherTheClientSpeaksTlsIsTold(String line, String macros, boolean passes) {
        scene.exempt(line);
        say(OFFER, CLIENT, macros, SENDER);
        assertThat(say("R \"<bob@example.test>\"").equals(hex("a"))).isEqualTo(passes);
    }

    @Test
    void noLineHoldsOfAMailServerThatTellsNoMacros() {
        scene.exempt("tls", "not tls");
        say("O 00000006 00000001 001fffff", CLIENT, "D 'M' \"i\" \"4BXYZ\"", SENDER);
        assertThat(say("R \"<bob@example.test>\"")).startsWith("00000037" + "79");
    }

    /// An accept of the whole message here would let the others pass unjudged.
    @Test
    void anExemptRecipientPassesAndTheNextIsJudged() {
        scene.exempt("recipient support@example.test");
        say(OFFER, CLIENT, SENDER);
        assertThat(say("R \"<support@example.test>\"")).isEqualTo(hex("c"));
        assertThat(say("R \"<bob@example.test>\"")).startsWith("00000037" + "79");
    }

    @Test
    void quotedAddressIsTheSameTripletAsUnquoted() {
        say(OFFER, CLIENT, "M \"<\\\"alice\\\"@sender.test>\"", "R \"<bob@example.test>\"", "A");
        scene.now += 240;
        assertThat(say(SENDER, "R \"<@relay.test:bob@example.test>\"")).isEqualTo(hex("c"));
    }

    @Test
    void hugeAddressesAreCutAndJudged() {
        String huge = "<" + "a".repeat(100_000) + ">";
        say(OFFER, CLIENT, "M \"" + huge + "\"");
        assertThat(say("R \"" + huge + "\"")).startsWith("00000037" + "79");
        say("K", CLIENT, "M \"<>\"", "R \"" + huge + "\"");
        assertThat(say("T")).startsWith("00000037" + "79");
    }

    @Test
    void conversationsChangedAnywhereEndOrGoOnButNeverThrow() {
        byte[] octets =
                Wire.join(
                        Wire.frame(OFFER),
                        Wire.frame(CLIENT),
                        Wire.frame("D 'M' \"{auth_authen}\" \"\""),
                        Wire.frame("M \"<>\""),
                        Wire.frame("R \"<bob@example.test>\""),
                        Wire.frame("T"),
                        Wire.frame("E"),
                        Wire.frame(SENDER),
                        Wire.frame("R \"<bob@example.test>\""),
                        Wire.frame("A"),
                        Wire.frame("K"));
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = octets.clone();
            for (int j = 1 + random.nextInt(3); j > 0; j--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            changed = Arrays.copyOf(changed, random.nextInt(changed.length + 1));
            try {
                MilterScene.hear(
                        new MilterScene(MilterScene.rules(i % 2 == 0 ? "modern" : "original"))
                                .connect(),
                        changed);
            } catch (RuntimeException e) {
                throw new AssertionError("-Dseed=" + seed + ", round " + i, e);
            }
        }
    }
}
