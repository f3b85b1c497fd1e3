package org.greydaemon.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.greydaemon.decision.Key;
import org.greydaemon.store.Name;
import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.Set;

final class KeyHashTest {
    @Test
    void keysOfTheSameOctetsHaveDifferentHashes() {
        KeyHash hash = new KeyHash(1, 2);
        String text = "x".repeat(Key.ADDRESS_MAX);
        Set<Integer> tags = new HashSet<>();
        for (int cut = 1; cut < text.length(); cut++) {
            String sender = text.substring(0, cut);
            tags.add((int) hash.hash(Name.triplet("c", sender, text.substring(cut)).key()));
        }
        assertThat(tags).hasSize(text.length() - 1);
        tags.clear();
        for (Key.Kind kind : Key.Kind.values()) {
            tags.add((int) hash.hash(new Name(kind, "0123456789abcdef", "", "").key()));
        }
        assertThat(tags).hasSize(Key.Kind.values().length);
    }
}
