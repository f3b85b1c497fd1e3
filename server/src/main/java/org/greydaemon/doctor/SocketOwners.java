package org.greydaemon.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Who listens at a port of this host, as root may see it: ss(8) of iproute2 names the processes,
/// and their command lines say what they are (proc(5)). Immutable.
final class SocketOwners {
    private static final Pattern LISTENING =
            Pattern.compile("(?m)^LISTEN\\s+\\d+\\s+\\d+\\s+(\\S+):\\d+\\s+\\S+\\s+users:(.*)$");
    private static final Pattern PROCESS = Pattern.compile("\\bpid=(\\d+)");
    private static final Pattern ANY = Pattern.compile("\\*|0\\.0\\.0\\.0|\\[?::]?");

    private final Function<List<String>, Optional<String>> programs;
    private final Function<Path, Optional<String>> files;

    SocketOwners(Machine machine) {
        this(command -> machine.run(command, ""), machine::read);
    }

    /// @param programs what a program prints
    /// @param files what a file holds; empty if it cannot be read
    SocketOwners(
            Function<List<String>, Optional<String>> programs,
            Function<Path, Optional<String>> files) {
        this.programs = programs;
        this.files = files;
    }

    /// The words of their command lines, each process's own; none if nobody knows.
    List<List<String>> at(Place place) {
        if (place.isUnix()) {
            return List.of();
        }
        String said =
                programs.apply(List.of("ss", "-Hltnp", "sport", "=", ":" + place.port()))
                        .orElse("");
        return LISTENING
                .matcher(said)
                .results()
                .filter(line -> isThere(line.group(1), place))
                .flatMap(line -> PROCESS.matcher(line.group(2)).results())
                .map(process -> Path.of("/proc", process.group(1), "cmdline"))
                .flatMap(file -> files.apply(file).stream())
                .map(SocketOwners::words)
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private static boolean isThere(String listening, Place place) {
        String address = listening.replaceAll("^\\[|]$|%.*$", "");
        boolean isNamed = place.host().equals("localhost");
        return address.equals(place.host())
                || (place.isLoopback() && ANY.matcher(address).matches())
                || (isNamed && new Place("", address, place.port()).isLoopback());
    }

    /// A program may have written blanks there, for ps(1) to show.
    private static List<String> words(String line) {
        return Stream.of(line.split("[\\00 ]+", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
