package org.greydaemon.wire.words;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A request in words: what is to be done, its options without their dashes, and what with. Never
/// throws, whatever comes. Octets stand for characters, so that addresses survive unchanged.
///
/// @param command what is to be done
/// @param options what stood before the data with dashes
/// @param data the client, the sender and the recipient, or some of them
record Request(Command command, List<String> options, List<String> data) {
    /// The lists there are.
    static final List<String> STATES = List.of("white", "grey", "black");

    /// What can be asked.
    enum Command {
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
    /// @return empty if there is not a single word
    static Optional<Request> parse(byte[] octets, int length) {
        List<String> words = words(octets, length);
        if (words.isEmpty()) {
            return Optional.empty();
        }
        Command command = Command.UPDATE;
        int at = 0;
        for (Command candidate : Command.values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).equals(words.getFirst())) {
                command = candidate;
                at = 1;
            }
        }
        List<String> options = new ArrayList<>();
        while (at < words.size() && words.get(at).startsWith("-")) {
            options.add(words.get(at++).replaceFirst("^-+", ""));
        }
        return Optional.of(
                new Request(
                        command,
                        List.copyOf(options),
                        List.copyOf(words.subList(at, words.size()))));
    }

    /// Whether it names a list that there is not.
    boolean namesUnknownState() {
        return !STATES.containsAll(options);
    }

    /// In ASCII lower case, parted by white space.
    private static List<String> words(byte[] octets, int length) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length && octets[i] != '\n'; i++) {
            char c = (char) (octets[i] & 0xff);
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                add(words, word);
            } else {
                word.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
            }
        }
        add(words, word);
        return words;
    }

    private static void add(List<String> words, StringBuilder word) {
        if (!word.isEmpty()) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    /// The client's address.
    byte[] client() {
        return data.getFirst().getBytes(ISO_8859_1);
    }

    /// The sender without angle brackets; empty for the null sender, which leaves two words. A
    /// quoted sender with blanks is several words.
    byte[] sender() {
        String sender = data.size() < 3 ? "" : String.join(" ", data.subList(1, data.size() - 1));
        boolean brackets = sender.startsWith("<") && sender.endsWith(">");
        return (brackets ? sender.substring(1, sender.length() - 1) : sender).getBytes(ISO_8859_1);
    }

    /// The recipient.
    byte[] recipient() {
        return data.size() < 2 ? new byte[0] : data.getLast().getBytes(ISO_8859_1);
    }
}
