package org.greydaemon.exempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class HashedLinesTest {
    private static List<Integer> found(HashedLines lines, String text) {
        List<Integer> found = new ArrayList<>();
        lines.find(text, line -> !found.add(line));
        return found;
    }

    @Test
    void allLinesOfATextAreShownInTheirOrder() {
        HashedLines.Builder builder = new HashedLines.Builder();
        for (int i = 0; i < 50_000; i++) {
            builder.add(i % 2 == 0 ? "@example.org" : "user" + i + "@example.org", i);
        }
        HashedLines lines = builder.build();
        assertThat(found(lines, "@example.org")).hasSize(25_000).isSorted().startsWith(0, 2, 4);
        for (int i = 1; i < 50_000; i += 2) {
            assertThat(found(lines, "user" + i + "@example.org")).contains(i);
            assertThat(found(lines, "user" + (i - 1) + "@example.org")).doesNotContain(i - 1);
        }
    }

    @Test
    void thoseOfAnotherTextWithTheSameHashAreShownToo() {
        HashedLines.Builder builder = new HashedLines.Builder();
        builder.add("BB", 0);
        builder.add("Aa", 1);
        assertThat(found(builder.build(), "Aa")).containsExactly(0, 1);
    }

    @Test
    void nobodyIsAskedBehindTheOneThatSettles() {
        HashedLines.Builder builder = new HashedLines.Builder();
        for (int i = 0; i < 5; i++) {
            builder.add("a", i);
        }
        List<Integer> shown = new ArrayList<>();
        builder.build()
                .find(
                        "a",
                        line -> {
                            shown.add(line);
                            return line == 2;
                        });
        assertThat(shown).containsExactly(0, 1, 2);
        assertThat(found(new HashedLines.Builder().build(), "a")).isEmpty();
    }
}
