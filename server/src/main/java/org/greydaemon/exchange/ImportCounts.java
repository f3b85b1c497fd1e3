package org.greydaemon.exchange;

import org.greydaemon.json.JsonLine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How many entries of which kind a file has. Confined to one thread.
public final class ImportCounts {
    private long clients;
    private long networks;
    private long triplets;
    private long others;
    private long parts;
    private long malformed;
    private String problem = "";
    private final Map<Found.Why, Long> left = new EnumMap<>(Found.Why.class);

    /// Counts what was found.
    ///
    /// @param line the number of its line
    public void add(long line, Found found) {
        switch (found) {
            case FoundEntry.ProvenClient _ -> clients++;
            case FoundEntry.ProvenNetwork _ -> networks++;
            case FoundEntry.Triplet _ -> triplets++;
            case FoundEntry.Saved(String text) -> saved(text);
            case Found.Left(Found.Why why) -> left.merge(why, 1L, Long::sum);
            case Found.Malformed(String what) -> {
                malformed++;
                problem = problem.isEmpty() ? "line " + line + ": " + what : problem;
            }
            case Found.Part _ -> parts++;
        }
    }

    private void saved(String line) {
        switch (line.charAt(0)) {
            case 'I' -> clients++;
            case 'G' -> triplets++;
            default -> others++;
        }
    }

    /// How many entries can be brought in.
    public long entries() {
        return clients + networks + triplets + others;
    }

    /// How many lines made no sense.
    public long malformed() {
        return malformed;
    }

    /// Whether there was something, and nothing of it was understood.
    public boolean isRubbish() {
        return malformed > 0 && entries() == 0 && left.isEmpty() && parts == 0;
    }

    /// The counts for people: what can be brought in, what cannot, and why.
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "read %d proven clients, %d proven networks, %d triplets"
                        .formatted(clients, networks, triplets));
        if (others > 0) {
            lines.add("and " + others + " entries of networks, hosts, domains and suspects");
        }
        left.forEach((why, count) -> lines.add("left out: " + count + " " + why.text()));
        if (malformed > 0) {
            lines.add("malformed: " + malformed + " lines, the first is " + problem);
        }
        return lines;
    }

    /// The counts for programs.
    public JsonLine json() {
        JsonLine line = new JsonLine().put("clients", clients).put("networks", networks);
        line.put("triplets", triplets).put("others", others);
        JsonLine others = new JsonLine();
        left.forEach((why, count) -> others.put(why.name().toLowerCase(Locale.ROOT), count));
        line.put("left_out", others).put("malformed", malformed);
        return problem.isEmpty() ? line : line.put("problem", problem);
    }
}
