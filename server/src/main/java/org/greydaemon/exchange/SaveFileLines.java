package org.greydaemon.exchange;

import org.greydaemon.net.IpAddress;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The lines of the save file, the original's too: `I <seconds> <client>` for a proven client, `G
/// <seconds> <client> <sender> <recipient>` for a triplet, the null sender being a dot. The
/// original writes octets as they are, greydaemon escapes those that could do harm.
///
/// The original's rules remember whatever text asks as a client, and a recipient that is empty;
/// whether a client that is no address is of use only the daemon knows.
///
/// What else a greydaemon writes (`store.memory.EntryLine`) its kin knows how to read: a number
/// behind the last field, networks in the place of clients, and lines with other letters.
final class SaveFileLines implements Reading {
    private static final Pattern FORM =
            Pattern.compile("(?:I (\\S+) (\\S+)|G (\\S+) (\\S+) (\\S+) (\\S*))\\s*");

    private static final String MARK = "(?: [0-9]{1,8})?\\s*";

    /// A client's or a triplet's.
    private static final Pattern MARKED =
            Pattern.compile("(?:[IU] (\\S+) (\\S+)|G (\\S+) (\\S+) \\S+ \\S*)" + MARK);

    /// Of networks, hosts and domains.
    private static final Pattern OTHERS =
            Pattern.compile(
                    "(?:[NHD] (\\S+) [0-9a-fA-F]{32} \\S+|[OSM] (\\S+) \\S+ \\S+"
                            + "|[PL] (\\S+) \\S+ \\S+ \\S+)"
                            + MARK);

    /// Those that a triplet's line has, the recipient being the last one.
    private static final int TRIPLET_FIELDS = 5;

    private static final String NULL_SENDER = ".";

    @Override
    public List<Found> line(String line) {
        return line.isBlank() ? List.of() : List.of(read(line));
    }

    private static Found read(String line) {
        Matcher form = FORM.matcher(line);
        if (form.matches() && isAddress(first(form, 2, 4))) {
            return original(form);
        }
        Matcher marked = MARKED.matcher(line);
        Matcher others = OTHERS.matcher(line);
        if (marked.matches()) {
            return saved(line, first(marked, 1, 3));
        }
        return others.matches()
                ? saved(line, first(others, 1, 2, 3))
                : new Found.Malformed(FieldText.shown(line) + " is no line of a save file");
    }

    private static Found original(Matcher form) {
        boolean isClient = form.group(1) != null;
        String time = first(form, 1, 3);
        OptionalLong seconds = FieldText.seconds(time);
        if (seconds.isEmpty()) {
            return Found.noTime(time);
        }
        String client = FieldText.reescaped(first(form, 2, 4));
        if (isClient) {
            return new FoundEntry.ProvenClient(client, seconds.getAsLong());
        }
        String sender = FieldText.reescaped(form.group(5));
        return new FoundEntry.Triplet(
                client,
                sender.equals(NULL_SENDER) ? "" : sender,
                FieldText.reescaped(form.group(6)),
                seconds.getAsLong());
    }

    private static Found saved(String line, String time) {
        if (FieldText.seconds(time).isEmpty()) {
            return Found.noTime(time);
        }
        String[] fields = line.stripTrailing().split(" ");
        boolean endsInNothing = line.startsWith("G ") && fields.length == TRIPLET_FIELDS - 1;
        return new FoundEntry.Saved(
                Arrays.stream(fields).map(FieldText::reescaped).collect(Collectors.joining(" "))
                        + (endsInNothing ? " " : ""));
    }

    private static boolean isAddress(String client) {
        return IpAddress.parse(FieldText.reescaped(client)).isPresent();
    }

    /// The one of these groups that the line has.
    private static String first(Matcher form, int... groups) {
        return Arrays.stream(groups)
                .filter(group -> form.group(group) != null)
                .mapToObj(form::group)
                .findFirst()
                .orElse("");
    }

    /// The same lines for an export, which are the daemon's own.
    static final class SaveFileWriting implements Writing {
        @Override
        public List<String> lines(FoundEntry entry) {
            return entry instanceof FoundEntry.Saved(String line) ? List.of(line) : List.of();
        }

        @Override
        public String leftOut() {
            return "they are no lines of a save file";
        }
    }
}
