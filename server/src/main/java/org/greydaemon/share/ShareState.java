package org.greydaemon.share;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.greydaemon.file.NewFile;
import org.greydaemon.file.RegularFile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How far a host is with the others, in a file beside the save file, so that the next start goes
/// on from there. Without the file, or with a damaged one, everything is exchanged.
///
/// ```
/// greydaemon share 1 NAME
/// whole SECONDS                            what is older the others have heard
/// shard NUMBER PLACE MARK                  where we are in a stream
/// forgotten MILLISECONDS F LETTER FIELDS        what they may not have heard is forgotten
/// end
/// ```
///
/// @param name the site's
/// @param whole in seconds of the engine's time
/// @param shards place and mark of each
/// @param forgotten names and when, in milliseconds of the engine's time
record ShareState(
        String name, long whole, List<Engine.StreamPlace> shards, Map<String, Long> forgotten) {
    private static final String FIRST = "greydaemon share 1 ";
    private static final String LAST = "end";
    private static final String PLACE = "[0-9]{1,20}-[0-9]{1,20}";

    /// The file of a save file.
    static Path path(Path saveFile) {
        return saveFile.resolveSibling(saveFile.getFileName() + ".share");
    }

    /// Reads it.
    ///
    /// @return empty if there is none that can be used
    static Optional<ShareState> read(Path file, String name) {
        try {
            if (!RegularFile.exists(file)) {
                return Optional.empty();
            }
            return parse(Files.readAllLines(file, ISO_8859_1), name);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<ShareState> parse(List<String> lines, String name) {
        if (lines.size() < 3 + Engine.SHARDS
                || !lines.getFirst().equals(FIRST + name)
                || !lines.getLast().equals(LAST)) {
            return Optional.empty();
        }
        long whole = 0;
        Engine.StreamPlace[] shards = new Engine.StreamPlace[Engine.SHARDS];
        Map<String, Long> forgotten = new LinkedHashMap<>();
        try {
            for (String line : lines.subList(1, lines.size() - 1)) {
                String[] words = line.split(" ", 3);
                switch (words[0]) {
                    case "whole" -> whole = Long.parseLong(words[1]);
                    case "shard" -> {
                        String[] place = words[2].split(" ", 2);
                        if (!place[0].matches(PLACE)) {
                            return Optional.empty();
                        }
                        shards[Integer.parseInt(words[1])] =
                                new Engine.StreamPlace(place[0], place[1]);
                    }
                    case "forgotten" -> forgotten.put(words[2], Long.parseLong(words[1]));
                    default -> {
                        return Optional.empty();
                    }
                }
            }
            return Optional.of(new ShareState(name, whole, List.of(shards), forgotten));
        } catch (NumberFormatException | IndexOutOfBoundsException | NullPointerException e) {
            return Optional.empty();
        }
    }

    /// Writes it to a new file that then takes the place of the old one. It need not survive a
    /// power failure: an older one only means that more is exchanged.
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder(FIRST + name + "\nwhole " + whole + "\n");
        for (int i = 0; i < shards.size(); i++) {
            Engine.StreamPlace its = shards.get(i);
            text.append("shard ").append(i).append(' ').append(its.id()).append(' ');
            text.append(its.mark()).append('\n');
        }
        forgotten.forEach((its, time) ->
                text.append("forgotten ").append(time).append(' ').append(its).append('\n'));
        text.append(LAST).append('\n');
        ByteBuffer octets = ISO_8859_1.encode(text.toString());
        NewFile.replace(file, to -> NewFile.write(octets, to));
    }
}
