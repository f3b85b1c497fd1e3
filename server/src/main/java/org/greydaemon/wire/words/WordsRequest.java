package org.greydaemon.wire.words;

import static java.util.Locale.ROOT;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A request in words: what is to be done, its options without their dashes, and what with. Octets
/// stand for characters, so that addresses survive unchanged.
///
/// @param command what is to be done
/// @param options what stood before the data with dashes
/// @param data the client, the sender and the recipients, or some of them
/// @param cut whether there were more of them than are read
record WordsRequest(Verb command, List<String> options, List<Words.Word> data, boolean cut) {
    /// The lists there are.
    static final List<String> STATES = List.of("white", "grey", "black");

    private static final Map<String, Verb> BY_WORD =
            Arrays.stream(Verb.values())
                    .collect(
                            toUnmodifiableMap(verb -> verb.name().toLowerCase(ROOT), verb -> verb));

    private static final Pattern DASHES = Pattern.compile("^-+");

    /// What can be asked.
    enum Verb {
        /// Judge and remember; also the request without a command.
        UPDATE,
        /// Say what the judgement would be.
        CHECK,
        /// Say what is remembered.
        STATUS,
        /// Put on a list.
        ADD,
        /// Take from the lists.
        DELETE,
        /// Tell figures for people.
        STATS,
        /// Tell figures for programs.
        MRTG,
        /// Save now.
        SAVE,
        /// Read the white list anew.
        RELOAD,
        /// Show entries.
        LIST,
        /// Forget entries.
        CLEAR;

        /// Whether it needs data; else it takes none.
        boolean takesData() {
            return switch (this) {
                case UPDATE, CHECK, STATUS, ADD, DELETE -> true;
                case STATS, MRTG, SAVE, RELOAD, LIST, CLEAR -> false;
            };
        }

        /// Whether it is for the operator and not for mail servers.
        boolean isOperators() {
            return switch (this) {
                case ADD, DELETE, SAVE, RELOAD, LIST, CLEAR -> true;
                case UPDATE, CHECK, STATUS, STATS, MRTG -> false;
            };
        }
    }

    /// Reads a request, which ends at the first line feed.
    ///
    /// @param cut whether it goes on behind the last octet
    /// @return empty if there is not a single whole word
    static Optional<WordsRequest> parse(byte[] octets, int length, boolean cut)
            throws AmbiguousException {
        List<Words.Word> words = Words.of(octets, length, cut);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        String first = words.getFirst().text();
        Verb command = BY_WORD.getOrDefault(first, Verb.UPDATE);
        int at = BY_WORD.containsKey(first) ? 1 : 0;
        List<String> options = new ArrayList<>();
        while (at < words.size() && words.get(at).text().startsWith("-")) {
            options.add(DASHES.matcher(words.get(at++).text()).replaceFirst(""));
        }
        return Optional.of(
                new WordsRequest(
                        command,
                        List.copyOf(options),
                        List.copyOf(words.subList(at, words.size())),
                        cut));
    }

    /// What the data mean.
    WordsEnvelope envelope() throws AmbiguousException {
        return WordsEnvelope.of(data, cut);
    }

    /// Whether it names a list that there is not.
    boolean namesUnknownState() {
        return !STATES.containsAll(options);
    }

    /// The state itself, or whether it is the one asked for.
    String told(boolean white) {
        String state = white ? "white" : "grey";
        if (options.isEmpty()) {
            return state;
        }
        return options.getFirst().equals(state) ? "true" : "false";
    }
}
