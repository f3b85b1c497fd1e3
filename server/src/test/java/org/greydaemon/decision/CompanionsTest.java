package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.DAY;
import static org.greydaemon.decision.IdentityScene.T0;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// `greyctl forget` of a client's triplet forgets what the same attempts have made of its network,
/// host and SPF domain, and nothing that is a neighbour's (docs/greyctl.md).
final class CompanionsTest {
    private static final Client HOST = named("192.0.2.1", "mx1.host.example").withSpf();

    private final IdentityScene scene = new IdentityScene();
    private Companions companions = new Companions(scene.rules(), scene.memory());

    /// The triplet of a client's address is forgotten that was made then.
    private void add(Client client, String sender, String recipient, long then) {
        scene.fill(client, sender, recipient);
        Key key = scene.rules().tripletKey(scene.attempt(), 0);
        companions.add(key, Entry.of(then, 0), then + 9);
    }

    /// The letters of those triplets of an attempt that are forgotten with what was added, if they
    /// were made then.
    private String companionsOf(Client client, String sender, String recipient, long then) {
        scene.fill(client, sender, recipient);
        StringBuilder letters = new StringBuilder();
        scene.rules()
                .triplets(
                        scene.attempt(),
                        0,
                        scene.memory(),
                        then + 9,
                        key -> {
                            if (companions.have(asStored(key), Entry.of(then, Entry.SUSPECT))) {
                                letters.append(key.kind().letter());
                            }
                        });
        return letters.toString();
    }

    /// As a store lends it, whose keys have other octets behind the last that counts.
    private static Key asStored(Key key) {
        if (!Companions.isOne(key)) {
            return key;
        }
        Key stored = new Key();
        stored.network(key.networkHigh(), key.networkLow());
        stored.digest(key.kind(), key.bytes(), 0);
        return stored;
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1", "2001:db8:1:2::9"})
    void whatTheSameAttemptHasMadeGoesWithIt(String address) {
        Client client = named(address, "mx1.host.example").withSpf();
        add(client, ALICE, BOB, T0);
        assertThat(companionsOf(client, ALICE, BOB, T0)).isEqualTo("NHD");
        assertThat(companionsOf(client, ALICE, BOB, T0 + 1)).as("a second later").isEmpty();
        assertThat(companionsOf(client, ALICE, "carol@example.net", T0))
                .as("a host's is found by network and second alone")
                .isEqualTo("H");
        assertThat(companionsOf(client, "a@other.example", BOB, T0)).isEqualTo("H");
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.3.1", "2001:db8:1:2::9, 2001:db8:2:2::9"})
    void nothingOfAnotherNetworkGoes(String address, String other) {
        add(named(address, "mx1.host.example").withSpf(), ALICE, BOB, T0);
        Client neighbour = named(other, "mx1.host.example").withSpf();
        assertThat(companionsOf(neighbour, ALICE, BOB, T0)).isEmpty();
    }

    /// A flood makes many in one second; none of it goes but what was asked for.
    @Test
    void ofManyEachHasItsOwn() {
        for (int i = 0; i < 200; i++) {
            add(HOST, ALICE, "user" + i + "@example.net", T0 + i % 7);
        }
        for (int i = 0; i < 200; i++) {
            String recipient = "user" + i + "@example.net";
            assertThat(companionsOf(HOST, ALICE, recipient, T0 + i % 7)).isEqualTo("NHD");
            assertThat(companionsOf(HOST, ALICE, recipient, T0 + (i + 1) % 7)).isEqualTo("H");
            assertThat(companionsOf(HOST, ALICE, "other" + i + "@example.net", T0 + i % 7))
                    .isEqualTo("H");
            assertThat(companionsOf(HOST, ALICE, recipient, T0 + 7 + i)).isEmpty();
        }
    }

    @Test
    void whatCameLaterIsFoundToo() {
        add(HOST, ALICE, BOB, T0);
        assertThat(companionsOf(HOST, ALICE, BOB, T0)).isEqualTo("NHD");
        for (int i = 0; i < 9; i++) {
            add(unknown("10.1." + i + ".1"), ALICE, BOB, T0);
            assertThat(companionsOf(unknown("10.1." + i + ".1"), ALICE, BOB, T0)).isEqualTo("N");
        }
        assertThat(companionsOf(HOST, ALICE, BOB, T0)).isEqualTo("NHD");
    }

    /// They know no digest: network and second are all that tells.
    @Test
    void underTheOriginalsRulesAllOfTheNetworkAndSecondGo() {
        companions =
                new Companions(
                        new OriginalRules(new RetryWindow(300, DAY), new Retention(DAY)),
                        scene.memory());
        add(HOST, ALICE, BOB, T0);
        assertThat(companionsOf(HOST, "a@other.example", BOB, T0)).isEqualTo("NHD");
        assertThat(companionsOf(HOST, ALICE, BOB, T0 + 1)).isEmpty();
    }

    @Test
    void theTripletOfAPoolOfNetworksGoesToo() {
        Key network = new Key();
        LearnedPools.name(network, 0, 0xffff_c000_0200L, new byte[LearnedPools.TEXT_MAX]);
        scene.memory().step(network, (_, at) -> Entry.of(at, 77), T0);
        add(unknown("192.0.2.1"), ALICE, BOB, T0);
        assertThat(companionsOf(unknown("192.0.2.1"), ALICE, BOB, T0)).isEqualTo("NN");
    }

    @Test
    void aClientThatIsNoAddressHasNoOther() {
        for (String client : List.of("x", "a.name.example")) {
            add(unknown(client), ALICE, BOB, T0);
            assertThat(companionsOf(unknown(client), ALICE, BOB, T0)).as(client).isEmpty();
        }
    }

    /// A walk over millions of entries is saved where there are none.
    @ParameterizedTest
    @CsvSource({"original, false", "modern, true"})
    void onlyTripletsThatADigestNamesAreLookedFor(String rules, boolean may) {
        MapMemory memory = new MapMemory();
        assertThat(Companions.mayBeIn(memory)).isFalse();
        Attempt attempt = Attempts.attempt("192.0.2.1", ALICE, BOB);
        Key triplet =
                rules.equals("modern")
                        ? IdentityTriplets.widest(started(attempt), List.of(), 0)
                        : attempt.tripletKey(0);
        memory.step(triplet, (_, at) -> Entry.of(at, 0), T0);
        memory.step(attempt.clientKey(), (_, at) -> Entry.of(at, 0), T0);
        assertThat(Companions.mayBeIn(memory)).isEqualTo(may);
    }

    private static Attempt started(Attempt attempt) {
        attempt.keys().start(attempt, IdentityScene.WHO);
        return attempt;
    }
}
