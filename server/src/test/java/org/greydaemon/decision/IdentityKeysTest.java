package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.Client.unknown;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.greydaemon.identity.HostDomain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/// The names of what is remembered of identities. They stand in save files and are told to other
/// hosts, so none of them may ever become another.
final class IdentityKeysTest {
    private static final String ALICE = "alice@sender.example";
    private static final String BOB = "bob@example.net";

    private final IdentityScene scene = new IdentityScene();

    private IdentityKeys keys(String client, String sender, String recipient) {
        return keys(IdentityScene.WHO, client, sender, recipient);
    }

    private IdentityKeys keys(Identification who, String client, String sender, String recipient) {
        scene.fill(unknown(client), sender, "first@example.net", recipient);
        IdentityKeys keys = scene.attempt().keys();
        keys.start(scene.attempt(), who);
        return keys;
    }

    private static String name(Key key) {
        return key.kind().letter()
                + " "
                + (key.kind().fields() == 0
                        ? HexFormat.of().formatHex(key.bytes(), 0, key.length())
                        : new String(key.bytes(), 0, key.length(), ISO_8859_1));
    }

    @Test
    void theNamesOfTripletsAreWhatTheyWere() {
        IdentityKeys four = keys("192.0.2.1", "Alice+x@sender.example", "Bob+y@example.net");
        assertThat(name(four.triplet(1)))
                .isEqualTo("G 192.0.2.1alice@sender.examplebob@example.net");
        assertThat(name(four.network(1))).isEqualTo("N 3e90246bb9d428ee5dc896beb5b812d7");
        assertThat(name(four.learnedPool(0x12_3456, 1)))
                .isEqualTo("N a60e63af50d4c7bbde7a146492b03379");
        assertThat(name(four.host(hostDomain(), 1)))
                .isEqualTo("H a38ed557db3d8d10f27aeed155630176");
        assertThat(name(four.spf(1))).isEqualTo("D 29ce5161f24481b79c421f40c5f887cd");
        assertThat(Long.toHexString(four.envelope())).isEqualTo("68e1cf539db96da7");
        IdentityKeys six = keys("2001:db8:1:2:3:4:5:6", ALICE, BOB);
        assertThat(name(six.triplet(1)))
                .isEqualTo("G 2001:db8:1:2::/64alice@sender.examplebob@example.net");
        assertThat(name(six.network(1))).isEqualTo("N cc884de5c4389d95ddf6ab4c238033ce");
        Identification wide = new Identification(17, 33, null, true, '+', true);
        assertThat(name(keys(wide, "192.0.2.1", ALICE, BOB).network(1)))
                .isEqualTo("N c67841022d2327ee361e376ecd081f74");
        assertThat(name(keys(wide, "2001:db8:ffff::1", ALICE, BOB).network(1)))
                .isEqualTo("N b130a9beb12ad9ad788c56976818ce1d");
        assertThat(keys("192.0.2.1", ALICE, BOB).fingerprint()).isEqualTo(401);
    }

    /// A sender's domain is written once for all recipients, what holds a recipient for each; and
    /// the next attempt has neither.
    @Test
    void eachRecipientHasTheSendersFormOfItsOwn() {
        String domain = new String("@b\u00fccher.example".getBytes(UTF_8), ISO_8859_1);
        String end = "@xn--bcher-kva.example";
        scene.fill(
                unknown("192.0.2.1"), "list-bob=example.net" + domain, BOB, "carol@x.example", BOB);
        IdentityKeys keys = scene.attempt().keys();
        keys.start(scene.attempt(), IdentityScene.WHO);
        String bobs = "G 192.0.2.1list-#" + end + BOB;
        assertThat(name(keys.triplet(0))).isEqualTo(bobs);
        assertThat(name(keys.triplet(1)))
                .isEqualTo("G 192.0.2.1list-bob=example.net" + end + "carol@x.example");
        assertThat(name(keys.triplet(2))).isEqualTo(bobs);
        assertThat(name(keys("192.0.2.1", ALICE, BOB).triplet(1)))
                .isEqualTo("G 192.0.2.1" + ALICE + BOB);
    }

    @Test
    void theNamesOfProofsAreWhatTheyWere() {
        IdentityKeys keys = keys("192.0.2.1", ALICE, BOB);
        assertThat(name(keys.client())).isEqualTo("I 192.0.2.1");
        assertThat(name(keys.suspect())).isEqualTo("U 192.0.2.1");
        assertThat(name(keys.pool(hostDomain()))).isEqualTo("O host.example");
        assertThat(name(keys.hostSender(hostDomain()))).isEqualTo("P host.examplesender.example");
        assertThat(name(keys.spfDomain())).isEqualTo("S sender.example");
        assertThat(name(keys.poolNetwork())).isEqualTo("M 192.0.2.0/24");
        assertThat(name(keys("2001:db8:1:2::9", ALICE, BOB).poolNetwork()))
                .isEqualTo("M 2001:db8:1::/48");
    }

    /// They are asked for in any order, after any other attempt's.
    @Test
    void noNameDependsOnWhatWasAskedForBefore() {
        List<Function<IdentityKeys, Key>> all =
                List.of(
                        IdentityKeys::client,
                        IdentityKeys::spfDomain,
                        IdentityKeys::poolNetwork,
                        keys -> keys.triplet(1),
                        keys -> keys.network(1),
                        keys -> keys.host(hostDomain(), 1),
                        keys -> keys.hostSender(hostDomain()),
                        keys -> keys.learnedPool(7, 1),
                        keys -> keys.poolAlias(7),
                        keys -> keys.spf(1));
        for (Function<IdentityKeys, Key> one : all) {
            keys("2001:db8::1", "a-longer@other-sender.example", "x@y.example").spf(1);
            String first = name(one.apply(keys("192.0.2.1", ALICE, BOB)));
            for (Function<IdentityKeys, Key> before : all) {
                IdentityKeys keys = keys("192.0.2.1", ALICE, BOB);
                Key _ = before.apply(keys);
                assertThat(name(one.apply(keys))).isEqualTo(first);
            }
        }
    }

    @Test
    void theNameOfANumberThatLeadsToAnotherIsANetworkOfNobodys() {
        Key alias = keys("192.0.2.1", ALICE, BOB).poolAlias(0x12_3456);
        assertThat(name(alias)).isEqualTo("M 100:12:3456::/48");
        assertThat(alias.networkHigh()).isEqualTo(0x0100_0012_3456_0000L);
    }

    @Test
    void theLongestAddressesHaveRoom() {
        Attempt attempt =
                Attempts.attempt("192.0.2.1", "s".repeat(Key.ADDRESS_MAX), "r".repeat(3000));
        attempt.keys().start(attempt, Identification.PLAIN);
        assertThat(name(attempt.keys().triplet(0)))
                .isEqualTo(
                        "G 192.0.2.1" + "s".repeat(Key.ADDRESS_MAX) + "r".repeat(Key.ADDRESS_MAX));
    }

    /// By it each network has its share of the memory.
    @Test
    void eachNameTellsTheNetworkOfItsClient() {
        for (String client : List.of("192.0.2.1", "2001:db8:1:2::9", "a.name.example")) {
            IdentityKeys keys = keys(client, ALICE, BOB);
            scene.attempt().clientKey();
            long high =
                    client.startsWith("2")
                            ? 0x2001_0db8_0001_0000L
                            : client.startsWith("1") ? 0 : -1;
            long low = client.startsWith("1") ? 0xffff_c000_0200L : client.startsWith("2") ? 0 : -1;
            for (int i = 0; i < 6; i++) {
                keys("203.0.113.9", ALICE, BOB).client(); // Another one before.
                keys = keys(client, ALICE, BOB);
                Key key =
                        switch (i) {
                            case 0 -> keys.client();
                            case 1 -> keys.triplet(1);
                            case 2 -> keys.host(hostDomain(), 1);
                            case 3 -> keys.pool(hostDomain());
                            case 4 -> keys.spfDomain();
                            default -> keys.hostSender(hostDomain());
                        };
                assertThat(List.of(key.networkHigh(), key.networkLow()))
                        .as("%s, %s", client, key.kind())
                        .containsExactly(high, low);
            }
        }
    }

    private HostDomain hostDomain() {
        Attempt other = new Attempt(64, 1);
        other.evidence().hosts(List.of("mx.host.example"));
        return IdentityScene.WHO.domains(other).getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "24, 48, 192.0.2.1,        192.0.2.254,       true",
        "24, 48, 192.0.2.1,        192.0.3.1,         false",
        "17, 48, 192.0.2.1,        192.0.127.254,     true",
        "17, 48, 192.0.2.1,        192.0.128.1,       false",
        "32, 48, 192.0.2.1,        192.0.2.2,         false",
        "24, 48, 2001:db8:1:2::1,  2001:db8:1:fff::9, true",
        "24, 48, 2001:db8:1:2::1,  2001:db8:2:2::1,   false",
        "24, 63, 2001:db8:1:2::1,  2001:db8:1:3::1,   true",
        "24, 63, 2001:db8:1:2::1,  2001:db8:1:4::1,   false",
        "24, 64, 2001:db8:1:2::1,  2001:db8:1:2::9,   true",
        "24, 64, 2001:db8:1:2::1,  2001:db8:1:3::1,   false",
        "24, 128, 2001:db8:1:2::1, 2001:db8:1:2::9,   false",
        "24, 48, a.name.example,   b.name.example,    false",
    })
    void aRetryPassesFromTheNetworkAndFromNoOther(
            int ipv4, int ipv6, String first, String retry, boolean passes) {
        IdentityScene other =
                new IdentityScene(
                        new Identification(ipv4, ipv6, null, false, (char) 0, false),
                        Suspects.NONE);
        other.judge(0, unknown(first), ALICE, BOB);
        assertThat(other.judge(IdentityScene.DELAY, unknown(retry), ALICE, BOB))
                .isEqualTo(passes ? Reason.PASSED : Reason.NEW);
        assertThat(other.judge(IdentityScene.DELAY, unknown(first), ALICE, BOB))
                .isIn(Reason.PASSED, Reason.KNOWN);
    }

    /// Else somebody could write another's triplet by moving letters from one to the other.
    @Test
    void whereTheSenderEndsIsPartOfTheName() {
        String all = "x".repeat(400);
        assertThat(name(keys("192.0.2.1", all.substring(276), all.substring(124)).network(1)))
                .isNotEqualTo(
                        name(keys("192.0.2.1", all.substring(20), all.substring(380)).network(1)));
    }

    /// The same for addresses of more than 255 octets.
    @Test
    void whereALongSenderEndsIsPartOfTheNameToo() {
        String all = "a".repeat(400);
        Identification plain = new Identification(24, 48, null, false, (char) 0, false);
        IdentityKeys keys = keys(plain, "192.0.2.1", all.substring(300), all.substring(100));
        String shorter = name(keys.network(1));
        keys = keys(plain, "192.0.2.1", all.substring(44), all.substring(356));
        assertThat(name(keys.network(1))).isNotEqualTo(shorter);
    }

    /// What an attempt before has left behind the sender is not looked at.
    @Test
    void theDomainIsThatOfTheSenderAtHand() {
        for (String before : List.of("aaa@longer.example", "aaaa@longer.example", "aaaaa@b")) {
            keys("192.0.2.1", before, BOB).client();
            scene.attempt().keys().hasSenderDomain();
            assertThat(name(keys("192.0.2.1", "a@b", BOB).spfDomain())).isEqualTo("S b");
        }
    }

    @Test
    void theFingerprintIsThatOfTheSenderAtHand() {
        int alice = keys("192.0.2.1", ALICE, BOB).fingerprint();
        assertThat(keys("192.0.2.1", "carol@other.example", BOB).fingerprint()).isNotEqualTo(alice);
        assertThat(keys("198.51.100.1", ALICE, "x@example.net").fingerprint()).isEqualTo(alice);
    }

    @ParameterizedTest
    @CsvSource({"a@b, true", "@b, true", "a@, false", "a, false", "a@x@, false"})
    void whatIsBehindTheLastAtSignIsTheDomain(String sender, boolean has) {
        assertThat(keys("192.0.2.1", sender, BOB).hasSenderDomain()).isEqualTo(has);
    }

    @Test
    void aDomainIsOneAsFarAsItFitsIntoAKey() {
        String most = "a@" + "x".repeat(Key.CLIENT_MAX);
        assertThat(keys("192.0.2.1", most, BOB).hasSenderDomain()).isTrue();
        assertThat(keys("192.0.2.1", most + "x", BOB).hasSenderDomain()).isFalse();
    }
}
