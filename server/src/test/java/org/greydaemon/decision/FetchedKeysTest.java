package org.greydaemon.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.greydaemon.decision.IdentityScene.ALICE;
import static org.greydaemon.decision.IdentityScene.BOB;
import static org.greydaemon.decision.IdentityScene.Client.named;
import static org.greydaemon.decision.IdentityScene.Client.unknown;
import static org.greydaemon.decision.IdentityScene.T0;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.IdentityScene.Client;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// What a memory of millions of entries is told before a stranger is looked up in it.
final class FetchedKeysTest {
    /// Numbers the keys whose place it is asked for.
    private static final class Fetching implements Memory {
        private final MapMemory memory = new MapMemory();
        private final boolean fetches;
        private final List<String> placed = new ArrayList<>();
        private final List<String> fetched = new ArrayList<>();

        Fetching(boolean fetches) {
            this.fetches = fetches;
        }

        @Override
        public boolean fetches() {
            return fetches || Memory.super.fetches();
        }

        @Override
        public long placeOf(Key key) {
            String text =
                    key.kind().fields() == 0
                            ? ""
                            : new String(key.bytes(), 0, key.length(), ISO_8859_1);
            placed.add((key.kind().letter() + " " + text).strip());
            return placed.size() - 1L;
        }

        @Override
        public void fetch(Places places) {
            for (int i = 0; i < places.entries(); i++) {
                fetched.add(placed.get((int) places.entry(i)));
            }
        }

        @Override
        public long step(Key key, Rule rule, long now) {
            return memory.step(key, rule, now);
        }
    }

    private final IdentityScene scene = new IdentityScene();
    private final Fetching memory = new Fetching(true);

    private List<String> fetched(Client client, String sender) {
        memory.placed.clear();
        memory.fetched.clear();
        scene.fill(client, sender, BOB, "carol@example.net");
        Decision decision = new Decision(2);
        scene.rules().judge(scene.attempt(), memory, T0, decision);
        assertThat(memory.placed).as("none for nothing").isEqualTo(memory.fetched);
        return memory.fetched;
    }

    @Test
    void itIsToldByWhatAStrangerWillBeLookedUp() {
        assertThat(fetched(named("192.0.2.1", "mx.host.example"), ALICE))
                .containsExactly(
                        "P host.examplesender.example", "H", "N", "G 192.0.2.1" + ALICE + BOB);
        assertThat(fetched(named("192.0.2.9", "mx.host.example"), ""))
                .as("a bounce has no domain")
                .containsExactly("N", "G 192.0.2.9." + BOB);
        assertThat(fetched(unknown("a.name.example"), ALICE))
                .as("no network either")
                .containsExactly("G a.name.example" + ALICE + BOB);
    }

    /// A host can have many names.
    @Test
    void ofManyNamesItIsToldTheFirstThree() {
        String[] names =
                IntStream.range(0, 6)
                        .mapToObj(i -> "mx.host" + i + ".example")
                        .toArray(String[]::new);
        assertThat(fetched(named("192.0.2.1", names), ALICE))
                .containsExactly(
                        "P host0.examplesender.example",
                        "H",
                        "P host1.examplesender.example",
                        "H",
                        "P host2.examplesender.example",
                        "H",
                        "N",
                        "G 192.0.2.1" + ALICE + BOB);
    }

    @Test
    void aMemoryThatIsNoFasterForItIsToldNothing() {
        Fetching other = new Fetching(false);
        scene.fill(named("192.0.2.1", "mx.host.example"), ALICE, BOB);
        scene.rules().judge(scene.attempt(), other, T0, new Decision(1));
        assertThat(other.placed).isEmpty();
    }
}
