package org.greydaemon.exchange;

import org.greydaemon.net.CidrBlock;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The files of Debian's greylistd 0.9 (below /var/lib/greylistd), `states` before `triplets`. The
/// first has a hash and its times for each entry, in a section for each list, the second has what
/// was hashed, in the words of Exim's configuration:
///
/// ```
/// [grey]
/// -8129460351893871446 = 1700000300 1700000000 2      last seen, first seen, count
///
/// -8129460351893871446 = 192.0.2.1 a@example.org b@example.net
/// ```
///
/// greylistd itself loses them with every restart, because Python's `hash` is another one then
/// (Debian bug 1021356); the two files still belong to each other. Words are read as
/// `wire.words.Request` does, so that the same request finds what was imported.
final class GreylistdFiles implements Reading {
    /// How many states are kept until their triplets come: some 70 octets each.
    private static final int STATES_MAX = 400_000;

    private static final Pattern SECTION = Pattern.compile("\\s*\\[\\s*(\\w+)\\s*\\]\\s*");
    private static final Pattern PAIR = Pattern.compile("\\s*(-?\\w+) = (.*)", Pattern.DOTALL);
    private static final Pattern HASH = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern TIMES = Pattern.compile("([0-9]{1,12}) ([0-9]{1,12}) [0-9]+\\s*");

    /// The times of a list's entries by their hashes.
    private final Map<Long, Long> white = new HashMap<>();

    private final Map<Long, Long> grey = new HashMap<>();
    private final Map<Long, Long> black = new HashMap<>();
    private String section = "";

    @Override
    public List<Found> line(String line) {
        return line.isBlank() ? List.of() : List.of(read(line));
    }

    private Found read(String line) {
        if (line.startsWith("#")) {
            return Found.Part.PART;
        }
        Matcher heading = SECTION.matcher(line);
        if (heading.matches()) {
            section = heading.group(1);
            return Found.Part.PART;
        }
        Matcher pair = PAIR.matcher(line);
        if (!pair.matches()) {
            return new Found.Malformed(
                    FieldText.shown(line) + " is no line of greylistd's states or triplets");
        }
        Optional<Long> hash = hash(pair.group(1));
        if (hash.isEmpty()) {
            return Found.Part.PART; // A figure of the statistics.
        }
        Matcher times = TIMES.matcher(pair.group(2));
        return times.matches() ? state(hash.get(), times) : data(hash.get(), pair.group(2));
    }

    private static Optional<Long> hash(String text) {
        try {
            return HASH.matcher(text).matches()
                    ? Optional.of(Long.parseLong(text))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // Beyond 64 bits.
        }
    }

    /// Of a client that has passed the last time counts, of a triplet that waits the first.
    private Found state(long hash, Matcher times) {
        if (states() >= STATES_MAX) {
            return new Found.Left(Found.Why.TOO_MANY);
        }
        switch (section) {
            case "white" -> white.put(hash, Long.parseLong(times.group(1)));
            case "grey" -> grey.put(hash, Long.parseLong(times.group(2)));
            case "black" -> black.put(hash, 0L);
            default -> {} // greylistd itself ignores other sections.
        }
        return Found.Part.PART;
    }

    private int states() {
        return white.size() + grey.size() + black.size();
    }

    private Found data(long hash, String text) {
        Long passed = white.remove(hash);
        Long waits = grey.remove(hash);
        if (passed == null && waits == null) {
            return new Found.Left(
                    black.remove(hash) == null ? Found.Why.STATELESS : Found.Why.BLACK);
        }
        List<String> words = List.of(text.strip().split("\\s+", -1));
        Optional<CidrBlock> client = ClientText.masked(words.getFirst());
        if (client.isEmpty()) {
            return new Found.Malformed(
                    "the client "
                            + FieldText.shown(words.getFirst())
                            + " is no IP address, and no network from /16 (IPv6: /32) on");
        }
        if (passed != null) {
            return Found.proven(client.get(), passed);
        }
        return waits == null || words.size() < 2
                ? new Found.Left(Found.Why.UNPROVEN)
                : Found.waiting(client.get(), sender(words), words.getLast(), waits);
    }

    private static String sender(List<String> words) {
        String sender =
                words.size() < 3 ? "" : String.join(" ", words.subList(1, words.size() - 1));
        boolean brackets = sender.startsWith("<") && sender.endsWith(">");
        return brackets ? sender.substring(1, sender.length() - 1) : sender;
    }

    @Override
    public List<Found> end() {
        return Collections.nCopies(states(), new Found.Left(Found.Why.HASHED));
    }
}
