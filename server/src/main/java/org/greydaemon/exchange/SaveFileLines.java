package org.greydaemon.exchange;

import org.greydaemon.net.IpAddress;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines of the save file, the original's too: `I <seconds> <client>` for a proven client, `G
/// <seconds> <client> <sender> <recipient>` for a triplet, the null sender being a dot. The
/// original writes octets as they are, greydaemon escapes those that could do harm.
final class SaveFileLines implements Reading {
    private static final Pattern FORM =
            Pattern.compile("(?:I (\\S+) (\\S+)|G (\\S+) (\\S+) (\\S+) (\\S+))\\s*");

    private static final String NULL_SENDER = ".";

    @Override
    public List<Found> line(String line) {
        return line.isBlank() ? List.of() : List.of(read(line));
    }

    private static Found read(String line) {
        Matcher form = FORM.matcher(line);
        if (!form.matches()) {
            return new Found.Malformed(FieldText.shown(line) + " is no line of a save file");
        }
        boolean isClient = form.group(1) != null;
        String time = form.group(isClient ? 1 : 3);
        OptionalLong seconds = FieldText.seconds(time);
        if (seconds.isEmpty()) {
            return Found.noTime(time);
        }
        String client = FieldText.reescaped(form.group(isClient ? 2 : 4));
        if (IpAddress.parse(client).isEmpty()) {
            return Found.noClient(form.group(isClient ? 2 : 4));
        }
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

    /// The same lines for an export.
    static final class SaveFileWriting implements Writing {
        @Override
        public List<String> lines(FoundEntry entry) {
            return switch (entry) {
                case FoundEntry.ProvenClient(String client, long lastSeen) ->
                        List.of("I " + lastSeen + " " + client);
                case FoundEntry.ProvenNetwork _ -> List.of();
                case FoundEntry.Triplet(
                                String client,
                                String sender,
                                String recipient,
                                long firstSeen) ->
                        List.of(
                                "G %d %s %s %s"
                                        .formatted(
                                                firstSeen,
                                                client,
                                                sender.isEmpty() ? NULL_SENDER : sender,
                                                recipient));
            };
        }

        @Override
        public String leftOut() {
            return "a save file has no networks";
        }
    }
}
