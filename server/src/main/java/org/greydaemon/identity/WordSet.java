package org.greydaemon.identity;

import org.jspecify.annotations.Nullable;

/// WordSet that are looked for in a longer text, without a copy of each part of it. Immutable.
final class WordSet {
    private final @Nullable String[] places;

    private WordSet(int room) {
        places = new String[room];
    }

    static WordSet of(String... words) {
        WordSet all = new WordSet(Integer.highestOneBit(words.length) * 4);
        for (String word : words) {
            all.add(word);
        }
        return all;
    }

    private void add(String word) {
        int place = place(word, 0, word.length());
        while (places[place] != null) {
            place = place + 1 & places.length - 1;
        }
        places[place] = word;
    }

    /// Whether `text[from..to)` is one of them.
    boolean contain(String text, int from, int to) {
        int place = place(text, from, to);
        while (true) {
            String word = places[place];
            if (word == null) {
                return false;
            }
            if (word.length() == to - from && text.startsWith(word, from)) {
                return true;
            }
            place = place + 1 & places.length - 1;
        }
    }

    private int place(String text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = (hash ^ text.charAt(i)) * 0x0100_0193; // FNV-1a
        }
        return (hash ^ hash >>> 15) & places.length - 1;
    }
}
