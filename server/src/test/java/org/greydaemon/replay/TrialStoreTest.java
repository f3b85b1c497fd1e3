package org.greydaemon.replay;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.decision.Entry;
import org.greydaemon.decision.Key;
import org.greydaemon.decision.Memory;
import org.greydaemon.decision.Rule;
import org.greydaemon.decision.Rules.Lifetimes;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/// What is remembered while attempts are played.
final class TrialStoreTest {
    private static final Rule NOW = (_, now) -> Entry.of(now, 0);
    private static final Rule LOOK = (seen, _) -> seen;
    private static final Rule FORGET = (_, _) -> Memory.NEVER;

    private static Key key(Key.Kind kind, String text) {
        Key key = new Key();
        key.client(text.getBytes(ISO_8859_1), 0, text.length());
        key.named(kind, text.getBytes(ISO_8859_1), 0, text.length());
        return key;
    }

    @Test
    void remembersWhatAMapWould() {
        TrialStore store = new TrialStore(new Lifetimes(100_000, 100_000, 100_000, 0), 1_000_000);
        Map<String, Long> model = new HashMap<>();
        Random random = new Random(5);
        for (int i = 0; i < 200_000; i++) {
            String text = "client" + random.nextInt(50_000);
            Key.Kind kind = Key.Kind.of(random.nextInt(2) == 0 ? 0 : 6);
            Rule rule = random.nextInt(5) == 0 ? FORGET : random.nextBoolean() ? NOW : LOOK;
            long expected = model.getOrDefault(kind + text, Memory.NEVER);
            assertThat(store.step(key(kind, text), rule, 1000 + i / 10)).isEqualTo(expected);
            long next = rule.next(expected, 1000 + i / 10);
            if (next == Memory.NEVER) {
                model.remove(kind + text);
            } else {
                model.put(kind + text, next);
            }
        }
        assertThat(store.entries()).isEqualTo(model.size());
    }

    /// Refreshed ones live on; looks come with the first step of each hour.
    @Test
    void forgetsEachAtTheFirstLookBehindItsEnd() {
        long life = 50_000;
        TrialStore store = new TrialStore(new Lifetimes(life, life, life, 0), 1_000_000);
        Map<String, Long> model = new HashMap<>();
        Random random = new Random(7);
        long now = 1_000_000;
        long nextLook = 0;
        for (int i = 0; i < 100_000; i++) {
            // Weeks of silence now and then, longer than all that is planned ahead.
            now += random.nextInt(20_000) == 0 ? 10_000_000 : random.nextInt(40);
            if (now >= nextLook) {
                long look = now;
                model.values().removeIf(time -> look - time >= life);
                nextLook = now + 3600;
            }
            String text = "client" + random.nextInt(20_000);
            boolean forgets = random.nextInt(20) == 0;
            store.step(key(Key.Kind.CLIENT, text), forgets ? FORGET : NOW, now);
            if (forgets) {
                model.remove(text);
            } else {
                model.put(text, now);
            }
            assertThat(store.entries()).isEqualTo(model.size());
            assertThat(store.entries(Key.Kind.CLIENT)).isEqualTo(model.size());
        }
    }

    @Test
    void aFullStoreRemembersNothingNewUntilSomethingExpires() {
        TrialStore store = new TrialStore(new Lifetimes(5000, 5000, 5000, 0), 100);
        for (int i = 0; i < 150; i++) {
            store.step(key(Key.Kind.CLIENT, "c" + i), NOW, 10_000);
        }
        assertThat(store.entries()).isEqualTo(100);
        assertThat(store.notRemembered()).isEqualTo(50);
        assertThat(store.step(key(Key.Kind.CLIENT, "c99"), LOOK, 10_000)).isEqualTo(10_000);
        assertThat(store.step(key(Key.Kind.CLIENT, "c120"), NOW, 20_000)).isEqualTo(Memory.NEVER);
        assertThat(store.step(key(Key.Kind.CLIENT, "c120"), LOOK, 20_000)).isEqualTo(20_000);
        assertThat(store.entries()).isEqualTo(1);
        assertThat(store.entriesMost()).isEqualTo(100);
    }
}
