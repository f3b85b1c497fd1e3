package org.greydaemon.exempt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// Finds the lines that mean a host name or a mail address, without trying all of them. Immutable.
final class TextIndex {
    /// How many of the first or last characters of a pattern with `*` tell it apart.
    private static final int ENDS_MAX = 32;

    private static final int FILTER_BITS = 1 << 12;

    private final Subject subject;
    private final HashedLines byKey;
    // Those with a *, by what all their texts end with, else by what these begin with.
    private final Map<String, List<Integer>> byTail;
    private final Map<String, List<Integer>> byHead;
    private final int[] inOrder;
    private final TreeSet<Integer> tailLengths;
    private final TreeSet<Integer> headLengths;

    // Bits of the hashes of all keys and tails, and which lengths tails have.
    private final long[] filter;
    private final long tailLengthBits;

    private TextIndex(Builder builder) {
        subject = builder.subject;
        byKey = builder.byKey.build();
        byTail = builder.byTail;
        byHead = builder.byHead;
        inOrder = Arrays.copyOf(builder.inOrder, builder.size);
        tailLengths = builder.tailLengths;
        headLengths = builder.headLengths;
        filter = builder.filter;
        tailLengthBits = builder.tailLengthBits;
    }

    /// Collects lines, in their order.
    static final class Builder {
        private final Subject subject;
        private final HashedLines.Builder byKey = new HashedLines.Builder();
        private final Map<String, List<Integer>> byTail = new HashMap<>();
        private final Map<String, List<Integer>> byHead = new HashMap<>();
        private int[] inOrder = new int[2];
        private int size;
        private final TreeSet<Integer> tailLengths = new TreeSet<>();
        private final TreeSet<Integer> headLengths = new TreeSet<>();
        private final long[] filter = new long[FILTER_BITS / Long.SIZE];
        private long tailLengthBits;

        /// @param subject which condition of the lines it goes by
        Builder(Subject subject) {
            this.subject = subject;
        }

        /// Adds a line.
        ///
        /// @param pattern of its condition on the subject
        void add(int line, TextPattern pattern) {
            if (size == inOrder.length) {
                inOrder = Arrays.copyOf(inOrder, 2 * size);
            }
            inOrder[size++] = line;
            if (!pattern.hasWildcard()) {
                byKey.add(pattern.key(), line);
                note(pattern.key());
                return;
            }
            String tail = pattern.tail();
            String head = pattern.head();
            if (tail.isEmpty()) {
                String key = head.substring(0, Math.min(head.length(), ENDS_MAX));
                headLengths.add(key.length());
                put(byHead, key, line);
            } else {
                String key = tail.substring(Math.max(0, tail.length() - ENDS_MAX));
                tailLengths.add(key.length());
                tailLengthBits |= 1L << key.length();
                put(byTail, key, line);
                note(key);
            }
        }

        private static void put(Map<String, List<Integer>> lines, String key, int line) {
            lines.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(line);
        }

        private void note(String key) {
            int hash = 0;
            for (int i = key.length() - 1; i >= 0; i--) {
                hash = hash(hash, key.charAt(i));
            }
            filter[word(hash)] |= 1L << hash;
        }

        TextIndex build() {
            return new TextIndex(this);
        }
    }

    /// Whether a line may mean the name of a host; most names are meant by none, and this costs
    /// nothing but one walk over the name, from its end. Allocates nothing.
    ///
    /// @param name in any form; one that is not in normal form may be meant by any line
    boolean mayMean(String name) {
        if (!headLengths.isEmpty() || name.endsWith(".")) {
            return true;
        }
        int hash = 0;
        for (int i = name.length() - 1; i >= 0; i--) {
            char c = name.charAt(i);
            if (NormalForm.changes(name, i, c)) {
                return true;
            }
            hash = hash(hash, c);
            int length = name.length() - i;
            boolean isTail = length <= ENDS_MAX && (tailLengthBits >>> length & 1) != 0;
            boolean isKey = i == 0 || c == '.';
            if ((isTail || isKey) && (filter[word(hash)] >>> hash & 1) != 0) {
                return true;
            }
        }
        return false;
    }

    private static int hash(int hash, char c) {
        int mixed = (hash ^ c) * 0x0100_0193; // FNV-1a
        return mixed ^ mixed >>> 15;
    }

    private static int word(int hash) {
        return hash >>> 6 & (FILTER_BITS / Long.SIZE - 1);
    }

    /// Finds the first line in force that fits, and those that may fit when more is known.
    void find(Search search, InForce inForce) {
        if (inOrder.length == 0) {
            return; // Nobody needs the normal forms of the texts.
        }
        Optional<List<String>> texts = search.texts(subject);
        if (texts.isPresent()) {
            texts.get()
                    .forEach(text ->
                            find(text, line -> search.settles(inForce, line), search::mayTake));
        } else if (subject == Subject.HOST && search.attempt().mayAskForHosts()) {
            findOpen(search, inForce);
        } else {
            Arrays.stream(inOrder)
                    .filter(inForce::holds)
                    .findFirst()
                    .ifPresent(line -> search.misses(inForce, line));
        }
    }

    /// All of these want the same answer, so the first is enough.
    private void findOpen(Search search, InForce inForce) {
        for (int line : inOrder) {
            if (search.settles(inForce, line) || search.isOpen(inForce, line)) {
                return;
            }
        }
    }

    /// Shows lines that may mean a text, whatever work that is.
    ///
    /// @param text in normal form
    /// @param settles whether those behind a line need not be shown
    void find(String text, IntPredicate settles) {
        find(text, settles, _ -> true);
    }

    private void find(String text, IntPredicate settles, IntPredicate mayTake) {
        for (String key : TextPattern.keys(subject, text)) {
            if (mayTake.test(key.length())) {
                byKey.find(key, settles);
            }
        }
        for (int length : tailLengths.headSet(text.length(), true)) {
            find(byTail, text.substring(text.length() - length), settles, mayTake);
        }
        for (int length : headLengths.headSet(text.length(), true)) {
            find(byHead, text.substring(0, length), settles, mayTake);
        }
    }

    private static void find(
            Map<String, List<Integer>> lines,
            String key,
            IntPredicate settles,
            IntPredicate mayTake) {
        if (!mayTake.test(key.length())) {
            return;
        }
        for (int line : lines.getOrDefault(key, List.of())) {
            if (settles.test(line)) {
                return;
            }
        }
    }
}
