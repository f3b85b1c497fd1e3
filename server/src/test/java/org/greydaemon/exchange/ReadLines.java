package org.greydaemon.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/// Reads the lines of a test, and says what they are in short.
final class ReadLines {
    private ReadLines() {}

    /// What all lines of a file are.
    static List<String> of(ImportForm form, String file) {
        Reading reading = form.reading();
        List<Found> found = new ArrayList<>();
        // An octet a character, as from a file.
        String octets = new String(file.getBytes(UTF_8), ISO_8859_1);
        for (String line : octets.split("\n", -1)) {
            found.addAll(reading.line(line));
        }
        found.addAll(reading.end());
        return found.stream()
                .filter(one -> !(one instanceof Found.Part))
                .map(ReadLines::inShort)
                .toList();
    }

    private static String inShort(Found found) {
        return switch (found) {
            case FoundEntry.ProvenClient(String client, long seen) ->
                    "proven " + client + " " + seen;
            case FoundEntry.ProvenNetwork(var network, long seen) ->
                    "proven " + network + " " + seen;
            case FoundEntry.Triplet(String client, String sender, String recipient, long seen) ->
                    "waits %s <%s> <%s> %d".formatted(client, sender, recipient, seen);
            case FoundEntry.Saved(String line) -> "saved " + line;
            case Found.Left(Found.Why why) -> "left " + why;
            case Found.Malformed(String what) -> "malformed " + what;
            case Found.Part part -> part.name();
        };
    }
}
